# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the interfaces and radios of a router that was set up by hand are in the words of a site's file."""

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.adoption_router import References
from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.adoption_uplinks import access_point, ddns, uplinks
from ansible_collections.farsite.fleet.tests.unit.plugins.plugin_utils.fleet.adoptions import stock

RADIO = "config wifi-device 'radio0'\n\toption country 'DE'\n\toption channel '6'\n"


def interfaces(*given: dict[str, str]) -> str:
    return "".join(
        f"config interface '{options.pop('name')}'\n"
        + "".join(f"\toption {option} '{value}'\n" for option, value in options.items())
        for options in given
    )


def read(*given: dict[str, str], **more: str) -> list[dict[str, t.Any]]:
    found = stock(network=interfaces(*given), **more)
    return uplinks(found, References("shed", found))


@pytest.mark.parametrize(
    ("interface", "expected"),
    [
        (
            {"name": "wan", "proto": "dhcp", "device": "eth1", "metric": "10"},
            {"kind": "ethernet", "protocol": "dhcp", "device": "eth1", "metric": None},
        ),
        ({"name": "wan", "proto": "dhcp", "device": "eth1", "metric": "5"}, {"kind": "ethernet", "metric": 5}),
        (
            {
                "name": "wan",
                "proto": "static",
                "ipaddr": "198.51.100.2",
                "netmask": "255.255.255.0",
                "gateway": "198.51.100.1",
            },
            {"kind": "ethernet", "protocol": "static", "address": "198.51.100.2/24", "gateway": "198.51.100.1"},
        ),
        (
            {"name": "wan", "proto": "pppoe", "username": "me", "password": "x", "dns": "192.0.2.1 192.0.2.2"},
            {
                "kind": "ethernet",
                "password": "{{ vault_shed.network_wan_password }}",
                "dns": ["192.0.2.1", "192.0.2.2"],
            },
        ),
        ({"name": "wan", "proto": "dhcp", "device": "usb0"}, {"kind": "lte", "modem": "dhcp", "device": "usb0"}),
        (
            {"name": "lte", "proto": "qmi", "device": "/dev/cdc-wdm0", "pincode": "1", "auth": "chap"},
            {"kind": "lte", "apn": "auto", "pin": "{{ vault_shed.network_lte_pincode }}", "auth": "none"},
        ),
        (
            {"name": "lte", "proto": "modemmanager", "username": "u", "password": "p", "allowedauth": "pap"},
            {"kind": "lte", "modem": "modemmanager", "username": "u", "auth": "pap", "roaming": False},
        ),
        ({"name": "lte", "proto": "mbim", "apn": "web", "allow_roaming": "1"}, {"apn": "web", "roaming": True}),
    ],
)
def test_an_uplink(interface: dict[str, str], expected: dict[str, t.Any]) -> None:
    (uplink,) = read(dict(interface))
    assert {key: uplink[key] for key in expected} == expected


def test_what_is_no_uplink() -> None:
    given = read(
        {"name": "lan", "proto": "dhcp"},
        {"name": "loopback", "proto": "static", "gateway": "127.0.0.1"},
        {"name": "wan6", "proto": "dhcpv6"},
        {"name": "alias", "proto": "dhcp", "device": "@wan"},
        {"name": "guest", "proto": "static", "ipaddr": "192.168.9.1"},
        {"name": "fleet", "proto": "wireguard"},
    )
    assert given == []


def test_the_order_is_that_of_the_metrics_in_the_zones_that_masquerade() -> None:
    firewall = "config zone\n\toption masq '1'\n\tlist network 'b'\n\tlist network 'a'\n"
    three = [{"name": name, "proto": "dhcp", "metric": metric} for name, metric in (("c", "1"), ("a", "9"), ("b", "3"))]
    assert [uplink["name"] for uplink in read(*map(dict, three), firewall=firewall)] == ["b", "a"]
    assert [uplink["name"] for uplink in read(*map(dict, three), firewall="")] == ["c", "b", "a"]


def test_a_client_of_a_wireless_network() -> None:
    client = (
        "config wifi-iface\n\toption mode 'sta'\n\toption device 'radio0'\n\toption network 'wwan'\n\toption ssid 'x'\n"
    )
    (uplink,) = read({"name": "wwan", "proto": "dhcp"}, wireless=RADIO + client)
    assert {key: uplink[key] for key in ("kind", "ssid", "key", "encryption", "radio", "country")} == {
        "kind": "wifi",
        "ssid": "x",
        "key": None,
        "encryption": "none",
        "radio": "radio0",
        "country": "DE",
    }
    keyed = f"{client}\toption encryption 'sae+ccmp'\n\toption key 'k'\n"
    (uplink,) = read({"name": "wwan", "proto": "dhcp"}, wireless=RADIO + keyed)
    assert (uplink["encryption"], uplink["key"]) == ("sae", "{{ vault_shed.wireless_wifi_iface_0_key }}")


def wifi(**options: str) -> dict[str, t.Any] | None:
    given = {
        "device": "radio0",
        "mode": "ap",
        "network": "lan",
        "ssid": "x",
        "encryption": "psk2",
        "key": "k",
    } | options
    text = "config wifi-iface 'default_radio0'\n" + "".join(
        f"\toption {key} '{value}'\n" for key, value in given.items()
    )
    found = stock(wireless=RADIO + text)
    return access_point(found, References("shed", found))


def test_the_access_point_of_the_lan() -> None:
    assert wifi() == {
        "ssid": "x",
        "key": "{{ vault_shed.wireless_default_radio0_key }}",
        "encryption": "psk2",
        "radio": "radio0",
        "country": "DE",
        "channel": "6",
    }


@pytest.mark.parametrize("options", [{"disabled": "1"}, {"network": "guest"}, {"mode": "sta"}, {"device": "radio1"}])
def test_what_is_no_access_point(options: dict[str, str]) -> None:
    assert wifi(**options) is None


def test_dynamic_dns() -> None:
    service = """config service 'mine'
	option enabled '1'
	option service_name 'duckdns.org'
	option domain 'x.duckdns.org'
	option password 'p'
	option interface 'wan'
	option use_https '1'
"""
    found = stock(ddns=service)
    assert ddns(found, References("shed", found)) == {
        "service": "duckdns.org",
        "domain": "x.duckdns.org",
        "username": None,
        "password": "{{ vault_shed.ddns_mine_password }}",
        "uplink": "wan",
        "https": True,
    }
    found = stock(ddns=service.replace("enabled '1'", "enabled '0'"))
    assert ddns(found, References("shed", found)) is None
