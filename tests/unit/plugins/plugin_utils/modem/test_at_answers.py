# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What modems say on their AT ports, read: all that the lab's modems say, and lines from manuals."""

from __future__ import annotations

import dataclasses

import hypothesis
import pytest
from at_dialects import DIALECTS, SCENARIOS, answer, start
from hypothesis import strategies as st

from ansible_collections.farsite.fleet.plugins.plugin_utils.modem.at_answers import QUERIES, read
from ansible_collections.farsite.fleet.plugins.plugin_utils.modem.status import (
    TIMED_OUT,
    Answer,
    ModemStatus,
    Registration,
    Signal,
    Sim,
    SimState,
)

NUMBER, NAME = "AT+COPS=3,2;+COPS?", "AT+COPS=3,0;+COPS?"
HUNG = Answer(TIMED_OUT, "")

IMEI = "860000000000001"
ICCID = "8949020000123456789"
DEVICES = {
    "huawei": ModemStatus(source="at", manufacturer="huawei", model="E3372", firmware="21.200.07.00.00", imei=IMEI),
    "quectel": ModemStatus(source="at", manufacturer="Quectel", model="EC25", firmware="EC25EFAR06A01M4G", imei=IMEI),
    "simcom": ModemStatus(
        source="at",
        manufacturer="SIMCOM INCORPORATED",
        model="SIMCOM_SIM7600E-H",
        firmware="LE20B04SIM7600M22",
        imei=IMEI,
    ),
}
# After ATI only: Quectel's tells no IMEI, SIMCom's another name of the firmware.
BEGUN = {
    "huawei": DEVICES["huawei"],
    "quectel": dataclasses.replace(DEVICES["quectel"], imei=None),
    "simcom": dataclasses.replace(DEVICES["simcom"], firmware="SIM7600M22_V1.1"),
}
LEVELS = Signal(technology="lte", rssi=-67, rsrp=-95, rsrq=-9, sinr=12)
READY = Sim(state="ready", pin_tries=3, puk_tries=10, imsi="262021234567890", iccid=ICCID)
LOCKED = Sim(state="pin", pin_tries=3, puk_tries=10, iccid=ICCID)


def expected(dialect: str, scenario: str) -> ModemStatus:
    device = DEVICES[dialect]
    return {
        "home": dataclasses.replace(
            device,
            sim=READY,
            registration="home",
            operator="Vodafone.de",
            operator_code="26202",
            signal=LEVELS,
            addresses=("100.72.13.5",),
        ),
        "roaming-refused": dataclasses.replace(device, sim=READY, registration="denied", signal=LEVELS),
        "no-sim": dataclasses.replace(device, sim=Sim(state="absent"), registration="none"),
        "pin": dataclasses.replace(device, sim=LOCKED, registration="none"),
        "pin-2-tries": dataclasses.replace(device, sim=dataclasses.replace(LOCKED, pin_tries=2), registration="none"),
        "no-signal": dataclasses.replace(device, sim=READY, registration="searching"),
        "hang": dataclasses.replace(BEGUN[dialect], silent=("AT+CPIN?",)),
        "mute": ModemStatus(source="at", silent=("ATI",)),
    }[scenario]


def answered(dialect: str, scenario: str) -> dict[str, Answer]:
    """Return what one gets who stops at the first question that is not answered."""
    state = start(scenario)
    if scenario == "mute":
        return {"ATI": HUNG}
    if scenario == "hang":
        return {"ATI": Answer(0, answer(dialect, state, "ATI")), QUERIES[1]: HUNG}
    found = {}
    for query in QUERIES:
        command = query
        if query in (NUMBER, NAME):
            state = dataclasses.replace(state, operator_format=2 if query == NUMBER else 0)
            command = "AT+COPS?"
        found[query] = Answer(0, answer(dialect, state, command))
    return found


def said(**texts: str) -> ModemStatus:
    return read({QUERIES_BY_WORD[word]: Answer(0, text) for word, text in texts.items()})


QUERIES_BY_WORD = {
    "ati": "ATI",
    "pin": "AT+CPIN?",
    "cereg": "AT+CEREG?",
    "creg": "AT+CREG?",
    "imei": "AT+CGSN",
    "imsi": "AT+CIMI",
    "huawei_tries": "AT^CPIN?",
    "quectel_tries": "AT+QPINC?",
    "simcom_tries": "AT+SPIC",
    "qccid": "AT+QCCID",
    "ccid": "AT+CCID",
    "ciccid": "AT+CICCID",
    "huawei_iccid": "AT^ICCID?",
    "addresses": "AT+CGPADDR",
    "maker": "AT+CGMI",
    "model": "AT+CGMM",
    "firmware": "AT+CGMR",
    "number": NUMBER,
    "name": NAME,
}


