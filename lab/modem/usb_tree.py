# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Plants a sysfs with USB devices below a folder, laid out as Linux does, for the router's probe to look at."""

from __future__ import annotations

import dataclasses
import pathlib
import typing as t

DRIVER_NODES = {
    "option": "ttyUSB",
    "qcserial": "ttyUSB",
    "sierra": "ttyUSB",
    "cdc_acm": "ttyACM",
    "qmi_wwan": "wwan",
    "cdc_mbim": "wwan",
    "huawei_cdc_ncm": "wwan",
    "cdc_ncm": "usb",
    "cdc_ether": "usb",
    "rndis_host": "usb",
}
"""What a driver makes, by the kernel's name for it without its number."""

CONTROLLED = ("qmi_wwan", "cdc_mbim", "huawei_cdc_ncm")
"""Drivers that make a control device (``cdc-wdm``) too."""

_DATA_CLASS = "0a"

Device = t.Mapping[str, t.Any]
"""A device as in ``tests/unit/data/modems.json``; ``descriptors`` (bytes) and ``device_class`` may be there too."""


@dataclasses.dataclass
class _Numbers:
    used: dict[str, int] = dataclasses.field(default_factory=dict)

    def next(self, prefix: str) -> str:
        number = self.used.get(prefix, 0)
        self.used[prefix] = number + 1
        return f"{prefix}{number}"


def plant(root: pathlib.Path, devices: t.Sequence[Device], *, loaded: t.Iterable[str] = ()) -> None:
    """Write ``sys/`` below *root*: *devices* on ports 1-1, 1-2, …, beside a hub, and the *loaded* drivers."""
    numbers = _Numbers()
    hub: Device = {"vid": "1d6b", "pid": "0002", "device_class": "09", "interfaces": []}
    bus = root / "sys/bus/usb"
    (bus / "devices").mkdir(parents=True)
    (bus / "drivers").mkdir()
    for driver in loaded:
        (bus / "drivers" / driver).mkdir(exist_ok=True)
    _plant_device(root, "usb1", hub, numbers)
    for index, device in enumerate(devices, 1):
        _plant_device(root, f"1-{index}", device, numbers)


def _plant_device(root: pathlib.Path, port: str, device: Device, numbers: _Numbers) -> None:
    folder = root / "sys/devices/platform/ehci/usb1" / port
    folder.mkdir(parents=True)
    configured = device.get("configured", True)
    attributes = {
        "idVendor": device["vid"],
        "idProduct": device["pid"],
        "bDeviceClass": device.get("device_class", "00"),
        "bConfigurationValue": "1" if configured else "",
        "bNumConfigurations": str(device.get("num_configurations", 1)),
        "manufacturer": device.get("vendor", ""),
        "product": device.get("model", ""),
        "serial": "SECRET0123",
    }
    for name, value in attributes.items():
        (folder / name).write_text(f"{value}\n")
    (folder / "descriptors").write_bytes(device.get("descriptors", b""))
    _link(root, port, folder)
    for interface in (device["interfaces"] or []) if configured else []:
        _plant_interface(root, folder, f"{port}:1.{interface['if']}", interface, numbers)


def _plant_interface(
    root: pathlib.Path, parent: pathlib.Path, name: str, interface: t.Mapping[str, t.Any], numbers: _Numbers
) -> None:
    folder = parent / name
    folder.mkdir()
    attributes = {
        "bInterfaceNumber": f"{interface['if']:02x}",
        "bInterfaceClass": interface["class"],
        "bInterfaceSubClass": interface["subclass"],
        "bInterfaceProtocol": interface["protocol"],
        "bNumEndpoints": f"{interface.get('endpoints') or 3:02x}",
    }
    for attribute, value in attributes.items():
        (folder / attribute).write_text(f"{value}\n")
    _link(root, name, folder)
    driver = interface["driver"]
    if driver is None:
        return
    target = root / "sys/bus/usb/drivers" / driver
    target.mkdir(exist_ok=True)
    (folder / "driver").symlink_to(pathlib.Path("../../../../../../bus/usb/drivers") / driver)
    if interface["class"] == _DATA_CLASS or driver not in DRIVER_NODES:
        return
    node = numbers.next(DRIVER_NODES[driver])
    kind = {"ttyUSB": node, "ttyACM": f"tty/{node}"}.get(DRIVER_NODES[driver], f"net/{node}")
    (folder / kind).mkdir(parents=True)
    if driver in CONTROLLED:
        (folder / "usbmisc" / numbers.next("cdc-wdm")).mkdir(parents=True)


def _link(root: pathlib.Path, name: str, folder: pathlib.Path) -> None:
    target = pathlib.Path("../../..") / folder.relative_to(root / "sys")
    (root / "sys/bus/usb/devices" / name).symlink_to(target)
