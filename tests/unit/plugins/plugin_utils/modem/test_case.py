# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest

from ansible_collections.farsite.fleet.plugins.plugin_utils.modem.case import Case, package_of, packages_of
from ansible_collections.farsite.fleet.plugins.plugin_utils.modem.descriptors import Triple
from ansible_collections.farsite.fleet.plugins.plugin_utils.modem.profile import Router
from ansible_collections.farsite.fleet.plugins.plugin_utils.modem.usb import UsbDevice, UsbInterface

MBIM = UsbInterface(number=0, triple=Triple(2, 0x0E, 0), driver="cdc_mbim", wdm=("cdc-wdm3",))
PORT = UsbInterface(number=2, triple=Triple(0xFF, 0, 0), driver="option", tty=("ttyUSB7",))
BARE = UsbInterface(number=3, triple=Triple(0xFF, 0, 0))


def case(*interfaces: UsbInterface, vendor: str = "2c7c", router: Router | None = None) -> Case:
    device = UsbDevice(vendor=vendor, product="0001", interfaces=interfaces, path="/sys/devices/x")
    return Case(device, router or Router())


def test_packages_of_drivers() -> None:
    assert package_of("no_such") is None
    assert packages_of(["option", "qmi_wwan", "no_such"]) == ("kmod-usb-net-qmi-wwan", "kmod-usb-serial-option")


def test_what_interfaces_are_for() -> None:
    found = case(MBIM, PORT, BARE)
    assert (found.having("mbim"), found.serial, found.having("vendor")) == ((MBIM,), (PORT,), (BARE,))
    assert found.has("qmi", "mbim")
    assert not found.has("qmi")
    assert found.name == "Quectel 2c7c:0001"
    assert case(vendor="abcd").name == "abcd:0001"


@pytest.mark.parametrize(
    ("vendor", "interfaces", "expected"),
    [("abcd", (PORT,), True), ("2c7c", (BARE,), True), ("abcd", (BARE,), False), ("2c7c", (MBIM,), False)],
)
def test_where_it_can_take_at_commands(vendor: str, interfaces: tuple[UsbInterface, ...], *, expected: bool) -> None:
    assert case(*interfaces, vendor=vendor).has_at is expected


def test_what_the_router_has_loaded() -> None:
    assert case(router=Router(drivers={"option", "qmi_wwan"})).loaded("option")
    assert not case(router=Router(drivers={"option"})).loaded("option", "qmi_wwan")
    assert not case().loaded("option")


def test_the_profile_of_a_way() -> None:
    found = case(MBIM, PORT).profile("mbim", "mbim", "why")
    assert (found.state, found.node, found.at_ports, found.device) == ("ok", "/dev/cdc-wdm3", ("ttyUSB7",), "cdc-wdm")
    assert found.packages == ("kmod-usb-net-cdc-mbim", "kmod-usb-serial-option", "umbim")
    manager = case(MBIM).profile("modemmanager", "mbim", "why")
    assert (manager.node, manager.device) == ("/sys/devices/x", "sysfs")
    assert case(PORT).profile("3g", None, "why").node == "/dev/ttyUSB7"
    unbound = UsbInterface(number=0, triple=Triple(2, 0x0E, 0))
    assert case(unbound).profile("mbim", "mbim", "why").state == "need-drivers"


def test_a_device_that_cannot_be_driven() -> None:
    found = case(PORT).stop("unknown", "why", ["b", "a"])
    assert (found.state, found.proto, found.device, found.packages, found.at_ports) == (
        "unknown", None, None, ("a", "b"), ("ttyUSB7",),
    )  # fmt: skip
    assert found.reason == "Quectel 2c7c:0001: why"
