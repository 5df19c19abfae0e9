# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What uqmi prints, read: all scenarios of the lab, and forms of other modems and versions."""

from __future__ import annotations

import dataclasses
import json
import typing as t

import hypothesis
import pytest
from answers import load, scenarios
from hypothesis import strategies as st

from ansible_collections.farsite.fleet.plugins.plugin_utils.modem.qmi_answers import (
    CURRENT_SETTINGS,
    IMEI,
    IMSI,
    PIN_STATUS,
    QUERIES,
    SERVING_SYSTEM,
    SIGNAL_INFO,
    SIM_STATE,
    SYSTEM_INFO,
    read,
)
from ansible_collections.farsite.fleet.plugins.plugin_utils.modem.status import (
    TIMED_OUT,
    Answer,
    ModemStatus,
    Registration,
    Signal,
    Sim,
    SimState,
)


def answers_of(scenario: str) -> dict[str, Answer]:
    return {query: Answer(**answer) for query, answer in load("qmi", scenario).items()}


UNKNOWN = ModemStatus(source="qmi")
STICK = ModemStatus(source="qmi", imei="860000000000001")
SIM = Sim(state="ready", pin_tries=3, puk_tries=10, imsi="001010123456789", iccid="8949001234567890123")
LOCKED = Sim(state="pin", pin_tries=3, puk_tries=10, iccid="8949001234567890123")

EXPECTED = {
    "home": dataclasses.replace(
        STICK,
        sim=dataclasses.replace(SIM, imsi="262021234567890"),
        registration="home",
        operator="Vodafone.de",
        operator_code="26202",
        signal=Signal(technology="lte", rssi=-67, rsrp=-95, rsrq=-9, sinr=12.8),
        addresses=("100.72.13.5",),
    ),
    "roaming-refused": dataclasses.replace(
        STICK,
        sim=SIM,
        registration="denied",
        signal=Signal(technology="lte", rssi=-69, rsrp=-98, rsrq=-11, sinr=6.2),
    ),
    "no-sim": dataclasses.replace(STICK, sim=Sim(state="absent"), registration="none"),
    "pin": dataclasses.replace(STICK, sim=LOCKED, registration="none"),
    "pin-2-tries": dataclasses.replace(STICK, sim=dataclasses.replace(LOCKED, pin_tries=2), registration="none"),
    "no-signal": dataclasses.replace(
        STICK,
        sim=SIM,
        registration="searching",
        signal=Signal(technology="lte", rsrp=-140, rsrq=-20, sinr=-20),
    ),
    "hang": ModemStatus(
        source="qmi",
        sim=Sim(state="ready", pin_tries=3, puk_tries=10),
        silent=tuple(query for query in QUERIES if query != PIN_STATUS),
    ),
}


def test_each_scenario_is_expected() -> None:
    assert set(EXPECTED) == set(scenarios("qmi"))


@pytest.mark.parametrize("scenario", EXPECTED)
def test_scenarios(scenario: str) -> None:
    assert tuple(answers_of(scenario)) == QUERIES
    assert read(answers_of(scenario)) == EXPECTED[scenario]


@pytest.mark.parametrize(("scenario", "quality"), [("home", "fair"), ("no-signal", "none"), ("pin", None)])
def test_quality(scenario: str, quality: str | None) -> None:
    assert read(answers_of(scenario)).signal.quality == quality


def told(**values: t.Any) -> dict[str, Answer]:
    """Return answers by the queries, with _ for -."""
    return {query.replace("_", "-"): Answer(0, json.dumps(value)) for query, value in values.items()}


def pin(status: str, pin_tries: int = 3, puk_tries: int = 10) -> dict[str, t.Any]:
    return {"pin1_status": status, "pin1_verify_tries": pin_tries, "pin1_unblock_tries": puk_tries}


