# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Sections as plain data, and back: the form that playbooks, filters and module arguments use.

A package is a list of sections, each ``{"type": "interface", "name": "lan", "options": {"proto": "static", "dns":
["192.0.2.1"]}}``: ``name`` is null or left out for an anonymous section, ``options`` may be left out, a text is an
``option`` and a list of texts is a ``list``. Nothing else of JSON comes out of sections_to_data.

Going in, a whole number stands for its digits, true for ``1``, false for ``0``, and null for "this option is absent".
"""

from __future__ import annotations

import dataclasses
import difflib
import re
import typing as t
from collections.abc import Mapping

from ansible_collections.farsite.fleet.plugins.plugin_utils.uci.document import Package, Section
from ansible_collections.farsite.fleet.plugins.plugin_utils.uci.errors import DataError
from ansible_collections.farsite.fleet.plugins.plugin_utils.uci.storable import (
    name_clashes,
    name_problem,
    type_problem,
    value_problems,
)

if t.TYPE_CHECKING:
    from ansible_collections.farsite.fleet.plugins.plugin_utils.uci.document import Value

_KEYS = ("type", "name", "options")
_PLAIN_KEY = re.compile(r"[A-Za-z0-9_-]+")
_LARGEST = 10**1000  # Python writes no number of over 4300 digits
_SCALAR = "text, a whole number, true or false"


@dataclasses.dataclass(frozen=True, slots=True)
class SectionData:
    """One section as the data says it: what it has, and the options that the data gives as null.

    ``absent`` is in the data's order. Whether it means anything is for the caller to say: a text has nothing to remove,
    in a change to a device the option goes.
    """

    section: Section
    absent: tuple[str, ...] = ()


def sections_from_data(data: object, path: str) -> tuple[Section, ...]:
    """Return the sections that *data* describes; an option given as null is left out.

    *path* says where *data* is, as in ``sections``. Raises DataError with every problem, each like
    ``sections[2].options.ports[0]: …``, for anything that is not in the form above or that uci cannot store.
    """
    return tuple(entry.section for entry in section_data(data, path))


def section_data(data: object, path: str) -> tuple[SectionData, ...]:
    """Return the same as sections_from_data does, but with the options that are given as null. Raises DataError."""
    if not isinstance(data, (list, tuple)):
        raise DataError((f"{path}: found {kind_of(data)}, expected a list of sections",))
    reader = _DataReader()
    entries = tuple(reader.entry(item, f"{path}[{index}]") for index, item in enumerate(data))
    for index, problem in name_clashes((entry.section.type, entry.section.name) for entry in entries):
        reader.problems.append(f"{path}[{index}].name: {problem}")
    if reader.problems:
        raise DataError(tuple(reader.problems))
    return entries


def sections_to_data(package: Package) -> list[dict[str, t.Any]]:
    """Return the sections as lists, dicts and texts; the order of everything is the package's."""
    return [
        {
            "type": section.type,
            "name": section.name,
            "options": {name: value if isinstance(value, str) else list(value) for name, value in section.options},
        }
        for section in package.sections
    ]


