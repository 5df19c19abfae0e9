# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.farsite.fleet.plugins.plugin_utils.modem.descriptors import Triple
from ansible_collections.farsite.fleet.plugins.plugin_utils.modem.usb import UsbDevice, UsbInterface, from_probe

PROBED = """1-1/idVendor:12D1
1-1/idProduct:1506
1-1/bDeviceClass:00
1-1/bConfigurationValue:1
1-1/manufacturer:HUAWEI: Technology
1-1/product:HUAWEI Mobile
usb1/idVendor:1d6b
usb1/idProduct:0002
usb1/bDeviceClass:09
1-1:1.2/bInterfaceNumber:02
1-1:1.2/bInterfaceClass:ff
1-1:1.2/bInterfaceSubClass:03
1-1:1.2/bInterfaceProtocol:16
1-1:1.2/bNumEndpoints:03
1-1:1.1/bInterfaceNumber:01
1-1:1.1/bInterfaceClass:ff
1-1:1.1/bInterfaceSubClass:03
1-1:1.1/bInterfaceProtocol:12
lrwxrwxrwx    1 root     root             0 Jan  1 00:00 1-1:1.2/driver -> ../../../../bus/usb/drivers/huawei_cdc_ncm
lrwxrwxrwx    1 root     root             0 Jan  1 00:00 1-1:1.1/driver -> ../../../../bus/usb/drivers/option
1-1:1.2/net/wwan0
1-1:1.2/usbmisc/cdc-wdm0
1-1:1.1/ttyUSB1
"""


def test_a_device_as_the_probe_prints_it() -> None:
    assert from_probe(PROBED, "1-1 0902\n", "1-1 /sys/devices/x/1-1\n") == (
        UsbDevice(
            vendor="12d1",
            product="1506",
            port="1-1",
            path="/sys/devices/x/1-1",
            manufacturer="HUAWEI: Technology",
            name="HUAWEI Mobile",
            descriptors=b"\x09\x02",
            interfaces=(
                UsbInterface(number=1, triple=Triple(0xFF, 3, 0x12), driver="option", tty=("ttyUSB1",)),
                UsbInterface(
                    number=2,
                    triple=Triple(0xFF, 3, 0x16),
                    driver="huawei_cdc_ncm",
                    endpoints=3,
                    net=("wwan0",),
                    wdm=("cdc-wdm0",),
                ),
            ),
        ),
    )


@pytest.mark.parametrize(("line", "configured"), [("1-1/bConfigurationValue:0\n", False), ("", False)])
def test_no_active_configuration(line: str, *, configured: bool) -> None:
    text = PROBED.replace("1-1/bConfigurationValue:1\n", line)
    assert [device.configured for device in from_probe(text)] == [configured]


def test_words_that_are_no_utf_8() -> None:
    text = PROBED.replace("HUAWEI Mobile", "Mobile\udce9")
    assert [device.name for device in from_probe(text)] == ["Mobile\ufffd"]


def test_an_interface_that_cannot_be_read_is_left_out() -> None:
    text = PROBED.replace("bInterfaceClass:ff", "bInterfaceClass:??", 1)
    assert [interface.number for interface in from_probe(text)[0].interfaces or ()] == [1]


@given(*[st.text(st.sampled_from("1-:./ abcdef0idVendorProduct\n>"), max_size=200)] * 3)
def test_nothing_makes_it_fail(text: str, descriptors: str, paths: str) -> None:
    assert isinstance(from_probe(PROBED + text, descriptors, paths), tuple)
