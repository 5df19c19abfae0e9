# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The lines of an answer on an AT port, picked apart."""

from __future__ import annotations

import pytest

from ansible_collections.farsite.fleet.plugins.plugin_utils.modem.at_text import fields, named, plain, values
from ansible_collections.farsite.fleet.plugins.plugin_utils.modem.status import TIMED_OUT, Answer

QUERY = "AT+CGMM"


@pytest.mark.parametrize(
    ("line", "parameters"),
    [
        ('+COPS: 0,0,"a, b",7', ["0", "0", "a, b", "7"]),
        ("+COPS:1 , x", ["1", "x"]),
        ("+cops : 1", ["1"]),
        ("+COPS:", [""]),
        ('+COPS: "open,1', ["open,1"]),
        ("+COPS: ,,2", ["", "", "2"]),
    ],
)
def test_parameters(line: str, parameters: list[str]) -> None:
    assert fields({QUERY: Answer(0, f"\r\n{line}\r\n\r\nOK\r\n")}, QUERY, "+COPS") == [parameters]


def test_lines_without_a_name() -> None:
    text = "at+cgmm\r\r\n^RSSI:17\n\nRING\nEC25\nATE0\nSMS DONE\n+QIND: 1\nDST: 1\nA: b\nNORMAL POWER DOWN\nOK\nERROR\n"
    answers = {QUERY: Answer(0, text)}
    assert plain(answers, QUERY) == ["EC25", "A: b"]
    assert values({QUERY: Answer(0, '"EC25"\n+CGMM: "EC21"\nOK')}, QUERY, "+CGMM") == ["EC21", "EC25"]


@pytest.mark.parametrize("answers", [{}, {QUERY: Answer(TIMED_OUT, "+CGMM: x\nEC25")}, {QUERY: Answer(1, "EC25")}])
def test_what_was_not_answered_says_nothing(answers: dict[str, Answer]) -> None:
    assert named(answers, QUERY, "+CGMM") == []
    assert plain(answers, QUERY) == []
