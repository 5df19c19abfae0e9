# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import typing as t

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.features.firewall import firewall
from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.fragment import section
from ansible_collections.farsite.fleet.plugins.plugin_utils.uci import schema
from ansible_collections.farsite.fleet.plugins.plugin_utils.uci.document import Package, Section
from ansible_collections.farsite.fleet.plugins.plugin_utils.uci.parser import parse
from ansible_collections.farsite.fleet.plugins.plugin_utils.uci.renderer import render
from ansible_collections.farsite.fleet.tests.unit.plugins.plugin_utils.fleet import fleets

GOLDEN = """
config defaults
	option input 'DROP'
	option output 'ACCEPT'
	option forward 'DROP'
	option auto_helper '0'

config zone 'lan'
	option name 'lan'
	list network 'lan'
	option input 'REJECT'
	option output 'ACCEPT'
	option forward 'REJECT'

config zone 'tunnel'
	option name 'tunnel'
	list network 'fleet'
	option input 'REJECT'
	option output 'ACCEPT'
	option forward 'REJECT'
	option mtu_fix '1'

config zone 'wan'
	option name 'wan'
	list network 'lte'
	option input 'DROP'
	option output 'ACCEPT'
	option forward 'DROP'
	option masq '1'
	option mtu_fix '1'

config forwarding 'tunnel_to_lan'
	option src 'tunnel'
	option dest 'lan'

config rule 'lan_dhcp'
	option name 'DHCP from the LAN'
	option src 'lan'
	option proto 'udp'
	option family 'ipv4'
	option dest_port '67'
	option target 'ACCEPT'

config rule 'lan_dhcpv6'
	option name 'DHCPv6 from the LAN'
	option src 'lan'
	option proto 'udp'
	option family 'ipv6'
	option dest_port '547'
	option target 'ACCEPT'

config rule 'lan_neighbours'
	option name 'IPv6 neighbours in the LAN'
	option src 'lan'
	option proto 'icmp'
	option family 'ipv6'
	list icmp_type 'router-solicitation'
	list icmp_type 'neighbour-solicitation'
	list icmp_type 'neighbour-advertisement'
	option target 'ACCEPT'

config rule 'camera_gate_to_router'
	option name 'Camera gate to the router'
	option src 'lan'
	list src_mac '44:19:b6:00:00:01'
	option proto 'all'
	option target 'DROP'

config rule 'camera_gate_beyond'
	option name 'Camera gate beyond the LAN'
	option src '*'
	option dest '*'
	list src_mac '44:19:b6:00:00:01'
	option proto 'all'
	option target 'DROP'

config rule 'camera_yard_to_router'
	option name 'Camera yard to the router'
	option src 'lan'
	list src_mac '44:19:b6:00:00:02'
	option proto 'all'
	option target 'DROP'

config rule 'camera_yard_beyond'
	option name 'Camera yard beyond the LAN'
	option src '*'
	option dest '*'
	list src_mac '44:19:b6:00:00:02'
	option proto 'all'
	option target 'DROP'

config rule 'lan_mld'
	option name 'IPv6 multicast queries in the LAN'
	option src 'lan'
	option proto 'icmp'
	option family 'ipv6'
	option src_ip 'fe80::/10'
	list icmp_type '130/0'
	option target 'ACCEPT'

config rule 'lan_ping'
	option name 'Ping from the LAN'
	option src 'lan'
	option proto 'icmp'
	list icmp_type 'echo-request'
	option target 'ACCEPT'

config rule 'lan_ssh'
	option name 'SSH from the LAN'
	option src 'lan'
	option proto 'tcp'
	option dest_port '22'
	option target 'ACCEPT'

config rule 'tunnel_ping'
	option name 'Ping from the tunnel'
	option src 'tunnel'
	option proto 'icmp'
	list icmp_type 'echo-request'
	option target 'ACCEPT'

config rule 'tunnel_ssh'
	option name 'SSH from the tunnel'
	option src 'tunnel'
	option proto 'tcp'
	option dest_port '22'
	option target 'ACCEPT'

config rule 'wan_dhcp'
	option name 'DHCP lease of an uplink'
	option src 'wan'
	option proto 'udp'
	option family 'ipv4'
	option dest_port '68'
	option target 'ACCEPT'

config rule 'wan_dhcpv6'
	option name 'DHCPv6 lease of an uplink'
	option src 'wan'
	option proto 'udp'
	option family 'ipv6'
	option dest_port '546'
	option target 'ACCEPT'

config rule 'wan_neighbours'
	option name 'IPv6 neighbours in an uplink'
	option src 'wan'
	option proto 'icmp'
	option family 'ipv6'
	list icmp_type 'router-advertisement'
	list icmp_type 'neighbour-solicitation'
	list icmp_type 'neighbour-advertisement'
	option target 'ACCEPT'

config rule 'wan_mld'
	option name 'IPv6 multicast queries in an uplink'
	option src 'wan'
	option proto 'icmp'
	option family 'ipv6'
	option src_ip 'fe80::/10'
	list icmp_type '130/0'
	option target 'ACCEPT'

"""
STATIC = {
    "kind": "ethernet",
    "protocol": "static",
    "address": "192.0.2.5/24",
    "gateway": "192.0.2.1",
    "dns": ["192.0.2.1"],
}
EVERYBODY = ["lan_dhcp", "lan_dhcpv6", "lan_neighbours", "lan_ntp"]
"""The rules that cameras come to before those that isolate them."""