class _DataReader:
    """Reads data and collects what is wrong with it; what it returns is good only if ``problems`` stays empty."""

    def __init__(self) -> None:
        self.problems: list[str] = []

    def entry(self, data: object, path: str) -> SectionData:
        """Read one section."""
        if not isinstance(data, Mapping):
            self._report(path, f"found {kind_of(data)}, expected a mapping with type, name and options")
            return SectionData(Section(""))
        for key in data:
            if key not in _KEYS:
                self._report(_child(path, key), _unknown_key(key))
        section_type = self._type(data, path)
        name = self._name(data.get("name"), f"{path}.name")
        options, absent = self._options(data.get("options"), f"{path}.options")
        return SectionData(Section(section_type, name, options), absent)

    def _report(self, path: str, problem: str) -> None:
        self.problems.append(f"{path}: {problem}")

    def _type(self, data: Mapping[object, object], path: str) -> str:
        value = data.get("type")
        if value is None:
            self._report(f"{path}.type", "is missing; every section needs a type")
        elif not isinstance(value, str):
            self._report(f"{path}.type", f"found {kind_of(value)}, expected text")
        else:
            self._report_any(f"{path}.type", type_problem(value))
            return _plain(value)
        return ""

    def _name(self, value: object, path: str) -> str | None:
        if value is None:
            return None
        if not isinstance(value, str):
            self._report(path, f"found {kind_of(value)}, expected text, or null for an anonymous section")
            return None
        self._report_any(path, name_problem(value))
        return _plain(value)

    def _report_any(self, path: str, problem: str | None) -> None:
        if problem:
            self._report(path, problem)

    def _options(self, data: object, path: str) -> tuple[tuple[tuple[str, Value], ...], tuple[str, ...]]:
        if data is None:
            return (), ()
        if not isinstance(data, Mapping):
            self._report(path, f"found {kind_of(data)}, expected a mapping of option names to values")
            return (), ()
        options: list[tuple[str, Value]] = []
        absent: list[str] = []
        for key, item in data.items():
            option_path = _child(path, key)
            if not isinstance(key, str):
                self._report(option_path, f"the name is {kind_of(key)}, expected text; write it in quotes")
                continue
            self._report_any(option_path, name_problem(key))
            if item is None:
                absent.append(_plain(key))
                continue
            value = self._value(item, option_path)
            if value is not None:
                options.append((_plain(key), value))
        return tuple(options), tuple(absent)

    def _value(self, data: object, path: str) -> Value | None:
        value: Value | None
        if isinstance(data, (list, tuple)):
            texts = [self._text(item, f"{path}[{index}]", _SCALAR) for index, item in enumerate(data)]
            known = tuple(text for text in texts if text is not None)
            value = known if len(known) == len(texts) else None
        else:
            value = self._text(data, path, f"{_SCALAR}, a list of these, or null")
        if value is not None:
            for index, problem in value_problems(value):
                self._report(f"{path}{index}", problem)
        return value

    def _text(self, data: object, path: str, expected: str) -> str | None:
        if isinstance(data, str):
            return _plain(data)
        if isinstance(data, int) and abs(data) < _LARGEST:  # true and false are ints too: 1 and 0
            return str(int(data))
        hint = "; write it in quotes to say which digits are meant" if isinstance(data, (float, int)) else ""
        self._report(path, f"found {kind_of(data)}, expected {expected}{hint}")
        return None


def _plain(text: str) -> str:
    """Return a real ``str``: Ansible's are subclasses that carry where they come from."""
    return str.__str__(text)


def _child(path: str, key: object) -> str:
    return f"{path}.{key}" if isinstance(key, str) and _PLAIN_KEY.fullmatch(key) else f"{path}[{_key_text(key)}]"


def _key_text(key: object) -> str:
    return repr(key) if not isinstance(key, int) or abs(key) < _LARGEST else "a number of many digits"


def _unknown_key(key: object) -> str:
    near = difflib.get_close_matches(key, _KEYS, n=1) if isinstance(key, str) else []
    return f"unknown key; did you mean {near[0]}?" if near else f"unknown key; expected one of {', '.join(_KEYS)}"


def kind_of(value: object) -> str:
    """Say what a value is without showing it: it may be a secret."""
    kinds: tuple[tuple[type | tuple[type, ...], str], ...] = (
        (bool, "true or false"),
        (int, "a whole number"),
        (float, "a number with a fraction"),
        (str, "text"),
        (bytes, "bytes"),
        (Mapping, "a mapping"),
        ((list, tuple), "a list"),
    )
    if value is None:
        return "null"
    return next((name for kind, name in kinds if isinstance(value, kind)), f"a {type(value).__name__}")
