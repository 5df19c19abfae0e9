# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.farsite.fleet.plugins.plugin_utils.rollout.data import CANARY, Wave
from ansible_collections.farsite.fleet.plugins.plugin_utils.rollout.schedule import (
    Asked,
    ScheduleError,
    asked,
    asked_of,
    schedule,
)

SITES = tuple(f"site-{number:03}" for number in range(1, 201))


def sizes(waves: tuple[Wave, ...]) -> dict[str, int]:
    return {wave.name: len(wave.sites) for wave in waves}


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        (asked(["1"], None), {"canary": 1, "10%": 20, "30%": 60, "100%": 119}),
        (asked(["0"], ["150", "25%"]), {"150": 150, "25%": 50}),
        (asked(["3"], ["10"]), {"canary": 3, "10": 10, "rest": 187}),
        (asked(["site-007", "site-002"], ["label_far", "1%"]), {"canary": 2, "label_far": 2, "1%": 2, "rest": 194}),
        (asked(["500"], ["1"]), {"canary": 200}),
    ],
)
def test_the_sizes_of_the_waves(wanted: Asked, found: dict[str, int]) -> None:
    groups = {"sites": SITES, "label_far": ("site-200", "site-100", "elsewhere"), "wave_1": SITES}
    assert sizes(schedule(SITES, wanted, groups)) == found


def test_the_sites_own_waves_are_the_default_where_they_differ() -> None:
    groups = {"wave_10": ("a",), "wave_2": ("b", "d"), "wave_1": ("c", "x"), "sites": "abcdx"}
    assert schedule("abcd", asked(["1"], None), groups) == (
        Wave(CANARY, ("c",)), Wave("wave_2", ("b", "d")), Wave("wave_10", ("a",))
    )  # fmt: skip
    # of which only those count that any of the sites has
    assert sizes(schedule("bd", asked(["0"], None), groups)) == {"10%": 1, "30%": 1}


def test_who_is_in_another_wave_asks_for_something_else() -> None:
    groups = {"wave_1": "ac", "wave_2": "bx", "label_far": "c"}
    own, far = asked(["1"], None), asked(["1"], ["label_far", "50%"])
    assert asked_of("abc", own, groups) == "canary 1, waves by default; wave_1: a,c; wave_2: b"
    assert asked_of("abc", far, groups) == "canary 1, waves label_far,50%; label_far: c"
    for others in ({"wave_1": "a", "wave_2": "bc"}, {"wave_1": "ac", "wave_3": "b"}, {"wave_1": "abc"}):
        assert asked_of("abc", own, {**groups, "wave_2": "", **others}) != asked_of("abc", own, groups)
    # what makes no wave of theirs is no matter
    for others in ({"wave_2": "by"}, {"wave_4": "x"}, {"label_far": "ab"}):
        assert asked_of("cba", own, {**groups, **others}) == asked_of("abc", own, groups)
    assert asked_of("abc", far, {**groups, "wave_1": "abc"}) == asked_of("abc", far, groups)
    assert asked_of("abc", far, {**groups, "label_far": "bc"}) != asked_of("abc", far, groups)


def test_a_canary_that_is_a_number_is_of_those_that_are_there() -> None:
    groups = {"wave_1": ("a", "b", "c"), "wave_2": ("d",), "sites": "abcd"}
    for up, canary in [(None, "ab"), ({"c", "d"}, "ac"), (set[str](), "ab")]:
        assert schedule("abcd", asked(["2"], None), groups, up)[0] == Wave(CANARY, tuple(canary))
    assert schedule("abcd", asked(["b"], None), groups, {"c"})[0] == Wave(CANARY, ("b",))
    # where the named ones are not among the sites, one that is there
    assert schedule("acd", asked(["b"], None), groups, {"c"})[0] == Wave(CANARY, ("c",))


@pytest.mark.parametrize("step", ["0%", "101%", "10 percent", "-1", "0", "", "label_nowhere", "1.5"])
def test_what_is_no_wave_is_named(step: str) -> None:
    with pytest.raises(ScheduleError) as caught:
        schedule(("a",), asked(["nobody"], ["10%", step]), {"sites": ("a",)})
    assert [problem.partition(",")[0] for problem in caught.value.problems] == [
        "canary: found nobody", f"waves[1]: found {step!r}"
    ]  # fmt: skip


def test_what_is_asked_for_is_told_apart() -> None:
    ways = [asked(["1"], None), asked(["1"], ["10%"]), asked(["a"], None), asked(["2"], None), asked(["a", "b"], None)]
    assert len({str(way) for way in ways}) == len(ways)


@given(
    sites=st.lists(st.sampled_from(SITES), unique=True),
    canary=st.one_of(st.integers(0, 9).map(lambda number: [str(number)]), st.lists(st.sampled_from(SITES))),
    steps=st.none() | st.lists(st.sampled_from(["1%", "10%", "100%", "3", "label_a", "label_b"])),
    up=st.none() | st.sets(st.sampled_from(SITES)),
    labels=st.tuples(st.sets(st.sampled_from(SITES)), st.sets(st.sampled_from(SITES))),
)
def test_each_site_is_in_one_wave_and_in_the_order_that_was_given(
    sites: list[str],
    canary: list[str],
    steps: list[str] | None,
    up: set[str] | None,
    labels: tuple[set[str], set[str]],
) -> None:
    groups = {"sites": SITES, "label_a": labels[0], "label_b": labels[1]}
    waves = schedule(sites, asked(canary, steps), groups, up)
    assert sorted(name for wave in waves for name in wave.sites) == sorted(sites)
    assert all(wave.sites for wave in waves)
    assert all(list(wave.sites) == sorted(wave.sites, key=sites.index) for wave in waves)
