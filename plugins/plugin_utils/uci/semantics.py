# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What UCI packages mean: identity, lists, order, secrets, and the services that read them."""

from __future__ import annotations

import collections
import dataclasses
import fnmatch
import functools
import re
import typing as t

from ansible_collections.farsite.fleet.plugins.plugin_utils.uci.semantics_table import (
    RELOAD,
    RELOAD_FIRST,
    RELOAD_LAST,
    ROWS,
    SECRET_NAMES,
    Row,
)

if t.TYPE_CHECKING:
    from ansible_collections.farsite.fleet.plugins.plugin_utils.uci.document import Value

BY_NAME = "@name"
Singleton = t.Literal["", "usual", "always"]
Canonical = str | tuple[str, ...] | frozenset[str]

_BLANK = re.compile(r"[ \t\n]+")
# Names nobody looked at, beside SECRET_NAMES, also in known packages: each protocol of a network has its own options.
# An extended regular expression, for the router's awk too.
_LOOKS_SECRET = (
    r".*(passw(or)?d|passphrase|passgroup|pwd|secret|psk|token|credentials)[0-9]*"  # noqa: S105
    r"|.*(api|auth|private|pre_?shared|shared|update)_?key[0-9]*"
)
_SECRET_LIKE = re.compile(_LOOKS_SECRET)


class TableError(ValueError):
    """The table of section types contradicts itself; the message names the row."""


@dataclasses.dataclass(frozen=True, slots=True)
class SectionSemantics:
    """What the options of one section type mean.

    ``identity`` holds alternatives in order, each a tuple of options; it is empty where only a name (or, without
    one, the whole content) identifies a section. ``known`` is False for a type that the table does not have.
    """

    package: str
    type: str
    identity: tuple[tuple[str, ...], ...] = ()
    defaults: tuple[tuple[str, str], ...] = ()
    singleton: Singleton = ""
    any_identity: bool = False
    ordered: bool = True
    sets: frozenset[str] = frozenset()
    sequences: frozenset[str] = frozenset()
    folded: frozenset[str] = frozenset()
    secret: frozenset[str] = frozenset()
    known: bool = False

    def elements(self, option: str, value: Value) -> tuple[str, ...]:
        """Return the elements of *value*: of a known list given as text those between the blanks."""
        if isinstance(value, tuple):
            return value
        if option in self.sets or option in self.sequences:
            return tuple(element for element in _BLANK.split(value) if element)
        return (value,)

    def canonical(self, option: str, value: Value) -> Canonical:
        """Return a hashable form of *value*; two values mean the same exactly when their forms are equal."""
        if option not in self.sets and option not in self.sequences:
            if option in self.folded and isinstance(value, str):
                return value.lower()
            return value
        elements = self.elements(option, value)
        if option in self.folded:
            elements = tuple(element.lower() for element in elements)
        return frozenset(elements) if option in self.sets else elements

    def equal(self, option: str, one: Value, other: Value) -> bool:
        """Return whether two values of *option* mean the same."""
        return self.canonical(option, one) == self.canonical(option, other)


def compile_rows(rows: t.Iterable[Row]) -> dict[tuple[str, str], SectionSemantics]:
    """Return the semantics of *rows* by package and type; raise TableError for rows that contradict themselves."""
    table: dict[tuple[str, str], SectionSemantics] = {}
    masked: dict[str, set[str]] = collections.defaultdict(set)
    public: dict[str, set[str]] = collections.defaultdict(set)
    identities: dict[str, set[str]] = collections.defaultdict(set)
    for row in rows:
        path = f"{row.package}.{row.type}"
        if (row.package, row.type) in table:
            raise TableError(f"{path}: is there twice; merge the rows")
        compiled = _compile(row, path)
        table[row.package, row.type] = compiled
        masked[row.package] |= compiled.secret
        public[row.package] |= set(row.public.split())
        identities[row.package] |= {option for alternative in compiled.identity for option in alternative}
    for package, options in identities.items():
        # The router masks by the option's name alone, whatever the section's type.
        hidden = masked[package] | (SECRET_NAMES - public[package])
        for option in sorted((options & hidden) | (public[package] & masked[package])):
            raise TableError(f"{package}: option {option!r} is masked in one type and needed in another; choose one")
    return table


