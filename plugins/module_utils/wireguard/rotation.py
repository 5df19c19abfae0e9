# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A site's key and its next one, and which of them has the addresses: that with the later handshake. Pure."""

from __future__ import annotations

import dataclasses
import typing as t

from ansible_collections.farsite.fleet.plugins.module_utils.wireguard.networks import in_order
from ansible_collections.farsite.fleet.plugins.module_utils.wireguard.peers import (
    Data,
    Peer,
    PeersError,
    key_problem,
    name_problem,
)

if t.TYPE_CHECKING:
    from ansible_collections.farsite.fleet.plugins.module_utils.wireguard.handover import Known

Holder = t.Literal["running", "next", "none"]


@dataclasses.dataclass(frozen=True)
class Pair:
    """A site's key and the next one, with its preshared key."""

    name: str
    running: str
    next: str
    next_secret: str | None = dataclasses.field(default=None, repr=False)

    def key(self, holder: Holder) -> str | None:
        """Return the key that is called so."""
        return {"running": self.running, "next": self.next, "none": None}[holder]


def read_pairs(data: t.Sequence[Data]) -> tuple[Pair, ...]:
    """Return the module's argument ``keys``. Raises PeersError with all problems; none of them tells a secret."""
    problems: list[str] = [] if data else ["keys: is empty, expected at least one pair of keys"]
    places: dict[str, str] = {}
    for index, entry in enumerate(data):
        path = f"keys[{index}]"
        if problem := name_problem(entry["name"]):
            problems.append(f"{path}.name: {problem}")
        secret = entry.get("next_preshared_key")
        if secret is not None and (problem := key_problem(secret)):
            problems.append(f"{path}.next_preshared_key: {problem}")
        for option in ("public_key", "next_public_key"):
            where = f"{path}.{option}"
            if problem := key_problem(entry[option]):
                problems.append(f"{where}: {problem}")
            elif places.setdefault(entry[option], where) != where:
                problems.append(f"{where}: is {places[entry[option]]} too; every key is given once")
    if problems:
        raise PeersError(problems)
    return tuple(
        Pair(entry["name"], entry["public_key"], entry["next_public_key"], entry.get("next_preshared_key"))
        for entry in data
    )


def announced(pairs: t.Sequence[Pair], known: Known) -> dict[str, Peer]:
    """Return the *known* peers with the next keys among them: without addresses, each behind its site's own key.

    A pair of which neither key is known is passed over. Raises PeersError where a key belongs to another peer.
    """
    problems = [
        f"keys[{index}].next_public_key: is the key of {known[pair.next].name or 'a peer without a name'}"
        for index, pair in enumerate(pairs)
        if pair.next in known and known[pair.next].name != pair.name
    ] + [
        f"keys[{index}].public_key: is the key of {known[pair.running].name}, not of {pair.name}"
        for index, pair in enumerate(pairs)
        if pair.running in known and known[pair.running].name not in (None, pair.name)
    ]
    if problems:
        raise PeersError(problems)
    next_of = {pair.running: pair for pair in pairs}
    peers: dict[str, Peer] = {}
    for key, peer in known.items():
        peers.setdefault(key, peer)
        pair = next_of.get(key)
        if pair and (pair.next not in known or not known[pair.next].allowed_ips):
            peers[pair.next] = _next_peer(pair, peer, known.get(pair.next))
    return peers


def _next_peer(pair: Pair, own: Peer, before: Peer | None) -> Peer:
    if before is None:
        return Peer(pair.next, (), pair.next_secret, None, own.keepalive, pair.name, "next")
    return dataclasses.replace(before, preshared_key=pair.next_secret)


def holder(pair: Pair, peers: Known) -> Holder:
    """Return which key of the pair has addresses."""
    if pair.next in peers and peers[pair.next].allowed_ips:
        return "next"
    return "running" if pair.running in peers and peers[pair.running].allowed_ips else "none"


def why_none(pair: Pair, peers: Known) -> str:
    """Return why neither key of the pair has addresses."""
    if pair.running not in peers and pair.next not in peers:
        return "the interface has neither of the keys"
    return "neither of the keys has addresses"


def moved(pair: Pair, to: Holder, peers: Known) -> dict[str, Peer]:
    """Return the two peers of the pair after all their addresses went to that key. Both keys must be known."""
    own, following = peers[pair.running], peers[pair.next]
    addresses = in_order({*own.allowed_ips, *following.allowed_ips})
    return {
        pair.running: dataclasses.replace(
            own, allowed_ips=addresses if to == "running" else (), role="" if to == "running" else "other"
        ),
        pair.next: dataclasses.replace(following, allowed_ips=addresses if to == "next" else (), role="next"),
    }


class Watch:
    """Which key of a pair was seen last. WireGuard tells seconds only: of two in one second the later look counts."""

    def __init__(self, running: int, following: int) -> None:
        """Take the newest handshakes of both keys, 0 for none. A next key that was seen is in use, so it wins a tie."""
        self._before = (running, following)
        self.latest: Holder = "none"
        if max(running, following):
            self.latest = "next" if following >= running else "running"

    def look(self, running: int, following: int) -> None:
        """Take them as they are now."""
        own, other = running > self._before[0], following > self._before[1]
        if other and (not own or following >= running):
            self.latest = "next"
        elif own:
            self.latest = "running"
        self._before = (running, following)
