# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import dataclasses
import json
import pathlib
import typing as t

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.farsite.fleet.plugins.plugin_utils.modem.descriptors import Triple
from ansible_collections.farsite.fleet.plugins.plugin_utils.modem.device_data import device_from_data
from ansible_collections.farsite.fleet.plugins.plugin_utils.modem.functions import DRIVERS
from ansible_collections.farsite.fleet.plugins.plugin_utils.modem.profile import PROTO_PACKAGES, Profile, Proto, Router
from ansible_collections.farsite.fleet.plugins.plugin_utils.modem.rules import RULES, decide, named
from ansible_collections.farsite.fleet.plugins.plugin_utils.modem.usb import UsbDevice, UsbInterface

DATA = pathlib.Path(__file__).resolve().parents[3] / "data" / "modems.json"
ROWS: list[dict[str, t.Any]] = json.loads(DATA.read_text("utf-8"))["modems"]

TOO_MANY = {"12d1:1506 E398": {"kmod-usb-serial-option"}}
"""Where the table names fewer packages than the interfaces in it ask for: that row's ports are held by ``option``."""


def row_name(row: dict[str, t.Any]) -> str:
    return f"{row['vid']}:{row['pid']} {row['model']}"


def row_of(identity: str, mode: str = "") -> UsbDevice:
    row = next(row for row in ROWS if f"{row['vid']}:{row['pid']}" == identity and row["mode"].startswith(mode))
    return device_from_data(row)


@pytest.mark.parametrize("row", ROWS, ids=row_name)
def test_every_known_modem(row: dict[str, t.Any]) -> None:
    profile = decide(device_from_data(row))
    assert (profile.proto, profile.device) == (row["openwrt"]["proto"], row["openwrt"]["device"]), profile
    assert {*profile.packages} - TOO_MANY.get(row_name(row), set()) == {*row["packages"]}
    assert (profile.state == "install-mode") == row["needs_modeswitch"]
    assert (profile.state == "ok") == (row["openwrt"]["proto"] is not None)


def test_there_are_as_many_as_there_were() -> None:
    assert len(ROWS) == 47


def test_states_of_those_that_cannot_be_driven() -> None:
    stopped = {row_name(row): decide(device_from_data(row)).state for row in ROWS if row["openwrt"]["proto"] is None}
    assert {name: state for name, state in stopped.items() if state != "install-mode"} == {
        "2c7c:0800 RM500Q": "boot-mode",
        "1199:9070 MC7455": "boot-mode",
        "1199:90d2 EM9191": "boot-mode",
        "1199:9013 MC8355 Gobi 3000": "unknown",
        "8087:095a L850-GL": "unsupported",
    }


def test_the_order_of_interfaces_does_not_matter() -> None:
    for row in ROWS:
        device = device_from_data(row)
        if device.interfaces:
            turned = dataclasses.replace(device, interfaces=tuple(reversed(device.interfaces)))
            assert decide(turned).proto == decide(device).proto


ECM = UsbInterface(number=0, triple=Triple(2, 6, 0), driver="cdc_ether", net=("eth1",))
DATA_INTERFACE = UsbInterface(number=1, triple=Triple(0x0A, 0, 0), driver="cdc_ether")
DISK = UsbInterface(number=2, triple=Triple(8, 6, 0x50))
DEBUG = UsbInterface(number=3, triple=Triple(0xFF, 0x42, 1))
BARE = UsbInterface(number=0, triple=Triple(0xFF, 0xFF, 0xFF))
ACM = UsbInterface(number=0, triple=Triple(2, 2, 1), driver="cdc_acm", tty=("ttyACM0",))


def usb(vendor: str, *interfaces: UsbInterface, product: str = "0001") -> UsbDevice:
    return UsbDevice(vendor=vendor, product=product, interfaces=interfaces)


@pytest.mark.parametrize(
    ("device", "state", "proto", "words"),
    [
        (usb("0b95", ECM, DATA_INTERFACE), "unsupported", None, "a USB Ethernet adapter"),
        (usb("abcd", ECM, DATA_INTERFACE), "unknown", None, "an adapter or phone"),
        (usb("abcd", ECM, DATA_INTERFACE, DISK), "ok", "dhcp", "a router itself"),
        (usb("18d1", ECM, DATA_INTERFACE, DEBUG), "unknown", None, "may be a phone"),
        (usb("05ac", ECM, DATA_INTERFACE), "unknown", None, "may be a phone"),
        (usb("2341", ACM), "unknown", None, "many another device"),
        (usb("0403", BARE), "unknown", None, "may be anything"),
        (usb("2357", BARE), "unknown", None, "may be anything"),
        (usb("2357", ECM, DATA_INTERFACE), "unknown", None, "an adapter or phone"),
        (usb("413c", ECM, DATA_INTERFACE), "unknown", None, "an adapter or phone"),
        (usb("03f0", DISK), "unsupported", None, "a disk or an input device"),
        (usb("abcd", DISK), "unsupported", None, "a disk or an input device"),
        (usb("12d1", DISK), "install-mode", None, "usb-modeswitch makes a modem of it"),
        (usb("abcd"), "unknown", None, "nothing is told"),
        (usb("abcd", UsbInterface(number=0, triple=Triple(7, 1, 2))), "unsupported", None, "carries data"),
        (usb("2c7c", dataclasses.replace(ECM, driver="option"), DATA_INTERFACE), "unknown", None, "option holds"),
        (usb("0f3d", dataclasses.replace(ECM, triple=Triple(0xFF, 0, 0), driver="sierra_net")), "ok", "directip",
         "sierra_net"),
    ],
)  # fmt: skip
def test_what_is_no_known_modem(device: UsbDevice, state: str, proto: Proto | None, words: str) -> None:
    profile = decide(device)
    assert (profile.state, profile.proto) == (state, proto), profile
    assert words in profile.reason