@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        (told(get_pin_status=pin("verified")), Sim(state="ready", pin_tries=3, puk_tries=10)),
        (told(get_pin_status=pin("blocked", 0, 7)), Sim(state="puk", pin_tries=0, puk_tries=7)),
        (told(get_pin_status=pin("blocked", 0, 0)), Sim(state="blocked", pin_tries=0, puk_tries=0)),
        (told(get_pin_status=pin("permanently_blocked", 0, 0)), Sim(state="blocked", pin_tries=0, puk_tries=0)),
        (told(get_pin_status=pin("not_initialized", 0, 0)), Sim()),
        (told(get_pin_status=pin("Unknown", 0, 0)), Sim()),
        (told(get_pin_status={}), Sim()),
        (told(uim_get_sim_state={}), Sim(state="absent")),
        (told(uim_get_sim_state=[]), Sim()),
        (told(uim_get_sim_state={"card_application_state": "puk-required"}), Sim(state="puk")),
        (told(uim_get_sim_state={"card_application_state": "pin1-blocked"}), Sim(state="blocked")),
        (told(uim_get_sim_state={"card_application_state": "illegal"}), Sim()),
        (told(uim_get_sim_state={"card_application_state": ["ready"]}), Sim()),
        ({IMSI: Answer(255, '"No SIM"\n')}, Sim(state="absent")),
        ({PIN_STATUS: Answer(255, '"UIM uninitialized"\n')}, Sim()),
    ],
)
def test_sim(answers: dict[str, Answer], expected: Sim) -> None:
    assert read(answers).sim == expected


def test_the_lower_count_of_tries_is_the_safe_one() -> None:
    card = {"card_application_state": "pin-required", "pin1_status": "not_verified", "pin1_verify_tries": 1}
    assert read(told(get_pin_status=pin("not_verified"), uim_get_sim_state=card)).sim.pin_tries == 1


def test_an_application_state_is_not_taken_for_that_of_the_pin() -> None:
    # What uqmi prints where the universal PIN replaces PIN 1 and the application has the number 4.
    card = {"card_application_state": "check-personalization-state", "pin1_status": "blocked"}
    assert read(told(uim_get_sim_state=card)).sim.state == "unknown"


@pytest.mark.parametrize(
    ("serving", "lte", "expected"),
    [
        ({"registration": "registered", "roaming": True}, {}, "roaming"),
        ({"registration": "registered"}, {"service_status": "available", "roaming_status": "off"}, "home"),
        ({"registration": "registered"}, {"service_status": "available", "roaming_status": "on"}, "roaming"),
        ({"registration": "registered"}, {}, "unknown"),
        ({"registration": "registering_denied"}, {}, "denied"),
        ({"registration": "not_registered"}, {}, "none"),
        ({"registration": "searching"}, {"service_status": "limited", "forbidden": True}, "denied"),
        ({"registration": "searching"}, {"service_status": "limited", "forbidden": False}, "searching"),
        ({"registration": "unknown"}, {}, "unknown"),
        ({"registration": ["registered"]}, {}, "unknown"),
    ],
)
def test_registration(serving: t.Any, lte: t.Any, expected: Registration) -> None:
    assert read(told(get_serving_system=serving, get_system_info={"lte": lte})).registration == expected


@pytest.mark.parametrize(
    ("country", "network", "imsi", "info", "expected"),
    [
        (262, 2, "", {}, "26202"),
        (1, 1, "", {}, "00101"),
        (310, 12, "", {}, "310012"),
        (302, 72, "", {}, "302072"),
        (262, 0, "262000123456789", {}, "26200"),
        (334, 20, "334020123456789", {}, "334020"),
        (334, 20, "262021234567890", {}, "33420"),
        (722, 310, "", {}, "722310"),
        (262, 2, "", {"lte": {"service_status": "available", "mcc": "334", "mnc": "020"}}, "334020"),
        (262, 2, "", {"gsm": {"service_status": "none", "mcc": "334", "mnc": "020"}}, "26202"),
        ("262", None, "", {}, None),
        (-1, 2, "", {}, None),
        (26200, 2, "", {}, None),
    ],
)
def test_operator_code(country: t.Any, network: t.Any, imsi: str, info: t.Any, expected: str | None) -> None:
    serving = {"registration": "registered", "plmn_mcc": country, "plmn_mnc": network}
    answers = told(get_serving_system=serving, get_imsi=imsi, get_system_info=info)
    assert read(answers).operator_code == expected


