# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import typing as t

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.farsite.fleet.plugins.module_utils.watch.course import SILENCE, Peer, Watch, Watched

ADDRESS = "10.79.0.17"


def gone_through(site: Watched, looks: t.Iterable[tuple[float, int | None, str]]) -> dict[str, t.Any]:
    """Return the result of a watch with looks at moments: bytes received (None without a peer), cameras that answer."""
    watch = Watch([site], 0)
    for now, received, cameras in looks:
        peers = {} if received is None else {ADDRESS: Peer(received, 5)}
        watch.look(now, peers, {site.name: set(cameras)})
    return watch.result()[0]


def site(hold: float = 10, timeout: float = 30, cameras: str = "g") -> Watched:
    return Watched("north", ADDRESS, tuple(cameras), hold, timeout)


@pytest.mark.parametrize(
    ("watched", "looks", "passed", "reason"),
    [
        # heard from the second look on, well for 10 s
        (site(), [(0, 1, "g"), (5, 2, "g"), (10, 3, "g"), (15, 4, "g")], True, None),
        # not yet for so long
        (site(), [(0, 1, "g"), (5, 2, "g"), (10, 3, "g")], False, "the hub has heard nothing of it in 0 s"),
        # a break begins anew
        (site(), [(0, 1, "g"), (5, 2, "g"), (10, 3, ""), (15, 4, "g"), (25, 5, "g")], True, None),
        (
            site(),
            [(0, 1, "g"), (5, 2, "g"), (14, 3, ""), (21, 4, "g"), (31, 5, "g")],
            False,
            "does not answer any more: camera g; after that no time was left to be well for 10 s",
        ),
        (site(), [(0, 1, ""), (5, 2, ""), (20, 3, "")], False, "does not answer any more: camera g"),
        (site(), [(0, 1, "g"), (5, 1, "g"), (20, 1, "g")], False, "the hub has heard nothing of it in 20 s"),
        (site(), [(0, None, "g"), (20, None, "g")], False, f"the hub has no peer with the address {ADDRESS}"),
        # the hub's interface counts anew
        (site(), [(0, 9, "g"), (5, 0, "g"), (15, 1, "g")], True, None),
        # one answer at its begin does not tell of the whole time
        (
            site(hold=20, timeout=60),
            [(0, 1, "g"), (5, 2, "g"), (25, 2, "g"), (35, 2, "g"), (41, 2, "g")],
            False,
            "the hub has heard nothing of it for 36 s",
        ),
        (
            site(hold=20, timeout=30),
            [(0, 1, "g"), (5, 2, "g"), (30, 2, "g")],
            False,
            "the hub has heard nothing of it for 25 s",
        ),
        # it was heard of, but not for a long time
        (
            site(hold=60, timeout=100),
            [(0, 1, "g"), (5, 2, "g"), (5 + SILENCE + 1, 2, "g")],
            False,
            f"the hub has heard nothing of it for {SILENCE + 1} s",
        ),
        # once is enough
        (site(hold=0, cameras=""), [(0, 1, ""), (5, 2, "")], True, None),
        # a single look
        (site(hold=0, timeout=0), [(0, 1, "g")], False, "the hub has heard nothing of it in 0 s"),
    ],
)
def test_who_is_well(watched: Watched, looks: list[tuple[float, int | None, str]], passed: bool, reason: str) -> None:  # noqa: FBT001
    found = gone_through(watched, looks)
    assert (found["passed"], found["reason"]) == (passed, reason)


def test_what_a_single_look_tells() -> None:
    found = gone_through(site(hold=0, timeout=0, cameras="gy"), [(0, 1, "y")])
    assert found == {
        "name": "north",
        "passed": False,
        "reason": "the hub has heard nothing of it in 0 s",
        "heard": False,
        "handshake_age": 5,
        "cameras": ["y"],
    }


def test_several_looks_tell_of_cameras_that_missed_one() -> None:
    patient = Watched("north", ADDRESS, ("g", "y", "z"), looks=3)
    watch = Watch([patient], 0)
    for now, cameras in enumerate(("g", "y", "z", "")):
        watch.look(now, {ADDRESS: Peer(1, 5)}, {"north": set(cameras)})
        assert bool(watch.open) is (now < 2)
    assert watch.result()[0]["cameras"] == ["g", "y", "z"]
    # one is enough where all have answered
    watch = Watch([patient], 0)
    watch.look(0, {ADDRESS: Peer(1, 5)}, {"north": {"g", "y", "z"}})
    assert not watch.open


def test_who_has_passed_is_not_looked_at_any_more() -> None:
    watch = Watch([site(hold=0), Watched("south", "10.79.0.18", (), 0, 99)], 0)
    for now in (0, 5):
        watch.look(now, {ADDRESS: Peer(now, 1), "10.79.0.18": Peer(7, 300)}, {"north": {"g"}})
    assert ([found.name for found in watch.open], watch.passed) == (["south"], 1)


@given(
    hold=st.integers(0, 40),
    extra=st.integers(0, 40),
    looks=st.lists(st.tuples(st.integers(1, 20), st.integers(0, 2), st.sampled_from(["", "g"])), max_size=20),
)
def test_a_watch_ends_in_time_and_holds_what_it_says(hold: int, extra: int, looks: list[tuple[int, int, str]]) -> None:
    watch, now, well = Watch([site(hold=hold, timeout=hold + extra)], 0), 0, 0
    for step, received, cameras in looks:
        if not watch.open:
            break
        now += step
        watch.look(now, {ADDRESS: Peer(received, 5)}, {"north": set(cameras)})
        well = now if not cameras else well
    if watch.passed:
        assert now - well >= hold
    if looks and now >= hold + extra:
        assert not watch.open
