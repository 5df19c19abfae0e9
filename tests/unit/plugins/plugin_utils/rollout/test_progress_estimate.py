# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.farsite.fleet.plugins.plugin_utils.rollout.progress_estimate import Estimate


def estimate(forks: int, *took: float, hold: float = 0.0) -> Estimate:
    found = Estimate(forks, hold)
    for seconds in took:
        found.took(seconds)
    return found


def test_nothing_is_known_before_a_site_has_ended() -> None:
    assert estimate(10).wave(5, ()) is None
    assert estimate(10).later([5]) is None


@pytest.mark.parametrize(
    ("waiting", "running", "seconds"),
    [
        (0, (), 0),
        (0, (4.0, 7.0), 6),  # the mean is 10
        (0, (12.0,), 0),  # slower than the mean: nobody knows
        (1, (), 10),
        (2, (), 10),  # at a time
        (4, (), 20),
        (4, (5.0, 5.0), 25),
        (1, (9.0,), 10),  # no site that is to come takes less than the mean
    ],
)
def test_a_wave(waiting: int, running: tuple[float, ...], seconds: float) -> None:
    assert estimate(2, 8, 12).wave(waiting, running) == seconds


def test_later_waves_and_their_gates() -> None:
    assert estimate(2, 8, 12, hold=60).later([1, 0, 5]) == 10 + 60 + 30 + 60
    assert estimate(2, 8, 12, hold=60).later([]) == 0


@given(st.integers(1, 50), st.floats(0.1, 1000), st.integers(0, 500), st.lists(st.floats(0, 2000), max_size=50))
def test_more_forks_never_take_longer_and_nothing_is_negative(
    forks: int, mean: float, waiting: int, running: list[float]
) -> None:
    few, many = estimate(forks, mean).wave(waiting, running), estimate(forks + 1, mean).wave(waiting, running)
    assert few is not None
    assert many is not None
    assert 0 <= many <= few
