# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Problems name file and path, once."""

from __future__ import annotations

import pickle

import pytest

from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.problems import (
    FleetError,
    Place,
    Problem,
    Report,
    errors,
    path_text,
)


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ((), ""),
        (("a",), "a"),
        (("cameras", 1, "mac"), "cameras[1].mac"),
        (("router_uci", "a/b", 0), "router_uci['a/b'][0]"),
    ],
)
def test_a_path_reads_as_people_write_it(path: tuple[str | int, ...], text: str) -> None:
    assert path_text(path) == text


@pytest.mark.parametrize(
    ("problem", "text"),
    [
        (Problem("sites/a.yml", "id", "is missing"), "sites/a.yml: id: is missing"),
        (Problem("sites/a.yml", "", "is no YAML"), "sites/a.yml: is no YAML"),
    ],
)
def test_a_problem_is_a_line(problem: Problem, text: str) -> None:
    assert str(problem) == text


def test_an_inherited_value_s_problem_is_where_it_stands() -> None:
    report = Report()
    place = Place(report, "sites/a.yml", inherited={("lan",): ("fleet.yml", ("defaults", "lan"))})
    place.at("lan", "prefix").problem("is wrong")
    place.at("lan", "prefix").problem("is wrong")
    place.at("id").problem("is wrong")
    place.at("lan").problem_below("[2].x", "is odd")
    assert [str(problem) for problem in report] == [
        "fleet.yml: defaults.lan.prefix: is wrong",
        "fleet.yml: defaults.lan[2].x: is odd",
        "sites/a.yml: id: is wrong",
    ]


def test_what_two_places_claim_is_told_at_the_second() -> None:
    report = Report()
    for file in ("a", "b"):
        Place(report, file, ("x",)).claim("address", 5)
        Place(report, file, ("y",)).claim("other address", 5 if file == "a" else 6)
    Place(report, "b", ("z",)).claim("address", 5)
    report.settle_claims()
    assert [str(problem) for problem in report] == [
        "b: x: the address is that of a: x too; every one needs its own",
        "b: z: the address is that of a: x too; every one needs its own",
    ]


def test_only_errors_forbid_a_fleet() -> None:
    problems = (Problem("a", "", "x", "warning"), Problem("a", "", "y"))
    assert errors(problems) == problems[1:]


def test_an_error_has_all_problems_a_line_each() -> None:
    error = FleetError((Problem("a", "b", "x"), Problem("a", "c", "y")))
    assert str(error) == "a: b: x\na: c: y"
    assert pickle.loads(pickle.dumps(error)).problems == error.problems  # noqa: S301
