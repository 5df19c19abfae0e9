# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How well a modem hears the network, from lines of manuals and of posted sessions."""

from __future__ import annotations

import hypothesis
import pytest
from hypothesis import strategies as st

from ansible_collections.farsite.fleet.plugins.plugin_utils.modem.at_signal import SIGNAL_QUERIES, signal
from ansible_collections.farsite.fleet.plugins.plugin_utils.modem.status import Answer, Signal

QENG = 'AT+QENG="servingcell"'
CELL = "460-11,0x5A1E,187214780,257,EUTRAN-BAND3,1850,5,5"


@pytest.mark.parametrize(
    ("query", "text", "levels"),
    [
        ("AT+CSQ", "+CSQ: 0,99", Signal(rssi=-113)),
        ("AT+CSQ", "+CSQ:17,99", Signal(rssi=-79)),
        ("AT+CSQ", "+CSQ: 031,000", Signal(rssi=-51)),
        ("AT+CSQ", "+CSQ: 99,99", Signal()),
        ("AT+CSQ", "+CSQ: 32,99", Signal()),
        ("AT+CSQ", "+CSQ: ,", Signal()),
        ("AT+CESQ", "+CESQ: 99,99,255,255,0,0", Signal(technology="lte", rsrp=-141, rsrq=-20)),
        ("AT+CESQ", "+CESQ: 99,99,255,255,20,46", Signal(technology="lte", rsrp=-95, rsrq=-10)),
        ("AT+CESQ", "+CESQ: 99,99,255,255,34,97", Signal(technology="lte", rsrp=-44, rsrq=-3)),
        ("AT+CESQ", "+CESQ: 30,0,255,255,255,255", Signal(technology="gsm", rssi=-81)),
        ("AT+CESQ", "+CESQ: 99,99,255,255,255,255", Signal()),
        ("AT+CESQ", "+CESQ: 99,99", Signal()),
        ("AT^HCSQ?", '^HCSQ: "LTE",45,34,106,19', Signal(technology="lte", rssi=-76, rsrp=-107, rsrq=-10.5, sinr=1)),
        ("AT^HCSQ?", '^HCSQ:"LTE",57,56,130,24', Signal(technology="lte", rssi=-64, rsrp=-85, rsrq=-8, sinr=5.8)),
        ("AT^HCSQ?", '^HCSQ: "LTE",255,255,255,255', Signal(technology="lte")),
        ("AT^HCSQ?", '^HCSQ: "LTE",96,97,251,34', Signal(technology="lte", rssi=-25, rsrp=-44, rsrq=-3, sinr=30)),
        ("AT^HCSQ?", '^HCSQ: "WCDMA",60,50,44', Signal(technology="umts", rssi=-61)),
        ("AT^HCSQ?", '^HCSQ: "GSM",50', Signal(technology="gsm", rssi=-71)),
        ("AT^HCSQ?", '^HCSQ: "NOSERVICE"', Signal()),
        (
            "AT^HCSQ?",
            '^HCSQ: "NR",58,165,22,65535\n^HCSQ: "LTE",54,24,45,15',
            Signal(technology="lte", rssi=-67, rsrp=-117, rsrq=-12.5, sinr=-11.2),
        ),
        ("AT+QCSQ", '+QCSQ: "LTE",-52,-81,195,-10', Signal(technology="lte", rssi=-52, rsrp=-81, rsrq=-10, sinr=19)),
        ("AT+QCSQ", '+QCSQ: "LTE",85,-124,55,-18', Signal(technology="lte", rsrp=-124, rsrq=-18, sinr=-9)),
        ("AT+QCSQ", '+QCSQ: "WCDMA",-70,-80,-5', Signal(technology="umts", rssi=-70)),
        ("AT+QCSQ", '+QCSQ: "NOSERVICE"', Signal()),
        (
            QENG,
            '+QENG: "servingcell","NOCONN","LTE","FDD",302,610,844D92A,248,900,2,5,5,D6E7,-89,-8,-61,17,38',
            Signal(technology="lte", rssi=-61, rsrp=-89, rsrq=-8),
        ),
        (
            QENG,
            (
                '+QENG: "servingcell","NOCONN"\n'
                '+QENG: "LTE","FDD",262,02,1A2B3C4,186,1300,3,5,5,D6E7,-95,-9,-67,12,15,0,-\n'
                '+QENG: "NR5G-NSA",262,02,123,-101,14,-11,627264,78,12,1'
            ),
            Signal(technology="lte", rssi=-67, rsrp=-95, rsrq=-9),
        ),
        (
            QENG,
            '+QENG: "servingcell","NOCONN","NR5G-SA","TDD",460,00,10321,506,2F01,636648,78,12,-83,-11,14,1,-',
            Signal(technology="nr", rsrp=-83, rsrq=-11, sinr=14),
        ),
        (
            QENG,
            '+QENG: "servingcell","NOCONN","WCDMA",262,02,D5D6,80E9F,10713,161,42,-71,-9,-,-,-,-,-',
            Signal(technology="umts"),
        ),
        (QENG, '+QENG: "servingcell","SEARCH"', Signal()),
        (QENG, '+QENG: "servingcell","LIMSRV","LTE","FDD",302', Signal(technology="lte")),
        (
            "AT+CPSI?",
            f"+CPSI: LTE,Online,{CELL},-94,-850,-545,15",
            Signal(technology="lte", rssi=-54.5, rsrp=-85, rsrq=-9.4, sinr=15),
        ),
        (
            "AT+CPSI?",
            f"+CPSI: LTE CAT-M1,Online,{CELL},-13,-110,-79,15",
            Signal(technology="lte", rssi=-79, rsrp=-110, rsrq=-13, sinr=15),
        ),
        ("AT+CPSI?", f"+CPSI: LTE,Online,{CELL},12,36,42,5", Signal(technology="lte")),
        ("AT+CPSI?", "+CPSI: NO SERVICE,Online", Signal()),
        ("AT+CPSI?", "+CPSI: WCDMA,Online,001-01,0xED2E,WCDMA IMT 2000,0,0,0", Signal(technology="umts")),
    ],
)
def test_one_answer(query: str, text: str, levels: Signal) -> None:
    assert signal({query: Answer(0, f"{text}\n\nOK")}, None) == levels


