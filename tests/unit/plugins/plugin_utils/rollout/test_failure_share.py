# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.farsite.fleet.plugins.plugin_utils.rollout.data import CANARY, STATES, State
from ansible_collections.farsite.fleet.plugins.plugin_utils.rollout.failure_share import most_failures, stop_reason

LISTS = st.lists(st.sampled_from(STATES), max_size=30)


@pytest.mark.parametrize(
    ("text", "failed", "tried", "exceeded"),
    [
        ("10%", 1, 10, False),
        ("10%", 2, 19, True),
        ("10%", 2, 20, False),
        ("0%", 0, 5, False),
        ("0%", 1, 500, True),
        ("100%", 5, 5, False),
        ("3", 3, 3, False),
        ("3", 4, 900, True),
        ("0", 1, 900, True),
    ],
)
def test_exactly_as_many_are_not_too_many(text: str, failed: int, tried: int, exceeded: bool) -> None:  # noqa: FBT001
    most = most_failures(text)
    assert (most.exceeded(failed, tried), str(most)) == (exceeded, text)


@pytest.mark.parametrize("text", ["", "101%", "-1", "half", "10 %%", "1.5"])
def test_what_is_no_share_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="expected a share such as 10% or a number of sites such as 3"):
        most_failures(text)


@pytest.mark.parametrize(
    ("wave", "now", "earlier", "reason"),
    [
        (CANARY, ["right"], [], None),
        (CANARY, ["off_line"], ["pending"], None),
        (CANARY, ["rolled_back", "changed"], ["changed"] * 90, "1 site failed in the canary, where none may"),
        ("10%", ["failed"], ["off_line"], "1 site failed, and none was found well after its change"),
        # nor was one that was right already
        ("10%", ["failed"], ["right"] * 99, "1 site failed, and none was found well after its change"),
        ("10%", ["failed"], ["changed"] * 9, None),
        # those of the same wave count, too
        ("10%", ["failed", *["changed"] * 9], [], None),
        ("10%", ["failed"], ["changed"] * 8, "1 of 9 sites failed that were to be changed, more than 10%"),
        # who is off-line, was not tried, or was right says nothing
        (
            "10%",
            ["failed", "off_line", *["right"] * 90],
            ["changed"] * 8 + ["pending"] * 5 + ["right"],
            "1 of 9 sites failed that were to be changed, more than 10%",
        ),
        ("100%", ["changed"] * 9, ["failed"], None),
    ],
)
def test_when_it_stops(wave: str, now: list[State], earlier: list[State], reason: str | None) -> None:
    assert stop_reason(wave, now, earlier, most_failures("10%")) == reason


@given(now=LISTS, earlier=LISTS, most=st.integers(0, 100))
def test_nothing_stops_where_nobody_has_failed(now: list[State], earlier: list[State], most: int) -> None:
    well: list[State] = ["off_line", "pending", "right", "changed"]
    if stop_reason("wave", now, earlier, most_failures(f"{most}%")) is not None:
        assert set(now + earlier) - set(well)
    assert stop_reason("wave", [state for state in now if state in well], [], most_failures("0")) is None
