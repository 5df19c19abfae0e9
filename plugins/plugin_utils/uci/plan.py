# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""From what a device has and what is intended to what it will have: Ansible's states of resource modules."""

from __future__ import annotations

import fnmatch
import typing as t

from ansible_collections.farsite.fleet.plugins.plugin_utils.uci.alignment import longest_increasing
from ansible_collections.farsite.fleet.plugins.plugin_utils.uci.document import Package, Section
from ansible_collections.farsite.fleet.plugins.plugin_utils.uci.identity import find, identity_value, pair
from ansible_collections.farsite.fleet.plugins.plugin_utils.uci.semantics import semantics

State = t.Literal["merged", "replaced", "overridden", "deleted"]


class PlanError(ValueError):
    """A plan was asked for that makes no sense; the message says what was found and what was expected."""


def target(
    running: Package,
    intended: Package,
    state: State,
    keep: t.Sequence[str] = (),
    removed: t.Sequence[t.Collection[str]] = (),
) -> Package:
    """Return the package as it will be; asking again with the result as *running* returns the same.

    - ``merged``: the options of the given sections are set, all others stay.
    - ``replaced``: each given section becomes what is given, other sections stay.
    - ``overridden``: the package becomes the given sections, and those running ones that *keep* selects: ``TYPE`` or
      ``TYPE.NAME`` with the wildcards of fnmatch, NAME being the name or, of an anonymous section, the first value of
      its identity (``zone.vpn``, ``rule.Allow-*``).
    - ``deleted``: each given section is removed, whatever else it has.

    *removed* has for each given section the options that go (those given as null); it is as long as the given
    sections, or empty. A value that means the same as the running one keeps the running spelling, and a section in
    which nothing changes stays as it is. Sections stay in place. Where a type's order matters, the given ones come
    into the given order with the fewest moves; a new one follows the one given before it, or goes to the end.

    Raises IdentityError where it would be a guess which section is meant, PlanError for arguments without a meaning.
    """
    _check(running, intended, state, keep, removed)
    if state == "deleted":
        gone = {index for section in intended.sections for index in find(running, section)}
        return Package(running.name, tuple(s for index, s in enumerate(running.sections) if index not in gone))
    whole = state != "merged"
    absent: t.Sequence[t.Collection[str]] = removed or [()] * len(intended.sections)

    def result(given: int, found: int) -> Section:
        return _combined(running, running.sections[found], intended.sections[given], absent[given], whole=whole)

    def settled(given: int, found: int) -> bool:
        return result(given, found) == running.sections[found]

    pairs = pair(running, intended, settled, absent=absent, lenient=state == "overridden")
    sections = {found: result(given, found) for given, found in pairs.items()}
    names = {section.name for section in intended.sections if section.name is not None}
    for index, section in enumerate(running.sections):
        if index in sections or section.name in names:
            continue
        if state != "overridden" or _kept(running.name, section, keep):
            sections[index] = section
    order = _arranged(running, intended, pairs, [index for index in range(len(running.sections)) if index in sections])
    return Package(running.name, tuple(sections[i] if i >= 0 else intended.sections[_given(i)] for i in order))


def _check(
    running: Package,
    intended: Package,
    state: State,
    keep: t.Sequence[str],
    removed: t.Sequence[t.Collection[str]],
) -> None:
    if running.name != intended.name:
        raise PlanError(f"{intended.name}: the device's package is {running.name!r}; compare a package with itself")
    if state not in t.get_args(State):
        raise PlanError(f"{intended.name}: state {state!r} is none of {', '.join(t.get_args(State))}")
    if keep and state != "overridden":
        raise PlanError(f"{intended.name}: keep has a meaning only with state overridden, found state {state}")
    for pattern in keep:
        section_type, dot, name = pattern.partition(".")
        if not section_type or (dot and not name):
            raise PlanError(f"{intended.name}: keep has {pattern!r}, expected TYPE or TYPE.NAME, such as zone.vpn")
    if removed and len(removed) != len(intended.sections):
        raise PlanError(
            f"{intended.name}: removed options for {len(removed)} sections, expected {len(intended.sections)}, one per "
            "given section"
        )


def _combined(package: Package, current: Section, given: Section, absent: t.Collection[str], *, whole: bool) -> Section:
    """Return *current* with what is given, and with nothing else if *whole*."""
    meaning = semantics(package.name, current.type)
    options = []
    for option, value in current.options:
        wanted = given.get(option)
        if wanted is not None:
            options.append((option, value if meaning.equal(option, value, wanted) else wanted))
        elif not whole and option not in absent:
            options.append((option, value))
    options.extend(item for item in given.options if current.get(item[0]) is None)
    return Section(current.type, given.name or current.name, tuple(options))


def _kept(package: str, section: Section, keep: t.Sequence[str]) -> bool:
    name = section.name or identity_value(package, section) or ""
    for pattern in keep:
        section_type, dot, wanted = pattern.partition(".")
        if fnmatch.fnmatchcase(section.type, section_type) and (not dot or fnmatch.fnmatchcase(name, wanted)):
            return True
    return False


def _entry(given: int) -> int:
    """Return -1, -2, … for a new section, in an order in which each running section has its index."""
    return -1 - given


_given = _entry  # the way back is the same sum


def _arranged(running: Package, intended: Package, pairs: t.Mapping[int, int], stay: list[int]) -> list[int]:
    """Return the order of the sections: indexes of running ones, and the ``_entry`` of each new one."""
    order = list(stay)
    in_place: dict[str, frozenset[int]] = {}
    for section_type in {section.type for section in intended.sections}:
        found = [pairs[i] for i, section in enumerate(intended.sections) if section.type == section_type and i in pairs]
        ordered = semantics(running.name, section_type).ordered
        in_place[section_type] = longest_increasing(found) if ordered else frozenset(found)
    before: dict[str, int] = {}  # the section given before, by type: order across types means nothing
    for given, section in enumerate(intended.sections):
        entry = pairs.get(given, _entry(given))
        fixed = in_place[section.type]
        if entry not in fixed:
            if given in pairs:
                order.remove(entry)
            if section.type in before:
                where = order.index(before[section.type]) + 1
                while where < len(order) and order[where] < 0:
                    where += 1
            elif fixed and semantics(running.name, section.type).ordered:
                where = min(order.index(other) for other in fixed)
            else:
                where = len(order)
            order.insert(where, entry)
        before[section.type] = entry
    return order