def sections(site: fleets.Data) -> tuple[Section, ...]:
    return firewall(fleets.site_view(site)).owned["firewall"]


def names(site: fleets.Data, section_type: str) -> list[str | None]:
    return [one.name for one in sections(site) if one.type == section_type]


def named(site: fleets.Data, name: str) -> Section:
    (one,) = (one for one in sections(site) if one.name == name)
    return one


def cameras(*wanted: str) -> list[fleets.Data]:
    return [{"name": name, "mac": f"44:19:b6:00:01:{number:02x}"} for number, name in enumerate(wanted)]


def test_a_site_with_a_mapped_lan_and_two_cameras() -> None:
    fragment = firewall(fleets.site_view())
    assert render(Package("firewall", fragment.owned["firewall"])) == GOLDEN
    assert [file.path for file in fragment.files] == [
        "/etc/nftables.d/20-farsite-cameras.nft",
        "/etc/nftables.d/20-farsite-lan-mapping.nft",
    ]
    assert (fragment.shared, fragment.install) == ({}, ())


def test_a_site_without_cameras_needs_no_file() -> None:
    assert firewall(fleets.site_view(fleets.DEPOT)).files == ()
    assert not any("camera" in str(name) for name in names(fleets.DEPOT, "rule"))


@pytest.mark.parametrize(
    ("changes", "there", "absent"),
    [
        ({}, {"lan_ssh", "lan_dhcp", "wan_dhcp"}, {"lan_ntp", "lan_dns"}),
        ({"lan": {"internet": True}}, {"lan_dns"}, {"lan_ntp"}),
        ({"system": {"ntp": {"serve_lan": True}}}, {"lan_ntp"}, {"lan_dns"}),
        ({"ssh": {"from_lan": False}}, {"tunnel_ssh"}, {"lan_ssh"}),
        ({"lan": {"dhcp": {"enabled": False}}}, {"lan_neighbours"}, {"lan_dhcp", "lan_dhcpv6"}),
        ({"lan": {"dhcp": {"enabled": False}}, "cameras": cameras("a")}, {"lan_dhcp", "lan_dhcpv6"}, set()),
        ({"uplink": STATIC}, {"wan_neighbours"}, {"wan_dhcp"}),
        ({"uplink": [STATIC, {"kind": "lte"}]}, {"wan_dhcp"}, set()),
    ],
)
def test_rules_are_there_where_they_are_needed(changes: fleets.Data, there: set[str], absent: set[str]) -> None:
    rules = set(names(fleets.DEPOT | changes, "rule"))
    assert there <= rules
    assert not rules & absent


