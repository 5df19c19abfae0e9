# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""UCI that a site's file gives as it is, in the form of the filter ``to_uci``."""

from __future__ import annotations

import dataclasses
import re
import typing as t
from collections.abc import Mapping

from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.kinds import (
    INVALID,
    Invalid,
    Secret,
    found,
    is_template,
)
from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.placeholders import PRIVATE_KEY, secret
from ansible_collections.farsite.fleet.plugins.plugin_utils.uci.data import SectionData, section_data
from ansible_collections.farsite.fleet.plugins.plugin_utils.uci.errors import DataError
from ansible_collections.farsite.fleet.plugins.plugin_utils.uci.semantics import secret_options
from ansible_collections.farsite.fleet.plugins.plugin_utils.uci.storable import package_name_problem

if t.TYPE_CHECKING:
    from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.problems import Place

_STEPS = re.compile(r"""(?:\.[A-Za-z0-9_-]+|\[(?:'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|[^\]'"]*)\])*""")
"""The path at the beginning of a problem of ``uci.data``: ``[0].options['a: b'][1]``."""

_TEXT = {"type": ["string", "integer", "boolean"]}
RAW_UCI_SCHEMA: dict[str, t.Any] = {
    "type": "object",
    "additionalProperties": {
        "type": "array",
        "items": {
            "type": "object",
            "properties": {
                "type": {"type": "string"},
                "name": {"type": ["string", "null"]},
                "options": {
                    "type": ["object", "null"],
                    "additionalProperties": {"anyOf": [_TEXT, {"type": "null"}, {"type": "array", "items": _TEXT}]},
                },
            },
            "required": ["type"],
            "additionalProperties": False,
        },
    },
}


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class RawUci:
    """The sections of one package; an option that is a secret has as its value what stands for it in plans."""

    package: str
    sections: tuple[SectionData, ...]


def read_raw_uci(value: object, place: Place) -> tuple[RawUci, ...] | Invalid:
    """Return the packages by name, in the file's order; report all that is wrong with them at *place*."""
    if not isinstance(value, Mapping):
        place.problem(f"found {found(value)}, expected a mapping of UCI packages to lists of sections")
        return INVALID
    packages = []
    wrong = False
    for name, sections in value.items():
        if not isinstance(name, str):
            place.problem(f"has a key that is {found(name)}; expected the name of a UCI package")
            wrong = True
            continue
        problem = package_name_problem(name)
        if problem:
            place.at(name).problem(problem)
            wrong = True
            continue
        concealer = _Concealer(name, place)
        try:
            data = section_data(concealer.conceal(sections), "")
        except DataError as error:
            for text in error.problems:
                steps = _STEPS.match(text)
                path = steps[0] if steps else ""
                place.at(name).problem_below(path, text.removeprefix(path).removeprefix(": "))
            wrong = True
        else:
            wrong = wrong or concealer.wrong
            packages.append(RawUci(package=str.__str__(name), sections=data))
    return INVALID if wrong else tuple(packages)


class _Concealer:
    """Replaces the secrets of one package's data by what stands for them, and reports templates elsewhere."""

    def __init__(self, package: str, place: Place) -> None:
        self.place = place.at(package)
        self.secrets = secret_options(package)
        self.wrong = False

    def conceal(self, sections: object) -> object:
        """Return the data of the package without a secret."""
        if not isinstance(sections, (list, tuple)):
            return sections
        return [self._section(section, self.place.at(index)) for index, section in enumerate(sections)]

    def _section(self, section: object, place: Place) -> object:
        if not isinstance(section, Mapping):
            return section
        for key in ("type", "name"):
            if is_template(section.get(key)):
                self._refuse_template(place.at(key))
        if not isinstance(section.get("options"), Mapping):
            return section
        options = {
            key: self._option(key, value, place.at("options", str(key))) for key, value in section["options"].items()
        }
        return {**section, "options": options}

    def _option(self, key: object, value: object, place: Place) -> object:
        if isinstance(value, (list, tuple)):
            return [self._option(key, item, place.at(index)) for index, item in enumerate(value)]
        if key == "private_key" and value == PRIVATE_KEY:
            return value
        if key in self.secrets and value is not None:
            path = Secret().read(value, place)
            self.wrong = self.wrong or isinstance(path, Invalid)
            return "invalid" if isinstance(path, Invalid) else secret(path)
        if is_template(value):
            self._refuse_template(place)
        return value

    def _refuse_template(self, place: Place) -> None:
        self.wrong = True
        place.problem("found a template, expected the value: only secrets may be left for later")
