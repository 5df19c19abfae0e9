# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What mmcli prints, read: all scenarios of the lab, and forms of other modems."""

from __future__ import annotations

import dataclasses
import json
import typing as t

import hypothesis
import pytest
from answers import load, scenarios
from hypothesis import strategies as st

from ansible_collections.farsite.fleet.plugins.plugin_utils.modem.modemmanager_answers import (
    MODEM,
    QUERIES,
    SIGNAL,
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
    return {query: Answer(**answer) for query, answer in load("modemmanager", scenario).items()}


BEARER = "-b /org/freedesktop/ModemManager1/Bearer/1 -J"
UNKNOWN = ModemStatus(source="modemmanager")
STICK = ModemStatus(
    source="modemmanager",
    manufacturer="Quectel",
    model="EC25",
    firmware="EC25EFAR06A03M4G",
    imei="860000000000001",
)
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
    "roaming-refused": dataclasses.replace(STICK, sim=SIM, registration="denied"),
    "no-sim": dataclasses.replace(STICK, sim=Sim(state="absent")),
    "pin": dataclasses.replace(STICK, sim=LOCKED),
    "pin-2-tries": dataclasses.replace(STICK, sim=dataclasses.replace(LOCKED, pin_tries=2)),
    "no-signal": dataclasses.replace(
        STICK,
        sim=SIM,
        registration="searching",
        signal=Signal(technology="lte", rsrp=-140, rsrq=-20, sinr=-20),
    ),
    "hang": dataclasses.replace(
        STICK,
        sim=Sim(state="ready", pin_tries=3, puk_tries=10),
        registration="home",
        operator="Vodafone.de",
        operator_code="26202",
        signal=Signal(technology="lte"),
        silent=(*QUERIES[1:], BEARER),
    ),
}


def test_each_scenario_is_expected() -> None:
    assert set(EXPECTED) == set(scenarios("modemmanager"))


@pytest.mark.parametrize("scenario", EXPECTED)
def test_scenarios(scenario: str) -> None:
    answers = answers_of(scenario)
    assert tuple(answers)[: len(QUERIES)] == QUERIES
    assert read(answers) == EXPECTED[scenario]


def modem(**groups: t.Any) -> dict[str, Answer]:
    """Return the answer about a modem with these groups of values."""
    return {MODEM: Answer(0, json.dumps({"modem": {name.lstrip("_"): group for name, group in groups.items()}}))}


@pytest.mark.parametrize(
    ("generic", "expected"),
    [
        (
            {"state": "locked", "unlock-required": "sim-pin", "unlock-retries": ["sim-pin (1)"]},
            Sim(state="pin", pin_tries=1),
        ),
        ({"state": "locked", "unlock-required": "sim-pin", "unlock-retries": ["sim-pin (999)"]}, Sim(state="pin")),
        (
            {"state": "locked", "unlock-required": "sim-puk", "unlock-retries": ["sim-puk (9)"]},
            Sim(state="puk", puk_tries=9),
        ),
        (
            {"state": "locked", "unlock-required": "sim-puk", "unlock-retries": ["sim-puk (0)"]},
            Sim(state="blocked", puk_tries=0),
        ),
        ({"state": "locked", "unlock-required": "ph-net-pin"}, Sim()),
        ({"state": "locked", "unlock-required": "--"}, Sim()),
        ({"state": "registered", "unlock-required": "--", "unlock-retries": "--"}, Sim(state="ready")),
        ({"state": "initializing", "unlock-required": "--"}, Sim()),
        ({"state": "registered", "unlock-required": "sim-puk2"}, Sim(state="ready")),
        ({"state": "failed", "state-failed-reason": "sim-missing"}, Sim(state="absent")),
        ({"state": "failed", "state-failed-reason": "sim-error", "unlock-required": "--"}, Sim()),
    ],
)
def test_sim(generic: t.Any, expected: Sim) -> None:
    assert read(modem(generic=generic)).sim == expected