def _compile(row: Row, path: str) -> SectionSemantics:
    alternatives = [] if row.identity == BY_NAME else [part.split("+") for part in row.identity.split("|")]
    defaults = []
    identity = []
    for alternative in alternatives:
        options = []
        for part in alternative:
            option, equals, default = part.strip().partition("=")
            if not option or not option.replace("_", "").isalnum():
                raise TableError(f"{path}: identity {row.identity!r} has {part!r} where an option is expected")
            options.append(option)
            if equals:
                defaults.append((option, default))
        identity.append(tuple(options))
    sets, sequences = frozenset(row.sets.split()), frozenset(row.sequences.split())
    for option in sorted(sets & sequences):
        raise TableError(f"{path}: list {option!r} is a set and a sequence; choose one")
    if row.singleton not in t.get_args(Singleton):
        raise TableError(f"{path}: singleton {row.singleton!r} is none of {t.get_args(Singleton)}")
    if row.singleton == "always" and identity:
        raise TableError(f"{path}: there is only one section of this type, so it needs no identity {row.identity!r}")
    secret = frozenset(row.masked.split())
    for option in sorted(secret & set(row.public.split())):
        raise TableError(f"{path}: option {option!r} is secret and public; choose one")
    return SectionSemantics(
        row.package,
        row.type,
        identity=tuple(identity),
        defaults=tuple(defaults),
        singleton=t.cast("Singleton", row.singleton),
        any_identity=row.any_identity,
        ordered=row.ordered,
        sets=sets,
        sequences=sequences,
        folded=frozenset(row.folded.split()),
        secret=secret,
        known=True,
    )


_TABLE: t.Final = compile_rows(ROWS)


@functools.cache
def _public(package: str) -> frozenset[str]:
    return frozenset(option for row in ROWS if row.package == package for option in row.public.split())


@functools.cache
def semantics(package: str, section_type: str) -> SectionSemantics:
    """Return what the options of *section_type* mean.

    For an unknown type that is the careful answer: anonymous sections are identified by their whole content, lists
    and sections are in order, and an option whose name looks like a secret is one.
    """
    found = _TABLE.get((package, section_type))
    if found is not None:
        return found
    for (row_package, pattern), row in _TABLE.items():
        if row_package == package and pattern.endswith("*") and fnmatch.fnmatchcase(section_type, pattern):
            return dataclasses.replace(row, type=section_type)
    return SectionSemantics(package, section_type)


def section_types(package: str) -> tuple[str, ...]:
    """Return the section types of *package* that the table knows; a pattern ends in ``*``."""
    return tuple(section_type for row_package, section_type in _TABLE if row_package == package)


@dataclasses.dataclass(frozen=True, slots=True)
class SecretOptions:
    """The options that a router masks, whatever the section's type: some names, and all that look like a secret's."""

    names: frozenset[str]

    def __contains__(self, option: object) -> bool:
        """Return whether *option* is one of them."""
        name = str(option).lower()
        return option in self.names or name in self.names or _SECRET_LIKE.fullmatch(name) is not None

    @property
    def words(self) -> str:
        """The names, and the pattern with a tilde in front, as ``shell/secrets.sh`` takes them."""
        return " ".join([*sorted(self.names), f"~^({_LOOKS_SECRET})$"])


@functools.cache
def secret_options(*packages: str) -> SecretOptions:
    """Return the options that a router masks in *packages*; a mask by name cannot tell the types of sections apart."""
    names: set[str] = set()
    for package in packages:
        known = (row.secret for (row_package, _type), row in _TABLE.items() if row_package == package)
        names.update((SECRET_NAMES - _public(package)).union(*known))
    return SecretOptions(frozenset(names))


def services(packages: t.Iterable[str]) -> tuple[str, ...]:
    """Return the init scripts to reload after a change of *packages*, in the order that is safe.

    The SSH daemon comes last. A package without a row has a service of its own name.
    """
    names = {service for package in packages for service in RELOAD.get(package, (package,))}
    first = [service for service in RELOAD_FIRST if service in names]
    others = sorted(names.difference(RELOAD_FIRST, (RELOAD_LAST,)))
    return (*first, *others, *({RELOAD_LAST} & names))
