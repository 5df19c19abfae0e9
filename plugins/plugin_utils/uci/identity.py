# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which section of one package is which section of another: by name or identity, never by number or ``cfgXXXXXX``."""

from __future__ import annotations

import collections
import typing as t

from ansible_collections.farsite.fleet.plugins.plugin_utils.uci.alignment import common_in_order, most_pairs
from ansible_collections.farsite.fleet.plugins.plugin_utils.uci.semantics import semantics

if t.TYPE_CHECKING:
    from ansible_collections.farsite.fleet.plugins.plugin_utils.uci.document import Package, Section
    from ansible_collections.farsite.fleet.plugins.plugin_utils.uci.semantics import Canonical, SectionSemantics

Settled = t.Callable[[int, int], bool]
"""Whether the given section (by index) asks nothing of the running section (by index) that it has not got."""

_Key = tuple["Canonical | None", ...]


class IdentityError(ValueError):
    """It would be a guess which section is meant; the message has path, what was found, what to do."""


def identity_value(package: str, section: Section) -> str | None:
    """Return the first value of the identity of *section*, such as a zone's name, or None where it has none."""
    meaning = semantics(package, section.type)
    for alternative in meaning.identity:
        for option in alternative:
            value = section.get(option)
            if value is not None:
                return next(iter(meaning.elements(option, value)), None)
    return None


def label(package: str, section: Section) -> str:
    """Return what people call a section: ``zone 'vpn'`` by its name or the first value of its identity, or its type."""
    name = section.name or identity_value(package, section)
    return section.type if name is None else f"{section.type} {name!r}"


def pair(
    running: Package,
    given: Package,
    settled: Settled,
    *,
    absent: t.Sequence[t.Collection[str]] = (),
    lenient: bool = False,
) -> dict[int, int]:
    """Return the index of the running section for the index of each given one that exists already.

    A named section is the one of its name, or an anonymous one of the same identity. An anonymous section is the one
    of the same type and identity, whatever its name. Where several have the same identity, those that are *settled*
    are paired first, the rest in order. An anonymous section without an identity is one of the same content, apart
    from the options that *absent* has for it: those are to go.

    Raises IdentityError where a name belongs to a section of another type, and where several different sections fit.
    With *lenient* such a section is not paired: right where nothing depends on it, as all the rest is removed anyway.
    """
    return _Pairing(running, given, settled, absent, lenient=lenient).result()


def find(running: Package, wanted: Section) -> tuple[int, ...]:
    """Return the indexes of all running sections that *wanted* names or identifies; only its identity matters.

    A named one is looked for by name only, an anonymous one by the first alternative of its identity that it has.
    Raises IdentityError as ``pair`` does.
    """
    meaning = semantics(running.name, wanted.type)
    if wanted.name is not None:
        names = [index for index, section in enumerate(running.sections) if section.name == wanted.name]
        for index in names:
            _check_type(running, running.sections[index], wanted)
        return tuple(names)
    same_type = [index for index, section in enumerate(running.sections) if section.type == wanted.type]
    if meaning.singleton and not meaning.identity:
        if len(same_type) > 1:
            raise _ambiguous(running, wanted, len(same_type))
        return tuple(same_type)
    for alternative in meaning.identity:
        key = _key(meaning, wanted, alternative)
        if key is not None:
            keys = {index: _key(meaning, running.sections[index], alternative) for index in same_type}
            return tuple(index for index, other in keys.items() if other is not None and _agree(key, other))
    content = _content(meaning, wanted)
    return tuple(index for index in same_type if _content(meaning, running.sections[index]) == content)


