# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The benchmark's results: medians, ratios to the floor, JSON that is read again, and what differs from a baseline."""

from __future__ import annotations

import dataclasses
import json
import typing as t

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.farsite.fleet.bench.results import (
    COUNTS,
    RATIOS,
    TOLERANCE,
    Case,
    Difference,
    Measured,
    Results,
    compare,
    median,
)

FLOOR = Case("direct", 200, 150, "floor")
RIGHT = Case("direct", 200, 150, "right")
ALONE = Case("hub", 1, 0, "right")

amounts = st.floats(min_value=0.01, max_value=1e6)
measurements = st.builds(
    Measured,
    wall=amounts, cpu=amounts, memory=amounts, connections=amounts, up=amounts, down=amounts,
    operations=st.none() | amounts, hub_operations=st.none() | amounts,
)  # fmt: skip
cases = st.builds(
    Case,
    way=st.sampled_from(["direct", "hub"]),
    hosts=st.integers(1, 1000),
    rtt=st.integers(0, 600),
    scenario=st.sampled_from(["floor", "right", "change"]),
)


def some(**changed: float) -> Measured:
    values = {
        "wall": 2,
        "cpu": 4,
        "memory": 100,
        "connections": 1,
        "up": 2500,
        "down": 20000,
        "operations": 1,
        "hub_operations": 3,
    }
    return Measured(**(values | changed))


def results(**changed: float) -> Results:
    right = {"wall": 2.2, "cpu": 4.4, "memory": 120} | changed
    return Results({"CPU": "one"}, "2026-01-02T03:04:05", {FLOOR: some(), RIGHT: some(**right), ALONE: some()})


@given(st.dictionaries(cases, measurements, max_size=4))
def test_json_is_read_as_it_was_written(measured: dict[Case, Measured]) -> None:
    before = Results({"CPU": "one", "cores": "2"}, "2026-01-02T03:04:05", measured)
    assert Results.from_json(json.loads(json.dumps(before.as_json()))) == before


@pytest.mark.parametrize("data", [{}, {"format": 2, "cases": {}}, {"format": 1, "ratios": {}}])
def test_json_of_something_else_is_refused(data: dict[str, t.Any]) -> None:
    with pytest.raises(ValueError, match="expected 1 with cases"):
        Results.from_json(data)


def test_ratios_are_to_the_floor_of_the_same_number_way_and_lag() -> None:
    assert results().ratio(RIGHT, "wall") == pytest.approx(1.1)
    assert results().ratio(FLOOR, "wall") == 1
    assert results().ratio(ALONE, "wall") is None
    assert results().ratio(dataclasses.replace(RIGHT, rtt=0), "wall") is None


def test_a_baseline_has_ratios_and_counts_and_no_seconds() -> None:
    baseline = results().baseline()
    counts = {"operations": 1, "hub_operations": 3, "connections": 1, "up": 2500, "down": 20000}
    assert baseline["ratios"] == {
        str(FLOOR): counts,
        str(RIGHT): counts | {"wall": 1.1, "cpu": 1.1, "memory": 1.2},
        str(ALONE): counts,
    }


@given(st.dictionaries(cases, measurements, max_size=4))
def test_nothing_differs_from_its_own_baseline(measured: dict[Case, Measured]) -> None:
    here = Results({}, "", measured)
    assert compare(here, json.loads(json.dumps(here.baseline()))) == []


@pytest.mark.parametrize("factor", [0.5, 1.5])
@pytest.mark.parametrize("name", [*RATIOS, *COUNTS])
def test_what_differs_is_told_by_case_and_name(name: str, factor: float) -> None:
    before = results()
    now = results(**{name: getattr(before.cases[RIGHT], name) * factor})
    (found,) = compare(now, before.baseline())
    assert (found.case, found.name, found.worse) == (RIGHT, name, factor > 1)
    assert found.now == pytest.approx(found.before * factor)


@pytest.mark.parametrize("name", [*RATIOS, *COUNTS])
def test_a_little_more_is_no_difference(name: str) -> None:
    before = results()
    value = getattr(before.cases[RIGHT], name) * (1 + TOLERANCE[name] * 0.9)
    assert compare(results(**{name: value}), before.baseline()) == []


def test_a_slower_machine_is_no_difference() -> None:
    slow = results()
    slow.cases = {
        case: dataclasses.replace(one, wall=one.wall * 9, cpu=one.cpu * 9) for case, one in slow.cases.items()
    }
    assert compare(slow, results().baseline()) == []


def test_cases_that_only_one_of_them_has_are_left_out() -> None:
    few = results()
    del few.cases[RIGHT]
    assert compare(few, results().baseline()) == []
    assert compare(results(), few.baseline()) == []


def test_a_baseline_of_something_else_is_refused() -> None:
    with pytest.raises(ValueError, match="expected 1 with ratios"):
        compare(results(), results().as_json())


def test_medians_are_of_each_value_by_itself() -> None:
    runs = [some(wall=1, cpu=9), some(wall=5, cpu=1), some(wall=2, cpu=2)]
    assert (median(runs).wall, median(runs).cpu) == (2, 2)


def test_a_median_knows_what_any_run_has_counted() -> None:
    counted, uncounted = some(operations=3), dataclasses.replace(some(), operations=None)
    assert median([uncounted, counted]).operations == 3
    assert median([uncounted]).operations is None


def test_a_case_is_read_as_it_was_written() -> None:
    assert Case.parse(str(RIGHT)) == RIGHT
    assert str(RIGHT) == "direct/200/150/right"


def test_a_difference_knows_what_is_worse() -> None:
    assert Difference(RIGHT, "wall", 1, 2).worse
    assert not Difference(RIGHT, "wall", 2, 1).worse