def test_ways_that_need_less_flash() -> None:
    def ways(device: UsbDevice) -> list[Proto | None]:
        found: list[Proto | None] = []
        profile: Profile | None = decide(device)
        while profile:
            found.append(profile.proto)
            profile = profile.lighter
        return found

    def with_ports(device: UsbDevice) -> UsbDevice:
        ports = tuple(
            dataclasses.replace(item, tty=(f"ttyUSB{item.number}",) if item.driver == "option" else ())
            for item in device.interfaces or ()
        )
        return dataclasses.replace(device, interfaces=ports)

    assert ways(with_ports(row_of("2c7c:0306"))) == ["qmi", "3g"]
    assert ways(with_ports(row_of("1bc7:1252"))) == ["mbim", "3g"]
    assert ways(row_of("2c7c:6005")) == ["ncm", "dhcp"]
    assert ways(row_of("12d1:14dc")) == ["dhcp"]


def test_a_named_protocol_is_confirmed_or_differs() -> None:
    quectel = row_of("2c7c:0306")
    assert named(quectel, "qmi") == decide(quectel)
    ppp = named(quectel, "3g")
    assert (ppp.state, ppp.proto, ppp.rule) == ("ok", "3g", "named")
    assert "the rules say qmi" in ppp.reason
    wrong = named(quectel, "mbim")
    assert (wrong.state, wrong.proto) == ("unsupported", None)
    assert "nothing that mbim could use" in wrong.reason
    manager = named(quectel, "modemmanager")
    assert (manager.proto, manager.device) == ("modemmanager", "sysfs")
    assert {"modemmanager", "kmod-usb-net-qmi-wwan"} <= {*manager.packages}
    assert named(usb("18d1", ECM, DATA_INTERFACE), "dhcp").node == "eth1"
    assert named(row_of("12d1:1f01"), "qmi").state == "install-mode"
    assert named(usb("abcd", ECM), "ncm").state == "unsupported"
    asked = named(usb("413c", BARE), "qmi")
    assert (asked.state, asked.proto, "kmod-usb-net-qmi-wwan" in asked.packages) == ("need-drivers", None, True)


def test_the_router_that_cannot_dial_it() -> None:
    assert decide(row_of("2c7c:6005"), Router(dialled={"huawei"})).proto == "dhcp"
    assert decide(row_of("2c7c:6005"), Router(dialled={"quectel"})).proto == "ncm"


def test_quirks_become_options() -> None:
    assert decide(row_of("12d1:155e")).options == (("delay", "5"),)


def test_the_last_rule_always_fits() -> None:
    assert RULES[-1].__name__ == "_nothing"
    assert {*PROTO_PACKAGES} == {"3g", "ncm", "qmi", "mbim", "directip", "dhcp", "modemmanager"}


interfaces = st.lists(
    st.builds(
        UsbInterface,
        number=st.integers(0, 20),
        triple=st.builds(
            Triple,
            st.sampled_from([2, 3, 8, 0x0A, 0xE0, 0xEF, 0xFF]),
            st.sampled_from([0, 1, 2, 4, 6, 0x0D, 0x0E, 0x42, 0xFF]),
            st.sampled_from([0, 1, 3, 0x10, 0x12, 0x16, 0x50, 0xFF]),
        ),
        driver=st.none() | st.sampled_from([*DRIVERS, "usbfs", "other"]),
    ),
    max_size=5,
    unique_by=lambda interface: interface.number,
)


@given(
    vendor=st.sampled_from(["12d1", "2c7c", "1199", "0bda", "18d1", "abcd"]),
    found=interfaces,
    configured=st.booleans(),
)
def test_every_device_is_decided(vendor: str, found: list[UsbInterface], *, configured: bool) -> None:
    """A protocol is there where the state says so, and never without a reason."""
    profile = decide(UsbDevice(vendor=vendor, product="0001", configured=configured, interfaces=tuple(found)))
    assert profile.reason
    assert profile.rule
    assert (profile.proto is not None) >= (profile.state == "ok")
    if profile.proto and profile.state == "ok" and profile.device != "sysfs":
        assert {*PROTO_PACKAGES[profile.proto]} <= {*profile.packages}
