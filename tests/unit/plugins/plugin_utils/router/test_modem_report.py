# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import dataclasses
import json
import typing as t

import pytest

from ansible_collections.farsite.fleet.plugins.plugin_utils.modem.status import ModemStatus, Signal, Sim
from ansible_collections.farsite.fleet.plugins.plugin_utils.router.modem_report import (
    Report,
    bearer_of,
    fixture,
    masked,
    report_data,
    reports,
    status_data,
    uplink_state,
)
from ansible_collections.farsite.fleet.plugins.plugin_utils.router.modem_setup import observe_modems
from ansible_collections.farsite.fleet.plugins.plugin_utils.uci.document import Section
from ansible_collections.farsite.fleet.tests.unit.plugins.plugin_utils.router.modem_router import (
    LAN,
    NETWORK,
    ModemRouter,
    row_of,
)

READY = {"uqmi", "kmod-usb-net-qmi-wwan", "kmod-usb-serial-option"}
CONFIGURED = NETWORK + "config interface 'lte'\n\toption proto 'qmi'\n\toption device '/dev/cdc-wdm0'\n"
ANSWERS = {
    "AT+CPIN?": "+CPIN: READY\nOK",
    "AT+CIMI": "424031234567890\nOK",
    "AT+CGSN": "860000000000001\nOK",
    "AT+QCCID": "+QCCID: 89490200001234567890\nOK",
    "AT+CEREG?": "+CEREG: 0,5\nOK",
    "AT+CGPADDR": "+CGPADDR: 1,100.72.13.5\nOK",
}
DOWN: dict[str, t.Any] = {"interface": "lte", "up": False, "proto": "qmi", "errors": [{"code": "CALL_FAILED"}]}
UP = {"interface": "lte", "up": True, "proto": "qmi"}
UP_4 = {"interface": "lte_4", "up": True, "proto": "dhcp", "ipv4-address": [{"address": "100.72.13.5", "mask": 30}]}
SECRETS = ("424031234567890", "860000000000001", "89490200001234567890")


def router(**more: t.Any) -> ModemRouter:
    return ModemRouter(row_of("0306"), READY, at_port="ttyUSB2", at_answers=ANSWERS, **({"network": CONFIGURED} | more))


def report(**more: t.Any) -> Report:
    (found,) = reports(observe_modems(router(**more), "salt"))
    return found


def test_a_modem_with_its_uplink() -> None:
    data = report_data(report(interfaces=[LAN, UP, UP_4]), identities=False)
    assert (data["state"], data["proto"], data["node"], data["at_ports"]) == ("ok", "qmi", "/dev/cdc-wdm0", ["ttyUSB2"])
    assert data["uplink"] == {
        "name": "lte", "proto": "qmi", "up": True, "addresses": ["100.72.13.5/30"], "errors": [],
    }  # fmt: skip
    assert (data["bearer"], data["nat"], data["problems"]) == ("100.72.13.5", "cgnat", [])
    assert json.loads(json.dumps(data)) == data


def test_what_keeps_it_down() -> None:
    data = report_data(report(interfaces=[LAN, DOWN]), identities=False)
    assert data["uplink"]["errors"] == ["CALL_FAILED"]
    assert [problem["step"] for problem in data["problems"]] == ["bearer"]


def test_roaming_against_what_is_configured() -> None:
    refusing = CONFIGURED + "\toption allow_roaming '0'\n"
    (finding,) = report(network=refusing, interfaces=[LAN, UP, UP_4]).findings
    assert finding.step == "register"
    allowing = CONFIGURED + "\toption allow_roaming '1'\n"
    assert report(network=allowing, interfaces=[LAN, UP, UP_4]).findings == ()


def test_identities_are_masked_unless_asked_for() -> None:
    found = report()
    hidden = json.dumps(report_data(found, identities=False))
    assert not any(secret in hidden for secret in SECRETS)
    shown = json.dumps(report_data(found, identities=True))
    assert all(secret in shown for secret in SECRETS)
    assert report_data(found, identities=False)["status"]["sim"]["imsi"] == "424031*********"


@pytest.mark.parametrize(("text", "shown", "result"), [("12345", 2, "12***"), ("1", 4, "1"), ("", 2, "")])
def test_masked(text: str, shown: int, result: str) -> None:
    assert masked(text, shown) == result


def test_a_fixture_has_nothing_that_is_secret() -> None:
    text = json.dumps(fixture([report(interfaces=[LAN, UP, UP_4])]))
    assert not any(secret in text for secret in (*SECRETS, "424031", "100.72", "192.168"))
    assert json.loads(text)["modems"][0]["expected"] == {"state": "ok", "proto": "qmi"}


def test_what_is_no_modem_is_not_reported() -> None:
    assert reports(observe_modems(ModemRouter(None), "salt")) == ()
    disk = {"vid": "0781", "pid": "5567", "interfaces": [
        {"if": 0, "class": "08", "subclass": "06", "protocol": "50", "driver": "usb-storage"}
    ]}  # fmt: skip
    assert reports(observe_modems(ModemRouter(disk), "salt")) == ()


@pytest.mark.parametrize(
    ("registration", "addresses", "bearer"),
    [
        ("home", ("100.72.13.5",), "100.72.13.5"),
        ("home", (), "192.168.8.100"),
        ("none", (), None),
        ("searching", (), None),
        ("unknown", (), None),
    ],
)
def test_the_lease_of_a_stick_is_no_bearer(registration: t.Any, addresses: tuple[str, ...], bearer: str | None) -> None:
    status = ModemStatus(source="hilink", registration=registration, addresses=addresses)
    up = uplink_state(Section("interface", "lte", (("proto", "dhcp"),)), [
        {"name": "lte", "up": True, "ipv4": ["192.168.8.100/24"], "errors": []}
    ])  # fmt: skip
    found = dataclasses.replace(report(), status=status, uplink=up)
    assert bearer_of(found) == bearer


def test_the_interface_of_that_name_comes_first() -> None:
    two = CONFIGURED.replace("'lte'", "'old'") + "config interface 'lte'\n\toption device '/dev/cdc-wdm0'\n"
    seen = observe_modems(router(network=two), "salt")
    assert [found.uplink.name for found in reports(seen, name="lte") if found.uplink] == ["lte"]
    assert [found.uplink.name for found in reports(seen) if found.uplink] == ["old"]


def test_a_status_in_words() -> None:
    status = ModemStatus(source="at", registration="roaming", signal=Signal(rsrp=-95), sim=Sim(state="ready"))
    data = status_data(status, identities=False)
    assert (data["roaming"], data["signal"]["quality"], data["imei"]) == (True, "fair", None)
    unknown = status_data(dataclasses.replace(status, registration="unknown"), identities=False)
    assert unknown["roaming"] is None


def test_all_of_it_is_one_operation() -> None:
    """The probe and the questions are part of the one exec that observes."""
    found = router()
    observe_modems(found, "salt")
    assert found.kinds == ["look"]