@pytest.mark.parametrize(
    ("state", "told", "expected"),
    [
        ("enabled", "idle", "none"),
        ("registered", "home", "home"),
        ("registered", "roaming", "roaming"),
        ("registered", "roaming-sms-only", "roaming"),
        ("registered", "home-csfb-not-preferred", "home"),
        ("searching", "searching", "searching"),
        ("enabled", "denied", "denied"),
        ("enabled", "emergency-only", "denied"),
        ("locked", "emergency-only", "none"),
        ("disabled", "--", "none"),
        ("enabled", "--", "unknown"),
        ("enabled", {}, "unknown"),
    ],
)
def test_registration(state: str, told: t.Any, expected: Registration) -> None:
    generic = {"state": state, "unlock-required": "--"}
    assert read(modem(generic=generic, _3gpp={"registration-state": told})).registration == expected


@pytest.mark.parametrize(
    ("signal", "access", "expected"),
    [
        ({"umts": {"rssi": "-71.00", "rscp": "-80.00"}}, ["umts"], Signal(technology="umts", rssi=-71)),
        (
            {"lte": {"rsrp": "--"}, "5g": {"rsrp": "-99.00", "snr": "4.50"}},
            [],
            Signal(technology="nr", rsrp=-99, sinr=4.5),
        ),
        ({"lte": {"rsrp": "-90.00"}, "5g": {"rsrp": "-99.00"}}, ["lte", "5gnr"], Signal(technology="lte", rsrp=-90)),
        ({"lte": {"rsrp": "--"}}, ["hspa-plus"], Signal(technology="umts")),
        ({}, ["edge"], Signal(technology="gsm")),
        ({}, ["evdo0", "1xrtt"], Signal(technology="evdo")),
        ({}, ["--"], Signal()),
        ([], "lte", Signal()),
    ],
)
def test_signal(signal: t.Any, access: t.Any, expected: Signal) -> None:
    answers = {
        **modem(generic={"access-technologies": access}),
        SIGNAL: Answer(0, json.dumps({"modem": {"signal": signal}})),
    }
    assert read(answers).signal == expected


def test_only_a_connected_bearer_has_addresses() -> None:
    def bearer(connected: str, ipv4: str, ipv6: str) -> Answer:
        configuration = {"ipv4-config": {"address": ipv4}, "ipv6-config": {"address": ipv6}}
        return Answer(0, json.dumps({"bearer": {"status": {"connected": connected}, **configuration}}))

    answers = {
        "-b /org/freedesktop/ModemManager1/Bearer/1 -J": bearer("no", "10.0.0.1", "--"),
        "-b /org/freedesktop/ModemManager1/Bearer/2 -J": bearer("yes", "10.0.0.2", "2001:db8::2"),
        "-b /org/freedesktop/ModemManager1/Bearer/3 -J": bearer("yes", "10.0.0.3", "--"),
    }
    assert read(answers).addresses == ("10.0.0.2", "10.0.0.3", "2001:db8::2")


@pytest.mark.parametrize(
    "answer",
    [
        Answer(1, ""),
        Answer(1, "error: couldn't find the ModemManager process in the bus\n"),
        Answer(0, "{}\n"),
        Answer(0, '{"modem": "--", "sim": []}'),
        Answer(0, '{"modem":{"generic":{"state"'),
    ],
)
def test_an_answer_that_is_none_tells_nothing(answer: Answer) -> None:
    assert read(dict.fromkeys(QUERIES, answer)) == UNKNOWN


NAMES = st.sampled_from(
    [
        "modem",
        "generic",
        "3gpp",
        "signal",
        "lte",
        "sim",
        "properties",
        "bearer",
        "status",
        "connected",
        "ipv4-config",
        "state",
        "unlock-required",
        "unlock-retries",
        "registration-state",
        "bearers",
        "access-technologies",
        "rsrp",
    ]
)
LEAVES = st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.sampled_from(["sim-pin (3)", "home"])
JSON = st.recursive(LEAVES, lambda values: st.lists(values) | st.dictionaries(NAMES, values))
TEXTS = st.text() | JSON.map(json.dumps)
ANSWERS = st.dictionaries(st.sampled_from((*QUERIES, BEARER)), st.builds(Answer, st.sampled_from([0, 1, 124]), TEXTS))
STATES: tuple[SimState, ...] = t.get_args(SimState)


@hypothesis.given(ANSWERS)
def test_any_text_as_any_answer_is_read(answers: dict[str, Answer]) -> None:
    status = read(answers)
    assert status.sim.state in STATES
    assert set(status.silent) == {query for query, answer in answers.items() if answer.status == TIMED_OUT}