@pytest.mark.parametrize("scenario", SCENARIOS)
@pytest.mark.parametrize("dialect", DIALECTS)
def test_the_labs_modems(dialect: str, scenario: str) -> None:
    assert read(answered(dialect, scenario)) == expected(dialect, scenario)


@pytest.mark.parametrize("scenario", SCENARIOS)
@pytest.mark.parametrize("dialect", DIALECTS)
def test_echoes_returns_and_noise_change_nothing(dialect: str, scenario: str) -> None:
    noise = '\r\n^RSSI:17\r\n\r\n+QIND: "csq",4,99\r\n\r\nRDY\r\n\r\n^HCSQ:"LTE",1,1,1,1\r\n\r\nDST: 0\r\n'
    answers = {
        query: Answer(each.status, "\r\r\n".join((query, noise, *each.text.splitlines())))
        for query, each in answered(dialect, scenario).items()
        if query != "AT^HCSQ?"  # there the unsolicited line is as good as the answer
    }
    without = {query: each for query, each in answered(dialect, scenario).items() if query != "AT^HCSQ?"}
    assert read(answers) == read(without)


@pytest.mark.parametrize(
    ("text", "state"),
    [
        ("+CPIN: READY\nOK", "ready"),
        ("+CPIN:READY\r\n\r\nOK\r\n", "ready"),
        ("+CPIN: SIM PIN\nOK", "pin"),
        ("+CPIN: SIM PUK\nOK", "puk"),
        ("+CPIN: SIM PIN2\nOK", "ready"),
        ("+CPIN: PH-NET PIN\nOK", "unknown"),
        ("+CPIN: NOT INSERTED\nOK", "absent"),
        ("+CPIN: NOT READY\nOK", "unknown"),
        ("+CME ERROR: 10", "absent"),
        ("+CME ERROR: SIM not inserted", "absent"),
        ("+CME ERROR: SIM failure", "absent"),
        ("+CME ERROR: 13", "absent"),
        ("+CME ERROR: 14", "unknown"),
        ("+CME ERROR: SIM busy", "unknown"),
        ("+CME ERROR: 11", "pin"),
        ("+CME ERROR: SIM PUK required", "puk"),
        ("ERROR", "unknown"),
        ("", "unknown"),
    ],
)
def test_card(text: str, state: SimState) -> None:
    assert said(pin=text).sim.state == state


def test_the_card_is_told_by_another_refusal_where_the_first_tells_nothing() -> None:
    assert said(pin="ERROR", imsi="+CME ERROR: 11").sim.state == "pin"
    assert said(imsi="+CME ERROR: SIM not inserted").sim.state == "absent"
    assert said(pin="+CPIN: READY\nOK", imsi="+CME ERROR: 10").sim.state == "ready"


@pytest.mark.parametrize(
    ("word", "text", "tries"),
    [
        ("huawei_tries", "^CPIN: READY,,10,3,10,0\nOK", (3, 10)),
        ("huawei_tries", "^CPIN: SIM PIN,2,10,2,10,3\nOK", (2, 10)),
        ("huawei_tries", "^CPIN: READY,-1,10,3,10,3\nOK", (3, 10)),
        ("huawei_tries", "^CPIN: SIM PIN,2\nOK", (2, None)),
        ("huawei_tries", "^CPIN: SIM PUK,7\nOK", (None, None)),
        ("huawei_tries", "COMMAND NOT SUPPORT", (None, None)),
        ("quectel_tries", '+QPINC: "SC",1,10\n+QPINC: "P2",3,10\n\nOK', (1, 10)),
        ("quectel_tries", '+QPINC: "P2",2,9\n+QPINC: "SC",3,10\nOK', (3, 10)),
        ("quectel_tries", '+QPINC: "SC"\nOK', (None, None)),
        ("simcom_tries", "+SPIC: 3,10,0,10\nOK", (3, 10)),
        ("simcom_tries", "+SPIC: 3\nOK", (3, None)),
        ("simcom_tries", "+SPIC: x,y\nOK", (None, None)),
    ],
)
def test_tries(word: str, text: str, tries: tuple[int | None, int | None]) -> None:
    sim = said(**{word: text}).sim
    assert (sim.pin_tries, sim.puk_tries) == tries


def test_a_card_without_a_try_of_its_puk_is_dead() -> None:
    assert said(pin="+CPIN: SIM PUK\nOK", simcom_tries="+SPIC: 0,0,0,10\nOK").sim.state == "blocked"
    assert said(pin="+CPIN: SIM PUK\nOK", simcom_tries="+SPIC: 0,1,0,10\nOK").sim.state == "puk"


