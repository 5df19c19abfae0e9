# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import re

import pytest

from ansible_collections.farsite.fleet.plugins.plugin_utils.modem.descriptors import Triple
from ansible_collections.farsite.fleet.plugins.plugin_utils.modem.functions import (
    DRIVERS,
    NETWORK_FUNCTIONS,
    Function,
    by_class,
    function_of,
    stolen,
)
from ansible_collections.farsite.fleet.plugins.plugin_utils.modem.known_devices import EXCEPTIONS, VENDORS
from ansible_collections.farsite.fleet.plugins.plugin_utils.modem.usb import UsbInterface

HUAWEI, QUECTEL = "12d1", "2c7c"


@pytest.mark.parametrize(
    ("vendor", "triple", "function"),
    [
        (QUECTEL, "02/06/00", "ecm"),
        (QUECTEL, "02/0d/00", "ncm"),
        (QUECTEL, "02/0e/00", "mbim"),
        (QUECTEL, "02/02/01", "serial"),
        (QUECTEL, "02/02/ff", "rndis"),
        (QUECTEL, "e0/01/03", "rndis"),
        (QUECTEL, "ef/04/01", "rndis"),
        (QUECTEL, "ef/01/01", "rndis"),
        (QUECTEL, "e0/01/01", "other"),
        (QUECTEL, "0a/00/02", "data"),
        (QUECTEL, "ff/42/01", "debug"),
        (QUECTEL, "ff/03/16", "vendor"),
        (HUAWEI, "ff/03/16", "huawei-ncm"),
        (HUAWEI, "ff/02/76", "huawei-ncm"),
        (HUAWEI, "ff/01/09", "qmi"),
        (HUAWEI, "ff/02/09", "vendor"),
        (HUAWEI, "08/06/50", "storage"),
        (HUAWEI, "03/01/02", "input"),
    ],
)
def test_what_classes_say(vendor: str, triple: str, function: Function) -> None:
    assert by_class(vendor, Triple(*(int(part, 16) for part in triple.split("/")))) == function


def interface(driver: str | None, *triple: int) -> UsbInterface:
    return UsbInterface(number=0, triple=Triple(*triple), driver=driver)


def test_a_driver_knows_more_than_a_class() -> None:
    assert function_of(QUECTEL, interface("qmi_wwan", 0xFF, 0xFF, 0xFF)) == "qmi"
    assert function_of(QUECTEL, interface("option", 0xFF, 0xFF, 0xFF)) == "serial"
    assert function_of(QUECTEL, interface("cdc_ether", 0x0A, 0, 0)) == "data"
    assert function_of(QUECTEL, interface("usbfs", 0xFF, 0x42, 0x01)) == "debug"
    assert function_of("0403", interface("ftdi_sio", 0xFF, 0xFF, 0xFF)) == "other"


def test_a_serial_driver_on_a_data_interface_has_stolen_it() -> None:
    assert stolen(QUECTEL, interface("option", 0x02, 0x06, 0))
    assert not stolen(QUECTEL, interface("option", 0xFF, 0, 0))
    assert not stolen(QUECTEL, interface("cdc_ether", 0x02, 0x06, 0))


def test_the_tables_fit_together() -> None:
    assert all(driver.package is None or driver.package.startswith("kmod-") for driver in DRIVERS.values())
    assert len({driver.package for driver in DRIVERS.values()}) == len(DRIVERS)
    assert {*NETWORK_FUNCTIONS.values()} <= DRIVERS.keys()
    assert {vendor.serial for vendor in VENDORS.values()} <= DRIVERS.keys()
    assert all(re.fullmatch(r"[0-9a-f]{4}", vendor) for vendor in VENDORS)
    assert all(re.fullmatch(r"[0-9a-f]{4}:[0-9a-f]{4}", identity) for identity in EXCEPTIONS)
    assert {identity[:4] for identity in EXCEPTIONS} <= VENDORS.keys()
    assert all(not (vendor.ncm and vendor.dial) for vendor in VENDORS.values())