def test_what_the_makers_command_leaves_open_is_filled() -> None:
    answers = {
        "AT+QCSQ": Answer(0, '+QCSQ: "LTE",85,-95,160,-\nOK'),
        "AT+CESQ": Answer(0, "+CESQ: 99,99,255,255,20,90\nOK"),
        "AT+CSQ": Answer(0, "+CSQ: 20,99\nOK"),
    }
    assert signal(answers, None) == Signal(technology="lte", rssi=-73, rsrp=-95, rsrq=-10, sinr=12)


def test_levels_of_another_technology_are_not_mixed_in() -> None:
    answers = {
        "AT^HCSQ?": Answer(0, '^HCSQ: "WCDMA",60,50,44\nOK'),
        "AT+CESQ": Answer(0, "+CESQ: 99,99,255,255,20,46\nOK"),
    }
    assert signal(answers, None) == Signal(technology="umts", rssi=-61)


def test_the_operators_technology_is_for_those_who_tell_none() -> None:
    assert signal({"AT+CSQ": Answer(0, "+CSQ: 20,99\nOK")}, "umts") == Signal(technology="umts", rssi=-73)
    told = Answer(0, "+CESQ: 99,99,255,255,20,46\nOK")
    assert signal({"AT+CESQ": told}, "umts") == Signal(technology="lte", rsrp=-95, rsrq=-10)


NUMBERS = st.lists(st.integers(-9999, 9999).map(str), max_size=20).map(",".join)
NAMES = st.sampled_from(
    ['^HCSQ: "LTE"', '+QCSQ: "LTE"', '+QENG: "servingcell","NOCONN","LTE"', "+CPSI: LTE", "+CESQ: 99"]
)


@hypothesis.given(st.sampled_from(SIGNAL_QUERIES), NAMES, NUMBERS)
def test_levels_are_possible_ones(query: str, name: str, numbers: str) -> None:
    found = signal({query: Answer(0, f"{name},{numbers}\nOK")}, None)
    assert found.rssi is None or -121 <= found.rssi <= -20
    assert found.rsrp is None or -156 <= found.rsrp <= -31
    assert found.rsrq is None or -43 <= found.rsrq <= 20
    assert found.sinr is None or -23 <= found.sinr <= 40
