# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What uci can store and read back: names, types, texts.

Each ``*_problem`` function returns None, or what is wrong and what was expected, without quoting a value (it may be a
secret). The rules are those of OpenWrt's ``util.c`` (``uci_validate_*``), plus what its writer (``file.c``) puts into a
file that its reader then takes for something else.
"""

from __future__ import annotations

import re
import typing as t

if t.TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ansible_collections.farsite.fleet.plugins.plugin_utils.uci.document import Value

_NAME = re.compile(r"[A-Za-z0-9_]+")
_EXPORTED_PACKAGE = re.compile(r"[A-Za-z0-9_-]+")
_PRINTABLE = re.compile(r"[!-~]+")
_NOT_IN_PACKAGE = re.compile(r"[./]")
_NOT_IN_TYPE = re.compile(r"['\"\\#;]")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
_EMPTY = "is empty"


def package_name_problem(name: str) -> str | None:
    """Judge the name of a file below ``/etc/config``: printable ASCII without a dot, a slash or a blank."""
    if not name:
        return _EMPTY
    if not _PRINTABLE.fullmatch(name) or _NOT_IN_PACKAGE.search(name):
        return "is no name of a uci package; expected printable ASCII without blanks, dots and slashes"
    return None


def exported_package_name_problem(name: str) -> str | None:
    """Judge a name for a ``package`` line, which takes fewer characters than a file's name does."""
    if not name:
        return _EMPTY
    if not _EXPORTED_PACKAGE.fullmatch(name):
        return "cannot be read back from a package line; expected letters, digits, - and _"
    return None


def type_problem(section_type: str) -> str | None:
    """Judge the type of a section: printable ASCII, without what means something in a bare word.

    uci reads a quoted type with such a character, but writes every type bare.
    """
    if not section_type:
        return _EMPTY
    if not _PRINTABLE.fullmatch(section_type) or _NOT_IN_TYPE.search(section_type):
        return "is no section type; expected printable ASCII without blanks, quotes, backslashes, # and ;"
    return None


def name_problem(name: str) -> str | None:
    """Judge the name of a section or of an option."""
    if not name:
        return _EMPTY
    if not _NAME.fullmatch(name):
        return "is no name that uci takes; expected letters, digits and _"
    return None


def text_problem(text: str) -> str | None:
    """Judge the text of an option or of a list's element, apart from an option's being empty."""
    control = _CONTROL.search(text)
    if control:
        return f"contains the control byte 0x{ord(control[0]):02x}; uci takes tab, line feed and carriage return only"
    try:
        same = text.encode("utf-8", "surrogateescape").decode("utf-8", "surrogateescape") == text
    except UnicodeEncodeError as error:
        return f"contains U+{ord(text[error.start]):04X}, which is no character"
    if not same:
        return "contains UTF-8 split into single escaped bytes; decode it as a whole"
    return None


def value_problems(value: Value) -> Iterator[tuple[str, str]]:
    """Yield ``(index, problem)`` for each text of an option or list; index is ``""`` or like ``[2]``."""
    if isinstance(value, str):
        problem = text_problem(value) if value else f"{_EMPTY}; uci drops an empty option, leave it out"
        if problem:
            yield "", problem
        return
    if not value:
        yield "", "is an empty list, which uci cannot store; leave it out"
    for index, element in enumerate(value):
        problem = text_problem(element)
        if problem:
            yield f"[{index}]", problem


def generated_name(section_type: str, number: int) -> str:
    """Return the name that uci's reader gives to the anonymous section that is the *number*-th (from 1) of its package.

    The type is hashed as in OpenWrt's ``list.c``. The name is only good for finding what a file means by it: the next
    commit gives it to another section.
    """
    digest = 5381
    for byte in section_type.encode("utf-8", "surrogateescape"):
        digest = (digest * 33 + byte) & 0xFFFF
    return f"cfg{number:02x}{digest:04x}"


def name_clashes(sections: Iterable[tuple[str, str | None]]) -> Iterator[tuple[int, str]]:
    """Yield ``(index, problem)`` for each ``(type, name)`` that uci's reader would merge into an earlier section."""
    names: dict[str, str] = {}
    for index, (section_type, name) in enumerate(sections):
        if name is None:
            generated = generated_name(section_type, index + 1)
            names.setdefault(generated, "is the name that uci generates for an anonymous section above it")
        elif name in names:
            yield index, f"{names[name]}; uci would merge the two, choose another name"
        else:
            names[name] = "is the name of a section above it"