@pytest.mark.parametrize(
    ("info", "expected"),
    [
        ({"type": "gsm", "signal": -83}, Signal(technology="gsm", rssi=-83)),
        ({"type": "wcdma", "rssi": -70, "ecio": 6}, Signal(technology="umts", rssi=-70)),
        (
            {"type": "5gnr", "rsrp": -101, "snr": 3.5, "rsrq": -12},
            Signal(technology="nr", rsrp=-101, rsrq=-12, sinr=3.5),
        ),
        ([{"type": "lte", "rsrp": -90}, {"type": "5gnr", "rsrp": -99}], Signal(technology="lte", rsrp=-90)),
        ([], Signal()),
        ({}, Signal()),
        ({"type": {}, "rssi": True, "rsrp": None, "snr": "x"}, Signal()),
    ],
)
def test_signal(info: t.Any, expected: Signal) -> None:
    assert read(told(get_signal_info=info)).signal == expected


def test_both_families_have_an_address() -> None:
    settings = {"ipv4": {"ip": "10.1.2.3"}, "ipv6": {"ip": "2001:db8::1", "ip-prefix-length": 64}}
    assert read({CURRENT_SETTINGS: Answer(0, json.dumps(settings))}).addresses == ("10.1.2.3", "2001:db8::1")


@pytest.mark.parametrize(
    "answer",
    [
        Answer(1, ""),  # uqmi prints its usage on stderr
        Answer(2, ""),  # there is no such device
        Answer(255, '"Failed to connect to service"\n'),
        Answer(0, ""),
        Answer(0, "null"),
        Answer(0, "0"),
        Answer(0, "[1, 2"),
    ],
)
def test_an_answer_that_is_none_tells_nothing(answer: Answer) -> None:
    assert read(dict.fromkeys(QUERIES, answer)) == UNKNOWN


def test_a_question_that_uqmi_gave_up_is_silent() -> None:
    answers = {IMEI: Answer(255, 'Request timed out\n"Unknown error"\n'), SIM_STATE: Answer(TIMED_OUT, "{}")}
    assert read(answers) == dataclasses.replace(UNKNOWN, silent=(IMEI, SIM_STATE))


def test_one_silent_question_leaves_the_others() -> None:
    answers = answers_of("home")
    expected = dataclasses.replace(EXPECTED["home"], signal=Signal(technology="lte"), silent=(SIGNAL_INFO,))
    assert read({**answers, SIGNAL_INFO: Answer(TIMED_OUT, "")}) == expected
    # Without the serving system there is no registration, so neither is there a network.
    assert read({**answers, SERVING_SYSTEM: Answer(TIMED_OUT, "")}).operator_code is None
    assert read({**answers, SYSTEM_INFO: Answer(TIMED_OUT, "")}).operator_code == "26202"


NAMES = st.sampled_from(
    [
        "pin1_status",
        "pin1_verify_tries",
        "card_application_state",
        "registration",
        "roaming",
        "plmn_mcc",
        "plmn_mnc",
        "radio_interface",
        "lte",
        "service_status",
        "forbidden",
        "mcc",
        "mnc",
        "type",
        "rssi",
        "snr",
        "ipv4",
        "ip",
    ]
)
LEAVES = st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.sampled_from(["registered", "lte"])
JSON = st.recursive(LEAVES, lambda values: st.lists(values) | st.dictionaries(NAMES, values))
TEXTS = st.text() | JSON.map(json.dumps)
ANSWERS = st.dictionaries(st.sampled_from(QUERIES), st.builds(Answer, st.sampled_from([0, 1, 124, 255]), TEXTS))
STATES: tuple[SimState, ...] = t.get_args(SimState)


@hypothesis.given(ANSWERS)
def test_any_text_as_any_answer_is_read(answers: dict[str, Answer]) -> None:
    status = read(answers)
    assert status.sim.state in STATES
    assert set(status.silent) >= {query for query, answer in answers.items() if answer.status == TIMED_OUT}
