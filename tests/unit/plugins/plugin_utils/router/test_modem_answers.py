# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from ansible_collections.farsite.fleet.plugins.plugin_utils.modem.status import TIMED_OUT
from ansible_collections.farsite.fleet.plugins.plugin_utils.router.modem_answers import (
    ASK,
    ask_commands,
    at_ports,
    statuses,
)


def test_the_questions_are_set_before_they_are_asked() -> None:
    commands = ask_commands()
    assert commands[-1] == ASK
    sources = [command.partition("_questions=")[0] for command in commands[:-1]]
    assert sources == [
        "qmi",
        "mbim",
        "modemmanager",
        "at",
        "hilink",
        "zte",
        "modem_thorough=yes",
        "modem_adapters='0b95 0bda 0fe6 13b1'",
    ]
    assert "modem_thorough=" in ask_commands(thorough=False)
    assert any("AT+CIMI\n" in command for command in commands)


def test_what_one_way_does_not_tell_another_does() -> None:
    parts = {
        "answer-1-1.2-qmi-1": (("0", "get-imsi"), '"262021234567890"\n'),
        "answer-1-1.2-qmi-2": ((str(TIMED_OUT), "get-signal-info"), ""),
        "answer-1-1.2-at-1": (("0", "AT+CSQ"), "+CSQ: 20,99\nOK\n"),
        "answer-2-1-at-1": (("0", "AT+CIMI"), "424031234567890\nOK\n"),
        "at-ports-1-1.2": (("ttyUSB2", "ttyUSB3"), ""),
        "at-ports-2-1": (("",), ""),
        "other": ((), ""),
        "answer-1-1-at-9": ((), "cut off"),
        "answer-1-1-at-8": (("x", "AT"), ""),
    }
    found = statuses(parts)
    assert set(found) == {"1-1.2", "2-1"}
    first = found["1-1.2"]
    assert (first.source, first.sim.imsi, first.signal.rssi, first.silent) == (
        "qmi", "262021234567890", -73, ("get-signal-info",),
    )  # fmt: skip
    assert found["2-1"].sim.imsi == "424031234567890"
    assert at_ports(parts) == {"1-1.2": ("ttyUSB2", "ttyUSB3"), "2-1": ()}
