# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Changes as lines in the words of the field's own ``uci`` tool, for people to read: a plan, a diff, a result."""

from __future__ import annotations

import typing as t

from ansible_collections.farsite.fleet.plugins.plugin_utils.uci.difference import (
    Change,
    ListChanged,
    OptionAdded,
    OptionChanged,
    OptionRemoved,
    SectionAdded,
    SectionMoved,
    SectionRemoved,
    SectionRenamed,
    apply_one,
)
from ansible_collections.farsite.fleet.plugins.plugin_utils.uci.semantics import semantics

if t.TYPE_CHECKING:
    from ansible_collections.farsite.fleet.plugins.plugin_utils.uci.document import Package, Section, Value


def commands(changes: t.Iterable[Change], package: Package) -> list[str]:
    """Return what *changes* do to *package*, a line each; for reading, not for a shell.

    An anonymous section is called by what identifies it, ``firewall.@zone[name='vpn']``, and by its number among
    those of its type, ``firewall.@rule[3]``, only where nothing else tells it apart. A control character or a byte
    that is no UTF-8 is shown as an escape. A new place of an option in its section, which means nothing, has no line.
    The values are shown as they are: *package* and *changes* are masked already.
    """
    sections = list(package.sections)
    lines: list[str] = []
    for change in changes:
        lines.extend(_lines(change, sections, package.name))
        apply_one(change, sections, package.name)
    return lines


def _lines(change: Change, sections: list[Section], package: str) -> t.Iterator[str]:
    if isinstance(change, SectionAdded):
        yield from _added(change, sections, package)
        return
    section = reference(package, sections, change.at)
    match change:
        case SectionRemoved():
            yield f"delete {section}"
        case SectionRenamed(_, _, after):
            yield f"rename {section}={quoted(after or '')}"
        case SectionMoved(_, to):
            yield f"reorder {section}={to}"
        case OptionAdded(_, option, _, value):
            yield from _set(f"{section}.{option}", value)
        case OptionRemoved(_, option):
            yield f"delete {section}.{option}"
        case OptionChanged(_, option, before, after):
            if isinstance(after, tuple) and isinstance(before, str):
                yield f"delete {section}.{option}"
            yield from _set(f"{section}.{option}", after)
        case ListChanged(_, option, before, after):
            yield from _list_changed(f"{section}.{option}", before, after)


def _added(change: SectionAdded, sections: list[Section], package: str) -> t.Iterator[str]:
    section = change.section
    if section.name is None:
        yield f"add {package} {section.type}"
        path = f"{package}.@{section.type}[-1]"
    else:
        path = f"{package}.{section.name}"
        yield f"set {path}={section.type}"
    for option, value in section.options:
        yield from _set(f"{path}.{option}", value)
    if change.at != len(sections):
        yield f"reorder {path}={change.at}"


def _set(path: str, value: Value) -> t.Iterator[str]:
    if isinstance(value, str):
        yield f"set {path}={quoted(value)}"
    else:
        for element in value:
            yield f"add_list {path}={quoted(element)}"


def _list_changed(path: str, before: tuple[str, ...], after: tuple[str, ...]) -> t.Iterator[str]:
    rest = tuple(element for element in before if element in after)
    if after[: len(rest)] == rest and len(set(before)) == len(before):
        for element in before:
            if element not in after:
                yield f"del_list {path}={quoted(element)}"
        yield from _set(path, after[len(rest) :])
    else:
        yield f"delete {path}"
        yield from _set(path, after)


def reference(package: str, sections: t.Sequence[Section], at: int) -> str:
    """Return how a line calls section number *at*: by its name, by its identity, else by its number in its type."""
    section = sections[at]
    if section.name is not None:
        return f"{package}.{section.name}"
    same_type = [index for index, other in enumerate(sections) if other.type == section.type]
    for alternative in semantics(package, section.type).identity:
        criteria = [(option, value) for option in alternative if (value := section.get(option)) is not None]
        alike = [i for i in same_type if all(sections[i].get(option) == value for option, value in criteria)]
        if criteria and alike == [at]:
            return f"{package}.@{section.type}[{','.join(_criterion(*criterion) for criterion in criteria)}]"
    return f"{package}.@{section.type}[{same_type.index(at)}]"


def _criterion(option: str, value: Value) -> str:
    return f"{option}={quoted(value if isinstance(value, str) else ' '.join(value))}"


def quoted(text: str) -> str:
    r"""Return *text* in quotes on one line: a quote is ``'\''`` as in uci's own output, control characters escaped."""
    plain = text.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
    shown = "".join(c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in plain)
    return "'" + shown.replace("'", "'\\''") + "'"