class _Pairing:
    def __init__(
        self,
        running: Package,
        given: Package,
        settled: Settled,
        absent: t.Sequence[t.Collection[str]],
        *,
        lenient: bool,
    ) -> None:
        self.running = running
        self.given = given
        self.settled = settled
        self.absent = absent or [()] * len(given.sections)
        self.lenient = lenient
        self.pairs: dict[int, int] = {}
        self.taken: set[int] = set()
        self.keys: dict[tuple[bool, int], list[_Key | None]] = {}

    def result(self) -> dict[int, int]:
        self._pair_names()
        types: dict[str, list[int]] = collections.defaultdict(list)
        for index, section in enumerate(self.given.sections):
            types[section.type].append(index)
        for section_type, members in types.items():
            self._pair_type(semantics(self.given.name, section_type), members)
        return self.pairs

    def _take(self, given: int, running: int) -> None:
        self.pairs[given] = running
        self.taken.add(running)

    def _pair_names(self) -> None:
        by_name = {section.name: index for index, section in enumerate(self.running.sections) if section.name}
        for index, section in enumerate(self.given.sections):
            found = by_name.get(section.name) if section.name else None
            if found is None:
                continue
            if self.running.sections[found].type == section.type:
                self._take(index, found)
            elif not self.lenient:
                _check_type(self.running, self.running.sections[found], section)

    def _pair_type(self, meaning: SectionSemantics, members: list[int]) -> None:
        names = {section.name for section in self.given.sections}
        same_type = [
            index
            for index, section in enumerate(self.running.sections)
            # A section whose name is given belongs to that name and to nobody else.
            if section.type == meaning.type and (section.name is None or section.name not in names)
        ]
        named = {given: self.pairs[given] for given in members if given in self.pairs}
        self._pair_settled(meaning, members, same_type, named)
        self._pair_identities(meaning, members, same_type)
        if meaning.singleton:
            self._pair_singletons(meaning, members, same_type)

    def _free(self, members: list[int], same_type: list[int]) -> tuple[list[int], list[int]]:
        return [i for i in members if i not in self.pairs], [i for i in same_type if i not in self.taken]

    def _pair_settled(
        self, meaning: SectionSemantics, members: list[int], same_type: list[int], named: dict[int, int]
    ) -> None:
        def fits(given: int, running: int) -> bool:
            if given in named or running in self.taken:
                return named.get(given) == running
            return self._level(meaning, given, running) is not None and self.settled(given, running)

        if meaning.ordered:
            # In order first, named sections as fixed points: what is in place already is never seen as a move.
            everything = sorted({*same_type, *named.values()})
            for given, running in common_in_order(members, everything, fits).items():
                self._take(given, running)
        free, candidates = self._free(members, same_type)
        for given, running in most_pairs(free, candidates, fits).items():
            self._take(given, running)

    def _pair_identities(self, meaning: SectionSemantics, members: list[int], same_type: list[int]) -> None:
        for level in range(max(1, len(meaning.identity))):
            for given in members:
                if given in self.pairs:
                    continue
                candidates = [i for i in same_type if i not in self.taken and self._level(meaning, given, i) == level]
                if not candidates:
                    continue
                if meaning.singleton:
                    candidates.sort(key=lambda index: self.running.sections[index].name is not None)
                keys = {self._keys(meaning, index, given=False)[level] for index in candidates if meaning.identity}
                if len(keys) > 1 and not self.lenient:
                    raise _ambiguous(self.running, self.given.sections[given], len(candidates))
                self._take(given, candidates[0])

    def _pair_singletons(self, meaning: SectionSemantics, members: list[int], same_type: list[int]) -> None:
        anonymous = [index for index in members if self.given.sections[index].name is None]
        if len(anonymous) > 1 and not meaning.identity and not self.lenient:
            message = "has several sections without a name, expected one; give all but one a name"
            raise IdentityError(f"{self.given.name}: {meaning.type}: {message}")
        free, candidates = self._free(members, same_type)
        if meaning.singleton == "usual":
            # One that has a name is a daemon of its own.
            free = [index for index in free if self.given.sections[index].name is None]
            if meaning.identity and (len(members) > 1 or len(same_type) > 1):
                return
        for given in free:
            unnamed = [index for index in candidates if self.running.sections[index].name is None]
            possible = candidates if self.given.sections[given].name is None else unnamed
            if len(possible) > 1 and len(unnamed) == 1:
                possible = unnamed
            if len(possible) > 1 and not self.lenient:
                raise _ambiguous(self.running, self.given.sections[given], len(possible))
            if possible:
                self._take(given, possible[0])
                candidates.remove(possible[0])

    def _level(self, meaning: SectionSemantics, given: int, running: int) -> int | None:
        """Return which alternative says that the two are one section, or None: they are different ones."""
        ours, theirs = self.given.sections[given], self.running.sections[running]
        if ours.name is not None and theirs.name is not None:
            return None
        our_keys = self._keys(meaning, given, given=True)
        for level, (our_key, their_key) in enumerate(
            zip(our_keys, self._keys(meaning, running, given=False), strict=True)
        ):
            if our_key is not None and their_key is not None and _agree(our_key, their_key):
                return level
            # Giving a name to a section that has none is no guess; taking one that has a name for ours would be.
            if their_key is not None and not meaning.any_identity:
                return None
        if meaning.singleton and not meaning.identity:
            # Several of them are an error below, except where nothing depends on the pairing.
            return 0 if self.lenient and (ours.name is None or meaning.singleton == "always") else None
        if ours.name is not None or any(key is not None for key in our_keys):
            return None
        return 0 if _content(meaning, ours) == _content(meaning, theirs, self.absent[given]) else None

    def _keys(self, meaning: SectionSemantics, index: int, *, given: bool) -> list[_Key | None]:
        """Return the values of each alternative of a section's identity, worked out once."""
        if (given, index) not in self.keys:
            section = (self.given if given else self.running).sections[index]
            self.keys[given, index] = [_key(meaning, section, alternative) for alternative in meaning.identity]
        return self.keys[given, index]


def _key(meaning: SectionSemantics, section: Section, alternative: tuple[str, ...]) -> _Key | None:
    defaults = dict(meaning.defaults)
    values = [section.get(option) or defaults.get(option) for option in alternative]
    if all(value is None for value in values):
        return None
    return tuple(
        None if value is None else meaning.canonical(option, value)
        for option, value in zip(alternative, values, strict=True)
    )


def _agree(one: _Key, other: _Key) -> bool:
    first, second = one[0], other[0]
    if len(one) == 1 and isinstance(first, frozenset) and isinstance(second, frozenset):
        # A host with two MACs is still that host when only one of them is given.
        return bool(first & second)
    return one == other


def _content(
    meaning: SectionSemantics, section: Section, absent: t.Collection[str] = ()
) -> frozenset[tuple[str, Canonical]]:
    return frozenset(
        (option, meaning.canonical(option, value)) for option, value in section.options if option not in absent
    )


def _check_type(running: Package, found: Section, wanted: Section) -> None:
    if found.type != wanted.type:
        raise IdentityError(
            f"{running.name}: {wanted.type} {wanted.name!r}: the name belongs to a section of type {found.type!r}; "
            "choose another name, or remove that section first"
        )


def _ambiguous(running: Package, wanted: Section, count: int) -> IdentityError:
    return IdentityError(
        f"{running.name}: {label(running.name, wanted)}: {count} different sections of the device fit, expected one; "
        "give the section its name, or values that only one of them has"
    )
