# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The public keys of a fleet: of sites, hubs and people, and those that nobody may have again."""

from __future__ import annotations

import dataclasses
import typing as t
from collections.abc import Mapping

from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.addresses import default_hub_name
from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.files import RETIRED_FILE, key_file, operator_key_file
from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.model.fleet import MOST_HUBS
from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.network_kinds import key_problem
from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.problems import Place, Problem

if t.TYPE_CHECKING:
    from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.files import FleetFiles
    from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.problems import Report

_ACTIVE = (None, "active")
_PLANNED = "planned"
_HINT = "put the hub's public key there (there: wg show INTERFACE public-key)"
_ENROLL = "the playbook farsite.fleet.hub stores it, which is needed before a site is active"

_OR_PLANNED = ", or say state: planned until it has one"


@dataclasses.dataclass(frozen=True, slots=True)
class HubEntry:
    """A hub in settings that may have errors."""

    name: str
    place: Place
    active: bool


@dataclasses.dataclass(frozen=True, slots=True)
class Keys:
    """The keys that are good: by the name of the site or hub, by that of the person, and the retired ones."""

    devices: dict[str, str]
    operators: dict[str, str]
    retired: tuple[str, ...]


def hub_entries(fleet: object, place: Place) -> tuple[HubEntry, ...] | None:
    """Return the hubs of *fleet*, whose place is *place*; None if their names cannot be told."""
    given = fleet.get("hub", {}) if isinstance(fleet, Mapping) else None
    listed = isinstance(given, list)
    hubs = []
    for position, hub in enumerate(given if isinstance(given, list) else [given]):
        name = _hub_name(hub, position)
        if name is None:
            return None
        where = place.at("hub", position) if listed else place.at("hub")
        hubs.append(HubEntry(name, where, hub.get("state") != _PLANNED))
    return tuple(hubs) or None


def _hub_name(hub: object, position: int) -> str | None:
    if not isinstance(hub, Mapping):
        return None
    name, number = hub.get("name"), hub.get("number")
    if name is not None:
        return name if isinstance(name, str) else None
    if isinstance(number, int) and not isinstance(number, bool) and 1 <= number <= MOST_HUBS:
        return default_hub_name(number)
    return default_hub_name(position + 1)


def read_keys(
    files: FleetFiles, sites: Mapping[str, tuple[object, Place]], hubs: tuple[HubEntry, ...] | None, report: Report
) -> Keys:
    """Return the public keys; report what is wrong with them, also of sites that have other errors.

    *sites* has the data of each with the defaults, and its place.
    """
    retired = _read_retired(files.retired_keys, report)
    devices = {
        name: key
        for name, text in sorted(files.keys.items())
        if (key := _read_key(text, Place(report, key_file(name)), retired)) is not None
    }
    hub_names = None if hubs is None else {hub.name for hub in hubs}
    for name in sorted(files.keys):
        if name not in sites and hub_names is not None and name not in hub_names:
            Place(report, key_file(name)).problem(
                f"there is no site or hub called {name}; remove the key, or name it as the site is named"
            )
    for name, (data, place) in sites.items():
        _check_site_key(name, _state(data), has_key=name in files.keys, place=place)
    needed = any(_state(data) in _ACTIVE for data, _place in sites.values())
    for hub in hubs or ():
        several = len(hubs or ()) > 1
        _check_hub(hub, sites, has_key=hub.name in files.keys, needed=needed, several=several)
    operators = {
        name: key
        for name, text in sorted(files.operator_keys.items())
        if (key := _read_key(text, Place(report, operator_key_file(name)), retired)) is not None
    }
    return Keys(devices, operators, tuple(retired))


def _read_key(text: str, place: Place, retired: Mapping[str, int]) -> str | None:
    key = text.strip()
    problem = "found several lines, expected one public key" if "\n" in key else key_problem(key)
    if problem:
        place.problem(problem)
        return None
    place.claim("public key", key)
    if key in retired:
        place.problem(f"is retired, by line {retired[key]} of {RETIRED_FILE}; expected another key")
    return key


def _read_retired(text: str, report: Report) -> dict[str, int]:
    """Return the keys of lines ``KEY whose it was``, with the number of the line."""
    retired: dict[str, int] = {}
    for number, line in enumerate(text.splitlines(), 1):
        words = line.split()
        if not words or words[0].startswith("#"):
            continue
        problem = key_problem(words[0])
        if problem:
            report.add(Problem(RETIRED_FILE, f"line {number}", problem))
        else:
            retired.setdefault(words[0], number)
    return retired


def _state(data: object) -> object:
    return data.get("state") if isinstance(data, Mapping) else None


def _check_site_key(name: str, state: object, *, has_key: bool, place: Place) -> None:
    if state in _ACTIVE and not has_key and not place.partial:
        Place(place.report, place.file).problem(
            f"there is no {key_file(name)}; add the router's public key, or say state: planned until it has one"
        )
    if state == _PLANNED and has_key:
        place.at("state").problem(
            f"found planned, but there is {key_file(name)}; say active when the router is ready", "warning"
        )


def _check_hub(hub: HubEntry, sites: t.Collection[str], *, has_key: bool, needed: bool, several: bool) -> None:
    hub.place.at("name").claim("hub's name", hub.name)
    if hub.name in sites:
        hub.place.at("name").problem(f"{hub.name} is the name of a site too; name the hub otherwise")
    if has_key and not hub.active:
        hub.place.at("state").problem(
            f"found planned, but there is {key_file(hub.name)}; say active when the hub is ready", "warning"
        )
    if not has_key and hub.active:
        if needed:
            hub.place.problem(f"there is no {key_file(hub.name)}; {_HINT}{_OR_PLANNED if several else ''}")
        else:
            hub.place.problem(f"there is no {key_file(hub.name)} yet; {_ENROLL}", "warning")
