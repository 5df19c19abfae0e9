# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a router has beside, or instead of, what features give: which of them fit, and the rest as ``router_uci``."""

from __future__ import annotations

import dataclasses
import typing as t

from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet import placeholders
from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.features.ssh import AUTHORIZED_KEYS
from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.intended import FEATURES, FILES
from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.ownership import KEEP, is_kept, keep_patterns
from ansible_collections.farsite.fleet.plugins.plugin_utils.uci.document import Package, Section
from ansible_collections.farsite.fleet.plugins.plugin_utils.uci.identity import IdentityError, label, pair
from ansible_collections.farsite.fleet.plugins.plugin_utils.uci.semantics import semantics

if t.TYPE_CHECKING:
    from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.adoption_router import FoundRouter, References
    from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.fleet import SiteView
    from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.fragment import File, Fragment
    from ansible_collections.farsite.fleet.plugins.plugin_utils.uci.document import Value

Fill = t.Callable[[Section], Section]
Scripts = t.Mapping[str, str]
RawSections = dict[str, list[dict[str, t.Any]]]

PATHS = (AUTHORIZED_KEYS, *FILES)
"""The files outside ``/etc/config`` that features give."""


@dataclasses.dataclass(frozen=True, slots=True)
class Comparison:
    """``missing`` has the features that the router does not have, with what it lacks; ``rest`` is ``router_uci``.

    The rest makes sense only where nothing is missing.
    """

    missing: dict[str, str]
    rest: RawSections


@dataclasses.dataclass(frozen=True, slots=True)
class _Given:
    feature: str
    section: Section
    absent: tuple[str, ...] = ()
    shared: bool = False


def features_of(view: SiteView, package: str) -> frozenset[str]:
    """Return the features that give something of the UCI package to this site."""
    fragments = ((name, feature(view)) for name, feature in FEATURES.items())
    return frozenset(name for name, fragment in fragments if package in fragment.owned or package in fragment.shared)


def installs(view: SiteView) -> frozenset[str]:
    """Return the packages that the site's features bring, but for those that its file names."""
    given = (feature(view) for name, feature in FEATURES.items() if name not in ("packages", *view.site.unmanaged))
    return frozenset(name for fragment in given for name in fragment.install)


def compare(  # noqa: PLR0913 # each is a thing of its own
    view: SiteView,
    found: FoundRouter,
    fill: Fill,
    references: References,
    *,
    scripts: Scripts,
    arranged: t.Collection[str],
    more: t.Collection[str],
) -> Comparison:
    """Compare what the site's features give with what the router has.

    A feature fits where the router has all its sections, files and packages. Where options differ the rest has them as
    the router does, and it has all sections besides that would not stay anyway. *fill* puts into a section what stands
    for its secrets. Of the packages *arranged* the rest says the order too. *more* are packages of which no feature
    gives anything, and all of which is to be in the rest.
    """
    fragments = {name: feature(view) for name, feature in FEATURES.items() if name not in view.site.unmanaged}
    missing = _outside(fragments, found, scripts)
    missing |= _leftovers(fragments, found, view)
    given: dict[str, list[_Given]] = {name: [] for name in KEEP if found.package(name).sections}
    for feature, fragment in fragments.items():
        for name, shared in fragment.shared.items():
            given.setdefault(name, []).extend(
                _Given(feature, fill(entry.section), entry.absent, shared=True) for entry in shared
            )
        for name, sections in fragment.owned.items():
            given.setdefault(name, []).extend(_Given(feature, fill(section)) for section in sections)
    rest: RawSections = {}
    for name, entries in sorted(given.items()):
        part = _Part(found.package(name), entries, references)
        missing = part.missing() | missing
        if not missing:
            rest[name] = part.rest(in_order=name in arranged)
    for name in sorted(set(more) - set(given)):
        part = _Part(found.package(name), [], references)
        rest[name] = [part.whole(section) for section in found.package(name).sections]
    return Comparison(missing, {name: sections for name, sections in rest.items() if sections})


def _outside(fragments: t.Mapping[str, Fragment], found: FoundRouter, scripts: Scripts) -> dict[str, str]:
    """Return the features of which the router lacks a file or a package."""
    missing: dict[str, str] = {}
    for feature, fragment in fragments.items():
        for file in fragment.files:
            there = found.files.get(file.path)
            if there is None:
                missing.setdefault(feature, f"the router has no {file.path}")
            elif (there.text, there.mode) != (_text(file, scripts), file.mode):
                missing.setdefault(feature, f"{file.path} is another one, or has another mode, on the router")
        lacking = [name for name in fragment.install if found.installed is None or name not in found.installed]
        if lacking:
            missing.setdefault(feature, f"these packages are not installed: {', '.join(lacking)}")
    return missing


