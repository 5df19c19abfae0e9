# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A router as it was found, to be adopted: its UCI, some of its files; and the references to the secrets in it."""

from __future__ import annotations

import dataclasses
import itertools
import re
import typing as t

from ansible_collections.farsite.fleet.plugins.plugin_utils.uci.document import Package, Section
from ansible_collections.farsite.fleet.plugins.plugin_utils.uci.semantics import secret_options, semantics

if t.TYPE_CHECKING:
    from ansible_collections.farsite.fleet.plugins.plugin_utils.uci.document import Value

_ON = frozenset(("1", "on", "true", "yes", "enabled"))
"""What OpenWrt's scripts take for true (``/lib/functions.sh``)."""
_NO_WORD = re.compile(r"[^A-Za-z0-9]+")


@dataclasses.dataclass(frozen=True, slots=True)
class FoundFile:
    """A file outside ``/etc/config``: its text, and its octal mode."""

    text: str
    mode: int


@dataclasses.dataclass(frozen=True, slots=True)
class FoundRouter:
    """What a router told. ``packages`` are whole; of a secret value there stands something that is equal where it is.

    ``model`` and ``release`` are as in a site's file, None where they are not known. ``files`` has those that are
    there, by path. ``installed`` has the names of packages and of what they provide, None without a package manager;
    ``added`` those that somebody installed besides what the firmware's image has, None where that is not known.
    ``public_key`` is that of its own WireGuard key, None without one.
    """

    packages: t.Mapping[str, Package]
    model: str | None = None
    release: str | None = None
    files: t.Mapping[str, FoundFile] = dataclasses.field(default_factory=dict)
    installed: frozenset[str] | None = None
    added: tuple[str, ...] | None = None
    public_key: str | None = None

    def package(self, name: str) -> Package:
        """Return the package, an empty one where there is none."""
        return self.packages.get(name, Package(name))

    def sections(self, package: str, section_type: str) -> list[Section]:
        """Return the sections of a type in order."""
        return [section for section in self.package(package).sections if section.type == section_type]

    def section(self, package: str, section_type: str, name: str) -> Section | None:
        """Return the section of that type and name."""
        found = self.package(package).named(name)
        return found if found is not None and found.type == section_type else None


def text(section: Section | None, option: str) -> str | None:
    """Return the value of an option that is one text; of a list its first."""
    value = section.get(option) if section else None
    return value if value is None or isinstance(value, str) else next(iter(value), None)


def words(package: str, section: Section | None, option: str) -> tuple[str, ...]:
    """Return the elements of a list, also where it is written as one text."""
    value = section.get(option) if section else None
    return () if section is None or value is None else semantics(package, section.type).elements(option, value)


def number(section: Section | None, option: str) -> int | None:
    """Return the value of an option that is a whole number."""
    found = text(section, option)
    return int(found) if found is not None and found.isascii() and found.isdigit() else None


def flag(section: Section | None, option: str, *, default: bool = False) -> bool:
    """Return the value of an option that is true or false."""
    found = text(section, option)
    return default if found is None else found.lower() in _ON


@dataclasses.dataclass(frozen=True, slots=True)
class SecretReference:
    """A secret of the router that a site's file refers to.

    ``name`` is the variable that has to have it, ``option`` where it is on the router as ``uci get`` takes it,
    ``value`` what was found there (see ``FoundRouter``).
    """

    name: str
    option: str
    value: str

    @property
    def template(self) -> str:
        """What stands in the site's file."""
        return f"{{{{ {self.name} }}}}"


class References:
    """The references to a router's secrets, one for each place on the router."""

    def __init__(self, site: str, found: FoundRouter) -> None:
        """Take the name of the site, and its router."""
        self._variable = f"vault_{_NO_WORD.sub('_', site)}"
        self._found = found
        self._known: dict[str, SecretReference] = {}

    def option(self, package: str, section: Section, option: str) -> str | None:
        """Return the template for a secret option that is one text; None where the section does not have it."""
        value = text(section, option)
        return None if value is None else self._refer(package, section, option, value)

    def value(self, package: str, section: Section, option: str, value: Value) -> str | list[str]:
        """Return an option as a site's file has it: as it is, or templates where it is a secret."""
        if option not in secret_options(package):
            return value if isinstance(value, str) else list(value)
        if isinstance(value, str):
            return self._refer(package, section, option, value)
        return [self._refer(package, section, f"{option}_{place}", item) for place, item in enumerate(value, 1)]

    def values(self) -> dict[str, str]:
        """Return what each template stands for."""
        return {reference.template: reference.value for reference in self._known.values()}

    def used(self, data: object) -> tuple[SecretReference, ...]:
        """Return those that stand in *data*, in the order in which they were made."""
        there = set(_texts(data))
        return tuple(reference for reference in self._known.values() if reference.template in there)

    def _refer(self, package: str, section: Section, option: str, value: str) -> str:
        place = f"{package}.{self._place(package, section)}.{option}"
        if place not in self._known:
            word = f"{self._variable}.{_NO_WORD.sub('_', place).strip('_').lower()}"
            # places may differ in what no name of a variable has
            more = (f"{word}_{count}" for count in itertools.count(2))
            taken = {reference.name for reference in self._known.values()}
            name = next(name for name in itertools.chain((word,), more) if name not in taken)
            self._known[place] = SecretReference(name, place, value)
        return self._known[place].template

    def _place(self, package: str, section: Section) -> str:
        if section.name is not None:
            return section.name
        same = self._found.sections(package, section.type)
        at = next(place for place, other in enumerate(same) if other is section)
        return f"@{section.type}[{at}]"


def _texts(data: object) -> t.Iterator[str]:
    if isinstance(data, dict):
        for value in data.values():
            yield from _texts(value)
    elif isinstance(data, list):
        for value in data:
            yield from _texts(value)
    elif isinstance(data, str):
        yield data
