# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import dataclasses

import pytest

from ansible_collections.farsite.fleet.plugins.plugin_utils.rollout import steps
from ansible_collections.farsite.fleet.plugins.plugin_utils.rollout.data import Before, Entry, Journal
from ansible_collections.farsite.fleet.plugins.plugin_utils.rollout.trials import Trial

BEFORE = Before(cameras=("gate",), reached=True)
JOURNAL = Journal(
    fleet="f",
    began=1,
    updated=1,
    asked="",
    waves=(),
    sites={"a": Entry(digest="1"), "b": Entry(digest="1", before=BEFORE), "c": Entry(digest="1", away=True)},
)
DARK = Trial("off_line", "gone", away=True)


def test_what_was_noted_before_a_change_that_was_not_found_well_holds_on() -> None:
    assert steps.interrupted(JOURNAL, "abc") == ["b"]
    found = steps.marked(JOURNAL, {"a": Before(), "b": Before(cameras=("yard",))}, 5)
    both = Before(cameras=("gate", "yard"), reached=True)
    assert [found.sites[name].before for name in "abc"] == [Before(), both, None]
    assert (found.updated, found.sites["a"].state) == (5, "pending")


@pytest.mark.parametrize(
    ("trial", "was_touched", "before"),
    [
        (Trial("right"), True, None),
        (Trial("changed", touched=True), True, None),
        (Trial("failed", "camera", touched=True), False, BEFORE),
        # it was not changed now; but if it was before, that was never found well
        (Trial("failed", "refused"), False, None),
        (Trial("failed", "refused"), True, BEFORE),
        (Trial("rolled_back", "undone"), False, None),
        (Trial("rolled_back", "undone"), True, BEFORE),
        (DARK, False, None),
        (DARK, True, BEFORE),
    ],
)
def test_what_is_noted_of_a_site(trial: Trial, was_touched: bool, before: Before | None) -> None:  # noqa: FBT001
    names = "b" if was_touched else ""
    found = steps.noted(JOURNAL, {"b": trial}, names, names, 7)
    expected = Entry(digest="1", state=trial.state, reason=trial.reason, moment=7, away=trial.away, before=before)
    assert found.sites == {**JOURNAL.sites, "b": expected}


def test_who_was_changed_was_reached() -> None:
    journal = steps.marked(JOURNAL, {"a": Before()}, 5)
    found = steps.noted(journal, {"a": Trial("failed", "dark", touched=True)}, (), (), 7)
    assert found.sites["a"].before == Before(reached=True)


def test_who_was_there_when_a_run_was_killed_may_have_been_changed_by_it() -> None:
    # it was off-line in the first run that was killed, and there in the second
    journal = steps.marked(JOURNAL, {"a": Before(cameras=("gate",))}, 5)
    assert (steps.interrupted(journal, "abc"), steps.reached(journal, "abc")) == (["a", "b"], ["b"])
    journal = steps.marked(journal, {"a": Before(reached=True)}, 6)
    assert steps.reached(journal, "abc") == ["a", "b"]


def test_who_was_seen_in_a_wave_that_did_not_change_it_was_not_reached_by_that() -> None:
    journal = steps.marked(steps.marked(JOURNAL, {"a": Before()}, 5), {"a": Before(reached=True)}, 6)
    assert steps.judged({"a": DARK}, "", {}) == {"a": DARK}
    found = steps.noted(journal, {"a": DARK}, "a", "", 7)
    assert found.sites["a"].before == Before()
    assert (steps.interrupted(found, "a"), steps.reached(found, "a")) == (["a"], [])


def test_who_has_to_pass_the_gate() -> None:
    trials = {"a": Trial("changed"), "b": Trial("right"), "c": Trial("right"), "d": DARK}
    assert steps.to_pass(trials, ("b", "d")) == ["a", "b"]


def test_who_has_a_problem_at_the_gate_has_failed_and_who_passes_was_changed() -> None:
    trials = {"a": Trial("changed", touched=True), "b": Trial("right"), "c": Trial("right")}
    assert steps.judged(trials, "b", {"a": "dark", "b": None}) == {
        "a": Trial("failed", "dark", touched=True),
        "b": Trial("changed", touched=True),
        "c": Trial("right"),
    }


@pytest.mark.parametrize(("before", "state"), [(BEFORE, "failed"), (Before(), "off_line"), (None, "off_line")])
def test_who_is_off_line_since_a_change_has_failed(before: Before | None, state: str) -> None:
    journal = dataclasses.replace(JOURNAL, sites={"b": Entry(digest="1", before=before)})
    found = steps.judged({"b": DARK}, steps.reached(journal, "b"), {})["b"]
    assert (found.state, found.away) == (state, True)
    assert found.reason == ("off-line since a roll-out was at it; gone" if state == "failed" else "gone")


def test_stopping_and_queueing() -> None:
    assert steps.stopped(JOURNAL, "too many").stopped == "too many"
    # also one that has failed since it is off-line
    both = steps.noted(JOURNAL, {"a": Trial("failed", "since", away=True)}, "a", "a", 7)
    assert steps.queued(both, {"a", "b", "c"}) == ["a", "c"]
    assert steps.queued(both, {"a"}) == ["a"]
