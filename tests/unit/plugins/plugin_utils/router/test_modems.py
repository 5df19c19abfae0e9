# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The real probe, run by busybox' ash with OpenWrt's applets alone, on planted sysfs trees."""

from __future__ import annotations

import copy
import json
import typing as t

import pytest
from usb_tree import plant

from ansible_collections.farsite.fleet.plugins.plugin_utils.modem.functions import DRIVERS
from ansible_collections.farsite.fleet.plugins.plugin_utils.router.modems import (
    PROBE,
    Modem,
    Parts,
    modems,
    ncm_breaks_huawei,
    router_of,
)
from ansible_collections.farsite.fleet.tests.unit.plugins.plugin_utils.router.stock_shell import (
    ROOT,
    make_applets,
    quoted,
    run,
)

if t.TYPE_CHECKING:
    import pathlib

ROWS: list[dict[str, t.Any]] = json.loads((ROOT / "tests/unit/data/modems.json").read_text("utf-8"))["modems"]
DUMPED = [row for row in ROWS if row["interfaces"] is not None]
USB_DRIVERS = [name for name in DRIVERS if name not in ("usb-storage", "uas", "usbhid")]


def name_of(row: dict[str, t.Any]) -> str:
    return f"{row['vid']}:{row['pid']} {row['model']} {row['mode']}"


@pytest.fixture(scope="module")
def applets(tmp_path_factory: pytest.TempPathFactory) -> pathlib.Path:
    return make_applets(tmp_path_factory.mktemp("applets"))


def probe(root: pathlib.Path, applets: pathlib.Path) -> Parts:
    return run(applets, [PROBE], [quoted(PROBE, root)])


def only(parts: Parts) -> Modem:
    (modem,) = modems(parts)
    return modem


def without_drivers(row: dict[str, t.Any]) -> dict[str, t.Any]:
    bare = copy.deepcopy(row)
    for interface in bare["interfaces"]:
        interface["driver"] = None
    return bare


@pytest.mark.parametrize("row", DUMPED, ids=name_of)
def test_a_planted_modem_is_decided_right(row: dict[str, t.Any], tmp_path: pathlib.Path, applets: pathlib.Path) -> None:
    plant(tmp_path, [row])
    profile = only(probe(tmp_path, applets)).profile
    assert (profile.proto, profile.device) == (row["openwrt"]["proto"], row["openwrt"]["device"]), profile.reason


@pytest.mark.parametrize("row", DUMPED, ids=name_of)
def test_without_drivers_it_names_those_that_are_missing(
    row: dict[str, t.Any], tmp_path: pathlib.Path, applets: pathlib.Path
) -> None:
    """Once what it asks for is installed, the decision is the right one."""
    plant(tmp_path / "before", [without_drivers(row)])
    before = only(probe(tmp_path / "before", applets)).profile
    assert before.state != "ok"
    if before.state != "need-drivers":
        assert row["openwrt"]["proto"] is None
        return
    brought = {driver.name for driver in DRIVERS.values() if driver.package in before.packages}
    after_row = copy.deepcopy(row)
    for interface in after_row["interfaces"]:
        if interface["driver"] not in brought:
            interface["driver"] = None
    plant(tmp_path / "after", [after_row], loaded=brought)
    after = only(probe(tmp_path / "after", applets)).profile
    assert (after.proto, after.state) == (row["openwrt"]["proto"], "ok"), after.reason


@pytest.mark.parametrize("row", [row for row in DUMPED if row["openwrt"]["device"]], ids=name_of)
def test_the_device_is_one_that_is_there(row: dict[str, t.Any], tmp_path: pathlib.Path, applets: pathlib.Path) -> None:
    plant(tmp_path, [row])
    modem = only(probe(tmp_path, applets))
    nodes = {
        "netdev": [node for interface in modem.device.interfaces or () for node in interface.net],
        "cdc-wdm": [f"/dev/{node}" for interface in modem.device.interfaces or () for node in interface.wdm],
    }
    ttys = [f"/dev/{node}" for interface in modem.device.interfaces or () for node in interface.tty]
    expected = nodes.get(row["openwrt"]["device"], ttys)
    assert modem.profile.node in expected or (modem.profile.node is None and not expected)


