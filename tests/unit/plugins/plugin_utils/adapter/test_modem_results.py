# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import json
import typing as t

import pytest

from ansible_collections.farsite.fleet.plugins.plugin_utils.adapter import modem_results as results
from ansible_collections.farsite.fleet.plugins.plugin_utils.adapter.lte_uplink import wish_of
from ansible_collections.farsite.fleet.plugins.plugin_utils.modem.pitfalls import Finding
from ansible_collections.farsite.fleet.plugins.plugin_utils.router.modem_setup import Prepared, after, prepare
from ansible_collections.farsite.fleet.plugins.plugin_utils.router.modem_uplink import StoppedError, wanted_uplink
from ansible_collections.farsite.fleet.plugins.plugin_utils.router.transaction import End, Outcome
from ansible_collections.farsite.fleet.plugins.plugin_utils.router.uci_plan import UciPlan, make_plan
from ansible_collections.farsite.fleet.tests.unit.plugins.plugin_utils.router.modem_router import (
    LAN,
    NETWORK,
    ModemRouter,
    row_of,
)

READY = {"uqmi", "kmod-usb-net-qmi-wwan", "kmod-usb-serial-option"}
UPLINK = {"kind": "lte", "apn": "web"}
RIGHT = NETWORK + (
    "config interface 'lte'\n\toption proto 'qmi'\n\toption device '/dev/cdc-wdm0'\n\toption apn 'web'\n"
    "\toption metric '10'\n"
)
UP = {"interface": "lte", "up": True, "proto": "qmi", "ipv4-address": [{"address": "100.72.13.5", "mask": 30}]}


def ready(*, change: bool = True, **router: t.Any) -> tuple[ModemRouter, Prepared]:
    at = ModemRouter(row_of("0306"), **({"installed": set(READY)} | router))
    return at, prepare(at, wish_of(UPLINK, None), change=change, tell=lambda _text: None)


def plan_of(prepared: Prepared) -> UciPlan:
    wanted, _warnings = wanted_uplink(prepared.report, wish_of(UPLINK, None), prepared.observation)
    return make_plan(wanted, "replaced", prepared.observation, prepared.salt)


def test_a_change_that_is_planned() -> None:
    _router, prepared = ready()
    result = results.planned(prepared, plan_of(prepared), ("a warning",), identities=False)
    assert (result["changed"], result["packages"], result["modem"]["proto"]) == (True, [], "qmi")
    assert "a warning" in result["warnings"]
    assert "set network.lte.apn='web'" in result["commands"]
    json.dumps(result)


def test_a_named_protocol_that_differs_is_told() -> None:
    router = ModemRouter(row_of("0306"), READY | {"comgt", "ppp"})
    uplink = UPLINK | {"modem": "3g"}
    prepared = prepare(router, wish_of(uplink, None), change=True, tell=lambda _text: None)
    wanted, _warnings = wanted_uplink(prepared.report, wish_of(uplink, None), prepared.observation)
    plan = make_plan(wanted, "replaced", prepared.observation, prepared.salt)
    warnings = results.planned(prepared, plan, (), identities=False)["warnings"]
    assert any("3g is named, the rules say qmi" in warning for warning in warnings), warnings


def test_what_is_right_and_up_is_no_failure() -> None:
    _router, prepared = ready(network=RIGHT, interfaces=[LAN, UP])
    plan = plan_of(prepared)
    assert not plan.changed
    assert results.unchanged(prepared) == {}


def test_what_is_right_and_down_is_one() -> None:
    down = {"interface": "lte", "up": False, "proto": "qmi", "errors": [{"code": "NO_CID"}]}
    _router, prepared = ready(network=RIGHT, interfaces=[LAN, down])
    result = results.unchanged(prepared)
    assert (result["failed"], result["step"]) == (True, "bearer")
    assert "netifd says NO_CID" in result["msg"]


def test_first_steps_of_check_mode() -> None:
    _router, prepared = ready(installed=set(), change=False)
    result = results.first_steps(prepared, identities=False)
    assert (result["changed"], result["packages"]) == (True, ["kmod-usb-net-qmi-wwan", "kmod-usb-serial-option"])
    assert "known only after this: install kmod-usb-net-qmi-wwan" in result["warnings"][-1]


@pytest.mark.parametrize("end", [End.CONFIRMED, End.UNDONE, End.REFUSED, End.UNKNOWN])
def test_ends(end: End) -> None:
    missing_handler = {"kmod-usb-net-qmi-wwan", "kmod-usb-serial-option"}
    router, prepared = ready(installed=missing_handler, network=RIGHT, interfaces=[LAN, UP])
    planned = results.planned(prepared, plan_of(prepared), ("a warning",), identities=False)
    outcome = Outcome(end, "because", "id")
    result = results.ended(planned, prepared, outcome, after(router, prepared), identities=False)
    assert result.get("failed", False) == (end is not End.CONFIRMED)
    assert result["modem"]["proto"] == "qmi"
    if end is not End.CONFIRMED:
        assert {"step": "bearer", "message": "because"} in result["problems"]
        # uqmi was installed all the same
        assert (result["changed"], result["step"]) == (True, "bearer")
        assert "because" in result["msg"]
    assert "a warning" in result["warnings"]
    assert results.ended(planned, prepared, outcome, None, identities=False)["modem"] == planned["modem"]


def test_a_confirmed_interface_without_a_bearer_is_a_failure() -> None:
    """A stick that is a router itself leases an address whether it is in a network or not."""
    router, prepared = ready(network=RIGHT, interfaces=[LAN, {**UP, "ipv4-address": []}])
    planned = results.planned(prepared, plan_of(prepared), (), identities=False)
    result = results.ended(
        planned, prepared, Outcome(End.CONFIRMED, "", "id"), after(router, prepared), identities=False
    )
    assert (result["failed"], result["step"]) == (True, "bearer")
    assert "has no bearer" in result["msg"]


def test_what_stopped_it() -> None:
    error = StoppedError((Finding("sim", "no card"), Finding("bearer", "none")))
    error.installed, error.changed = ("uqmi",), True
    result = results.stopped(error, identities=False)
    assert (result["failed"], result["step"], result["changed"], result["packages"]) == (True, "sim", True, ["uqmi"])
    assert result["msg"].splitlines() == [
        "the modem cannot be used, and the uplinks are as they were", "- sim: no card", "- bearer: none",
    ]  # fmt: skip
    assert result["problems"] == [{"step": "sim", "message": "no card"}, {"step": "bearer", "message": "none"}]
    assert "modem" not in result
