# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""People as they stand in files."""

from __future__ import annotations

import dataclasses
import typing as t

import pytest

from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.reading import read_fleet
from ansible_collections.farsite.fleet.tests.unit.plugins.plugin_utils.fleet.fleets import (
    ANNA,
    DEPOT,
    FLEET,
    QUARRY,
    files,
    fleet_of,
    public_key,
)

GROUPS = {**FLEET, "operator_groups": {"guards": {"sites": "depot"}, "north": {"labels": "north"}}}
SITES = {"depot": {**DEPOT, "labels": ["north"]}, "quarry": QUARRY}


def told(person: dict[str, t.Any], **changes: t.Any) -> list[str]:
    """Return the warnings of a fleet with one person, Anna, which is valid."""
    fleet, problems = read_fleet(dataclasses.replace(files(SITES, GROUPS, {"anna": person}), **changes))
    assert fleet is not None
    assert {problem.severity for problem in problems} <= {"warning"}
    return [str(problem) for problem in problems]


def test_access_is_that_of_all_groups_and_the_persons_own() -> None:
    person = {"id": 7, "groups": ["north", "guards"], "access": {"cameras": ["quarry/gate"]}}
    fleet = fleet_of(files(SITES, GROUPS, {"anna": ANNA, "ben": person}))
    assert list(fleet.operators) == ["anna", "ben"]
    ben = fleet.operators["ben"]
    assert (ben.name, ben.operator.id, ben.public_key) == ("ben", 7, public_key(2002))
    assert [(access.sites, access.labels, access.cameras) for access in ben.access] == [
        ((), ("north",), ()),
        (("depot",), (), ()),
        ((), (), ("quarry/gate",)),
    ]


def test_a_person_without_a_key_is_a_warning() -> None:
    expected = (
        "operators/anna.yml: there is no operators/anna.pub yet, so the hubs do not know anna; put the public key of "
        "the person's device there"
    )
    assert told(ANNA, operator_keys={}) == [expected]
    assert (
        fleet_of(dataclasses.replace(files(SITES, GROUPS, {"anna": ANNA}), operator_keys={}))
        .operators["anna"]
        .public_key
        is None
    )


@pytest.mark.parametrize(
    ("person", "expected"),
    [
        (ANNA, []),
        ({"id": 1}, ["operators/anna.yml: has neither groups nor access, so nothing can be reached; give some"]),
        (
            {"id": 1, "access": {}},
            ["operators/anna.yml: access: reaches nothing; give sites, labels, cameras, or hub: true"],
        ),
        ({"id": 1, "access": {"hub": True}}, []),
        (
            {"id": 1, "access": {"labels": ["nort"]}},
            ["operators/anna.yml: access.labels[0]: no site has the label nort yet; did you mean north?"],
        ),
    ],
)
def test_access_to_nothing_is_a_warning(person: dict[str, t.Any], expected: list[str]) -> None:
    assert told(person) == expected


def test_a_site_with_errors_is_no_reason_to_doubt_who_reaches_it() -> None:
    access = {"sites": ["depot"], "labels": ["south"], "cameras": ["depot/new"]}
    wanted = files({**SITES, "depot": {**DEPOT, "wave": "x"}}, GROUPS, {"anna": {"id": 1, "access": access}})
    _fleet, problems = read_fleet(wanted)
    assert [str(problem) for problem in problems] == [
        "sites/depot.yml: wave: found text, expected a whole number from 1 to 99"
    ]


def test_people_are_looked_at_beside_settings_with_errors() -> None:
    people = {"anna": {"id": 1, "groups": ["gards"]}}
    _fleet, problems = read_fleet(files(SITES, {**GROUPS, "name": 5}, people))
    assert [problem.file for problem in problems] == ["fleet.yml", "operators/anna.yml"]
