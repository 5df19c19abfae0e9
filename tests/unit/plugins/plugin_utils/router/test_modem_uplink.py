# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import dataclasses
import typing as t

import pytest

from ansible_collections.farsite.fleet.plugins.plugin_utils.modem.apn import Access
from ansible_collections.farsite.fleet.plugins.plugin_utils.modem.device_data import device_from_data
from ansible_collections.farsite.fleet.plugins.plugin_utils.modem.pitfalls import Finding
from ansible_collections.farsite.fleet.plugins.plugin_utils.modem.profile import Profile
from ansible_collections.farsite.fleet.plugins.plugin_utils.modem.rules import decide
from ansible_collections.farsite.fleet.plugins.plugin_utils.modem.status import ModemStatus, Sim
from ansible_collections.farsite.fleet.plugins.plugin_utils.router.modem_report import Report, Uplink
from ansible_collections.farsite.fleet.plugins.plugin_utils.router.modem_uplink import (
    StoppedError,
    Wish,
    access_of,
    choose,
    missing_packages,
    refuse,
)
from ansible_collections.farsite.fleet.plugins.plugin_utils.router.modems import Modem, Parts
from ansible_collections.farsite.fleet.plugins.plugin_utils.uci.document import Section
from ansible_collections.farsite.fleet.tests.unit.plugins.plugin_utils.router.modem_router import row_of


def report(product: str, port: str, *, wdm: str = "", **more: t.Any) -> Report:
    device = dataclasses.replace(device_from_data(row_of(product)), port=port)
    if wdm:
        interfaces = tuple(
            dataclasses.replace(item, wdm=(wdm,) if item.driver in ("qmi_wwan", "cdc_mbim") else ())
            for item in device.interfaces or ()
        )
        device = dataclasses.replace(device, interfaces=interfaces)
    values = {"status": None, "at_ports": None, "uplink": None, "findings": ()} | more
    return Report(Modem(device, decide(device)), **values)


QMI = report("0306", "1-1", wdm="cdc-wdm0")
MBIM = report("1252", "1-2", wdm="cdc-wdm1")
UNKNOWN = report("9013", "1-3")
WISH = Wish("lte", lambda _resolved: Section("interface", "lte", ()))
WITH_SIM = ModemStatus(source="at", sim=Sim(state="ready", imsi="424031234567890"))


def test_which_modem_is_meant() -> None:
    assert choose([QMI], None) is QMI
    assert choose([QMI, UNKNOWN], None) is QMI
    assert choose([UNKNOWN], None) is UNKNOWN
    assert choose([QMI, MBIM], "/dev/cdc-wdm1") is MBIM
    assert choose([QMI, MBIM], None, "1-2") is MBIM
    assert choose([QMI, MBIM], "1-2") is MBIM
    # a stick that shows its disk has no device yet
    disk = report("1f01", "1-1")
    assert choose([disk], "usb0") is disk


@pytest.mark.parametrize(
    ("found", "device", "port", "words"),
    [
        ([], None, None, "no modem is plugged in"),
        ([QMI, MBIM], None, None, "there are 2 modems; say which by `device`"),
        ([QMI], "/dev/cdc-wdm7", None, "there is no modem with the device /dev/cdc-wdm7"),
        ([QMI], None, "2-1", "there is no modem at port 2-1"),
    ],
)
def test_where_it_would_be_a_guess(found: list[Report], device: str | None, port: str | None, words: str) -> None:
    with pytest.raises(StoppedError) as caught:
        choose(found, device, port)
    assert words in str(caught.value)
    assert all(item.modem.device.port in str(caught.value) for item in found)


@pytest.mark.parametrize(
    ("parts", "missing"),
    [
        ({}, {"uqmi", "kmod-usb-net-qmi-wwan", "usb-modeswitch"}),
        ({"usb-drivers": ((), "qmi_wwan\nother\n")}, {"uqmi", "usb-modeswitch"}),
        ({"modem-handlers": ((), "qmi.sh\n")}, {"kmod-usb-net-qmi-wwan", "usb-modeswitch"}),
        ({"modem-switch": (("known",), "")}, {"uqmi", "kmod-usb-net-qmi-wwan"}),
        (
            {"packages": (("opkg",), "Package: uqmi\nVersion: 1\nStatus: install user installed\n")},
            {"kmod-usb-net-qmi-wwan", "usb-modeswitch"},
        ),
    ],
)
def test_what_is_missing(parts: Parts, missing: set[str]) -> None:
    profile = Profile(state="ok", rule="x", reason="y", packages=("uqmi", "kmod-usb-net-qmi-wwan", "usb-modeswitch"))
    assert set(missing_packages(profile, parts)) == missing


@pytest.mark.parametrize("step", ["detect", "port", "sim"])
def test_what_is_known_to_fail_is_refused(step: str) -> None:
    with pytest.raises(StoppedError) as caught:
        refuse(dataclasses.replace(QMI, findings=(Finding(step, "bad", blocks=True),)), WISH)
    assert [finding.step for finding in caught.value.findings] == [step]


@pytest.mark.parametrize("step", ["packages", "port", "signal", "register", "bearer"])
def test_what_may_work_is_tried(step: str) -> None:
    refuse(dataclasses.replace(QMI, findings=(Finding(step, "bad"),)), WISH)


UP = Uplink("lte", "qmi", up=True, addresses=("100.64.3.9/30",))


def test_an_uplink_that_works_has_a_port_that_works() -> None:
    refuse(dataclasses.replace(QMI, findings=(Finding("port", "silent", blocks=True),), uplink=UP), WISH)


def test_a_lease_says_nothing_of_the_card() -> None:
    """A stick leases an address of its own also where its card is locked."""
    locked = dataclasses.replace(QMI, findings=(Finding("sim", "1 try left", blocks=True),), uplink=UP)
    with pytest.raises(StoppedError):
        refuse(locked, WISH)


@pytest.mark.parametrize(
    ("product", "status", "refused"),
    [
        ("1506", None, True),
        ("1506", ModemStatus(source="at"), True),
        ("1506", WITH_SIM, False),
        ("1252", None, True),
        ("0306", None, False),
        ("14dc", None, False),
    ],
)
def test_no_pin_for_handlers_that_do_not_look(product: str, status: ModemStatus | None, *, refused: bool) -> None:
    found = report(product, "1-1", status=status)
    with_pin = dataclasses.replace(WISH, pin="1234")
    if not refused:
        refuse(found, with_pin)
        return
    with pytest.raises(StoppedError, match="would try the PIN without asking"):
        refuse(found, with_pin)
    refuse(found, WISH)


def test_a_stick_that_shows_its_disk_may_be_switched() -> None:
    found = report("1f01", "1-1", findings=(Finding("detect", "a disk", blocks=True),))
    refuse(found, WISH)
    unlisted = dataclasses.replace(found.modem, profile=dataclasses.replace(found.modem.profile, packages=()))
    with pytest.raises(StoppedError, match="a disk"):
        refuse(dataclasses.replace(found, modem=unlisted), WISH)


def test_the_access_point() -> None:
    assert access_of(QMI, dataclasses.replace(WISH, apn="own"), None) == Access("", "own")
    found = access_of(dataclasses.replace(QMI, status=WITH_SIM), WISH, None)
    assert found is not None
    assert found.apn == "du"
    assert access_of(report("14dc", "1-1"), WISH, None) is None
    with pytest.raises(StoppedError, match="apn: auto"):
        access_of(QMI, WISH, Section("interface", "lte", (("proto", "mbim"), ("apn", "other"))))
