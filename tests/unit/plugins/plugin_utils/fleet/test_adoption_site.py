# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a router that was set up by hand is in the words of a site's file: name, log-in, LAN, tunnel, cameras."""

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet import adoption_site
from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.adoption_router import FoundFile, References
from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.features.ssh import AUTHORIZED_KEYS
from ansible_collections.farsite.fleet.tests.unit.plugins.plugin_utils.fleet.adoptions import (
    STOCK_DHCP,
    STOCK_NETWORK,
    stock,
)
from ansible_collections.farsite.fleet.tests.unit.plugins.plugin_utils.fleet.fleets import (
    fleet_of,
    public_key,
    small_files,
)

FLEET = fleet_of(small_files())
SETTINGS = FLEET.settings


def system(**options: str) -> str:
    return "config system\n" + "".join(f"\toption {name} '{value}'\n" for name, value in options.items())


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({"zonename": "Europe/Berlin", "timezone": "CET-1CEST,M3.5.0,M10.5.0/3"}, "Europe/Berlin"),
        ({"zonename": "America/New York", "timezone": "EST5EDT,M3.2.0,M11.1.0"}, "America/New_York"),
        ({"timezone": "IST-5:30"}, "Asia/Calcutta"),
        ({"zonename": "Nowhere", "timezone": "UTC0"}, "UTC"),
        ({}, "UTC"),
    ],
)
def test_the_time_zone(options: dict[str, str], expected: str) -> None:
    data = adoption_site.system(stock(system=system(**options)), "shed")
    assert data["system"]["time_zone"] == expected


def test_the_name_of_the_site_is_not_said_twice() -> None:
    assert adoption_site.system(stock(system=system(hostname="shed")), "shed")["system"]["hostname"] is None
    assert adoption_site.system(stock(), "shed")["system"]["hostname"] == "OpenWrt"
    assert adoption_site.system(stock(system=""), "shed") == {}


def test_keys_without_comments_and_doubles() -> None:
    found = stock()
    found = type(found)(
        found.packages, files={AUTHORIZED_KEYS: FoundFile("# me\n\nssh-rsa A a\nssh-rsa A a \n", 0o600)}
    )
    assert adoption_site.ssh(found) == {"from_lan": True, "port": 22, "authorized_keys": ["ssh-rsa A a"]}


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("option ipaddr '192.168.1.1'\n\toption netmask '255.255.255.0'", ("192.168.1.0/24", None)),
        ("list ipaddr '192.168.1.9/24'", ("192.168.1.0/24", "192.168.1.9")),
        ("list ipaddr '10.80.18.1/24'", (None, None)),
        ("option ipaddr 'x'", ("-", "-")),
        ("", ("-", "-")),
    ],
)
def test_the_address_of_the_lan(address: str, expected: tuple[str | None, str | None]) -> None:
    network = f"config interface 'lan'\n\toption device 'br-lan'\n\t{address}\n"
    data = adoption_site.lan(stock(network=network), SETTINGS, 18)
    assert (data.get("prefix", "-"), data.get("address", "-")) == expected


def test_the_lan_of_a_stock_router() -> None:
    assert adoption_site.lan(stock(), SETTINGS, 18) == {
        "prefix": "192.168.1.0/24",
        "address": None,
        "device": "br-lan",
        "internet": True,
        "dhcp": {"enabled": True, "first": 100, "count": 150, "lease": "12h"},
    }
    assert adoption_site.lan(stock(firewall="", dhcp="", network=""), SETTINGS, 18) == {"internet": False}


def test_a_tunnel_of_another_name_is_known_by_the_key_of_its_hub() -> None:
    network = f"""{STOCK_NETWORK}
config interface 'vpn'
	option proto 'wireguard'
	option mtu '1300'
	list addresses '10.79.0.18/32'

config wireguard_vpn
	option public_key '{public_key(1)}'
"""
    found = stock(network=network)
    data = adoption_site.tunnel(found, FLEET, References("shed", found), 1420)
    assert data == {"interface": "vpn", "mtu": 1300, "preshared_key": None}
    assert adoption_site.id_of_tunnel(found, SETTINGS) == 18
    assert adoption_site.tunnel(stock(), FLEET, References("shed", stock()), 1420) == {}
    assert adoption_site.id_of_tunnel(stock(), SETTINGS) is None


def host(**options: str) -> str:
    return "\nconfig host\n" + "".join(f"\toption {name} '{value}'\n" for name, value in options.items())


def test_static_leases_are_cameras_where_they_fit() -> None:
    leases = [
        host(name="Front_Gate", mac="44:19:B6:00:00:01", ip="192.168.1.11"),
        host(name="yard.local", mac="44:19:b6:00:00:02", ip="192.168.1.40"),
    ]
    given, notes = adoption_site.cameras(stock(dhcp=STOCK_DHCP + "".join(leases)))
    assert given == [
        {"name": "front-gate", "mac": "44:19:b6:00:00:01", "number": 1, "address": None},
        {"name": "yard", "mac": "44:19:b6:00:00:02", "number": 2, "address": "192.168.1.40"},
    ]
    assert notes == []


@pytest.mark.parametrize(
    ("lease", "note"),
    [
        ({"mac": "44:19:b6:00:00:01", "ip": "192.168.1.11"}, "no name is no camera: it has no name of its own"),
        ({"name": "a", "mac": "44:19:b6:00:00:01 44:19:b6:00:00:02", "ip": "192.168.1.11"}, "has one MAC address"),
        ({"name": "a", "mac": "44:19:b6:00:00:01"}, "has one MAC address and one IPv4 address"),
        ({"name": "a", "mac": "44:19:b6:00:00:01", "ip": "10.0.0.1"}, "10.0.0.1 is not in the LAN"),
    ],
)
def test_a_lease_that_is_no_camera_is_told(lease: dict[str, str], note: str) -> None:
    given, notes = adoption_site.cameras(stock(dhcp=host(**lease)))
    assert given == []
    assert note in notes[0]


def test_a_site_has_so_many_cameras_at_most() -> None:
    leases = [host(name=f"c{n}", mac=f"44:19:b6:00:00:{n:02x}", ip=f"192.168.1.{n}") for n in range(1, 67)]
    given, notes = adoption_site.cameras(stock(dhcp="".join(leases)))
    assert [len(given), len(notes)] == [64, 2]
    assert notes[0] == "the static lease of c65 is no camera: a site has 64 at most"


def test_cameras_of_the_fleet_keep_their_numbers_and_order() -> None:
    dhcp = "".join(
        f"config host 'camera_{name}'\n\toption name '{name}'\n\tlist mac '44:19:b6:00:00:0{n}'\n"
        f"\toption ip '192.168.1.{10 + n}'\n\toption hostid '{10 + n:x}'\n"
        for name, n in (("a", 3), ("b", 1))
    )
    firewall = "".join(f"config rule 'camera_{name}_to_router'\n" for name in ("b", "a"))
    given, _notes = adoption_site.cameras(stock(dhcp=dhcp, firewall=firewall))
    shown: list[tuple[t.Any, ...]] = [(camera["name"], camera["number"], camera["address"]) for camera in given]
    assert shown == [("b", 1, None), ("a", 3, None)]
