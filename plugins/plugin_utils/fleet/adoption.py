# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A live router as a site's file, such that the next plan for it is empty.

What the model has words for is said in them. What the router has otherwise stands in ``router_uci``; a feature of
which the router lacks something is ``unmanaged``. Whether that is right is not believed but tried: the plan is made,
and a package of which it would change anything is left alone.
"""

from __future__ import annotations

import dataclasses
import re
import typing as t
from collections.abc import Mapping

from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.adoption_data import PLANNED, site_data
from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.adoption_pruning import own_data
from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.adoption_rest import (
    compare,
    features_of,
    filler,
    installs,
)
from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.adoption_router import References, text
from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.adoption_site import id_of_tunnel
from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.files import FLEET_FILE, site_file
from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.inheritance import inherit
from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.intended import FEATURES, FeatureError, intended
from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.model.site import UNMANAGED
from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.model.uplink import LteUplink
from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.ownership import target_packages
from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.placeholders import PLACEHOLDER, PRIVATE_KEY
from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.problems import FleetError, Problem, errors
from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.reading import DEFAULTS, read_fleet
from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.site_view import (
    settings_for_sites,
    site_view,
    values,
)
from ansible_collections.farsite.fleet.plugins.plugin_utils.uci.document import Package
from ansible_collections.farsite.fleet.plugins.plugin_utils.uci.identity import IdentityError

if t.TYPE_CHECKING:
    from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.adoption_rest import RawSections, Scripts
    from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.adoption_router import (
        FoundRouter,
        SecretReference,
    )
    from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.files import FleetFiles
    from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.fleet import Fleet, SiteView
    from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.intended import Intended, IntendedPackage

Data = dict[str, t.Any]

_RAW = re.compile(r"router_uci(?:\.([A-Za-z0-9_-]+)|\['([^']+)'\])")
_UPLINK = re.compile(r"uplink(?:\[([0-9]+)\])?")
_CAMERA = re.compile(r"cameras\[([0-9]+)\]")
_HALF = re.compile(r"[\ud800-\udfff]")
_FOUND_OUT: Data = {"lte": {"modem": "auto", "device": None}}
_NO_KEY = "<no private key>"


@dataclasses.dataclass(frozen=True, slots=True)
class Adopted:
    """What is to stand in the site's file, and what people have to know.

    ``unmanaged`` has features with what the router lacks of them, ``left`` packages that neither the features nor
    ``router_uci`` can say, and why. ``wanted`` is what the site is then to have, ``standard`` what it would be to have
    without ``unmanaged`` and ``router_uci``; in both there stands for secrets what was found.
    """

    data: Data
    unmanaged: Mapping[str, str]
    left: Mapping[str, str]
    notes: tuple[str, ...]
    secrets: tuple[SecretReference, ...]
    wanted: Intended
    standard: Intended


def adopt(  # noqa: PLR0913 # each is a thing of its own
    found: FoundRouter,
    fleet: Fleet,
    files: FleetFiles,
    name: str,
    *,
    site_id: int | None,
    scripts: Scripts,
    exact: bool = True,
    more: t.Collection[str] = (),
) -> Adopted:
    """Return the file of the site *name* of *fleet*, whose *files* may have it already: then it is replaced.

    Without *site_id* it is that of the file which is replaced, else that of the router's tunnel. *scripts* has the text
    of each shell file that a feature names.
    Without *exact* the file says nothing but what the model has words for: the next plan makes the router the fleet's.
    *more* are UCI packages that no feature knows, and that ``router_uci`` is to have too. Raises FleetError.
    """
    told = id_of_tunnel(found, fleet.settings)
    replaced = files.sites.get(name)
    known = replaced.get("id") if isinstance(replaced, Mapping) else None
    number = next((given for given in (site_id, known, told) if isinstance(given, int)), None)
    if number is None or told not in (None, number):
        problem = "is not known: the router has no tunnel to say it; give it"
        if told is not None:
            problem = f"found {number}, but the router's tunnel has the address of the site with the id {told}"
        raise FleetError((Problem(site_file(name), "id", problem),))
    return _Adoption(found, fleet, files, name, number, scripts, more).result(exact=exact)


class _Adoption:
    """Grows ``unmanaged`` and ``left``, and loses data that no file can have, until the plan is empty."""

    def __init__(  # noqa: PLR0913, PLR0917 # as adopt
        self,
        found: FoundRouter,
        fleet: Fleet,
        files: FleetFiles,
        name: str,
        site_id: int,
        scripts: Scripts,
        more: t.Collection[str],
    ) -> None:
        self._found = found
        self._files = files
        self._name = name
        self._scripts = scripts
        self._settings = settings_for_sites(files.fleet)
        self._defaults = files.fleet.get(DEFAULTS) if isinstance(files.fleet, Mapping) else None
        given = self._defaults.get("router_uci") if isinstance(self._defaults, Mapping) else None
        self._inherited_raw: Data = dict(given) if isinstance(given, Mapping) else {}
        self._keys = {hub.name: hub.public_key for hub in fleet.hubs if hub.public_key}
        self._references = References(name, found)
        self._more = set(more)
        self._unmanaged: dict[str, str] = {}
        self._left: dict[str, str] = {}
        self._arranged: set[str] = set()
        self._data, self._notes = site_data(found, fleet, files, name, site_id, self._references)

    def result(self, *, exact: bool) -> Adopted:
        while True:
            standard = self._standard()
            step = self._step(exact=exact) if standard is not None else None
            if standard is not None and step is not None:
                return self._adopted(*step, standard)

    def _adopted(self, data: Data, wanted: Intended, standard: Intended) -> Adopted:
        left = {name: reason for name, reason in self._left.items() if self._found.package(name).sections}
        order = [feature for feature in UNMANAGED if feature in self._unmanaged]
        return Adopted(
            data,
            {feature: self._unmanaged[feature] for feature in order},
            left,
            tuple(self._notes),
            self._references.used(data),
            wanted,
            standard,
        )

    def _standard(self) -> Intended | None:
        """Return what the site is to have by what was recognised alone; None where some of that had to go."""
        try:
            view, fill_values = self._view(self._own(None, ()))
        except FleetError as error:
            self._drop(error)
            return None
        return self._filled(view, fill_values)

    def _step(self, *, exact: bool) -> tuple[Data, Intended] | None:
        """Return the data and what they give once the plan is empty; None where something had to be given up first."""
        rest: RawSections | None = None
        unmanaged: t.Collection[str] = ()
        try:
            if exact:
                unmanaged = self._unmanaged
                view, known = self._view(self._own({}, unmanaged))
                comparison = compare(
                    view,
                    self._found,
                    filler(known, self._private_key(view)),
                    self._references,
                    scripts=self._scripts,
                    arranged=self._arranged,
                    more=self._more,
                )
                if comparison.missing:
                    self._unmanage(comparison.missing, view)
                    return None
                self._packages_besides(view)
                rest = {name: part for name, part in comparison.rest.items() if name not in self._left}
                if self._cannot_be_said(rest):
                    return None
                self._keep_own_key(rest, view)
            own = self._own(rest, unmanaged)
            view, known = self._view(own)
            wanted = self._filled(view, known)
            if exact and self._differs(view, wanted):
                return None
            self._check_fleet(own)
        except FleetError as error:
            self._drop(error)
            return None
        for package in sorted(set(self._inherited_raw) & set(own.get("router_uci", ()))):
            self._notes.append(f"router_uci.{package} of the fleet's defaults does not count for this site")
        return own, wanted

    def _own(self, rest: RawSections | None, unmanaged: t.Collection[str]) -> Data:
        listed = [feature for feature in UNMANAGED if feature in unmanaged]
        return own_data({**self._data, "unmanaged": listed, "router_uci": rest}, self._defaults)

    def _view(self, own: Data) -> tuple[SiteView, dict[str, str]]:
        """Return the site, and what stands for each of its secrets by the path of it."""
        merged, _inherited = inherit(self._defaults, own, ("", ()))
        known = self._references.values()
        view = site_view(self._settings, self._keys, self._name, merged)
        return view, {path: known.get(value, value) for path, value in values(merged).items()}

    def _filled(self, view: SiteView, known: Mapping[str, str]) -> Intended:
        fill = filler(known, self._private_key(view))

        def one(package: IntendedPackage) -> IntendedPackage:
            shared = tuple(dataclasses.replace(entry, section=fill(entry.section)) for entry in package.shared)
            owned = Package(package.name, tuple(map(fill, package.owned.sections)))
            return dataclasses.replace(package, owned=owned, shared=shared)

        wanted = intended(view)
        return dataclasses.replace(wanted, packages=tuple(map(one, wanted.packages)))

    def _private_key(self, view: SiteView) -> str:
        """Return what stands for the router's own key: that of its first tunnel, as router_site takes it."""
        sections = (self._found.section("network", "interface", name) for name in view.tunnels)
        return next(filter(None, (text(section, "private_key") for section in sections)), _NO_KEY)

    def _keep_own_key(self, rest: RawSections, view: SiteView) -> None:
        """Say of the router's own key that it is that, so that nobody has to take it from there."""
        known, own = self._references.values(), self._private_key(view)
        for entry in rest.get("network", ()):
            options = entry.get("options", {})
            if entry.get("name") in view.tunnels and known.get(options.get("private_key")) == own:
                options["private_key"] = PRIVATE_KEY

    def _unmanage(self, missing: Mapping[str, str], view: SiteView) -> None:
        for feature, reason in missing.items():
            if feature == "packages":
                self._data["packages"] = [name for name in view.site.packages if name in (self._found.installed or ())]
            elif feature == "uplink" and self._lacks_drivers(view):
                # found out about by itself, a modem needs no more packages than it has got: router_uci pins the rest
                for uplink in self._data["uplink"]:
                    uplink.update(_FOUND_OUT.get(uplink["kind"], {}))
            elif self._unmanaged.setdefault(feature, reason) is not reason:
                raise FeatureError(f"{feature} is unmanaged, and yet {reason}")

    def _lacks_drivers(self, view: SiteView) -> bool:
        """Return whether the router lacks packages that all modems of a named protocol are given."""
        named = any(isinstance(uplink, LteUplink) and uplink.modem != "auto" for uplink in view.site.uplink)
        return named and not set(FEATURES["uplink"](view).install) <= (self._found.installed or frozenset())

    def _packages_besides(self, view: SiteView) -> None:
        """Say nothing of packages that the features bring anyway."""
        brought = installs(view)
        if "packages" in self._data:
            self._data["packages"] = [name for name in self._data["packages"] if name not in brought]

    def _leave(self, package: str, reason: str, view: SiteView | None = None) -> None:
        if self._left.setdefault(package, reason) is not reason:
            if package in self._inherited_raw:
                problem = (
                    f"a router whose {package} has to be left alone cannot be adopted beside it: {self._left[package]}"
                )
                raise FleetError((Problem(FLEET_FILE, f"{DEFAULTS}.router_uci.{package}", problem),))
            raise FeatureError(f"{package} is left alone, and yet {reason}")
        if view is not None:
            for feature in features_of(view, package):
                self._unmanaged.setdefault(feature, reason)

    def _cannot_be_said(self, rest: RawSections) -> bool:
        """Leave packages alone that have what no file of a fleet can hold."""
        own_view, _known = self._view(self._own({}, self._unmanaged))
        gone = False
        for package, sections in rest.items():
            for value in _texts(sections):
                if _HALF.search(value) or PLACEHOLDER.fullmatch(value):
                    self._leave(package, "it has text that is no UTF-8, or stands for something else here", own_view)
                    gone = True
                    break
        return gone

    def _differs(self, view: SiteView, wanted: Intended) -> bool:
        """Return whether the plan would change a package; say its order then, or leave it alone."""
        differing = False
        for package in wanted.packages:
            before = self._found.package(package.name)
            try:
                after = target_packages(dataclasses.replace(wanted, packages=(package,)), {package.name: before})
                reason = "its sections cannot be said so that the router would keep all of them"
            except IdentityError as error:
                after, reason = {package.name: Package(package.name)}, str(error)
            if after.get(package.name, before) == before:
                continue
            differing = True
            if package.name in self._arranged:
                self._leave(package.name, reason, view)
            self._arranged.add(package.name)
        return differing

    def _check_fleet(self, own: Data) -> None:
        """Raise FleetError where the site does not fit beside the others."""
        keys = dict(self._files.keys)
        if self._found.public_key is not None and own.get("state") != PLANNED:
            keys.setdefault(self._name, self._found.public_key)
        files = dataclasses.replace(self._files, sites={**self._files.sites, self._name: own}, keys=keys)
        _fleet, problems = read_fleet(files)
        found = errors(problems)
        if found:
            raise FleetError(found)

    def _drop(self, error: FleetError) -> None:
        """Give up what *error* says cannot be in a site's file; raise it again where that has to be there."""
        # one at a time: others may be gone with it, or have another number then
        if not any(map(self._drop_one, error.problems)):
            raise error

    def _drop_one(self, problem: Problem) -> bool:
        if problem.file != site_file(self._name):
            return False
        raw, uplink, camera = (pattern.match(problem.path) for pattern in (_RAW, _UPLINK, _CAMERA))
        if raw:
            view, _known = self._view(self._own({}, self._unmanaged))
            self._leave(raw[1] or raw[2], problem.message, view)
        elif uplink:
            return self._drop_uplink(int(uplink[1] or 0), problem)
        elif camera:
            given = self._data["cameras"]
            if int(camera[1]) >= len(given):
                return False
            gone = given.pop(int(camera[1]))
            self._notes.append(f"the static lease of {gone['name']} is no camera: {problem.message}")
        else:
            return self._drop_key(problem)
        return True

    def _drop_uplink(self, place: int, problem: Problem) -> bool:
        uplinks: list[Data] = self._data["uplink"]
        if place >= len(uplinks):
            return False
        gone = uplinks.pop(place)
        if not uplinks:
            plain = {"kind": "ethernet", "name": gone.get("name")}
            if gone == plain or gone.get("name") is None:
                plain = {"kind": "ethernet"}
            if gone == plain:
                return False
            uplinks.append(plain)
        self._notes.append(f"the uplink {gone.get('name')} is not as a site can have it: {problem.message}")
        return True

    def _drop_key(self, problem: Problem) -> bool:
        """Drop what stands at the path of *problem*, at least one key deep and at most two."""
        first, _dot, others = re.sub(r"\[.*", "", problem.path).partition(".")
        second = others.partition(".")[0]
        if first in ("id", "router", "state") or first not in self._data:
            return False
        within = self._data[first]
        whole = first in ("wifi", "ddns") or not isinstance(within, dict) or second not in within
        if whole and not within:
            return False
        if whole:
            self._data[first] = None if first in ("wifi", "ddns") else type(within)()
        else:
            del within[second]
        self._notes.append(f"{problem.path} is not as a site can have it: {problem.message}")
        return True


def _texts(data: object) -> t.Iterator[str]:
    if isinstance(data, dict):
        for value in data.values():
            yield from _texts(value)
    elif isinstance(data, list):
        for value in data:
            yield from _texts(value)
    elif isinstance(data, str):
        yield data
