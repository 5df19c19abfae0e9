# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A fleet's files to a fleet, or to everything that is wrong with them."""

from __future__ import annotations

import dataclasses
import itertools
import typing as t
from collections.abc import Mapping

from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.addresses import (
    highest_id,
    hub_addresses,
    site_addresses,
)
from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.checks import check_site
from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.fleet import Fleet, SiteView
from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.inheritance import inherit
from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.lan_checks import check_camera_list, check_id
from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.model.fleet import ANSIBLE_OPTIONS, FleetSettings, Hub
from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.model.site import HIGHEST_ID, Site
from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.network_kinds import HOST_NAME, key_problem
from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.problems import Place, Problem, Report, errors
from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.record import Record
from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.record import settings as setting_fields
from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.setting_checks import check_settings

if t.TYPE_CHECKING:
    from collections.abc import Collection

    from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.inheritance import Inherited
    from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.kinds import Invalid

FLEET_FILE = "fleet.yml"
DEFAULTS = "defaults"

_SETTINGS = Record(FleetSettings)
_SITE = Record(Site)
_OWN = (("id",), ("cameras",), ("system", "hostname"), ("ddns", "domain"))
"""What no two sites share, so that it is no default."""


@dataclasses.dataclass(frozen=True, slots=True)
class FleetFiles:
    """What stands in a fleet's files, as plain data (``kinds.Encrypted`` for a vault value).

    ``sites`` and ``keys`` are by the file's name without its ending. ``problems`` has what could not be read at all.
    """

    fleet: object
    sites: Mapping[str, object]
    keys: Mapping[str, str]
    problems: tuple[Problem, ...] = ()


def site_file(name: str) -> str:
    """Return the file of the site called *name*, relative to the fleet's folder."""
    return f"sites/{name}.yml"


def key_file(name: str) -> str:
    """Return the file of a public key, relative to the fleet's folder."""
    return f"keys/{name}.pub"


def merged_site(files: FleetFiles, name: str) -> tuple[object, Inherited]:
    """Return the data of a site with the fleet's defaults, and which of it are defaults."""
    defaults = files.fleet.get(DEFAULTS) if isinstance(files.fleet, Mapping) else None
    return inherit(defaults, files.sites[name], (FLEET_FILE, (DEFAULTS,)))


def read_fleet(files: FleetFiles) -> tuple[Fleet | None, tuple[Problem, ...]]:
    """Return the fleet, None if anything is wrong with it, and all problems: errors, and warnings beside a fleet."""
    report = Report()
    for problem in files.problems:
        report.add(problem)
    settings = _read_settings(files, report)
    sites = {name: _read_site(files, name, report) for name in sorted(files.sites)}
    keys = _read_keys(files, sites, report)
    _check_ids(files, settings, report)
    views = _views(settings, sites, keys) if isinstance(settings, FleetSettings) else {}
    report.settle_claims()
    problems = tuple(report)
    if errors(problems) or not isinstance(settings, FleetSettings):
        return None, problems
    return Fleet(settings, hub_addresses(settings), views, keys), problems


@dataclasses.dataclass(frozen=True, slots=True)
class _SiteFile:
    """One file of a site: its data with the defaults, their place, and what they became."""

    data: object
    place: Place
    site: Site | Invalid | None


def _views(settings: FleetSettings, sites: Mapping[str, _SiteFile], keys: Mapping[str, str]) -> dict[str, SiteView]:
    """Check how the valid sites fit into the fleet, and return them."""
    hub = hub_addresses(settings)
    views = {}
    for name, file in sites.items():
        if isinstance(file.site, Site) and check_id(settings, file.site, file.place):
            addresses = site_addresses(settings, name, file.site)
            check_site(settings, file.site, addresses, file.place)
            file.place.at("system", "hostname").claim("host name", (file.site.system.hostname or name).lower())
            views[name] = SiteView(name, file.site, addresses, settings, hub, keys.get(settings.hub.name, ""))
    return views


def _read_settings(files: FleetFiles, report: Report) -> FleetSettings | Invalid | None:
    place = Place(report, FLEET_FILE)
    settings = _SETTINGS.read(_without_ansible_options(files.fleet), place)
    defaults = files.fleet.get(DEFAULTS) if isinstance(files.fleet, Mapping) else None
    if defaults is not None:
        _SITE.read(defaults, Place(report, FLEET_FILE, (DEFAULTS,), partial=True))
        _check_own(defaults, place.at(DEFAULTS))
    if isinstance(settings, FleetSettings):
        check_settings(settings, place)
    return settings


def _without_ansible_options(fleet: object) -> object:
    if not isinstance(fleet, Mapping):
        return fleet
    return {key: value for key, value in fleet.items() if key not in ANSIBLE_OPTIONS}


