# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest

from ansible_collections.farsite.fleet.plugins.plugin_utils.modem.status import TIMED_OUT, Answer, Signal, silent


@pytest.mark.parametrize(
    ("signal", "word"),
    [
        (Signal(rsrp=-75), "excellent"),
        (Signal(rsrp=-90), "good"),
        (Signal(rsrp=-91), "fair"),
        (Signal(rsrp=-115, rssi=-60), "poor"),
        (Signal(rsrp=-116), "none"),
        (Signal(rssi=-80), "fair"),
        (Signal(rssi=-113), "none"),
        (Signal(rsrq=-10), None),
    ],
)
def test_a_word_for_the_signal(signal: Signal, word: str | None) -> None:
    assert signal.quality == word


def test_questions_without_an_answer() -> None:
    assert silent({"AT": Answer(0, "OK"), "AT+COPS?": Answer(TIMED_OUT, "")}) == ("AT+COPS?",)
