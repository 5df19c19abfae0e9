# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a ZTE stick answers, read: all that the lab's stand-in says, and what it does not."""

from __future__ import annotations

import dataclasses
import json
import typing as t

import hypothesis
import pytest
from http_answers import SCENARIOS, body
from hypothesis import strategies as st

from ansible_collections.farsite.fleet.plugins.plugin_utils.modem.status import (
    TIMED_OUT,
    Answer,
    ModemStatus,
    Registration,
    Signal,
    Sim,
    SimState,
)
from ansible_collections.farsite.fleet.plugins.plugin_utils.modem.zte_answers import (
    BEARER,
    DEVICE,
    NETWORK,
    QUERIES,
    read,
)

HUNG = Answer(TIMED_OUT, "")
UNKNOWN = ModemStatus(source="zte")
STICK = ModemStatus(
    source="zte", manufacturer="ZTE", model="MF823", firmware="BD_MF823V1.0.0B01", imei="860000000000002"
)
SIM = Sim(state="ready", pin_tries=3, puk_tries=10, imsi="001010123456789", iccid="8949001234567890123")
HOME_SIM = dataclasses.replace(SIM, imsi="262021234567890")
LTE = Signal(technology="lte", rssi=-67, rsrp=-95, rsrq=-9, sinr=12)

EXPECTED = {
    "home": dataclasses.replace(
        STICK,
        sim=HOME_SIM,
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
    "hang": dataclasses.replace(STICK, sim=HOME_SIM, silent=(NETWORK, BEARER)),
}


def answers_of(scenario: str) -> dict[str, Answer]:
    found = {query: Answer(0, body("zte", scenario, query) or "") for query in QUERIES}
    return {**found, NETWORK: HUNG, BEARER: HUNG} if scenario == "hang" else found


def says(query: str, **fields: object) -> dict[str, Answer]:
    return {query: Answer(0, json.dumps(fields))}


def test_each_scenario_has_its_status() -> None:
    assert set(EXPECTED) == set(SCENARIOS)


@pytest.mark.parametrize("scenario", EXPECTED)
def test_what_the_stick_says(scenario: str) -> None:
    assert read(answers_of(scenario)) == EXPECTED[scenario]


def test_a_question_asks_for_ten_fields_at_most() -> None:
    assert all(query.count(",") < 10 for query in QUERIES)
    assert all("multi_data=1" in query for query in QUERIES)


@pytest.mark.parametrize(
    ("main_state", "puk_tries", "state"),
    [
        ("modem_init_complete", "10", "ready"),
        ("modem_waitpin", "10", "pin"),
        ("modem_waitpuk", "10", "puk"),
        ("modem_waitpuk", "", "puk"),
        ("modem_waitpuk", "0", "blocked"),
        ("modem_puk_lock", "", "blocked"),
        ("modem_sim_destroy", "", "blocked"),
        ("modem_sim_undetected", "", "absent"),
        ("modem_imsi_waitnck", "", "unknown"),
        ("modem_initial", "", "unknown"),
        ("", "", "unknown"),
    ],
)
def test_the_state_of_the_card(main_state: str, puk_tries: str, state: SimState) -> None:
    assert read(says(DEVICE, modem_main_state=main_state, puknumber=puk_tries)).sim.state == state


@pytest.mark.parametrize(
    ("network_type", "roam", "main_state", "registration"),
    [
        ("LTE", "Home", "modem_init_complete", "home"),
        ("LTE", "International", "modem_init_complete", "roaming"),
        ("HSPA+", "Internal", "modem_init_complete", "roaming"),
        ("EDGE", "Roaming", "modem_init_complete", "roaming"),
        ("LTE", "", "modem_init_complete", "unknown"),
        ("no_service", "Home", "modem_init_complete", "searching"),
        ("No Service", "", "modem_init_complete", "searching"),
        ("limited_service", "Home", "modem_init_complete", "denied"),
        ("LIMITED SERVICE", "", "modem_init_complete", "denied"),
        ("limited_service", "", "modem_waitpin", "none"),
        ("no_service", "", "modem_sim_undetected", "none"),
        ("", "Home", "modem_init_complete", "unknown"),
        ("6G", "Home", "modem_init_complete", "unknown"),
    ],
)
def test_the_registration(network_type: str, roam: str, main_state: str, registration: Registration) -> None:
    answers = {
        **says(DEVICE, modem_main_state=main_state),
        **says(NETWORK, network_type=network_type, simcard_roam=roam),
    }
    assert read(answers).registration == registration


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        (
            {"network_type": "LTE", "lte_rsrp": "-101", "lte_rsrq": "-11.0", "lte_snr": "8", "rssi": ""},
            Signal(technology="lte", rsrp=-101, rsrq=-11, sinr=8),
        ),
        ({"network_type": "LTE", "lte_rssi": "-60", "rssi": "-77"}, Signal(technology="lte", rssi=-60)),
        ({"network_type": "LTE_CA", "lte_rsrp": -88}, Signal(technology="lte", rsrp=-88)),
        ({"network_type": "ENDC", "lte_rsrp": "-88"}, Signal(technology="nr", rsrp=-88)),
        (
            {"network_type": "HSPA+", "rssi": "-65", "rscp": "-68", "lte_rsrp": "0", "lte_rsrq": "0", "lte_snr": "0"},
            Signal(technology="umts", rssi=-65),
        ),
        ({"network_type": "GPRS", "rssi": "-500"}, Signal(technology="gsm")),
        ({"network_type": "", "rssi": ""}, Signal()),
    ],
)
def test_the_signal(fields: dict[str, t.Any], expected: Signal) -> None:
    assert read(says(NETWORK, **fields)).signal == expected


