# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What an interface of a USB device is for: by the driver that holds it, else by its classes.

Sources: USB CDC 1.2 and its subclasses NCM and MBIM; the id tables of Linux 6.6 (``drivers/net/usb`` and
``drivers/usb/serial``); RNDIS as in ``rndis_host.c``; Huawei's own triples as in ``huawei_cdc_ncm.c``, ``qmi_wwan.c``.
"""

from __future__ import annotations

import dataclasses
import typing as t

if t.TYPE_CHECKING:
    from ansible_collections.farsite.fleet.plugins.plugin_utils.modem.descriptors import Triple
    from ansible_collections.farsite.fleet.plugins.plugin_utils.modem.usb import UsbInterface

Function = t.Literal[
    "mbim", "qmi", "huawei-ncm", "ncm", "ecm", "rndis", "directip", "serial", "data", "storage", "input", "debug",
    "vendor", "other",
]  # fmt: skip
"""``data`` belongs to the interface before it, ``debug`` is ADB, ``vendor`` has neither a driver nor a class
that tells."""

HUAWEI = "12d1"
_ANY = None


@dataclasses.dataclass(frozen=True, slots=True)
class Driver:
    """A driver of the kernel: what its interfaces are for, and the package that brings it (None: the kernel itself).

    The names of the packages are the same under opkg and apk.
    """

    name: str
    function: Function
    package: str | None


DRIVERS: t.Mapping[str, Driver] = {
    driver.name: driver
    for driver in (
        Driver("cdc_mbim", "mbim", "kmod-usb-net-cdc-mbim"),
        Driver("qmi_wwan", "qmi", "kmod-usb-net-qmi-wwan"),
        Driver("huawei_cdc_ncm", "huawei-ncm", "kmod-usb-net-huawei-cdc-ncm"),
        Driver("cdc_ncm", "ncm", "kmod-usb-net-cdc-ncm"),
        Driver("cdc_ether", "ecm", "kmod-usb-net-cdc-ether"),
        Driver("rndis_host", "rndis", "kmod-usb-net-rndis"),
        Driver("sierra_net", "directip", "kmod-usb-net-sierrawireless"),
        Driver("option", "serial", "kmod-usb-serial-option"),
        Driver("qcserial", "serial", "kmod-usb-serial-qualcomm"),
        Driver("sierra", "serial", "kmod-usb-serial-sierrawireless"),
        Driver("cdc_acm", "serial", "kmod-usb-acm"),
        Driver("usbserial_generic", "serial", "kmod-usb-serial"),
        Driver("usb-storage", "storage", "kmod-usb-storage"),
        Driver("uas", "storage", "kmod-usb-storage-uas"),
        Driver("usbhid", "input", "kmod-usb-hid"),
    )
}

NETWORK_FUNCTIONS: t.Mapping[Function, str] = {
    driver.function: driver.name for driver in DRIVERS.values() if driver.function not in ("serial", "storage", "input")
}
"""The functions that carry data, and the driver of each."""


@dataclasses.dataclass(frozen=True, slots=True)
class _Row:
    vendor: str | None
    klass: int
    subclass: t.Container[int] | None
    protocol: t.Container[int] | None
    function: Function

    def fits(self, vendor: str, triple: Triple) -> bool:
        return (
            self.vendor in (_ANY, vendor)
            and self.klass == triple.klass
            and (self.subclass is _ANY or triple.subclass in self.subclass)
            and (self.protocol is _ANY or triple.protocol in self.protocol)
        )


_CLASSES = (
    _Row(HUAWEI, 0xFF, _ANY, (0x16, 0x46, 0x76), "huawei-ncm"),
    _Row(HUAWEI, 0xFF, (0x01,), (0x07, 0x09, 0x17, 0x37, 0x57, 0x67, 0x69), "qmi"),
    _Row(_ANY, 0xFF, (0x42,), (0x01,), "debug"),
    _Row(_ANY, 0xFF, _ANY, _ANY, "vendor"),
    _Row(_ANY, 0x02, (0x0E,), _ANY, "mbim"),
    _Row(_ANY, 0x02, (0x0D,), _ANY, "ncm"),
    _Row(_ANY, 0x02, (0x06,), _ANY, "ecm"),
    _Row(_ANY, 0x02, (0x02,), (0xFF,), "rndis"),
    _Row(_ANY, 0xE0, (0x01,), (0x03,), "rndis"),
    _Row(_ANY, 0xEF, (0x01, 0x04), (0x01,), "rndis"),
    _Row(_ANY, 0x02, (0x02,), _ANY, "serial"),
    _Row(_ANY, 0x0A, _ANY, _ANY, "data"),
    _Row(_ANY, 0x08, _ANY, _ANY, "storage"),
    _Row(_ANY, 0x03, _ANY, _ANY, "input"),
)
"""The first that fits holds."""


def by_class(vendor: str, triple: Triple) -> Function:
    """Return what the classes say, for a device of that vendor id."""
    return next((row.function for row in _CLASSES if row.fits(vendor, triple)), "other")


def function_of(vendor: str, interface: UsbInterface) -> Function:
    """Return what the *interface* is for, for a device of that vendor id."""
    said = by_class(vendor, interface.triple)
    # the second interface of a pair has its driver too
    if interface.driver is None or said in ("data", "debug"):
        return said
    driver = DRIVERS.get(interface.driver)
    if driver:
        return driver.function
    return "other" if said == "vendor" else said


def stolen(vendor: str, interface: UsbInterface) -> bool:
    """Return whether a serial driver holds an interface whose class says that it carries data (a fault of kernels)."""
    driver = DRIVERS.get(interface.driver or "")
    return (
        driver is not None and driver.function == "serial" and by_class(vendor, interface.triple) in NETWORK_FUNCTIONS
    )
