# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""People's files."""

from __future__ import annotations

import pytest
from hypothesis import given

from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.kinds import INVALID
from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.model.operator import Access, Operator, SiteNames
from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.problems import Place, Report, errors
from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.record import Record
from ansible_collections.farsite.fleet.tests.unit.plugins.plugin_utils.fleet.model_strategies import values
from ansible_collections.farsite.fleet.tests.unit.plugins.plugin_utils.fleet.readings import reading, refusal

OPERATOR = Record(Operator)


def test_the_defaults() -> None:
    operator, problems = reading(OPERATOR, {"id": 1, "access": {"sites": "depot"}})
    assert problems == []
    assert (operator.groups, operator.description) == ((), "")
    assert operator.access == Access(sites=("depot",), labels=(), reach="cameras", cameras=(), hub=False)


@pytest.mark.parametrize(("value", "expected"), [("all", ("all",)), ("a", ("a",)), (["a", "b"], ("a", "b")), ([], ())])
def test_names_of_sites(value: object, expected: tuple[str, ...]) -> None:
    assert reading(SiteNames(), value) == (expected, [])


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ({"id": 0}, ".id: found 0, expected a whole number from 1 to 65535"),
        ({"id": 1, "access": {"reach": "all"}}, ".access.reach: found 'all', expected one of cameras, everything"),
        ({"id": 1, "access": {"sites": ["a", "a"]}}, ".access.sites[1]: is the same as [0] of this list; remove one"),
        (
            {"id": 1, "access": {"cameras": "a"}},
            ".access.cameras: found 'a', expected a camera such as quarry-north/gate",
        ),
        ({"id": 1, "access": {"hub": "yes"}}, ".access.hub: found text, expected true or false"),
    ],
)
def test_a_wrong_value_is_told_at_its_place(value: object, words: str) -> None:
    assert refusal(OPERATOR, value) == words


@given(values(OPERATOR, nonsense=True))
def test_whatever_stands_there_is_a_person_or_has_errors(data: object) -> None:
    report = Report()
    result = OPERATOR.read(data, Place(report, "f"))
    assert (result is INVALID) == bool(errors(report))
