# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""People: their files, and whether what they are to reach is there."""

from __future__ import annotations

import dataclasses
import typing as t
from collections.abc import Mapping

from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.addresses import highest_operator_id
from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.files import (
    FLEET_FILE,
    operator_file,
    operator_key_file,
)
from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.fleet import OperatorView
from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.kinds import did_you_mean
from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.model.operator import ALL, Access, Operator
from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.model.site import Site
from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.network_kinds import HOST_NAME
from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.problems import Place
from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.record import Record

if t.TYPE_CHECKING:
    from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.files import FleetFiles
    from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.kinds import Invalid
    from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.model.fleet import FleetSettings
    from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.problems import Report

GROUPS = "operator_groups"
_ACCESS = Record(Access)
_OPERATOR = Record(Operator)


@dataclasses.dataclass(frozen=True, slots=True)
class KnownSites:
    """What may be named: the cameras of each site, None of one whose file is wrong; and all labels, None if any is."""

    cameras: Mapping[str, frozenset[str] | None]
    labels: frozenset[str] | None


def known_sites(sites: Mapping[str, Site | Invalid | None]) -> KnownSites:
    """Return what of *sites* may be named; what is no Site is one with errors."""
    cameras = {
        name: frozenset(camera.name for camera in site.cameras) if isinstance(site, Site) else None
        for name, site in sites.items()
    }
    labels = {label for site in sites.values() if isinstance(site, Site) for label in site.labels}
    return KnownSites(cameras, None if None in cameras.values() else frozenset(labels))


def read_operators(
    files: FleetFiles, settings: FleetSettings | None, known: KnownSites, report: Report
) -> dict[str, Operator]:
    """Return the people whose files are good, by name; report what is wrong, also with groups.

    *settings* are None where they have errors.
    """
    groups = _groups(files.fleet, known, Place(report, FLEET_FILE, (GROUPS,)))
    operators = {}
    for name, data in sorted(files.operators.items()):
        place = Place(report, operator_file(name))
        HOST_NAME.read(name, place)
        operator = _OPERATOR.read(data, place)
        _claim_id(data, place)
        if name not in files.operator_keys:
            place.problem(
                f"there is no {operator_key_file(name)} yet, so the hubs do not know {name}; put the public key of the "
                "person's device there",
                "warning",
            )
        if isinstance(operator, Operator):
            _check_operator(operator, settings, groups, known, place)
            operators[name] = operator
    for name in sorted(files.operator_keys):
        if name not in files.operators:
            Place(report, operator_key_file(name)).problem(
                f"there is no {operator_file(name)}; add it, or remove the key"
            )
    return operators


def operator_views(
    settings: FleetSettings, operators: Mapping[str, Operator], keys: Mapping[str, str]
) -> dict[str, OperatorView]:
    """Return the people of a valid fleet with all that they may reach."""
    groups = dict(settings.operator_groups)
    views = {}
    for name, operator in operators.items():
        own = (operator.access,) if operator.access else ()
        access = (*(groups[group] for group in operator.groups), *own)
        views[name] = OperatorView(name, operator, access, keys.get(name))
    return views


def _groups(fleet: object, known: KnownSites, place: Place) -> frozenset[str]:
    """Return the names of the groups, in settings that may have errors; report accesses that lead nowhere."""
    given = fleet.get(GROUPS) if isinstance(fleet, Mapping) else None
    if not isinstance(given, Mapping):
        return frozenset()
    for name, data in given.items():
        # what is wrong with single values is told with the settings
        access = _ACCESS.read(data, Place(type(place.report)(), ""))
        if isinstance(access, Access):
            _check_access(access, known, place.at(str(name)))
    return frozenset(name for name in given if isinstance(name, str))


def _claim_id(data: object, place: Place) -> None:
    number = data.get("id") if isinstance(data, Mapping) else None
    if isinstance(number, int) and not isinstance(number, bool):
        place.at("id").claim("person's id", number)


def _check_operator(
    operator: Operator, settings: FleetSettings | None, groups: frozenset[str], known: KnownSites, place: Place
) -> None:
    for index, group in enumerate(operator.groups):
        if group not in groups:
            place.at("groups", index).problem(
                f"{group} is none of {GROUPS} of {FLEET_FILE}{did_you_mean(group, groups)}"
            )
    if settings and operator.id > highest_operator_id(settings):
        place.at("id").problem(
            f"found {operator.id}, but each hub's part of pools.operators {settings.pools.operators} of {FLEET_FILE} "
            f"ends at {highest_operator_id(settings)}; take a lower one, or a larger pool"
        )
    if operator.access:
        _check_access(operator.access, known, place.at("access"))
    elif not operator.groups:
        place.problem("has neither groups nor access, so nothing can be reached; give some", "warning")


def _check_access(access: Access, known: KnownSites, place: Place) -> None:
    if not (access.sites or access.labels or access.cameras or access.hub):
        place.problem("reaches nothing; give sites, labels, cameras, or hub: true", "warning")
    for index, site in enumerate(access.sites):
        if access.sites != (ALL,) and site not in known.cameras:
            place.at("sites", index).problem(f"there is no site called {site}{did_you_mean(site, known.cameras)}")
    for index, label in enumerate(access.labels):
        if known.labels is not None and label not in known.labels:
            place.at("labels", index).problem(
                f"no site has the label {label} yet{did_you_mean(label, known.labels)}", "warning"
            )
    for index, reference in enumerate(access.cameras):
        site, _slash, camera = reference.partition("/")
        where = place.at("cameras", index)
        cameras = known.cameras.get(site, frozenset())
        if site not in known.cameras:
            where.problem(f"there is no site called {site}{did_you_mean(site, known.cameras)}")
        elif cameras is not None and camera not in cameras:
            where.problem(f"{site} has no camera called {camera}{did_you_mean(camera, cameras)}")
