# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import typing as t

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.farsite.fleet.plugins.plugin_utils.report.merging import (
    HANDED_ON,
    Merged,
    Shard,
    merge,
    shard,
    table,
)
from ansible_collections.farsite.fleet.plugins.plugin_utils.report.outcomes import outcomes

KINDS = ("changed", "right", "failed", "off_line")


def told(*, check: bool = False, kinds: t.Mapping[str, str] | None = None) -> dict[str, t.Any]:
    """Return custom statistics; each kind is names of one letter, with the reason ``because`` where there is one."""
    found: dict[str, t.Any] = {
        "changed": [*(kinds or {}).get("changed", "")],
        "right": [*(kinds or {}).get("right", "")],
    }
    found |= {kind: dict.fromkeys((kinds or {}).get(kind, ""), "because") for kind in ("failed", "off_line")}
    return {HANDED_ON: found | {"again": [*found["failed"], *found["off_line"]], "check": check}}


def run(number: int, status: int | None, **kinds: str) -> Shard:
    return shard(f"shard-{number}", status, told(kinds=kinds))


def test_two_runs_that_went_well() -> None:
    merged = merge([run(1, 0, changed="d", right="a"), run(2, 0, right="cb")], "abcd")
    expected = {"changed": ["d"], "right": ["a", "b", "c"], "failed": {}, "off_line": {}, "again": []}
    assert merged == Merged(t.cast("t.Any", expected), (), check=False)
    assert merged.status(off_line_ok=False) == 0


def test_what_failed_or_is_off_line_is_to_be_run_again() -> None:
    merged = merge([run(1, 2, off_line="a", right="b"), run(2, 2, failed="d", changed="c")], "abcd")
    assert merged.outcomes["again"] == ["d", "a"]
    assert (merged.problems, merged.status(off_line_ok=True), merged.status(off_line_ok=False)) == ((), 2, 2)


@pytest.mark.parametrize(("off_line_ok", "status"), [(True, 0), (False, 2)])
def test_off_line_sites_may_be_no_failure(*, off_line_ok: bool, status: int) -> None:
    merged = merge([run(1, 0, off_line="a"), run(2, 0, right="b")], "ab")
    assert merged.status(off_line_ok=off_line_ok) == status


@pytest.mark.parametrize(
    ("status", "end"),
    [(None, "shard-2 ended before it could tell"), (254, "shard-2 ended with 254"), (4, "shard-2 ended with 4")],
)
def test_the_sites_of_a_run_that_told_nothing_have_failed(status: int | None, end: str) -> None:
    merged = merge([run(1, 0, right="a"), shard("shard-2", status, {"other": 1})], "abc")
    why = f"no run told of it; {end}"
    assert merged.outcomes["failed"] == {"b": why, "c": why}
    assert merged.problems == (f"{end}, which none of its sites explains",)
    assert merged.status(off_line_ok=True) == 2


def test_a_run_for_nobody_tells_nothing_and_is_no_problem() -> None:
    merged = merge([run(1, 0, right="a"), shard("shard-2", 0, {})], "a")
    assert (merged.problems, merged.status(off_line_ok=False)) == ((), 0)


def test_a_site_that_no_run_was_for_has_failed() -> None:
    merged = merge([run(1, 0, right="a"), run(2, 0, right="b")], "abc")
    assert merged.outcomes["failed"] == {"c": "no run told of it"}


def test_a_run_that_failed_though_its_sites_are_right() -> None:
    merged = merge([run(1, 0, right="a"), run(2, 4, right="b")], "ab")
    assert merged.outcomes["again"] == []
    assert merged.problems == ("shard-2 ended with 4, which none of its sites explains",)
    assert merged.status(off_line_ok=True) == 2


def test_a_run_that_was_killed_after_it_told() -> None:
    merged = merge([run(1, 0, right="a"), run(2, None, changed="b")], "ab")
    assert merged.problems == ("shard-2 ended before it could tell, which none of its sites explains",)


def test_a_site_in_two_runs_has_the_worst_of_both() -> None:
    runs = [run(1, 0, right="a", changed="b", off_line="c"), run(2, 2, changed="a", off_line="b", failed="c")]
    merged = merge(runs, "abc")
    assert merged.outcomes["changed"] == ["a"]
    assert merged.outcomes["off_line"] == {"b": "because"}
    assert merged.outcomes["failed"] == {"c": "because"}
    assert merged.problems[0] == "a was in shard-1 and shard-2; give each site to one run"
    assert merged.status(off_line_ok=True) == 2


def test_a_site_of_another_fleet() -> None:
    merged = merge([run(1, 0, right="ax")], "a")
    assert merged.outcomes["right"] == ["a"]
    assert merged.problems == ("shard-1 told of x, which it was not for",)


def test_one_check_makes_a_check_of_all() -> None:
    assert merge([run(1, 0, right="a"), shard("shard-2", 0, told(check=True, kinds={"changed": "b"}))], "ab").check


@pytest.mark.parametrize(
    "wrong", [None, [], {"changed": []}, told()[HANDED_ON] | {"failed": ["a"]}, told()[HANDED_ON] | {"right": None}]
)
def test_another_shape_is_refused(wrong: t.Any) -> None:
    with pytest.raises(
        ValueError, match=r"^shard-1: farsite_site_outcomes is not as the playbook site of this version"
    ):
        shard("shard-1", 0, {HANDED_ON: wrong})


@given(st.lists(st.sampled_from([*KINDS, "silent"]), min_size=1, max_size=12), st.randoms())
def test_parts_make_what_one_run_of_all_would_have_told(ends: list[str], random: t.Any) -> None:
    results: dict[str, dict[str, t.Any]] = {
        "changed": {"router_run": {"changed": True}},
        "right": {"router_run": {}},
        "failed": {"router_run": {"failed": True, "msg": "no"}},
        "off_line": {"router_run": {"unreachable": True, "msg": "gone"}},
        "silent": {},
    }
    sites = [(f"site-{number:03}", results[end]) for number, end in enumerate(ends)]
    parts: list[list[tuple[str, dict[str, t.Any]]]] = [[], []]
    for site in sites:
        random.choice(parts).append(site)
    runs = []
    for number, part in enumerate(parts):
        found = outcomes(part, [], 0)
        runs.append(shard(f"shard-{number}", 2 if found["again"] else 0, {HANDED_ON: {**found, "check": False}}))
    merged = merge(runs, [name for name, _result in sites])
    assert merged.outcomes == outcomes(sites, [], 0)
    assert merged.problems == ()


def test_the_table() -> None:
    merged = merge([run(1, 2, off_line="a", right="b"), shard("two\x1b[2J", None, {})], ["b", "a", "long-name"])
    assert table(merged) == [
        "right already  b",
        "failed         long-name  no run told of it; two?[2J ended before it could tell",
        "off-line       a          because",
        "0 changed, 1 right already, 1 failed, 1 off-line",
        "problem: two?[2J ended before it could tell, which none of its sites explains",
    ]
