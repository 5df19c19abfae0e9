# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Fleets of a few sites with several keys each, and what was seen of them."""

from __future__ import annotations

import dataclasses
import typing as t

from hypothesis import strategies as st

from ansible_collections.farsite.fleet.plugins.module_utils.wireguard.seen import Seen, Sighting
from ansible_collections.farsite.fleet.tests.unit.plugins.module_utils.wireguard.hosts import key, peer, secret

if t.TYPE_CHECKING:
    from ansible_collections.farsite.fleet.plugins.module_utils.wireguard.peers import Peer, Role

SITES = 4
ROLES: tuple[Role, ...] = ("", "next", "other", "kept")


@dataclasses.dataclass(frozen=True)
class Case:
    wanted: tuple[Peer, ...]
    known: dict[str, Peer]
    seen: Seen


KEYS = 16
"""Of a site s these are the keys s, 4 + s, 8 + s and 12 + s, of which the files have one of the first three."""

_WANTED = st.lists(
    st.tuples(st.integers(0, 2), st.booleans(), st.sampled_from([None, secret(1), secret(2)]), st.booleans()),
    min_size=1,
    max_size=SITES,
)
_KNOWN = st.lists(
    st.tuples(
        st.integers(0, KEYS - 1),
        st.integers(0, 10),
        st.integers(0, 10),
        st.integers(0, SITES),
        st.sampled_from(ROLES),
        st.booleans(),
    ),
    max_size=8,
    unique_by=lambda item: item[0],
)
_SEEN = st.lists(st.integers(0, 3), min_size=KEYS, max_size=KEYS)
_PREFIXES = [
    *(f"10.79.0.{site}/32" for site in range(SITES)),
    *(f"10.80.{site}.0/24" for site in range(SITES)),
    *("10.80.0.0/16", "10.80.1.128/25", "10.99.0.0/24"),
]
_NARROW = 2 * SITES


def _wanted(drawn: list[tuple[int, bool, str | None, bool]]) -> tuple[Peer, ...]:
    return tuple(
        peer(
            generation * SITES + site,
            *[f"10.79.0.{site}/32", f"10.80.{site}.0/24"][: 2 if has_both else 1],
            name=f"site {site}",
            preshared_key=hidden,
            keepalive=25 if calls else None,
            endpoint="192.0.2.1:5" if calls else None,
        )
        for site, (generation, has_both, hidden, calls) in enumerate(drawn)
    )


def _known(drawn: list[tuple[int, int, int, int, Role, bool]], prefixes: int) -> dict[str, Peer]:
    known = {}
    free = set(_PREFIXES[:prefixes])
    for number, first, second, site, role, has_secret in drawn:
        own = {_PREFIXES[first], _PREFIXES[second]} & free
        free -= own
        name = f"site {site}" if site < SITES else None
        known[key(number)] = peer(
            number,
            *own,
            name=name,
            role=role if name or role == "kept" else "",
            preshared_key=secret(1) if has_secret else None,
        )
    return known


def wanted_peers() -> st.SearchStrategy[tuple[Peer, ...]]:
    """Return one to four sites. The key of a site is one of three; its prefixes are those of its number."""
    return _WANTED.map(_wanted)


def cases(*, wide: bool = True) -> st.SearchStrategy[Case]:
    """Return wanted peers, and known ones of which no two have the same prefix; some are *wide*, others are parts."""
    return st.builds(
        lambda wanted, known, seen: Case(
            _wanted(wanted),
            _known(known, len(_PREFIXES) if wide else _NARROW),
            {key(number): Sighting(when) for number, when in enumerate(seen)},
        ),
        _WANTED,
        _KNOWN,
        _SEEN,
    )
