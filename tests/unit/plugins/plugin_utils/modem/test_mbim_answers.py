# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What umbim prints, read: all scenarios of the lab, and forms of other modems."""

from __future__ import annotations

import dataclasses
import typing as t

import hypothesis
import pytest
from answers import load, scenarios
from hypothesis import strategies as st

from ansible_collections.farsite.fleet.plugins.plugin_utils.modem.mbim_answers import (
    CAPS,
    CONFIG,
    PIN_STATE,
    QUERIES,
    RADIO,
    REGISTRATION,
    SUBSCRIBER,
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
    return {query: Answer(**answer) for query, answer in load("mbim", scenario).items()}


UNKNOWN = ModemStatus(source="mbim")
STICK = ModemStatus(source="mbim", model="EM7455", firmware="SWI9X30C_02.24.05.06", imei="860000000000001")
SIM = Sim(state="ready", imsi="001010123456789", iccid="8949001234567890123")
LOCKED = Sim(state="pin", pin_tries=3, iccid="8949001234567890123")

EXPECTED = {
    "home": dataclasses.replace(
        STICK,
        sim=dataclasses.replace(SIM, imsi="262021234567890"),
        registration="home",
        operator="Vodafone.de",
        operator_code="26202",
        signal=Signal(technology="lte"),
        addresses=("100.72.13.5", "2001:db8:12:3400::1"),
    ),
    "roaming-refused": dataclasses.replace(
        STICK,
        sim=SIM,
        registration="roaming",
        operator="Telekom.de",
        operator_code="26201",
    ),
    "no-sim": dataclasses.replace(STICK, sim=Sim(state="absent"), registration="none"),
    "pin": dataclasses.replace(STICK, sim=LOCKED),
    "pin-2-tries": dataclasses.replace(STICK, sim=dataclasses.replace(LOCKED, pin_tries=2)),
    "no-signal": dataclasses.replace(STICK, sim=SIM, registration="searching"),
    "hang": dataclasses.replace(STICK, silent=tuple(query for query in QUERIES if query != CAPS)),
}


def test_each_scenario_is_expected() -> None:
    assert set(EXPECTED) == set(scenarios("mbim"))


@pytest.mark.parametrize("scenario", EXPECTED)
def test_scenarios(scenario: str) -> None:
    assert tuple(answers_of(scenario)) == QUERIES
    assert read(answers_of(scenario)) == EXPECTED[scenario]


def fields(*lines: str) -> str:
    return "".join(f"  {line}\n" for line in lines)


PIN1 = Answer(2, "required pin: 2 - pin1\nremaining attempts: 3\n")
READY = Answer(0, fields("readystate: 0001 - initialized"))


@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        ({PIN_STATE: PIN1}, Sim(state="pin", pin_tries=3)),
        ({PIN_STATE: PIN1, SUBSCRIBER: READY}, Sim(state="pin", pin_tries=3)),
        ({PIN_STATE: Answer(2, "required pin: 2 - pin1\nremaining attempts: -1\n")}, Sim(state="pin")),
        ({PIN_STATE: Answer(11, "required pin: 11 - puk1\nremaining attempts: 4\n")}, Sim(state="puk", puk_tries=4)),
        (
            {PIN_STATE: Answer(11, "required pin: 11 - puk1\nremaining attempts: 0\n")},
            Sim(state="blocked", puk_tries=0),
        ),
        ({PIN_STATE: Answer(3, "required pin: 3 - pin2\nremaining attempts: 1\n")}, Sim(state="ready")),
        ({PIN_STATE: Answer(6, "required pin: 6 - network-pin\nremaining attempts: 5\n")}, Sim()),
        ({PIN_STATE: Answer(0, "required pin: 0 - unknown\nremaining attempts: 3\n")}, Sim()),
        ({PIN_STATE: Answer(0, "Pin Unlocked\n")}, Sim(state="ready")),
        ({PIN_STATE: Answer(2, "")}, Sim(state="pin")),
        ({PIN_STATE: Answer(11, "")}, Sim(state="puk")),
        ({PIN_STATE: Answer(0, "")}, Sim()),
        ({PIN_STATE: Answer(253, "")}, Sim(state="absent")),
        ({SUBSCRIBER: READY}, Sim(state="ready")),
        ({SUBSCRIBER: Answer(2, fields("readystate: 0002 - sim-not-inserted"))}, Sim(state="absent")),
        ({SUBSCRIBER: Answer(3, fields("readystate: 0003 - bad-sim")), PIN_STATE: Answer(0, "Pin Unlocked")}, Sim()),
        ({SUBSCRIBER: Answer(6, fields("readystate: 0006 - device-locked"))}, Sim()),
    ],
)
def test_sim(answers: dict[str, Answer], expected: Sim) -> None:
    assert read(answers).sim == expected


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        ("0000 - unknown", "unknown"),
        ("0001 - deregistered", "none"),
        ("0002 - searching", "searching"),
        ("0003 - home", "home"),
        ("0004 - roaming", "roaming"),
        ("0005 - partner", "roaming"),
        ("0006 - denied", "denied"),
        ("0007 - (null)", "unknown"),
        ("x", "unknown"),
    ],
)
def test_registration(state: str, expected: Registration) -> None:
    assert read({REGISTRATION: Answer(0, fields(f"registerstate: {state}"))}).registration == expected


