# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Documents to UCI text, byte for byte as OpenWrt's ``uci commit`` and ``uci export`` write it (``file.c``)."""

from __future__ import annotations

import collections
import re
import typing as t

from ansible_collections.farsite.fleet.plugins.plugin_utils.uci.errors import DataError
from ansible_collections.farsite.fleet.plugins.plugin_utils.uci.storable import (
    exported_package_name_problem,
    name_clashes,
    name_problem,
    package_name_problem,
    type_problem,
    value_problems,
)

if t.TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ansible_collections.farsite.fleet.plugins.plugin_utils.uci.document import Package, Section

_PLAIN = re.compile(r"[!-~]+")


def quote(text: str) -> str:
    """Return *text* in single quotes, as uci writes values; a POSIX shell reads it back as one word too."""
    return "'" + text.replace("'", "'\\''") + "'"


def render(package: Package) -> str:
    r"""Return the file that ``uci commit`` writes: a blank line before each section and one at the end.

    ``parse(render(package), package.name) == package``. Raises DataError with everything that uci could not store or
    would read back as something else, each as ``package.section.option: …`` (an anonymous section as ``@type[n]``).
    """
    _check(_package_problems(package))
    return _body(package)


def render_export(packages: Iterable[Package]) -> str:
    """Return what ``uci export`` prints: each package behind its ``package`` line. Raises DataError as render does."""
    packages = tuple(packages)
    _check(_export_problems(packages))
    return "".join(f"package {package.name}\n{_body(package)}" for package in packages)


def _body(package: Package) -> str:
    return "".join(f"{line}\n" for section in package.sections for line in _section_lines(section)) + "\n"


def _section_lines(section: Section) -> Iterator[str]:
    """Yield the lines of a section, the blank one first."""
    yield ""
    yield f"config {section.type}" + (f" {quote(section.name)}" if section.name is not None else "")
    for option, value in section.options:
        if isinstance(value, str):
            yield f"\toption {option} {quote(value)}"
        else:
            yield from (f"\tlist {option} {quote(element)}" for element in value)


def _check(problems: Iterable[str]) -> None:
    found = tuple(problems)
    if found:
        raise DataError(found)


def _export_problems(packages: tuple[Package, ...]) -> Iterator[str]:
    counts = collections.Counter(package.name for package in packages)
    for name, count in counts.items():
        problem = exported_package_name_problem(name)
        if problem:
            yield f"{_shown(name)}: {problem}"
        if count > 1:
            yield f"{_shown(name)}: is the name of {count} packages; expected each package once"
    for package in packages:
        yield from _package_problems(package)


def _package_problems(package: Package) -> Iterator[str]:
    problem = package_name_problem(package.name)
    if problem:
        yield f"{_shown(package.name)}: {problem}"
    clashes = dict(name_clashes((section.type, section.name) for section in package.sections))
    seen: collections.Counter[str] = collections.Counter()
    for index, section in enumerate(package.sections):
        name = section.name if section.name is not None else f"@{section.type}[{seen[section.type]}]"
        seen[section.type] += 1
        path = f"{_shown(package.name)}.{_shown(name)}"
        problem = type_problem(section.type)
        if problem:
            yield f"{path}: the type {section.type!r} {problem}"
        problem = name_problem(section.name) if section.name is not None else None
        if problem:
            yield f"{path}: the name {problem}"
        if index in clashes:
            yield f"{path}: the name {clashes[index]}"
        yield from _option_problems(section, path)


def _option_problems(section: Section, path: str) -> Iterator[str]:
    for option, count in collections.Counter(option for option, _value in section.options).items():
        problem = name_problem(option)
        if problem:
            yield f"{path}.{_shown(option)}: the name {problem}"
        if count > 1:
            yield f"{path}.{_shown(option)}: occurs {count} times; expected each option once"
    for option, value in section.options:
        for index, problem in value_problems(value):
            yield f"{path}.{_shown(option)}{index}: {problem}"


def _shown(name: str) -> str:
    """Return a name for a message, quoted where it would be hard to read."""
    return name if _PLAIN.fullmatch(name) else repr(name)
