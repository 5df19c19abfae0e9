# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
r"""Secret values of a running configuration never leave the router: they are compared by salted digests.

The shell side is ``shell/secrets.sh``. Both digest the value as ``uci export`` quotes it, its lines joined by \\x01.
"""

from __future__ import annotations

import collections
import hashlib
import re
import secrets
import typing as t

from ansible_collections.farsite.fleet.plugins.plugin_utils.uci.document import Package, Section, Value
from ansible_collections.farsite.fleet.plugins.plugin_utils.uci.renderer import quote

TOKEN = re.compile(r"@farsite-[0-9a-f]{64}")
MASK = "********"
NEW_MASK = "******** (new)"


def new_salt() -> str:
    """Return 128 bits of salt in hex: without it a digest of a four-digit PIN could be searched."""
    return secrets.token_hex(16)


def token(salt: str, value: str) -> str:
    """Return what stands for *value* while plans are made."""
    text = salt.encode() + quote(value).encode("utf-8", "surrogateescape").replace(b"\n", b"\x01")
    return f"@farsite-{hashlib.sha256(text).hexdigest()}"


def conceal(package: Package, names: t.Container[str], salt: str) -> tuple[Package, dict[str, str]]:
    """Return *package* with tokens for the values of the options *names*, and the values by token.

    A value that is a token already stands for one that the router has.
    """
    values: dict[str, str] = {}

    def one(value: str) -> str:
        if TOKEN.fullmatch(value):
            return value
        concealed = token(salt, value)
        values[concealed] = value
        return concealed

    return _mapped(package, lambda name, value: one(value) if name in names else value), values


def reveal(package: Package, values: t.Mapping[str, str], kept: t.Collection[str]) -> Package:
    """Return *package* with the values of its tokens, except of those in *kept*, which the router has itself."""
    return _mapped(package, lambda _name, value: value if value in kept else values.get(value, value))


def tokens(package: Package) -> frozenset[str]:
    """Return all tokens in *package*."""
    return frozenset(value for _place, value in _places(package))


def masked(package: Package) -> Package:
    """Return *package* fit for people to read."""
    return _mapped(package, lambda _name, value: MASK if TOKEN.fullmatch(value) else value)


def masked_change(before: Package, after: Package) -> tuple[Package, Package]:
    """Return both fit for people to read; a secret that is not *before* is marked as new.

    Where one of several known secrets comes to a place that had another one, or none, all have numbers: to swap the
    keys of two networks is a change.
    """
    known = tokens(before)
    places = dict(_places(before))
    moved = any(value in known and places.get(place) != value for place, value in _places(after))
    numbers = {value: number for number, value in enumerate(dict.fromkeys(places.values()), 1)}

    def one(_name: str, value: str) -> str:
        if not TOKEN.fullmatch(value):
            return value
        if value not in known:
            return NEW_MASK
        return f"{MASK} ({numbers[value]})" if moved and len(known) > 1 else MASK

    return _mapped(before, one), _mapped(after, one)


def _places(package: Package) -> t.Iterator[tuple[tuple[str, str | int, str, int], str]]:
    """Yield each token with where it stands: type, name or number of the section, option, number of the element."""
    anonymous: collections.Counter[str] = collections.Counter()
    for section in package.sections:
        name: str | int = section.name or anonymous[section.type]
        anonymous[section.type] += not section.name
        for option, value in section.options:
            for number, element in enumerate((value,) if isinstance(value, str) else value):
                if TOKEN.fullmatch(element):
                    yield (section.type, name, option, number), element


def _mapped(package: Package, change: t.Callable[[str, str], str]) -> Package:
    def value_of(name: str, value: Value) -> Value:
        return change(name, value) if isinstance(value, str) else tuple(change(name, element) for element in value)

    return Package(
        package.name,
        tuple(
            Section(section.type, section.name, tuple((name, value_of(name, value)) for name, value in section.options))
            for section in package.sections
        ),
    )