def _text(file: File, scripts: Scripts) -> str:
    return scripts[file.script] if file.script else file.content


def _leftovers(fragments: t.Mapping[str, Fragment], found: FoundRouter, view: SiteView) -> dict[str, str]:
    """Return the features that would take a file away which the router has."""
    given = {file.path for fragment in fragments.values() for file in fragment.files}
    return {
        feature: f"the router has {path}, which such a site has not"
        for path, feature in FILES.items()
        if path in found.files and path not in given and feature not in view.site.unmanaged
    }


class _Part:
    """One package."""

    def __init__(self, running: Package, given: list[_Given], references: References) -> None:
        self._running = running
        self._given = given
        self._references = references
        self._problem = ""
        try:
            self._pairs = self._paired()
        except IdentityError as error:
            self._pairs = {}
            self._problem = str(error)

    def _paired(self) -> dict[int, int]:
        sections = Package(self._running.name, tuple(entry.section for entry in self._given))

        def settled(given: int, running: int) -> bool:
            return not self._differing(self._given[given], self._running.sections[running])

        absent = [entry.absent for entry in self._given]
        pairs = pair(self._running, sections, settled, absent=absent)
        return {given: running for given, running in pairs.items() if self._same_name(given, running)}

    def _same_name(self, given: int, running: int) -> bool:
        """Return whether the plan would not give the section another name."""
        name = self._given[given].section.name
        return name is None or name == self._running.sections[running].name

    def missing(self) -> dict[str, str]:
        missing: dict[str, str] = {}
        for index, entry in enumerate(self._given):
            if index not in self._pairs:
                what = f"the router has no {label(self._running.name, entry.section)} in /etc/config/"
                missing.setdefault(entry.feature, self._problem or f"{what}{self._running.name}")
        return missing

    def rest(self, *, in_order: bool) -> list[dict[str, t.Any]]:
        keep = keep_patterns(self._running.name)
        of_running = {running: given for given, running in self._pairs.items()}
        overrides: list[dict[str, t.Any]] = []
        more: list[dict[str, t.Any]] = []
        for place, section in enumerate(self._running.sections):
            given = of_running.get(place)
            if given is not None:
                entry = self._override(self._given[given], section)
                if entry is None and in_order and semantics(self._running.name, section.type).ordered:
                    entry = self._named(self._given[given])
                if entry is not None:
                    (more if in_order else overrides).append(entry)
            elif not is_kept(self._running.name, section, keep):
                more.append(self.whole(section))
        return [*overrides, *more]

    def _override(self, given: _Given, section: Section) -> dict[str, t.Any] | None:
        differing = self._differing(given, section)
        if not differing:
            return None
        entry = self._named(given)
        values = {
            option: None if value is None else self._references.value(self._running.name, section, option, value)
            for option, value in differing.items()
        }
        return {**entry, "options": {**entry.get("options", {}), **values}}

    def _differing(self, given: _Given, section: Section) -> dict[str, Value | None]:
        """Return what the router has otherwise, None for what it does not have."""
        equal = semantics(self._running.name, section.type).equal
        differing: dict[str, Value | None] = {}
        for option, wanted in given.section.options:
            value = section.get(option)
            if value is None or not equal(option, value, wanted):
                differing[option] = value
        known = {option for option, _value in given.section.options}
        besides = ((option, value) for option, value in section.options if option not in known)
        return differing | {option: value for option, value in besides if not given.shared or option in given.absent}

    def _named(self, given: _Given) -> dict[str, t.Any]:
        """Return what says which section of the features is meant."""
        section = given.section
        if section.name is not None:
            return {"type": section.type, "name": section.name}
        for alternative in semantics(self._running.name, section.type).identity:
            options = {
                option: value if isinstance(value, str) else list(value)
                for option, value in section.options
                if option in alternative
            }
            if options:
                return {"type": section.type, "options": options}
        return {"type": section.type}

    def whole(self, section: Section) -> dict[str, t.Any]:
        entry: dict[str, t.Any] = {"type": section.type}
        if section.name is not None:
            entry["name"] = section.name
        if section.options:
            entry["options"] = {
                option: self._references.value(self._running.name, section, option, value)
                for option, value in section.options
            }
        return entry


def filler(values: t.Mapping[str, str], private_key: str) -> Fill:
    """Return what puts into a section what stands for its secrets, by their paths, and for the router's own key.

    What else only a router knows stays as it is, and differs from all that a router may have.
    """

    def fill(section: Section) -> Section:
        options = tuple(
            (option, private_key if value == placeholders.PRIVATE_KEY else value) for option, value in section.options
        )
        return placeholders.filled(Section(section.type, section.name, options), values.__getitem__)

    return fill
