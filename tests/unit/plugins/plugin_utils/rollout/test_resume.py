# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import dataclasses
import typing as t

import pytest

from ansible_collections.farsite.fleet.plugins.plugin_utils.rollout import resume
from ansible_collections.farsite.fleet.plugins.plugin_utils.rollout.data import (
    Before,
    Entry,
    Journal,
    Owner,
    State,
    Wave,
)

WAVES = (Wave("canary", ("a",)), Wave("100%", ("b", "c")))
NEW = (Wave("new", ("a", "b", "c")),)
DIGESTS = {"a": "1", "b": "1", "c": "1"}
BEFORE = Before(cameras=("gate",), reached=True)
LASTS = 10


def last(**states: State) -> Journal:
    sites = {
        name: Entry(digest="1", state=state, reason="r" if state == "failed" else None, moment=1)
        for name, state in states.items()
    }
    return Journal(fleet="f", began=1, updated=2, asked="as ever", waves=WAVES, sites=sites, stopped="too many")


def begun(
    journal: Journal | None,
    digests: dict[str, str] | None = None,
    asked: str = "as ever",
    *,
    restart: bool = False,
    now: int = 9,
) -> Journal:
    known: t.Collection[str] = "abcx"
    wanted = DIGESTS if digests is None else digests
    holds = resume.holding(journal, wanted, restart=restart, now=now, lasts=LASTS)
    return resume.begun(journal, holds, wanted, NEW, asked, fleet="f", known=known, forget=restart, now=now, owner=None)


def states(journal: Journal) -> str:
    return " ".join(entry.state for entry in journal.sites.values())


def touched(journal: Journal, name: str) -> Journal:
    entry = dataclasses.replace(journal.sites[name], before=BEFORE)
    return dataclasses.replace(journal, sites={**journal.sites, name: entry})


def test_without_a_journal_all_is_new() -> None:
    found = begun(None)
    assert (found.began, found.waves, states(found)) == (9, NEW, "pending pending pending")


def test_one_that_was_stopped_goes_on_with_its_waves() -> None:
    found = begun(last(a="right", b="failed", c="pending"))
    assert (found.began, found.updated, found.stopped, found.waves) == (1, 9, None, WAVES)
    assert resume.waves_left(found) == (Wave("100%", ("b", "c")),)


def test_what_failed_earlier_does_not_count_until_it_is_tried_again() -> None:
    found = begun(last(a="right", b="failed", c="pending"))
    assert states(found) == "right pending pending"
    assert found.sites["b"] == Entry(digest="1", reason="failed before: r")
    # nor in the third run, which says the same of it
    assert begun(found).sites["b"] == found.sites["b"]


def test_one_that_is_finished_begins_anew() -> None:
    found = begun(last(a="right", b="changed", c="right"))
    assert (found.began, found.waves, states(found)) == (9, NEW, "pending pending pending")


def test_where_a_site_is_to_become_something_else_there_are_new_waves_of_what_is_left() -> None:
    journal, digests = last(a="right", b="right", c="off_line"), {**DIGESTS, "a": "2"}
    found = begun(journal, digests)
    assert found.sites["a"] == Entry(digest="2")
    assert (found.began, states(found), found.waves) == (9, "pending right pending", NEW)
    assert resume.left(journal, digests) == ["a", "c"]
    # that one goes on then
    assert begun(dataclasses.replace(found, waves=(Wave("canary", ("a", "c")),)), digests).began == 9


def test_a_site_that_was_not_found_well_has_to_be_as_before_its_change_whatever_it_is_to_become() -> None:
    journal = touched(last(a="failed", b="pending", c="pending"), "a")
    for digest in "12":
        assert begun(journal, {**DIGESTS, "a": digest}).sites["a"].before == BEFORE
    assert begun(journal, restart=True).sites["a"].before is None


@pytest.mark.parametrize(("digests", "asked"), [({"a": "1", "b": "1"}, "as ever"), (DIGESTS, "otherwise")])
def test_other_sites_or_other_options_make_other_waves(digests: dict[str, str], asked: str) -> None:
    found = begun(last(a="right", b="failed", c="pending"), digests, asked)
    assert (found.began, found.waves, states(found)) == (9, NEW, "right pending pending")


def test_a_limit_to_sites_that_are_done_looks_at_them_again_and_forgets_nobody() -> None:
    found = begun(last(a="right", b="failed", c="changed", x="off_line"), {"a": "1"})
    assert {name: entry.state for name, entry in found.sites.items()} == {
        "a": "pending", "b": "failed", "c": "changed", "x": "off_line"
    }  # fmt: skip


def test_who_begins_anew_forgets_the_sites_of_the_run_and_no_others() -> None:
    found = begun(touched(last(a="right", b="failed", c="changed"), "b"), {"a": "1"}, restart=True)
    assert found.sites["a"] == Entry(digest="1")
    assert (found.began, states(found), found.sites["b"].before) == (9, "pending failed changed", BEFORE)


@pytest.mark.parametrize(
    ("stopped", "owner", "now", "begins"),
    [
        (None, None, 1 + LASTS, 1),
        (None, None, 2 + LASTS, 2 + LASTS),
        ("too many", None, 2 + LASTS, 1),
        (None, Owner("hub", 7, "1"), 2 + LASTS, 1),
    ],
)
def test_one_that_has_ended_with_sites_left_is_over_after_a_while(
    stopped: str | None, owner: Owner | None, now: int, begins: int
) -> None:
    journal = dataclasses.replace(last(a="right", b="changed", c="off_line"), stopped=stopped, owner=owner)
    found = begun(journal, now=now)
    assert found.began == begins
    assert states(found) == ("right changed pending" if begins == 1 else "pending pending pending")


def test_a_site_that_is_gone_is_forgotten() -> None:
    assert set(begun(last(a="right", b="failed", gone="failed")).sites) == {"a", "b", "c"}


def test_the_end_gives_the_journal_free() -> None:
    found = resume.released(dataclasses.replace(last(a="failed"), updated=1), 5)
    assert (found.owner, found.updated, found.stopped) == (None, 5, "too many")