@pytest.mark.parametrize(
    ("word", "text", "iccid"),
    [
        ("qccid", "+QCCID: 8949020000123456789F\nOK", ICCID),
        ("ccid", "8949020000123456789f\nOK", ICCID),
        ("ccid", '+CCID: "89490200001234567890"\nOK', "89490200001234567890"),
        ("ciccid", "+ICCID: 8949020000123456789\nOK", ICCID),
        ("huawei_iccid", "^ICCID: 989420000021436587F9\nOK", ICCID),
        ("huawei_iccid", '^ICCID: "98942000002143658709"\nOK', "89490200001234567890"),
        ("huawei_iccid", "^ICCID: 8949020000123456789F\nOK", ICCID),
        ("qccid", "+QCCID: 89\nOK", None),
        ("qccid", "+CME ERROR: 10", None),
    ],
)
def test_iccid(word: str, text: str, iccid: str | None) -> None:
    assert said(**{word: text}).sim.iccid == iccid


@pytest.mark.parametrize(
    ("cereg", "creg", "registration"),
    [
        ("+CEREG: 0,1\nOK", "", "home"),
        ("+CEREG: 2,5,D6E7,1A2B3C4,7\nOK", "", "roaming"),
        ('+CEREG: 2,1,"D6E7","1A2B3C4",7\nOK', "", "home"),
        ("+CEREG: 5\nOK", "", "roaming"),
        ('+CEREG: 1,"00C3","0D0E2F0A",7\n+CEREG: 0,5\nOK', "", "roaming"),
        ('+CEREG: 5,"00C3","0D0E2F0A",7\nOK', "", "roaming"),
        ("+CEREG: 5, 00C3, D0E2\nOK", "", "roaming"),
        ("+CEREG: 0,0\nOK", "+CREG: 0,1\nOK", "home"),
        ("+CEREG: 0,4\nOK", "+CREG: 0,5\nOK", "roaming"),
        ("+CEREG: 0,3\nOK", "+CREG: 0,5\nOK", "denied"),
        ("+CEREG: 0,0\nOK", "+CREG: 0,3\nOK", "denied"),
        ("+CEREG: 0,2\nOK", "+CREG: 0,0\nOK", "searching"),
        ("+CEREG: 0,0\nOK", "+CREG: 0,2\nOK", "searching"),
        ("+CEREG: 0,0\nOK", "+CREG: 0,0\nOK", "none"),
        ("+CEREG: 0,8\nOK", "", "denied"),
        ("+CEREG: 0,10\nOK", "", "roaming"),
        ("+CEREG: 0,4\nOK", "+CREG: 0,77\nOK", "unknown"),
        ("ERROR", "+CREG: 0,6\nOK", "home"),
        ("", "", "unknown"),
    ],
)
def test_registration(cereg: str, creg: str, registration: Registration) -> None:
    assert said(cereg=cereg, creg=creg).registration == registration


@pytest.mark.parametrize("state", ["2", "3", "8"])
def test_without_a_usable_card_no_network_refuses(state: str) -> None:
    assert said(pin="+CME ERROR: 10", cereg=f"+CEREG: 0,{state}\nOK").registration == "none"
    assert said(pin="+CPIN: SIM PIN\nOK", cereg=f"+CEREG: 0,{state}\nOK").registration == "none"


@pytest.mark.parametrize(
    ("number", "name", "operator"),
    [
        ('+COPS: 0,2,"26201",7\nOK', '+COPS: 0,0,"Telekom.de",7\nOK', ("Telekom.de", "26201")),
        ('+COPS: 1,2,"310260"\nOK', '+COPS: 1,0,"T-Mobile, US"\nOK', ("T-Mobile, US", "310260")),
        ('+COPS: 0,0,"Telekom.de",7\nOK', "ERROR", ("Telekom.de", None)),
        ("ERROR", '+COPS: 0,0,"26203",7\nOK', (None, "26203")),
        ("+COPS: 0\nOK", "+COPS: 0\nOK", (None, None)),
        ("+COPS: 0,2\nOK", '+COPS: 0,0,""\nOK', (None, None)),
    ],
)
def test_operator(number: str, name: str, operator: tuple[str | None, str | None]) -> None:
    status = said(cereg="+CEREG: 0,5\nOK", number=number, name=name)
    assert (status.operator, status.operator_code) == operator


def test_an_operator_that_was_chosen_but_has_not_let_it_in_is_not_told() -> None:
    status = said(cereg="+CEREG: 0,2\nOK", number='+COPS: 1,2,"26201"\nOK', name='+COPS: 1,0,"Telekom.de"\nOK')
    assert (status.operator, status.operator_code) == (None, None)


