# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest

from ansible_collections.farsite.fleet.plugins.plugin_utils.rollout.window import (
    GATHERING,
    LONGEST,
    ROUNDS,
    SHORTEST,
    Window,
)


@pytest.mark.parametrize(
    ("seconds", "now", "listens"),
    [
        (0, 1000, (SHORTEST, 1)),
        (600, 5000, (SHORTEST, 1)),
        (600, 1590, (SHORTEST, 1)),
        (600, 1500, (100, 1)),
        (600, 1000, (LONGEST, 3)),
        (700, 1000, (175, 4)),
        (86400, 1000, (LONGEST, 432)),
    ],
)
def test_how_long_to_listen(seconds: int, now: int, listens: tuple[int, int]) -> None:
    window = Window(1000, seconds)
    assert (window.listening(now), window.until) == (listens, 1000 + seconds)
    assert window.is_over(now) is (now >= 1000 + seconds)


def test_the_rounds_last_for_the_whole_window() -> None:
    window, now = Window(0, 7200), 0
    for number in range(1, ROUNDS):
        now += window.gathering(now, number)
    assert now == pytest.approx(window.until, rel=0.01)
    assert [window.gathering(7199, number) for number in (1, ROUNDS)] == [GATHERING, GATHERING]
    assert Window(0, 86400).gathering(0, 1) == LONGEST
