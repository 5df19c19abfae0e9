# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Public keys as they stand in files."""

from __future__ import annotations

import dataclasses
import typing as t

import pytest

from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.key_reading import HubEntry, hub_entries
from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.problems import Place, Report
from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.reading import read_fleet
from ansible_collections.farsite.fleet.tests.unit.plugins.plugin_utils.fleet.fleets import (
    DEPOT,
    FLEET,
    TWO_HUBS,
    files,
    fleet_of,
    public_key,
)

PLANNED = {**DEPOT, "state": "planned"}


def told(wanted: t.Any) -> list[tuple[str, str]]:
    """Return what is said of a fleet that is valid."""
    fleet, problems = read_fleet(wanted)
    assert fleet is not None
    return [(problem.severity, str(problem)) for problem in problems]


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({}, [("hub-1", "hub", True)]),
        ({"hub": {"name": "a", "state": "planned"}}, [("a", "hub", False)]),
        ({"hub": {"number": 3}}, [("hub-3", "hub", True)]),
        ({"hub": {"number": True}}, [("hub-1", "hub", True)]),
        ({"hub": {"number": 9}}, [("hub-1", "hub", True)]),
        ({"hub": [{}, {"name": "b"}]}, [("hub-1", "hub[0]", True), ("b", "hub[1]", True)]),
        ({"hub": [{}, {"name": 5}]}, None),
        ({"hub": [{}, "b"]}, None),
        ({"hub": []}, None),
        ({"hub": None}, None),
        ("hub", None),
    ],
)
def test_the_names_of_hubs_are_told_as_far_as_they_can_be(
    given: object, expected: list[tuple[str, str, bool]] | None
) -> None:
    found = hub_entries(given, Place(Report(), "fleet.yml"))
    assert (found and [(hub.name, hub.place.where()[1], hub.active) for hub in found]) == expected
    assert found is None or isinstance(found[0], HubEntry)


def test_a_planned_site_may_have_a_key() -> None:
    wanted = files({"depot": PLANNED})
    expected = "sites/depot.yml: state: found planned, but there is keys/depot.pub; say active when the router is ready"
    assert told(wanted) == [("warning", expected)]
    assert fleet_of(wanted).keys["depot"] == public_key(2)


def test_a_hub_needs_no_key_before_a_site_is_active() -> None:
    wanted = files({"depot": PLANNED})
    del wanted.keys["hub-1"]  # type: ignore[attr-defined]
    del wanted.keys["depot"]  # type: ignore[attr-defined]
    ((severity, message),) = told(wanted)
    assert severity == "warning"
    expected = "fleet.yml: hub: there is no keys/hub-1.pub yet; the playbook farsite.fleet.hub stores it"
    assert message.startswith(expected)
    assert fleet_of(wanted).hubs[0].public_key is None


def test_a_planned_hub_needs_no_key_ever() -> None:
    hubs = [TWO_HUBS[0], {**TWO_HUBS[1], "state": "planned"}]
    wanted = files({"depot": DEPOT}, {**FLEET, "hub": hubs})
    expected = "fleet.yml: hub[1].state: found planned, but there is keys/hub-2.pub; say active when the hub is ready"
    assert told(wanted) == [("warning", expected)]
    del wanted.keys["hub-2"]  # type: ignore[attr-defined]
    assert told(wanted) == []
    fleet = fleet_of(wanted)
    assert [hub.name for hub in fleet.hubs] == ["hub-1", "hub-2"]
    assert [hub.name for hub in fleet.active_hubs] == ["hub-1"]
    assert [hub.name for hub in fleet.sites["depot"].hubs] == ["hub-1"]


def test_retired_keys_are_kept_in_order_and_once() -> None:
    text = f"# comment\n\n{public_key(98)} depot\n{public_key(99)}\n{public_key(98)} depot again\n"
    wanted = dataclasses.replace(files({"depot": DEPOT}), retired_keys=text)
    assert fleet_of(wanted).retired_keys == (public_key(98), public_key(99))
