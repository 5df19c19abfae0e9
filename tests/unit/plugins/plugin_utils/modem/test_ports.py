# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest

from ansible_collections.farsite.fleet.plugins.plugin_utils.modem.descriptors import Triple
from ansible_collections.farsite.fleet.plugins.plugin_utils.modem.ports import at_ports, bound, ppp_port
from ansible_collections.farsite.fleet.plugins.plugin_utils.modem.usb import UsbInterface


def serial(*triples: str, first: int = 0) -> list[UsbInterface]:
    return [
        UsbInterface(
            number=first + index,
            triple=Triple(*(int(part, 16) for part in triple.split("/"))),
            driver="option",
            tty=(f"ttyUSB{index}",),
        )
        for index, triple in enumerate(triples)
    ]


@pytest.mark.parametrize(
    ("vendor", "ports", "at", "ppp"),
    [
        ("12d1", serial("ff/03/10", "ff/03/12"), "ttyUSB1", "ttyUSB0"),
        ("12d1", serial("ff/02/01", "ff/02/03", "ff/02/02"), "ttyUSB2", "ttyUSB0"),
        ("2c7c", serial("ff/ff/ff", "ff/00/00", "ff/00/00", "ff/00/00"), "ttyUSB2", "ttyUSB3"),
        ("2c7c", serial("ff/00/00", "ff/00/00", "ff/00/00", first=2), "ttyUSB0", "ttyUSB1"),
        ("1e0e", serial("ff/ff/ff", "ff/00/00", "ff/00/00", "ff/00/00"), "ttyUSB2", "ttyUSB3"),
        ("19d2", serial("ff/00/00", "ff/00/00"), "ttyUSB0", "ttyUSB1"),
        ("1bc7", serial("ff/ff/30", "ff/00/00", "ff/00/00"), "ttyUSB1", "ttyUSB1"),
    ],
)
def test_which_port_is_for_what(vendor: str, ports: list[UsbInterface], at: str, ppp: str) -> None:
    assert at_ports(vendor, ports)[0] == at
    assert ppp_port(vendor, ports) == ppp
    assert sorted(at_ports(vendor, ports)) == [f"ttyUSB{index}" for index in range(len(ports))]


def test_no_ports() -> None:
    assert at_ports("2c7c", []) == ()
    assert ppp_port("2c7c", []) is None
    assert not bound([])
    assert bound(serial("ff/00/00"))