def test_several_are_told_apart(tmp_path: pathlib.Path, applets: pathlib.Path) -> None:
    quectel = next(row for row in DUMPED if row["pid"] == "0306")
    stick = next(row for row in DUMPED if row["pid"] == "14dc")
    adapter = {
        "vid": "0bda", "pid": "8153", "model": "USB 10/100/1000 LAN",
        "interfaces": [
            {"if": 0, "class": "02", "subclass": "06", "protocol": "00", "driver": "cdc_ether"},
            {"if": 1, "class": "0a", "subclass": "00", "protocol": "00", "driver": "cdc_ether"},
        ],
    }  # fmt: skip
    disk = {
        "vid": "0781", "pid": "5567", "model": "Cruzer Blade",
        "interfaces": [{"if": 0, "class": "08", "subclass": "06", "protocol": "50", "driver": "usb-storage"}],
    }  # fmt: skip
    phone = {
        "vid": "18d1", "pid": "4ee4", "model": "Pixel",
        "interfaces": [
            {"if": 0, "class": "e0", "subclass": "01", "protocol": "03", "driver": "rndis_host"},
            {"if": 1, "class": "0a", "subclass": "00", "protocol": "00", "driver": "rndis_host"},
            {"if": 2, "class": "ff", "subclass": "42", "protocol": "01", "driver": None},
        ],
    }  # fmt: skip
    converter = {
        "vid": "0403", "pid": "6001", "model": "FT232R",
        "interfaces": [{"if": 0, "class": "ff", "subclass": "ff", "protocol": "ff", "driver": "ftdi_sio"}],
    }  # fmt: skip
    plant(tmp_path, [quectel, adapter, stick, disk, phone, converter])
    found = modems(probe(tmp_path, applets))
    assert [(modem.device.port, modem.profile.state, modem.profile.proto, modem.profile.node) for modem in found] == [
        ("1-1", "ok", "qmi", "/dev/cdc-wdm0"),
        ("1-2", "unsupported", None, None),
        ("1-3", "ok", "dhcp", "usb1"),
        ("1-4", "unsupported", None, None),
        ("1-5", "unknown", None, None),
        ("1-6", "unsupported", None, None),
    ]
    assert "phone" in found[4].profile.reason


def test_a_serial_number_does_not_leave_the_router(tmp_path: pathlib.Path, applets: pathlib.Path) -> None:
    plant(tmp_path, DUMPED[:3])
    assert "SECRET0123" not in str(probe(tmp_path, applets))


def test_an_unconfigured_device_shows_its_configurations(tmp_path: pathlib.Path, applets: pathlib.Path) -> None:
    descriptors = bytes([9, 2, 0, 0, 1, 3, 0, 0, 0]) + bytes([9, 4, 0, 0, 1, 0x02, 0x0E, 0, 0])
    huawei = {"vid": "12d1", "pid": "15c1", "configured": False, "interfaces": [], "descriptors": descriptors}
    plant(tmp_path, [huawei])
    profile = only(probe(tmp_path, applets)).profile
    assert profile.state == "unconfigured"
    assert "number 3 has MBIM" in profile.reason


def test_descriptors_are_read_only_where_they_tell_more(tmp_path: pathlib.Path, applets: pathlib.Path) -> None:
    one = DUMPED[1] | {"descriptors": b"\x12\x01"}
    plant(tmp_path, [one, one | {"num_configurations": 3}])
    assert probe(tmp_path, applets)["usb-descriptors"][1].split() == ["1-2", "1201"]


def test_what_usb_modeswitch_knows(tmp_path: pathlib.Path, applets: pathlib.Path) -> None:
    huawei, quanta = (next(row for row in DUMPED if row["pid"] == product) for product in ("1f01", "ea25"))
    plant(tmp_path, [huawei, quanta])
    assert router_of(probe(tmp_path, applets)).switchable is None
    (tmp_path / "etc").mkdir()
    (tmp_path / "etc/usb-mode.json").write_text('{"devices": {\n"12D1:1f01": {}, "12d1:1505": {}}}\n')
    found = modems(probe(tmp_path, applets))
    assert [modem.profile.state for modem in found] == ["install-mode"] * 2
    assert "makes a modem of it" in found[0].profile.reason
    assert "has no entry" in found[1].profile.reason


