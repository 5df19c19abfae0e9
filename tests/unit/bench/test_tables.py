# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The benchmark's tables: rows in order, what is not known, pages between marks."""

from __future__ import annotations

import pytest

from ansible_collections.farsite.fleet.bench.results import Case, Difference, Measured, Results
from ansible_collections.farsite.fleet.bench.tables import (
    BEGIN,
    END,
    HEADS,
    as_markdown,
    as_text,
    between_marks,
    case_table,
    difference_table,
    groups,
    growth_table,
    machine_line,
    markdown,
    target_table,
)


def some(**changed: float | None) -> Measured:
    values = {
        "wall": 2,
        "cpu": 4,
        "memory": 100,
        "connections": 1,
        "up": 2500,
        "down": 20000,
        "operations": 1,
        "hub_operations": 2,
    }
    return Measured(**(values | changed))  # type: ignore[arg-type]


RESULTS = Results(
    {"processor": "2 x fast", "memory": "8 GiB"},
    "2026-01-02T03:04:05+00:00",
    {
        Case("hub", 1, 150, "right"): some(operations=None, hub_operations=None),
        Case("direct", 200, 150, "right"): some(wall=2.2, cpu=5, memory=150),
        Case("direct", 200, 150, "floor"): some(),
        Case("direct", 20, 150, "floor"): some(cpu=1, memory=60),
        Case("direct", 200, 0, "floor"): some(),
        Case("direct", 1000, 150, "floor"): some(),
        Case("direct", 1000, 150, "off-line"): some(),
    },
)


LAST = [("direct", 1000, 150), ("hub", 1, 150)]


def test_groups_are_by_way_then_sites_then_lag() -> None:
    assert groups(RESULTS) == [("direct", 20, 150), ("direct", 200, 0), ("direct", 200, 150), *LAST]


def test_a_table_has_the_floor_first_and_ratios_to_it() -> None:
    table = case_table(RESULTS, "direct", 200, 150)
    assert table == [
        HEADS,
        ("floor: `raw: true`", "2.00", "-", "20", "-", "100", "-", "1.00", "2", "1.00", "2.5", "20.0"),
        ("`site`, nothing to do", "2.20", "1.10", "25", "1.25", "150", "1.50", "1.00", "2", "1.00", "2.5", "20.0"),
    ]


def test_what_is_not_known_is_no_number() -> None:
    (_heads, row) = case_table(RESULTS, "hub", 1, 150)
    assert row[2] == row[4] == row[6] == row[7] == row[8] == "-"


@pytest.mark.parametrize(
    ("value", "floor", "right"),
    [
        ("wall", ("2.00", "2.00", "0"), ("-", "2.20", "-")),
        ("cpu", ("50", "20", "17"), ("-", "25", "-")),
        ("memory", ("60", "100", "228"), ("-", "150", "-")),
    ],
)
def test_growth_has_a_column_for_each_number(value: str, floor: tuple[str, ...], right: tuple[str, ...]) -> None:
    assert growth_table(RESULTS, "direct", 150, value) == [  # type: ignore[arg-type]
        ("", "20", "200", "each more"),
        ("floor: `raw: true`", *floor),
        ("`site`, nothing to do", *right),
    ]


def test_targets_say_what_is_missed() -> None:
    rows = {row[0]: row[1:] for row in target_table(RESULTS)}
    assert rows["200 sites, 150 ms, directly, `site`, nothing to do: wall"] == ("1.2 x the floor", "1.10", "met")
    assert rows["200 sites, 150 ms, directly, `site`, nothing to do: cpu"] == ("1.2 x the floor", "1.25", "MISSED")


def test_differences_say_which_way() -> None:
    one = Difference(Case("direct", 200, 150, "right"), "up", 2500, 3000)
    assert difference_table([one])[1] == ("direct/200/150/right", "up", "2500", "3000", "worse")


def test_text_is_in_columns() -> None:
    assert as_text([("", "wall s"), ("floor", "2.00"), ("a longer name", "10.00")]) == (
        "               wall s\nfloor            2.00\na longer name   10.00"
    )


def test_markdown_is_a_table() -> None:
    assert as_markdown([("", "x"), ("floor", "1")]) == "|  | x |\n| --- | ---: |\n| floor | 1 |"


def test_the_machine_is_named() -> None:
    assert machine_line(RESULTS) == "processor 2 x fast; memory 8 GiB"


def test_a_page_has_every_group_and_growth_where_there_are_several_numbers() -> None:
    page = markdown(RESULTS)
    assert "Measured on 2026-01-02: processor 2 x fast; memory 8 GiB." in page
    assert [line for line in page.splitlines() if line.startswith("###")] == [
        "### 20 sites, 150 ms, directly",
        "### 200 sites, 0 ms, directly",
        "### 200 sites, 150 ms, directly",
        "### 1000 sites, 150 ms, directly",
        "### 1 site, 150 ms, through the hub",
        "### CPU by number of sites, ms for each, 150 ms, directly",
        "### Memory by number of sites, MiB, 150 ms, directly",
    ]


def test_what_is_between_the_marks_is_replaced_and_nothing_else() -> None:
    page = f"before\n{BEGIN}\nold\n{END}\nafter\n"
    once = between_marks(page, "new\n")
    assert once == f"before\n{BEGIN}\n\nnew\n\n{END}\nafter\n"
    assert between_marks(once, "new\n") == once


@pytest.mark.parametrize("page", ["", BEGIN, f"{END}{BEGIN}", f"{BEGIN}{END}{BEGIN}{END}"])
def test_a_page_without_one_pair_of_marks_is_refused(page: str) -> None:
    with pytest.raises(ValueError, match="no place for the tables"):
        between_marks(page, "new")
