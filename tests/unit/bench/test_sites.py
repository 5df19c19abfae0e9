# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The benchmark's command line: which cases it runs, and what becomes of results that are there already."""

from __future__ import annotations

import json
import sys
import typing as t

import pytest

from ansible_collections.farsite.fleet.bench.results import Case, Measured, Results
from ansible_collections.farsite.fleet.bench.sites import RTTS, SIZES, by_way, main, parser, plan, repeats
from ansible_collections.farsite.fleet.bench.tables import BEGIN, END, WAYS

if t.TYPE_CHECKING:
    import pathlib

FLOOR, RIGHT = Case("direct", 200, 150, "floor"), Case("direct", 200, 150, "right")


def results(wall: float) -> Results:
    floor = Measured(wall=2, cpu=4, memory=100, connections=1, up=2500, down=20000, operations=1)
    right = Measured(wall=wall, cpu=4.4, memory=120, connections=1, up=2500, down=20000, operations=1)
    return Results({"processor": "one"}, "2026-01-02T03:04:05+00:00", {FLOOR: floor, RIGHT: right})


def run(monkeypatch: pytest.MonkeyPatch, folder: pathlib.Path, wall: float, *options: str) -> int:
    """Run the program on results that are there; return its exit status."""
    (folder / "results.json").write_text(json.dumps(results(wall).as_json()))
    baseline = ["--baseline", str(folder / "baseline.json")]
    monkeypatch.setattr(sys, "argv", ["sites.py", "--from", str(folder / "results.json"), *baseline, *options])
    return main()


@pytest.mark.parametrize("sites", SIZES)
def test_every_number_of_sites_has_the_typical_lag(sites: int) -> None:
    assert ("direct", 150) in plan(sites, parser().parse_args([]))


def test_all_is_every_combination() -> None:
    every = {(way, rtt) for way in WAYS for rtt in RTTS}
    assert all(set(plan(sites, parser().parse_args(["--all"]))) == every for sites in SIZES)


@pytest.mark.parametrize(
    ("words", "cases"),
    [
        (["--rtt", "30"], [("direct", 30), ("hub", 30)]),
        (["--way", "hub"], [("hub", rtt) for rtt in RTTS]),
        (["--way", "direct", "--rtt", "0", "9"], [("direct", 0), ("direct", 9)]),
    ],
)
def test_what_is_asked_for_is_measured(words: list[str], cases: list[tuple[str, int]]) -> None:
    assert plan(7, parser().parse_args(words)) == cases


@pytest.mark.parametrize(
    ("words", "sites", "times"), [([], 1, 3), ([], 20, 3), ([], 200, 1), (["--repeat", "5"], 200, 5)]
)
def test_short_runs_are_repeated(words: list[str], sites: int, times: int) -> None:
    assert repeats(sites, parser().parse_args(words)) == times


def test_cases_are_gone_through_way_by_way() -> None:
    assert by_way([("direct", 0), ("direct", 150), ("hub", 150)]) == {"direct": [0, 150], "hub": [150]}


def test_results_are_shown_without_a_baseline(
    monkeypatch: pytest.MonkeyPatch, tmp_path: pathlib.Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(monkeypatch, tmp_path, 2.2) == 0
    shown = capsys.readouterr().out
    assert "200 sites, 150 ms, directly" in shown
    assert "There is no baseline" in shown


def test_a_saved_baseline_is_compared_with(
    monkeypatch: pytest.MonkeyPatch, tmp_path: pathlib.Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(monkeypatch, tmp_path, 1.6, "--save-baseline", "--strict") == 0
    assert run(monkeypatch, tmp_path, 1.6, "--strict") == 0
    assert "nothing differs" in capsys.readouterr().out
    assert run(monkeypatch, tmp_path, 2.2, "--strict") == 1
    assert "worse" in capsys.readouterr().out
    assert run(monkeypatch, tmp_path, 2.2) == 0


def test_a_missed_target_is_no_success_if_it_is_to_be_strict(
    monkeypatch: pytest.MonkeyPatch, tmp_path: pathlib.Path
) -> None:
    assert run(monkeypatch, tmp_path, 2.5) == 0
    assert run(monkeypatch, tmp_path, 2.5, "--strict") == 1


def test_pages_get_the_tables(
    monkeypatch: pytest.MonkeyPatch, tmp_path: pathlib.Path, capsys: pytest.CaptureFixture[str]
) -> None:
    page = tmp_path / "page.md"
    page.write_text(f"before\n{BEGIN}\n{END}\nafter\n")
    run(monkeypatch, tmp_path, 2.2, "--markdown", str(page))
    assert "| `site`, nothing to do | 2.20 | 1.10 |" in page.read_text()
    assert page.read_text().startswith("before\n")
    capsys.readouterr()
    run(monkeypatch, tmp_path, 2.2, "--markdown")
    assert "| `site`, nothing to do | 2.20 | 1.10 |" in capsys.readouterr().out
