# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a HiLink stick answers, read: all that the lab's stand-in says, and what it does not."""

from __future__ import annotations

import dataclasses
import re

import hypothesis
import pytest
from http_answers import SCENARIOS, body, hilink_error, hilink_response
from hypothesis import strategies as st

from ansible_collections.farsite.fleet.plugins.plugin_utils.modem.hilink_answers import (
    INFORMATION,
    NETWORK,
    PIN,
    QUERIES,
    SIGNAL,
    STATUS,
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

HUNG = Answer(TIMED_OUT, "")
UNKNOWN = ModemStatus(source="hilink")
STICK = ModemStatus(
    source="hilink",
    manufacturer="Huawei",
    model="E3372",
    firmware="22.333.01.00.00",
    imei="860000000000001",
)
SIM = Sim(state="ready", pin_tries=3, puk_tries=10, imsi="001010123456789", iccid="8949001234567890123")
LTE = Signal(technology="lte", rssi=-67, rsrp=-95, rsrq=-9, sinr=12)

EXPECTED = {
    "home": dataclasses.replace(
        STICK,
        sim=dataclasses.replace(SIM, imsi="262021234567890"),
        registration="home",
        operator="Vodafone.de",
        operator_code="26202",
        signal=LTE,
        addresses=("100.72.13.5",),
    ),
    "roaming-refused": dataclasses.replace(
        STICK, sim=SIM, registration="roaming", operator="Swisscom", operator_code="22801", signal=LTE
    ),
    "no-sim": dataclasses.replace(STICK, sim=Sim(state="absent"), registration="none"),
    "pin": dataclasses.replace(STICK, sim=Sim(state="pin", pin_tries=3, puk_tries=10), registration="none"),
    "pin-2-tries": dataclasses.replace(STICK, sim=Sim(state="pin", pin_tries=2, puk_tries=10), registration="none"),
    "no-signal": dataclasses.replace(STICK, sim=SIM, registration="searching"),
    "hang": dataclasses.replace(UNKNOWN, silent=QUERIES),
}


def answers_of(scenario: str) -> dict[str, Answer]:
    if scenario == "hang":  # the one that is answered is that for the session
        return dict.fromkeys(QUERIES, HUNG)
    return {query: Answer(0, body("hilink", scenario, query) or "") for query in QUERIES}


def test_each_scenario_has_its_status() -> None:
    assert set(EXPECTED) == set(SCENARIOS)


@pytest.mark.parametrize("scenario", EXPECTED)
def test_what_the_stick_says(scenario: str) -> None:
    assert read(answers_of(scenario)) == EXPECTED[scenario]


def test_the_levels_of_home_are_fair() -> None:
    assert read(answers_of("home")).signal.quality == "fair"


@pytest.mark.parametrize(
    ("fields", "state"),
    [
        ({"SimState": "255"}, "absent"),
        ({"SimState": "256"}, "absent"),
        ({"SimState": "257"}, "ready"),
        ({"SimState": "258"}, "ready"),
        ({"SimState": "259"}, "ready"),
        ({"SimState": "260"}, "pin"),
        ({"SimState": "261", "SimPukTimes": "10"}, "puk"),
        ({"SimState": "261"}, "puk"),
        ({"SimState": "261", "SimPukTimes": "0"}, "blocked"),
        ({"SimState": "300"}, "unknown"),
        ({}, "unknown"),
    ],
)
def test_the_state_of_the_card(fields: dict[str, str], state: SimState) -> None:
    assert read({PIN: Answer(0, hilink_response(fields))}).sim.state == state


@pytest.mark.parametrize(("value", "state"), [("1", "ready"), ("255", "absent"), ("0", "unknown"), ("", "unknown")])
def test_the_state_of_the_card_without_its_page(value: str, state: SimState) -> None:
    answers = {PIN: Answer(0, hilink_error("100003")), STATUS: Answer(0, hilink_response({"SimStatus": value}))}
    assert read(answers).sim.state == state


@pytest.mark.parametrize(
    ("service", "roaming", "card", "registration"),
    [
        ("2", "0", "1", "home"),
        ("2", "1", "1", "roaming"),
        ("2", "", "1", "unknown"),
        ("0", "0", "1", "searching"),
        ("1", "0", "1", "denied"),
        ("3", "0", "1", "denied"),
        ("4", "0", "1", "none"),
        ("1", "0", "255", "none"),
        ("0", "0", "255", "none"),
        ("1", "0", "0", "denied"),
        ("", "0", "1", "unknown"),
        ("9", "0", "1", "unknown"),
    ],
)
def test_the_registration(service: str, roaming: str, card: str, registration: Registration) -> None:
    fields = {"ServiceStatus": service, "RoamingStatus": roaming, "SimStatus": card}
    assert read({STATUS: Answer(0, hilink_response(fields))}).registration == registration


@pytest.mark.parametrize(
    ("extended", "plain", "technology"),
    [
        ("101", "19", "lte"),
        ("1011", "19", "lte"),
        ("111", "20", "nr"),
        ("46", "9", "umts"),
        ("65", "8", "umts"),
        ("3", "3", "gsm"),
        ("23", "13", "cdma"),
        ("29", "11", "evdo"),
        ("0", "19", None),
        ("", "19", "lte"),
        ("", "18", "umts"),
        ("", "2", "gsm"),
        ("", "12", "evdo"),
        ("", "0", None),
        ("", "", None),
        ("lte", "19", "lte"),
    ],
)
def test_the_technology(extended: str, plain: str, technology: str | None) -> None:
    fields = {"CurrentNetworkTypeEx": extended, "CurrentNetworkType": plain}
    assert read({STATUS: Answer(0, hilink_response(fields))}).signal.technology == technology


def test_a_limit_is_read_as_its_number() -> None:
    text = hilink_response({"rssi": ">=-51dBm", "sinr": ">=30dB"})
    assert "&gt;=-51dBm" in text
    assert read({SIGNAL: Answer(0, text)}).signal == Signal(rssi=-51, sinr=30)


V4, V6 = "10.1.2.3", "2001:db8::1"


@pytest.mark.parametrize(
    ("status", "information", "expected"),
    [
        ({"ConnectionStatus": "901", "WanIPAddress": V4}, {}, (V4,)),
        ({"ConnectionStatus": "901"}, {"WanIPAddress": V4, "WanIPv6Address": V6.upper()}, (V4, V6)),
        ({"ConnectionStatus": "901", "WanIPAddress": V4}, {"WanIPAddress": V4}, (V4,)),
        ({"ConnectionStatus": "902", "WanIPAddress": V4}, {"WanIPAddress": V4}, ()),
        ({}, {"WanIPAddress": V4}, (V4,)),
        ({"ConnectionStatus": "901", "WanIPAddress": "0.0.0.0"}, {}, ()),  # noqa: S104
    ],
    ids=["older", "newer", "both", "hung-up", "status-not-told", "none"],
)
def test_the_addresses(status: dict[str, str], information: dict[str, str], expected: tuple[str, ...]) -> None:
    answers = {STATUS: Answer(0, hilink_response(status)), INFORMATION: Answer(0, hilink_response(information))}
    assert read(answers).addresses == expected


def test_the_short_name_stands_in_for_the_full_one() -> None:
    fields = {"FullName": "", "ShortName": "voda", "Numeric": "26202"}
    assert read({NETWORK: Answer(0, hilink_response(fields))}).operator == "voda"


@pytest.mark.parametrize(
    "answer",
    [
        Answer(0, hilink_error("125002")),
        Answer(0, hilink_error("125002").replace("<message>", "<Imei>860000000000001</Imei><message>")),
        Answer(0, ""),
        Answer(0, "<html><body>Login</body></html>"),
        Answer(404, hilink_response({"Imei": "860000000000001"})),
        Answer(1, hilink_response({"Imei": "860000000000001"})),
    ],
    ids=["no-session", "error-with-more", "empty", "html", "not-found", "failed"],
)
def test_an_answer_that_is_none_tells_nothing(answer: Answer) -> None:
    assert read(dict.fromkeys(QUERIES, answer)) == UNKNOWN


def test_nothing_asked_tells_nothing() -> None:
    assert read({}) == UNKNOWN


def test_one_silent_page_leaves_the_others() -> None:
    assert read({**answers_of("home"), SIGNAL: HUNG}) == dataclasses.replace(
        EXPECTED["home"], signal=Signal(technology="lte"), silent=(SIGNAL,)
    )


def test_entities_of_the_device_are_not_resolved() -> None:
    text = '<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]><response><FullName>&x;</FullName></response>'
    assert read({NETWORK: Answer(0, text)}).operator == "&x;"


NAMES = sorted({name for query in QUERIES for name in re.findall(r"<(\w+)>", body("hilink", "home", query) or "")})
VALUES = st.one_of(st.text(), st.integers().map(str))
TEXTS = st.one_of(st.text(), st.dictionaries(st.sampled_from(NAMES), VALUES).map(hilink_response))
ANSWERS = st.dictionaries(st.sampled_from(QUERIES), st.builds(Answer, st.sampled_from([0, 1, 124, 403]), TEXTS))


@hypothesis.given(ANSWERS)
def test_any_text_as_any_answer_is_read(answers: dict[str, Answer]) -> None:
    status = read(answers)
    assert status.source == "hilink"
    assert set(status.silent) == {query for query, answer in answers.items() if answer.status == TIMED_OUT}
