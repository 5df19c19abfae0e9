# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import dataclasses
import typing as t

import pytest

from ansible_collections.farsite.fleet.plugins.plugin_utils.modem.pitfalls import (
    STEPS,
    Situation,
    findings,
    pin_problem,
)
from ansible_collections.farsite.fleet.plugins.plugin_utils.modem.profile import Profile
from ansible_collections.farsite.fleet.plugins.plugin_utils.modem.status import ModemStatus, Signal, Sim

NCM = Profile(state="ok", rule="huawei-ncm", reason="because", proto="ncm", at_ports=("ttyUSB0", "ttyUSB1"))
MBIM = Profile(state="ok", rule="mbim", reason="because", proto="mbim")
GOOD = ModemStatus(
    source="qmi", sim=Sim(state="ready"), registration="home", signal=Signal(technology="lte", rsrp=-95.0)
)
LAN = {"lan": ("192.168.1.1/24",)}
FINE = Situation(vendor="12d1", profile=MBIM, status=GOOD, addresses=("100.64.3.9/30",), others=LAN)


def status(**changes: t.Any) -> ModemStatus:
    return dataclasses.replace(GOOD, **changes)


def test_nothing_is_wrong_with_a_modem_that_works() -> None:
    assert findings(FINE) == ()
    assert findings(dataclasses.replace(FINE, status=None)) == ()


@pytest.mark.parametrize(
    ("change", "step", "words"),
    [
        ({"profile": Profile(state="install-mode", rule="x", reason="shows a disk")}, "detect", "shows a disk"),
        ({"profile": Profile(state="unconfigured", rule="x", reason="Configuration 0")}, "detect", "Configuration 0"),
        ({"profile": dataclasses.replace(MBIM, state="need-drivers")}, "packages", "because"),
        ({"profile": NCM, "ncm_broken": True}, "port", "openwrt#17448"),
        ({"profile": NCM, "at_ports": ()}, "port", "none of ttyUSB0, ttyUSB1 answers AT"),
        ({"status": status(silent=("get-imsi",))}, "port", "did not answer get-imsi in time"),
        ({"status": status(sim=Sim(state="absent"))}, "sim", "no SIM card"),
        ({"status": status(sim=Sim(state="pin", pin_tries=2))}, "sim", "2 of 3 tries"),
        ({"status": status(sim=Sim(state="pin"))}, "sim", "does not tell how many"),
        ({"status": status(sim=Sim(state="puk", puk_tries=10))}, "sim", "its PUK (10 tries left)"),
        ({"status": status(sim=Sim(state="blocked"))}, "sim", "locked for ever"),
        ({"status": status(registration="searching")}, "signal", "finds no network"),
        ({"status": status(signal=Signal(rsrp=-130.0))}, "signal", "finds no network"),
        ({"status": status(registration="denied")}, "register", "refuses the SIM card"),
        ({"status": status(registration="none")}, "register", "radio is off"),
        ({"status": status(registration="roaming"), "roaming_allowed": False}, "register", "its protocol refuses to"),
        ({"profile": NCM, "status": status(registration="roaming"), "roaming_allowed": False}, "register", "may cost"),
        ({"errors": ("CALL_FAILED",)}, "bearer", "the APN may be wrong"),
        ({"errors": ("SOMETHING",)}, "bearer", "see logread"),
        ({"addresses": ("192.168.1.100/24",)}, "bearer", "in the network of the interface lan (192.168.1.1/24)"),
    ],
)
def test_what_is_wrong_is_found(change: dict[str, t.Any], step: str, words: str) -> None:
    (finding,) = findings(dataclasses.replace(FINE, **change))
    assert finding.step == step
    assert words in finding.message


@pytest.mark.parametrize(
    "change",
    [
        {"ncm_broken": True},
        {"vendor": "2c7c", "profile": NCM, "ncm_broken": True},
        {"at_ports": ()},
        {"profile": NCM, "at_ports": None},
        {"profile": NCM, "at_ports": ("ttyUSB1",)},
        {"status": status(registration="roaming"), "roaming_allowed": True},
        {"status": status(registration="roaming"), "roaming_allowed": None},
        {"status": status(sim=Sim(state="pin", pin_tries=3), registration="searching")},
    ],
)
def test_what_is_right_is_not(change: dict[str, t.Any]) -> None:
    assert findings(dataclasses.replace(FINE, **change)) == ()


def test_they_come_in_the_order_of_the_steps() -> None:
    bad = dataclasses.replace(
        FINE, errors=("PIN_FAILED",), status=status(registration="denied", silent=("x",)), at_ports=()
    )
    steps = [finding.step for finding in findings(bad)]
    assert steps == ["port", "register", "bearer"]
    assert sorted(steps, key=STEPS.index) == steps


@pytest.mark.parametrize(
    ("sim", "forbidden"),
    [
        (Sim(state="pin", pin_tries=3), False),
        (Sim(state="pin", pin_tries=10), False),
        (Sim(state="pin", pin_tries=2), True),
        (Sim(state="pin", pin_tries=0), True),
        (Sim(state="pin"), True),
        (Sim(state="puk"), True),
        (Sim(state="ready", pin_tries=1), False),
        (Sim(), False),
    ],
)
def test_when_a_pin_must_not_be_tried(sim: Sim, *, forbidden: bool) -> None:
    assert (pin_problem(status(sim=sim)) is not None) == forbidden
    assert pin_problem(None) is None
