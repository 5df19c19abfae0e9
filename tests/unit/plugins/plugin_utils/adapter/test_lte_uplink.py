# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import typing as t

import pytest

from ansible_collections.farsite.fleet.plugins.plugin_utils.adapter.lte_uplink import wish_of
from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.model.uplink import MODEMS
from ansible_collections.farsite.fleet.plugins.plugin_utils.modem.apn import Access
from ansible_collections.farsite.fleet.plugins.plugin_utils.router.modem_uplink import Resolved
from ansible_collections.farsite.fleet.plugins.plugin_utils.uci.errors import DataError

OPERATOR = Access("Operator", "web", "user", "word")


def options(data: dict[str, t.Any], resolved: Resolved) -> dict[str, t.Any]:
    section = wish_of({"kind": "lte", **data}, "wan").section(resolved)
    assert (section.type, section.name) == ("interface", data.get("name", "lte"))
    return dict(section.options)


def test_what_is_found_out_fills_the_interface() -> None:
    qmi = Resolved("qmi", "/dev/cdc-wdm0", OPERATOR, (("delay", "5"),))
    assert options({"pin": "1234", "metric": 30}, qmi) == {
        "proto": "qmi",
        "device": "/dev/cdc-wdm0",
        "apn": "web",
        "pincode": "1234",
        "username": "user",
        "password": "word",
        "auth": "both",
        "metric": "30",
        "delay": "5",
    }


def test_what_the_site_says_comes_first() -> None:
    given = {"username": "own", "password": "secret", "auth": "pap", "roaming": True, "mtu": 1400}
    assert options(given, Resolved("mbim", "/dev/cdc-wdm1", OPERATOR, ())) == {
        "proto": "mbim",
        "device": "/dev/cdc-wdm1",
        "apn": "web",
        "username": "own",
        "password": "secret",
        "auth": "pap",
        "allow_roaming": "1",
        "mtu": "1400",
        "metric": "10",
    }


def test_a_stick_needs_nothing_but_its_device() -> None:
    assert options({}, Resolved("dhcp", "usb0", None, ())) == {"proto": "dhcp", "device": "usb0", "metric": "10"}


def test_a_wish() -> None:
    wish = wish_of({"kind": "lte", "modem": "ncm", "apn": "a.b", "pin": "0000", "roaming": True}, "")
    assert (wish.name, wish.proto, wish.apn, wish.pin, wish.roaming, wish.zone) == (
        "lte", "ncm", "a.b", "0000", True, None,
    )  # fmt: skip
    auto = wish_of({"kind": "lte"}, "wan")
    assert (auto.proto, auto.apn, auto.pin, auto.device, auto.zone) == (None, None, None, None, "wan")


@pytest.mark.parametrize(
    ("data", "problems"),
    [
        ({"kind": "ethernet"}, ["uplink.kind: found ethernet, expected lte: only such an uplink has a modem"]),
        ({}, ["uplink.kind: is missing; expected one of lte, ethernet, wifi"]),
        (
            {"kind": "lte", "modem": "qml", "mtu": 9000},
            [
                f"uplink.modem: found 'qml', expected one of {', '.join(MODEMS)}; did you mean qmi?",
                "uplink.mtu: found 9000, expected a whole number from 1280 to 1500",
            ],
        ),
    ],
)
def test_every_problem_is_told(data: dict[str, t.Any], problems: list[str]) -> None:
    with pytest.raises(DataError) as caught:
        wish_of(data, "wan")
    assert list(caught.value.problems) == problems