@pytest.mark.parametrize(
    ("country", "network", "code"),
    [
        ("262", "02", "26202"),
        ("262", "2", "26202"),
        (262, 2, "26202"),
        ("310", "410", "310410"),
        ("262", "", None),
        ("", "02", None),
        ("26", "202", None),
        ("-", "--", None),
    ],
)
def test_the_code_of_the_operator(country: object, network: object, code: str | None) -> None:
    assert read(says(NETWORK, rmcc=country, rmnc=network)).operator_code == code


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"ppp_status": "ppp_connected", "wan_ipaddr": "10.96.78.97"}, ("10.96.78.97",)),
        (
            {"ppp_status": "ipv4_ipv6_connected", "wan_ipaddr": "10.9.8.7", "ipv6_wan_ipaddr": "2001:0DB8::0001"},
            ("10.9.8.7", "2001:db8::1"),
        ),
        ({"ppp_status": "ppp_disconnected", "wan_ipaddr": "10.96.78.97"}, ()),
        ({"ppp_status": "ppp_connecting", "wan_ipaddr": "10.96.78.97"}, ()),
        ({"wan_ipaddr": "10.96.78.97"}, ("10.96.78.97",)),
        ({"ppp_status": "ppp_connected", "wan_ipaddr": "0.0.0.0"}, ()),  # noqa: S104
    ],
)
def test_the_addresses(fields: dict[str, str], expected: tuple[str, ...]) -> None:
    assert read(says(BEARER, **fields)).addresses == expected


def test_the_identities_have_other_names_too() -> None:
    sim = read(says(DEVICE, imsi="001010123456789", iccid="8949001234567890123F", sim_imsi="", ziccid="")).sim
    assert sim == Sim(imsi="001010123456789", iccid="8949001234567890123")


@pytest.mark.parametrize(("hardware", "model"), [("MF823-2.0.0", "MF823"), ("MF79U", "MF79U"), ("-", None), ("", None)])
def test_the_model_is_the_hardware_without_its_version(hardware: str, model: str | None) -> None:
    assert read(says(DEVICE, hardware_version=hardware)).model == model


BLANK = json.dumps(dict.fromkeys(("modem_main_state", "imei", "network_type", "ppp_status", "wan_ipaddr"), ""))


@pytest.mark.parametrize(
    "answer",
    [
        Answer(0, BLANK),
        Answer(0, '{"modem_main_state,pinnumber":""}'),
        Answer(0, ""),
        Answer(0, "<html></html>"),
        Answer(0, "[" * 100_000),
        Answer(0, '{"imei":' + "9" * 5000 + "}"),
        Answer(0, "[]"),
        Answer(0, '"imei"'),
        Answer(0, '{"imei": null, "sim_imsi": ["262021234567890"], "pinnumber": true, "network_type": {}}'),
        Answer(403, '{"imei":"860000000000002"}'),
    ],
    ids=["no-referer", "one-field", "empty", "html", "deep", "long-number", "list", "text", "types", "forbidden"],
)
def test_an_answer_that_is_none_tells_nothing(answer: Answer) -> None:
    assert read(dict.fromkeys(QUERIES, answer)) == UNKNOWN


def test_nothing_asked_tells_nothing() -> None:
    assert read({}) == UNKNOWN


NAMES = sorted({name for query in QUERIES for name in query.rpartition("=")[2].split(",")})
VALUES = st.one_of(st.text(), st.integers(), st.floats(), st.booleans(), st.none(), st.lists(st.text()))
TEXTS = st.one_of(st.text(), st.dictionaries(st.sampled_from(NAMES), VALUES).map(json.dumps))
ANSWERS = st.dictionaries(st.sampled_from(QUERIES), st.builds(Answer, st.sampled_from([0, 1, 124, 403]), TEXTS))


@hypothesis.given(ANSWERS)
def test_any_text_as_any_answer_is_read(answers: dict[str, Answer]) -> None:
    status = read(answers)
    assert status.source == "zte"
    assert set(status.silent) == {query for query, answer in answers.items() if answer.status == TIMED_OUT}