def _check_own(defaults: object, place: Place) -> None:
    for path in _OWN:
        value = defaults
        for step in path:
            value = value.get(step) if isinstance(value, Mapping) else None
        if value not in (None, []):
            place.at(*path).problem("cannot be a default, since no two sites share it; give it in the sites' files")


def _read_site(files: FleetFiles, name: str, report: Report) -> _SiteFile:
    data, inherited = merged_site(files, name)
    # Without the defaults nobody knows what is missing.
    place = Place(report, site_file(name), inherited=inherited, partial=not _has_defaults(files.fleet))
    HOST_NAME.read(name, Place(report, site_file(name)))
    if isinstance(data, Mapping):
        check_camera_list(data.get("cameras"), place.at("cameras"))
    return _SiteFile(data, place, _SITE.read(data, place))


def _has_defaults(fleet: object) -> bool:
    return isinstance(fleet, Mapping) and isinstance(fleet.get(DEFAULTS) or {}, Mapping)


def _read_keys(files: FleetFiles, sites: Mapping[str, _SiteFile], report: Report) -> dict[str, str]:
    """Return the public keys; report what is wrong with them, also of sites that have other errors."""
    hub = _hub_name(files.fleet)
    keys = {}
    for name, text in sorted(files.keys.items()):
        place = Place(report, key_file(name))
        key = text.strip()
        problem = "found several lines, expected one public key" if "\n" in key else key_problem(key)
        if problem:
            place.problem(problem)
        else:
            place.claim("public key", key)
            keys[name] = key
        if name not in sites and hub not in (name, None):
            place.problem(f"there is no site or hub called {name}; remove the key, or name it as the site is named")
    for name, file in sites.items():
        _check_key(name, file.data, name in files.keys, file.place)
    if hub is not None and hub not in files.keys:
        Place(report, FLEET_FILE, ("hub",)).problem(
            f"there is no {key_file(hub)}; put the hub's public key there (there: wg show INTERFACE public-key)"
        )
    if hub in sites:
        Place(report, FLEET_FILE, ("hub", "name")).problem(f"{hub} is the name of a site too; name the hub otherwise")
    return keys


def _hub_name(fleet: object) -> str | None:
    """Return the name of the hub in settings that may have errors; None if it cannot be told."""
    hub = fleet.get("hub", {}) if isinstance(fleet, Mapping) else None
    if not isinstance(hub, Mapping):
        return None
    name = hub.get("name")
    name = setting_fields(Hub)["name"][0].default if name is None else name
    return name if isinstance(name, str) else None


def _check_key(name: str, data: object, has_key: bool, place: Place) -> None:  # noqa: FBT001 # a fact, no switch
    state = data.get("state") if isinstance(data, Mapping) else None
    if state in (None, "active") and not has_key and not place.partial:
        Place(place.report, place.file).problem(
            f"there is no {key_file(name)}; add the router's public key, or say state: planned until it has one"
        )
    if state == "planned" and has_key:
        place.at("state").problem(f"found planned, but there is {key_file(name)}; say active, or remove the key")


def _check_ids(files: FleetFiles, settings: object, report: Report) -> None:
    """Report ids that two have, or that one had, also of sites that have other errors."""
    highest = highest_id(settings) if isinstance(settings, FleetSettings) else HIGHEST_ID
    retired = files.fleet.get("retired_ids") if isinstance(files.fleet, Mapping) else None
    owners = dict.fromkeys(_ids(retired), f"one of retired_ids of {FLEET_FILE}")
    ids = {
        name: number
        for name, data in sorted(files.sites.items())
        if isinstance(data, Mapping)
        for number in _ids([data.get("id")])
    }
    used = {*owners, *ids.values()}
    for name, number in ids.items():
        if number not in owners:
            owners[number] = f"the id of {site_file(name)} too"
            continue
        free = _free_id(number, used, highest)
        used.add(free)
        hint = f"{free} is free" if free else f"and none to {highest} is free: the pools have to be larger"
        Place(report, site_file(name), ("id",)).problem(
            f"{number} is {owners[number]}; every site needs one of its own, {hint}"
        )


def _ids(values: object) -> list[int]:
    """Return those that are ids, of a list that may have anything else in it."""
    given = values if isinstance(values, list) else []
    return [
        value for value in given if isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= HIGHEST_ID
    ]


def _free_id(number: int, used: Collection[int], highest: int) -> int:
    """Return the nearest lower id that nobody has, the nearest higher one if there is none, or 0."""
    lower, higher = range(min(number - 1, highest), 0, -1), range(number + 1, highest + 1)
    return next((candidate for candidate in itertools.chain(lower, higher) if candidate not in used), 0)