@pytest.mark.parametrize(
    ("status", "radio", "expected"),
    [
        (0, ("hwradiostate: on", "swradiostate: off"), "none"),
        (0, ("hwradiostate: off", "swradiostate: on"), "none"),
        (0, ("hwradiostate: on", "swradiostate: on"), "unknown"),
        (TIMED_OUT, ("hwradiostate: off",), "unknown"),
    ],
)
def test_a_radio_that_is_off(status: int, radio: tuple[str, ...], expected: Registration) -> None:
    assert read({RADIO: Answer(status, fields(*radio))}).registration == expected


@pytest.mark.parametrize(
    ("classes", "expected"),
    [
        ("0003 - (null)", "gsm"),
        ("0018 - (null)", "umts"),
        ("0020 - lte", "lte"),
        ("0060 - (null)", None),
        ("0080 - (null)", "nr"),
        ("10000 - 1xrtt", "cdma"),
        ("40000 - 1xevdo-reva", "evdo"),
        ("80000000 - custom", None),
        ("0000 - (null)", None),
    ],
)
def test_technology(classes: str, expected: str | None) -> None:
    text = fields("registerstate: 0003 - home", f"availabledataclasses: {classes}")
    assert read({REGISTRATION: Answer(0, text)}).signal.technology == expected


def test_a_network_without_a_name() -> None:
    status = read({REGISTRATION: Answer(0, fields("registerstate: 0003 - home", "provider_name: (null)"))})
    assert (status.registration, status.operator, status.operator_code) == ("home", None, None)


def test_each_address_of_the_bearer() -> None:
    text = fields("ipv4address: 10.0.0.1/32", "ipv4address: 10.0.0.2/32", "ipv4gateway: 10.0.0.9", "ipv6address: x/64")
    assert read({CONFIG: Answer(0, text)}).addresses == ("10.0.0.1", "10.0.0.2")


@pytest.mark.parametrize(
    "answer",
    [
        Answer(1, "Usage: umbim <caps|pinstate|unlock|home> [options]\nOptions:\n    -n \t\tno close\n\n"),
        Answer(255, "open failed: : No such file or directory\n"),
        Answer(255, "message not long enough\n"),
        Answer(254, ""),
        Answer(0, fields("deviceid: (null)", "provider_id: (null)", "readystate: (null)")),
    ],
)
def test_an_answer_that_is_none_tells_nothing(answer: Answer) -> None:
    assert read(dict.fromkeys(QUERIES, answer)) == UNKNOWN


def test_a_question_that_umbim_gave_up_is_silent() -> None:
    answers = {CAPS: Answer(255, "ERROR: mbim message timeout\n"), CONFIG: Answer(TIMED_OUT, "  ipv4address: 10.0.0")}
    assert read(answers) == dataclasses.replace(UNKNOWN, silent=(CAPS, CONFIG))


NAMES = st.sampled_from(
    [
        "readystate",
        "registerstate",
        "subscriberid",
        "deviceid",
        "required pin",
        "remaining attempts",
        "hwradiostate",
        "availabledataclasses",
        "provider_id",
        "provider_name",
        "ipv4address",
        "ipv6address",
    ]
)
LINES = st.lists(st.builds("  {}: {}".format, NAMES, st.text() | st.sampled_from(["0003 - home", "2 - pin1", "0001"])))
TEXTS = st.text() | LINES.map("\n".join)
ANSWERS = st.dictionaries(st.sampled_from(QUERIES), st.builds(Answer, st.integers(0, 255), TEXTS))
STATES: tuple[SimState, ...] = t.get_args(SimState)


@hypothesis.given(ANSWERS)
def test_any_text_as_any_answer_is_read(answers: dict[str, Answer]) -> None:
    status = read(answers)
    assert status.sim.state in STATES
    assert set(status.silent) >= {query for query, answer in answers.items() if answer.status == TIMED_OUT}
