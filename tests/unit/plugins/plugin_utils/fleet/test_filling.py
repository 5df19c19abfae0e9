# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.filling import UnfilledError, filled, unknown_modems
from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.intended import intended
from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.placeholders import PLACEHOLDER
from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.site_view import values
from ansible_collections.farsite.fleet.plugins.plugin_utils.uci.document import Section
from ansible_collections.farsite.fleet.tests.unit.plugins.plugin_utils.fleet.fleets import QUARRY, site_view

if t.TYPE_CHECKING:
    from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.fleet import SiteView
    from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.intended import Intended

SECRETS: dict[str, t.Any] = {
    **QUARRY,
    "uplink": {"kind": "ethernet", "protocol": "pppoe", "username": "u", "password": "{{ p }}"},
    "tunnel": {"preshared_key": "{{ k }}"},
    "wifi": {"ssid": "s", "key": "{{ w }}", "country": "DE"},
    "router_uci": {"snmpd": [{"type": "access", "name": "a", "options": {"password": "{{ s }}", "list": ["1"]}}]},
}
RAW = "router_uci.snmpd[0].options.password"
VALUES = {
    "uplink.password": "it's <secret>",
    "tunnel.preshared_key": "psk=",
    "wifi.key": "twelve chars",
    RAW: "s",
}
STICK = Section("interface", "lte", (("proto", "dhcp"), ("device", "usb0"), ("metric", "10")))


def options(wanted: Intended, package: str, section: str) -> dict[str, t.Any]:
    found = next(item for item in wanted.packages if item.name == package).given.named(section)
    assert found
    return dict(found.options)


def left(wanted: Intended) -> list[str]:
    return [
        value
        for package in wanted.packages
        for section in package.given.sections
        for _option, value in section.options
        if isinstance(value, str) and PLACEHOLDER.fullmatch(value)
    ]


def fill(view: SiteView, modems: dict[str, Section] | None = None, **more: str) -> Intended:
    return filled(intended(view), view, values=VALUES | more, private_key="@key", modems=modems or {})


def test_every_secret_comes_from_where_it_stands() -> None:
    view = site_view(SECRETS)
    wanted = fill(view)
    assert left(wanted) == []
    assert left(intended(view)) != []
    assert options(wanted, "network", "wan")["password"] == VALUES["uplink.password"]
    assert options(wanted, "network", "wireguard_hub_peer")["preshared_key"] == "psk="
    assert options(wanted, "network", "fleet")["private_key"] == "@key"
    assert options(wanted, "snmpd", "a") == {"password": VALUES[RAW], "list": ("1",)}
    assert wanted.files == intended(view).files


def test_values_are_those_of_the_data() -> None:
    data = {**SECRETS, "tunnel": {"preshared_key": "psk="}}
    assert values(data)["tunnel.preshared_key"] == "psk="


def test_a_modem_that_only_the_router_knows() -> None:
    view = site_view(QUARRY)
    assert unknown_modems(intended(view)) == ("lte",)
    wanted = fill(view, {"lte": STICK})
    assert options(wanted, "network", "lte") == dict(STICK.options)
    assert left(wanted) == []


def test_raw_uci_stays_on_a_modem() -> None:
    raw = {"network": [{"type": "interface", "name": "lte", "options": {"mtu": "1400", "metric": None, "delay": "7"}}]}
    wanted = fill(site_view({**QUARRY, "router_uci": raw}), {"lte": STICK})
    assert options(wanted, "network", "lte") == {"proto": "dhcp", "device": "usb0", "mtu": "1400", "delay": "7"}


def test_a_modem_that_is_known_needs_no_router() -> None:
    view = site_view({**QUARRY, "uplink": {"kind": "lte", "modem": "mbim", "apn": "x", "device": "/dev/cdc-wdm0"}})
    assert unknown_modems(intended(view)) == ()


def test_what_is_not_known_yet_stays_as_it_stands() -> None:
    view = site_view(QUARRY)
    running = intended(view).packages
    section = next(item for item in running if item.name == "network").given.named("lte")
    assert section
    wanted = fill(view, {"lte": section}, **{"uplink.pin": "0815"})
    assert options(wanted, "network", "lte")["proto"] == "<router modem protocol>"
    assert options(wanted, "network", "lte")["pincode"] == "0815"


def test_a_placeholder_that_nobody_fills_is_a_mistake() -> None:
    view = site_view(QUARRY)
    with pytest.raises(UnfilledError, match="interface lte: proto: nothing is known for <router modem protocol>"):
        fill(view)