def test_what_the_router_can_dial(tmp_path: pathlib.Path, applets: pathlib.Path) -> None:
    row = next(row for row in DUMPED if row["vid"] == "2c7c" and row["mode"].startswith("ECM"))
    plant(tmp_path, [row])
    parts = probe(tmp_path, applets)
    assert (only(parts).profile.proto, router_of(parts).dialled, ncm_breaks_huawei(parts)) == ("ncm", None, False)
    (tmp_path / "etc/gcom").mkdir(parents=True)
    (tmp_path / "lib/netifd/proto").mkdir(parents=True)
    (tmp_path / "etc/openwrt_release").write_text("DISTRIB_ID='OpenWrt'\nDISTRIB_RELEASE='24.10.0'\n")
    (tmp_path / "etc/gcom/ncm.json").write_text('{\n\t"huawei": {\n\t\t"a": 1\n\t},\n\t"\\"zte": {\n\t}\n}\n')
    (tmp_path / "lib/netifd/proto/ncm.sh").write_text("gcom -d\n")
    parts = probe(tmp_path, applets)
    assert router_of(parts).dialled == {"huawei", "zte"}
    assert only(parts).profile.proto == "dhcp"
    assert ncm_breaks_huawei(parts)
    (tmp_path / "etc/openwrt_release").write_text("DISTRIB_RELEASE='23.05.5'\n")
    assert not ncm_breaks_huawei(probe(tmp_path, applets))
    (tmp_path / "etc/openwrt_release").write_text("DISTRIB_RELEASE='24.10.2'\n")
    (tmp_path / "lib/netifd/proto/ncm.sh").write_text("RS='\\r'\n")
    assert not ncm_breaks_huawei(probe(tmp_path, applets))


def test_a_router_without_usb_is_no_error(tmp_path: pathlib.Path, applets: pathlib.Path) -> None:
    parts = probe(tmp_path, applets)
    assert modems(parts) == ()
    assert router_of(parts).drivers == frozenset()


def test_loaded_drivers_that_want_nothing_are_no_reason_to_install_them(
    tmp_path: pathlib.Path, applets: pathlib.Path
) -> None:
    row = without_drivers(next(row for row in DUMPED if row["pid"] == "0306"))
    plant(tmp_path, [row], loaded=USB_DRIVERS)
    assert only(probe(tmp_path, applets)).profile.state == "unknown"


def settled(root: pathlib.Path, applets: pathlib.Path, product: str, *steps: str) -> int:
    """Return in which second the router stops to wait for what is on port 1-1; *steps* happen one in each second."""
    cases = "".join(f"{number}) {step} ;;\n" for number, step in enumerate(steps, 1))
    clock = f"second=0; sleep() {{ second=$((second + 1)); case $second in\n{cases}esac; }}"
    settle = quoted("modem_settle", "1-1", product, "12", root)
    parts = run(applets, [PROBE], [clock, settle, 'part second "$settle_second"'])
    return int(parts["second"][0][0])


def test_what_stays_as_it_is_has_settled(tmp_path: pathlib.Path, applets: pathlib.Path) -> None:
    plant(tmp_path, [DUMPED[1]])
    assert settled(tmp_path, applets, "") == 4


def test_a_stick_that_is_switched_is_waited_for(tmp_path: pathlib.Path, applets: pathlib.Path) -> None:
    """It goes, and comes back as another one: neither its old self nor its absence is the end."""
    plant(tmp_path, [next(row for row in DUMPED if row["pid"] == "1f01")])
    port = tmp_path / "sys/bus/usb/devices/1-1"
    gone, back = f"mv {port} {port}.away", f"mv {port}.away {port}; echo 14dc >{port}/idProduct"
    assert settled(tmp_path, applets, "1f01", ":", gone, ":", ":", ":", back) == 10


def test_a_stick_that_stays_a_disk_is_not_waited_for_for_ever(tmp_path: pathlib.Path, applets: pathlib.Path) -> None:
    plant(tmp_path, [next(row for row in DUMPED if row["pid"] == "1f01")])
    assert settled(tmp_path, applets, "1f01") == 12


def test_a_device_that_is_gone_is_not_waited_for_for_ever(tmp_path: pathlib.Path, applets: pathlib.Path) -> None:
    assert settled(tmp_path, applets, "") == 12