@pytest.mark.parametrize(
    ("access", "technology"), [("0", "gsm"), ("2", "umts"), ("7", "lte"), ("11", "nr"), ("13", "lte"), ("77", None)]
)
def test_technology_of_the_operator(access: str, technology: str | None) -> None:
    assert said(creg="+CREG: 0,1\nOK", number=f'+COPS: 0,2,"26201",{access}\nOK').signal.technology == technology


@pytest.mark.parametrize(
    ("text", "addresses"),
    [
        ("+CGPADDR: 1,100.72.13.5\nOK", ("100.72.13.5",)),
        ('+CGPADDR: 1,"100.72.13.5"\n+CGPADDR: 2,"10.1.2.3"\nOK', ("100.72.13.5", "10.1.2.3")),
        ("+CGPADDR: 1,0.0.0.0\n+CGPADDR: 2\nOK", ()),
        (
            "+CGPADDR: 1,10.101.2.15,32.1.13.184.0.2.0.1.0.0.0.0.0.0.0.9\nOK",
            ("10.101.2.15", "2001:db8:2:1::9"),
        ),
        ('+CGPADDR: 1,"2001:DB8::1"\nOK', ("2001:db8::1",)),
        ("+CGPADDR: 1,254.128.0.0.0.0.0.0.0.0.0.0.0.0.0.9\nOK", ()),
        ("+CGPADDR: 1,0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0\nOK", ()),
        ("+CGPADDR: 1,999.1.13.184.0.2.0.1.0.0.0.0.0.0.0.9\nOK", ()),
        ("ERROR", ()),
    ],
)
def test_addresses(text: str, addresses: tuple[str, ...]) -> None:
    assert said(addresses=text).addresses == addresses


@pytest.mark.parametrize(
    ("texts", "device"),
    [
        ({"ati": "SIM800 R14.18\nOK"}, (None, None, None, None)),
        ({"ati": "Quectel\nEG25\nRevision: EG25GGBR07A08M2G\nOK"}, ("Quectel", "EG25", "EG25GGBR07A08M2G", None)),
        (
            {"ati": "Manufacturer: Telit\nModel: LE910\nIMEI: 860000000000001\nOK", "model": "LE910C4-EU\nOK"},
            ("Telit", "LE910C4-EU", None, IMEI),
        ),
        ({"firmware": "Revision:1418B04SIM800L24\nOK"}, (None, None, "1418B04SIM800L24", None)),
        (
            {"firmware": "+CGMR: LE20B04SIM7600M22\nOK", "maker": 'RING\n+CGMI: "u-blox"\nOK'},
            ("u-blox", None, "LE20B04SIM7600M22", None),
        ),
        ({"imei": '+CGSN: "860000000000001"\nOK'}, (None, None, None, IMEI)),
        ({"imei": "86000000000000\nOK"}, (None, None, None, None)),
        ({"ati": "ERROR", "maker": "COMMAND NOT SUPPORT", "model": "+CME ERROR: unknown"}, (None, None, None, None)),
    ],
)
def test_device(texts: dict[str, str], device: tuple[str | None, ...]) -> None:
    status = said(**texts)
    assert (status.manufacturer, status.model, status.firmware, status.imei) == device


def test_a_broken_off_answer_is_not_used() -> None:
    assert read({"AT+CREG?": Answer(TIMED_OUT, "+CREG: 0,1\n")}) == ModemStatus(source="at", silent=("AT+CREG?",))
    assert read({"AT+CREG?": Answer(1, "+CREG: 0,1\n")}) == ModemStatus(source="at")
    assert read({}) == ModemStatus(source="at")


def test_every_query_is_asked_once() -> None:
    assert len(set(QUERIES)) == len(QUERIES)
    assert set(QUERIES_BY_WORD.values()) <= set(QUERIES)


PIECES = st.sampled_from(
    ["+", "^", "CREG", "CEREG", "COPS", "CPIN", "CGPADDR", "QENG", "HCSQ", "QCSQ", "CPSI", "CSQ", "CESQ", "QPINC", ":",
     ",", '"', "\r", "\n", "1", "98", "255", "-", "LTE", "NR5G-SA", "AT", "OK", "SIM PIN", " ", ".", "\0", "\x85", "é"]
)  # fmt: skip
TEXTS = st.one_of(st.text(), st.lists(PIECES).map("".join))


@hypothesis.given(st.dictionaries(st.sampled_from(QUERIES), st.tuples(st.sampled_from([0, 1, TIMED_OUT]), TEXTS)))
def test_any_text_is_read(answers: dict[str, tuple[int, str]]) -> None:
    read({query: Answer(status, text) for query, (status, text) in answers.items()})


def test_a_parameter_without_end_is_read() -> None:
    assert said(cereg=f'+CEREG: "{"1" * 200_000}').registration == "unknown"
