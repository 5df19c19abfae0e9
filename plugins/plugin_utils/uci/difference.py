# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The difference of two packages as changes: they apply to the one, give exactly the other, and can be undone.

Changes follow one another: ``at`` is the number of the section in the package as the changes before left it.
"""

from __future__ import annotations

import dataclasses
import typing as t

from ansible_collections.farsite.fleet.plugins.plugin_utils.uci.alignment import longest_increasing
from ansible_collections.farsite.fleet.plugins.plugin_utils.uci.document import Package, Section
from ansible_collections.farsite.fleet.plugins.plugin_utils.uci.identity import pair

if t.TYPE_CHECKING:
    from ansible_collections.farsite.fleet.plugins.plugin_utils.uci.document import Value


class DifferenceError(ValueError):
    """A change does not fit the package it is applied to; the message says where and what was expected."""


@dataclasses.dataclass(frozen=True, slots=True)
class SectionAdded:
    """*section* comes in as number *at*."""

    at: int
    section: Section


@dataclasses.dataclass(frozen=True, slots=True)
class SectionRemoved:
    """*section*, number *at*, goes."""

    at: int
    section: Section


@dataclasses.dataclass(frozen=True, slots=True)
class SectionRenamed:
    """A section gets another name; None is an anonymous one."""

    at: int
    before: str | None
    after: str | None


@dataclasses.dataclass(frozen=True, slots=True)
class SectionMoved:
    """Section *at* becomes number *to*."""

    at: int
    to: int


@dataclasses.dataclass(frozen=True, slots=True)
class OptionAdded:
    """An option comes in as number *position* of section *at*."""

    at: int
    option: str
    position: int
    value: Value


@dataclasses.dataclass(frozen=True, slots=True)
class OptionRemoved:
    """An option, number *position* of section *at*, goes."""

    at: int
    option: str
    position: int
    value: Value


@dataclasses.dataclass(frozen=True, slots=True)
class OptionChanged:
    """An option gets another value; one of the two is an ``option`` (a text)."""

    at: int
    option: str
    before: Value
    after: Value


@dataclasses.dataclass(frozen=True, slots=True)
class ListChanged:
    """A list gets other elements, or the same in another order."""

    at: int
    option: str
    before: tuple[str, ...]
    after: tuple[str, ...]


@dataclasses.dataclass(frozen=True, slots=True)
class OptionMoved:
    """An option of section *at* gets another place in it, which means nothing to uci."""

    at: int
    option: str
    before: int
    after: int


Change = (
    SectionAdded
    | SectionRemoved
    | SectionRenamed
    | SectionMoved
    | OptionAdded
    | OptionRemoved
    | OptionChanged
    | ListChanged
    | OptionMoved
)


def difference(before: Package, after: Package) -> tuple[Change, ...]:
    """Return the changes that make *before* exactly *after*, order and spelling included; none if they are equal.

    Sections are recognised by name and identity (see ``identity.pair``). Raises DifferenceError for two packages of
    different names.
    """
    if before.name != after.name:
        raise DifferenceError(f"{after.name}: compared with package {before.name!r}; compare a package with itself")

    def same(new: int, old: int) -> bool:
        return after.sections[new] == before.sections[old]

    pairs = {
        new: old
        for new, old in pair(before, after, same, lenient=True).items()
        # uci cannot take a name away.
        if before.sections[old].name is None or after.sections[new].name is not None
    }
    origin = {old: new for new, old in pairs.items()}
    changes: list[Change] = [
        SectionRemoved(at, section) for at, section in reversed(list(enumerate(before.sections))) if at not in origin
    ]
    current = [origin[old] for old in range(len(before.sections)) if old in origin]  # numbers in `after`
    for at, new in enumerate(current):
        changes.extend(_section_changes(at, before.sections[pairs[new]], after.sections[new]))
    changes.extend(_moves(current))
    changes.extend(SectionAdded(new, section) for new, section in enumerate(after.sections) if new not in pairs)
    return tuple(changes)


def _section_changes(at: int, before: Section, after: Section) -> t.Iterator[Change]:
    if before.name != after.name:
        yield SectionRenamed(at, before.name, after.name)
    for position, (option, value) in reversed(list(enumerate(before.options))):
        if after.get(option) is None:
            yield OptionRemoved(at, option, position, value)
    names = [option for option, _value in before.options if after.get(option) is not None]
    for position, (option, value) in enumerate(after.options):
        old = before.get(option)
        if old is None:
            names.insert(position, option)
            yield OptionAdded(at, option, position, value)
            continue
        if names[position] != option:
            yield OptionMoved(at, option, names.index(option), position)
            names.remove(option)
            names.insert(position, option)
        if isinstance(old, tuple) and isinstance(value, tuple) and old != value:
            yield ListChanged(at, option, old, value)
        elif old != value:
            yield OptionChanged(at, option, old, value)


def _moves(current: list[int]) -> t.Iterator[Change]:
    """Yield the fewest moves that sort *current*."""
    in_place = longest_increasing(current)
    previous: int | None = None
    for new in sorted(current):
        if new not in in_place:
            at = current.index(new)
            current.remove(new)
            to = 0 if previous is None else current.index(previous) + 1
            current.insert(to, new)
            yield SectionMoved(at, to)
        previous = new


def invert(changes: t.Iterable[Change]) -> tuple[Change, ...]:
    """Return the changes that undo *changes*: applied to their result they give back exactly what was there."""
    return tuple(_inverse(change) for change in reversed(tuple(changes)))


def _inverse(change: Change) -> Change:
    match change:
        case SectionAdded(at, section):
            return SectionRemoved(at, section)
        case SectionRemoved(at, section):
            return SectionAdded(at, section)
        case SectionMoved():
            return SectionMoved(at=change.to, to=change.at)
        case OptionAdded(at, option, position, value):
            return OptionRemoved(at, option, position, value)
        case OptionRemoved(at, option, position, value):
            return OptionAdded(at, option, position, value)
        case SectionRenamed() | OptionChanged() | ListChanged() | OptionMoved():
            # The cases differ in type only, which replace() keeps.
            return dataclasses.replace(change, before=change.after, after=change.before)  # type: ignore[arg-type]


def apply(changes: t.Iterable[Change], package: Package) -> Package:
    """Return *package* with *changes* made; raises DifferenceError where one of them does not fit."""
    sections = list(package.sections)
    for change in changes:
        apply_one(change, sections, package.name)
    return Package(package.name, tuple(sections))


def apply_one(change: Change, sections: list[Section], package: str) -> None:
    """Make one change to *sections*, in place; raises DifferenceError where it does not fit."""
    path = f"{package}: section {change.at}"
    if isinstance(change, SectionAdded):
        _fits(change.at <= len(sections), path, f"there are only {len(sections)} sections before it")
        sections.insert(change.at, change.section)
        return
    _fits(change.at < len(sections), path, "is not there")
    section = sections[change.at]
    match change:
        case SectionRemoved(at, removed):
            _fits(section == removed, path, "is not the one to be removed")
            del sections[at]
        case SectionRenamed(at, before, after):
            _fits(section.name == before, path, f"is called {section.name!r}, expected {before!r}")
            sections[at] = dataclasses.replace(section, name=after)
        case SectionMoved(at, to):
            _fits(to < len(sections), path, f"cannot become number {to} of {len(sections)}")
            sections.insert(to, sections.pop(at))
        case _:
            sections[change.at] = dataclasses.replace(section, options=_with_option(change, section, path))


def _with_option(
    change: OptionAdded | OptionRemoved | OptionChanged | ListChanged | OptionMoved, section: Section, path: str
) -> tuple[tuple[str, Value], ...]:
    options = list(section.options)
    path = f"{path}, option {change.option}"
    match change:
        case OptionAdded(_, option, position, value):
            _fits(
                section.get(option) is None and position <= len(options), path, "is there already, or its place is not"
            )
            options.insert(position, (option, value))
        case OptionRemoved(_, option, position, value):
            _fits(options[position : position + 1] == [(option, value)], path, "is not there as expected")
            del options[position]
        case OptionChanged(_, option, before, after) | ListChanged(_, option, before, after):
            _fits((option, before) in options, path, "has not the value expected")
            options[options.index((option, before))] = (option, after)
        case OptionMoved(_, option, place, to):
            _fits([name for name, _value in options[place : place + 1]] == [option], path, "is not in its place")
            _fits(to < len(options), path, "has no such place to go to")
            options.insert(to, options.pop(place))
    return tuple(options)


def _fits(condition: bool, path: str, problem: str) -> None:  # noqa: FBT001
    if not condition:
        raise DifferenceError(f"{path}: {problem}; these changes were made for another package")
