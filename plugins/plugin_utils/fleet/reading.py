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
from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.files import FLEET_FILE, site_file
from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.fleet import Fleet, HubView, SiteView
from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.inheritance import inherit
from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.key_reading import hub_entries, read_keys
from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.lan_checks import check_camera_list, check_id
from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.model.fleet import ANSIBLE_OPTIONS, FleetSettings
from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.model.site import HIGHEST_ID, Site
from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.network_kinds import HOST_NAME
from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.operator_reading import (
    known_sites,
    operator_views,
    read_operators,
)
from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.problems import Place, Report, errors
from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.record import Record
from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.setting_checks import check_settings

if t.TYPE_CHECKING:
    from collections.abc import Collection

    from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.files import FleetFiles
    from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.inheritance import Inherited
    from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.kinds import Invalid
    from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.problems import Problem

DEFAULTS = "defaults"

_SETTINGS = Record(FleetSettings)
_SITE = Record(Site)
_NO_DEFAULTS: dict[tuple[str, ...], str] = {
    **dict.fromkeys((("id",), ("cameras",), ("system", "hostname"), ("ddns", "domain")), "no two sites share it"),
    ("unmanaged",): "it is for one router that is taken over",
}
"""What is no default, and why."""


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
    entries = hub_entries(files.fleet, Place(report, FLEET_FILE))
    keys = read_keys(files, {name: (file.data, file.place) for name, file in sites.items()}, entries, report)
    _check_ids(files, settings, report)
    valid = settings if isinstance(settings, FleetSettings) else None
    operators = read_operators(files, valid, known_sites({name: file.site for name, file in sites.items()}), report)
    hubs = hub_views(valid, keys.devices) if valid else ()
    views = _views(valid, hubs, sites) if valid else {}
    report.settle_claims()
    problems = tuple(report)
    if errors(problems) or valid is None:
        return None, problems
    people = operator_views(valid, operators, keys.operators)
    return Fleet(valid, hubs, views, people, keys.devices, keys.retired), problems


@dataclasses.dataclass(frozen=True, slots=True)
class _SiteFile:
    """One file of a site: its data with the defaults, their place, and what they became."""

    data: object
    place: Place
    site: Site | Invalid | None


def hub_views(settings: FleetSettings, keys: Mapping[str, str]) -> tuple[HubView, ...]:
    """Return all hubs; *keys* has public keys by the names of those that have one."""
    addresses = (hub_addresses(settings, position) for position in range(len(settings.hubs)))
    return tuple(HubView(hub, own, keys.get(own.name)) for hub, own in zip(settings.hubs, addresses, strict=True))


def _views(settings: FleetSettings, hubs: tuple[HubView, ...], sites: Mapping[str, _SiteFile]) -> dict[str, SiteView]:
    """Check how the valid sites fit into the fleet, and return them."""
    dialled = tuple(hub for hub in hubs if hub.settings.state == "active")
    views = {}
    for name, file in sites.items():
        if isinstance(file.site, Site) and check_id(settings, file.site, file.place):
            addresses = site_addresses(settings, name, file.site)
            check_site(settings, file.site, addresses, file.place)
            file.place.at("system", "hostname").claim("host name", (file.site.system.hostname or name).lower())
            views[name] = SiteView(name, file.site, addresses, settings, dialled)
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
    for path, why in _NO_DEFAULTS.items():
        value = defaults
        for step in path:
            value = value.get(step) if isinstance(value, Mapping) else None
        if value not in (None, []):
            place.at(*path).problem(f"cannot be a default, since {why}; give it in the sites' files")


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