@pytest.mark.parametrize(
    ("internet", "expected"), [(False, ["tunnel_to_lan"]), (True, ["tunnel_to_lan", "lan_to_wan"])]
)
def test_the_lan_uses_the_uplink_only_where_it_may(*, internet: bool, expected: list[str]) -> None:
    assert names(fleets.DEPOT | {"lan": {"internet": internet}}, "forwarding") == expected


def test_zones_have_the_interfaces_of_the_site() -> None:
    site = fleets.DEPOT | {"uplink": [{"kind": "ethernet"}, {"kind": "lte"}], "tunnel": {"interface": "hq"}}
    zones = {one.name: one.get("network") for one in sections(site) if one.type == "zone"}
    assert zones == {"lan": ("lan",), "tunnel": ("hq",), "wan": ("wan", "lte")}


def test_the_zone_has_the_tunnels_to_all_hubs() -> None:
    fleet = fleets.fleet_of(fleets.files({"quarry": fleets.QUARRY}, {**fleets.FLEET, "hub": fleets.TWO_HUBS}))
    zones = {one.name: one for one in firewall(fleet.sites["quarry"]).owned["firewall"] if one.type == "zone"}
    assert zones["tunnel"].get("network") == ("fleet", "fleet2")


def test_ssh_has_the_port_of_its_server() -> None:
    site = fleets.DEPOT | {"ssh": {"port": 2222, "authorized_keys": [fleets.AUTHORIZED_KEY]}}
    assert {named(site, name).get("dest_port") for name in ("lan_ssh", "tunnel_ssh")} == {"2222"}


CAMERA_NAMES = st.lists(st.from_regex(r"[a-z0-9]([a-z0-9-]{0,8}[a-z0-9])?", fullmatch=True), unique=True, max_size=64)


@given(CAMERA_NAMES, st.booleans(), st.booleans())
def test_cameras_are_isolated_before_anything_else_is_allowed(
    wanted: list[str],
    internet: bool,  # noqa: FBT001 # as hypothesis gives it
    serve_lan: bool,  # noqa: FBT001
) -> None:
    site = fleets.DEPOT | {
        "cameras": cameras(*wanted),
        "lan": {"internet": internet},
        "system": {"ntp": {"serve_lan": serve_lan}},
    }
    package = Package("firewall", sections(site))
    assert parse(render(package), "firewall") == package
    rules = [one for one in package.sections if one.type == "rule"]
    for key in ({one.name for one in rules}, {one.get("name") for one in rules}):
        assert len(key) == len(rules)
    isolation = [one for one in rules if one.get("src_mac")]
    first = rules.index(isolation[0]) if isolation else 0
    assert rules[first : first + 2 * len(wanted)] == isolation
    assert {one.name for one in rules[:first]} <= set(EVERYBODY)
    for name, data in zip(wanted, site["cameras"], strict=True):
        own = [one for one in isolation if one.get("src_mac") == (data["mac"],)]
        assert [(one.get("src"), one.get("dest")) for one in own] == [("lan", None), ("*", "*")]
        assert all(f"Camera {name} " in str(one.get("name")) for one in own)
        assert {(one.get("proto"), one.get("family"), one.get("target")) for one in own} == {("all", None, "DROP")}


@pytest.mark.parametrize("site", [fleets.QUARRY, fleets.DEPOT, fleets.DEPOT | {"lan": {"internet": True}}])
def test_nothing_is_wrong_by_the_schema(site: fleets.Data) -> None:
    view = fleets.site_view(site)
    interfaces = ["lan", view.site.tunnel.interface, *(uplink.name for uplink in view.site.uplink)]
    network = Package("network", tuple(section("interface", name, proto="none") for name in interfaces))
    packages: dict[str, t.Any] = {"network": network, "firewall": Package("firewall", sections(site))}
    assert schema.check(packages, {}) == ()
