# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import typing as t

import pytest

from ansible_collections.farsite.fleet.plugins.plugin_utils.uci.document import Package
from ansible_collections.farsite.fleet.plugins.plugin_utils.uci.parser import parse
from ansible_collections.farsite.fleet.plugins.plugin_utils.uci.schema import check
from ansible_collections.farsite.fleet.plugins.plugin_utils.uci.schema_table import OPTIONS, PROTOCOLS, SECTION_TYPES
from ansible_collections.farsite.fleet.plugins.plugin_utils.uci.semantics import section_types, semantics
from ansible_collections.farsite.fleet.tests.unit.plugins.plugin_utils.uci import stock

EMPTY: t.Final = {name: Package(name) for name in stock.STOCK}


def _with(name: str, text: str) -> dict[str, Package]:
    """Return the stock configuration with *text* added to package *name*."""
    added = parse(text, name).sections
    return {**stock.STOCK, name: Package(name, (*stock.STOCK[name].sections, *added))}


def _found(packages: t.Mapping[str, Package], before: t.Mapping[str, Package]) -> list[tuple[str, str]]:
    return [(str(finding), finding.severity) for finding in check(packages, before)]


STOCK: dict[str, Package] = {
    **{f"24.10 {name}": package for name, package in stock.STOCK.items()},
    "23.05 dropbear": stock.DROPBEAR_23,
    "tunnel": stock.TUNNEL,
    "18.06 network": parse(
        """
config interface 'lan'
	option type 'bridge'
	option ifname 'eth0.1 eth1.1'
	option proto 'static'
	option ipaddr '192.168.1.1'
	option netmask '255.255.255.0'
	option ip6assign '60'
config device 'lan_dev'
	option name 'eth0.1'
	option macaddr '02:00:00:00:00:01'
config interface 'wan'
	option ifname 'eth0.2'
	option proto 'pppoe'
	option username 'u'
	option password '@farsite-01'
	option ipv6 'auto'
	option _orig_ifname 'eth0.2'
config switch
	option name 'switch0'
	option reset '1'
	option enable_vlan '1'
config switch_vlan
	option device 'switch0'
	option vlan '1'
	option ports '1 2 3 4 6t'
""",
        "network",
    ),
}


@pytest.mark.parametrize("package", STOCK.values(), ids=STOCK)
def test_stock_configurations_have_no_findings(package: Package) -> None:
    assert check({package.name: package}, {}) == ()


def test_a_whole_stock_router_has_no_findings() -> None:
    assert check(stock.STOCK, {}) == ()
    assert check(stock.STOCK, stock.STOCK) == ()


TOO_LONG = " has 16 characters, at most 15 are possible; shorten it"
TWO_HOSTS = "config host\n option name 'a'\n option ip '10.0.0.1'\nconfig host\n option name 'b'\n option ip '10.0.0.1'"

FINDINGS: dict[str, tuple[str, str, str, str]] = {
    "section type": (
        "firewall",
        "config rulle\n option name 'x'",
        "firewall: rulle: unknown section type 'rulle'; did you mean 'rule'?",
        "error",
    ),
    "slip in a type of a list that is not complete": (
        "network",
        "config interfac 'x'",
        "network: interfac 'x': unknown section type 'interfac'; did you mean 'interface'?",
        "error",
    ),
    "strange type": (
        "network",
        "config batman 'x'",
        "network: batman 'x': unknown section type 'batman'; expected one that OpenWrt reads",
        "warning",
    ),
    "firewall option": (
        "firewall",
        "config rule\n option name 'x'\n option dst_port '80'",
        "firewall: rule 'x': dst_port: unknown option; did you mean 'dest_port'?",
        "error",
    ),
    "dropbear option": (
        "dropbear",
        "config dropbear 'x'\n option PasswordAuht 'off'",
        "dropbear: dropbear 'x': PasswordAuht: unknown option; did you mean 'PasswordAuth'?",
        "error",
    ),
    "dhcp host option": (
        "dhcp",
        "config host\n option name 'x'\n option ipaddr '10.0.0.1'",
        "dhcp: host 'x': ipaddr: unknown option; expected one that OpenWrt reads",
        "error",
    ),
    "dnsmasq option": (
        "dhcp",
        "config dnsmasq 'x'\n option norresolv '1'",
        "dhcp: dnsmasq 'x': norresolv: unknown option; did you mean 'noresolv'?",
        "warning",
    ),
    "modem option": (
        "network",
        "config interface 'wwan'\n option proto 'qmi'\n option pinncode '1'",
        "network: interface 'wwan': pinncode: unknown option; did you mean 'pincode'?",
        "error",
    ),
    "option of another protocol": (
        "network",
        "config interface 'wwan'\n option proto 'qmi'\n option hostname 'x'",
        "network: interface 'wwan': hostname: an option of other protocols, not read with this one; remove it",
        "warning",
    ),
    "peer option": (
        "network",
        "config wireguard_wg0 'hub'\n option keepalive '25'",
        "network: wireguard_wg0 'hub': keepalive: unknown option; did you mean 'persistent_keepalive'?",
        "error",
    ),
    "zone of an unknown network": (
        "firewall",
        "config zone\n option name 'vpn'\n list network 'lan'\n list network 'wg9'",
        "firewall: zone 'vpn': network 'wg9' is not an interface; expected one of lan, loopback, wan, wan6",
        "error",
    ),
    "zone of a network as text": (
        "firewall",
        "config zone\n option name 'vpn'\n option network 'lan wam'",
        "firewall: zone 'vpn': network 'wam' is not an interface; did you mean 'wan'?",
        "error",
    ),
    "forwarding to an unknown zone": (
        "firewall",
        "config forwarding\n option src 'lan'\n option dest 'vpn'",
        "firewall: forwarding 'lan': dest 'vpn' is not a zone; expected one of lan, wan",
        "error",
    ),
    "rule from an unknown zone": (
        "firewall",
        "config rule\n option name 'x'\n option src 'camera'",
        "firewall: rule 'x': src 'camera' is not a zone; expected one of lan, wan",
        "error",
    ),
    "redirect": (
        "firewall",
        "config redirect\n option name 'x'\n option src 'wan'\n list reflection_zone 'lann'",
        "firewall: redirect 'x': reflection_zone 'lann' is not a zone; did you mean 'lan'?",
        "error",
    ),
    "zone name": (
        "firewall",
        "config zone\n option name 'twelve_chars'",
        "firewall: zone 'twelve_chars': name: 'twelve_chars' has 12 characters, at most 11 are possible; shorten it",
        "error",
    ),
    "wireguard interface": (
        "network",
        "config interface 'sixteen__letters'\n option proto 'wireguard'",
        "network: interface 'sixteen__letters': 'sixteen__letters'" + TOO_LONG,
        "error",
    ),
    "bridge of old": (
        "network",
        "config interface 'thirteen_long'\n option type 'bridge'\n option proto 'dhcp'",
        "network: interface 'thirteen_long': 'br-thirteen_long'" + TOO_LONG,
        "error",
    ),
    "device": (
        "network",
        "config device\n option name 'sixteen__letters'",
        "network: device 'sixteen__letters': name: 'sixteen__letters'" + TOO_LONG,
        "error",
    ),
    "address": (
        "network",
        "config interface 'x'\n option proto 'static'\n option ipaddr '300.1.1.1'",
        "network: interface 'x': ipaddr: '300.1.1.1' is no IPv4 address",
        "error",
    ),
    "address with a prefix, in a list": (
        "network",
        "config interface 'x'\n option proto 'static'\n list ipaddr '10.0.0.1/24'\n list ipaddr '10.0.1.1/33'",
        "network: interface 'x': ipaddr: '10.0.1.1/33' is no IPv4 address",
        "error",
    ),
    "route": (
        "network",
        "config route\n option interface 'lan'\n option target '10.0.0.0/8'\n option gateway '10.0.0.256'",
        "network: route 'lan': gateway: '10.0.0.256' is no IPv4 address",
        "error",
    ),
    "tunnel address": (
        "network",
        "config interface 'x'\n option proto 'wireguard'\n list addresses 'fd00::g/128'",
        "network: interface 'x': addresses: 'fd00::g/128' is no IP address; expected one like 192.0.2.0/24",
        "error",
    ),
    "allowed addresses": (
        "network",
        "config wireguard_wg0 'hub'\n option allowed_ips '10.0.0.0/8, 10.1.0.0/16'",
        "network: wireguard_wg0 'hub': allowed_ips: '10.0.0.0/8,' is no IP address; expected one like 192.0.2.0/24",
        "error",
    ),
    "host address": (
        "dhcp",
        "config host\n option name 'x'\n option ip '192.168.1.999'",
        "dhcp: host 'x': ip: '192.168.1.999' is no IP address; expected one like 192.0.2.10",
        "error",
    ),
    "twice the same host address": (
        "dhcp",
        TWO_HOSTS,
        "dhcp: host: ip: 2 hosts have 10.0.0.1: host 'a', host 'b'; dnsmasq does not start, give each its own",
        "error",
    ),
    "dhcp of an unknown interface": (
        "dhcp",
        "config dhcp 'guest'\n option interface 'guest'",
        "dhcp: dhcp 'guest': interface: 'guest' is not an interface; expected one of lan, loopback, wan, wan6",
        "warning",
    ),
}


@pytest.mark.parametrize(("name", "text", "expected", "severity"), FINDINGS.values(), ids=FINDINGS)
def test_findings(name: str, text: str, expected: str, severity: str) -> None:
    packages = _with(name, text)
    assert _found(packages, stock.STOCK) == [(expected, severity)]
    assert _found(packages, packages) == [(expected, "warning")]


FINE: dict[str, tuple[str, str]] = {
    "any zone": ("firewall", "config rule\n option name 'x'\n option src '*'\n option dest 'wan'"),
    "a disabled rule": ("firewall", "config rule\n option name 'x'\n option src 'nowhere'\n option enabled '0'"),
    "an interface below another": ("firewall", "config zone\n option name 'x'\n list network 'wan_4'"),
    "another interface's device": ("network", "config interface 'x'\n option proto 'dhcp'\n option device '@lan'"),
    "a modem's path": (
        "network",
        "config interface 'x'\n option proto 'modemmanager'\n option device '/sys/devices/platform/soc/usb1/1-1'",
    ),
    "a strange protocol": ("network", "config interface 'x'\n option proto 'strange'\n option anything '1'"),
    "an ignored host": ("dhcp", "config host\n option mac '02:00:00:00:00:01'\n option ip 'ignore'"),
    "hosts of two daemons": (
        "dhcp",
        TWO_HOSTS + "\n option instance 'guest'",
    ),
    "a host that is off": (
        "dhcp",
        TWO_HOSTS + "\n option enable '0'",
    ),
    "IPv6": (
        "network",
        "config interface 'x'\n option proto 'static'\n list ip6addr 'fd00::1/64'\n list dns 'fd00::1'",
    ),
    "a note of LuCI": ("firewall", "config rule\n option name 'x'\n option _note '1'"),
}


@pytest.mark.parametrize(("name", "text"), FINE.values(), ids=FINE)
def test_no_finding(name: str, text: str) -> None:
    assert check(_with(name, text), stock.STOCK) == ()


@pytest.mark.parametrize(("name", "severity"), [("network", "error"), ("ddns", "warning")])
def test_an_emptied_package(name: str, severity: str) -> None:
    before = {name: parse("config interface 'lan'", name)}
    assert _found({name: Package(name)}, before) == [
        (
            f"{name}: has no section left, which takes everything away that it configures; keep what the device needs",
            severity,
        )
    ]
    assert check({name: Package(name)}, {name: Package(name)}) == ()
    assert check({name: Package(name)}, {}) == ()


def test_references_need_both_packages() -> None:
    packages = _with("firewall", "config zone\n option name 'vpn'\n list network 'wg9'")
    del packages["network"]
    assert check(packages, EMPTY) == ()


def test_a_package_nobody_knows_has_no_findings() -> None:
    assert check({"mwan3": parse("config strange\n option anything '300.1.1.1'", "mwan3")}, {}) == ()


def test_the_tables_agree() -> None:
    for package, known in SECTION_TYPES.items():
        exact = {name for name in section_types(package) if not name.endswith("*")}
        assert exact <= known.names
    for package, section_type in OPTIONS:
        meaning = semantics(package, section_type)
        known = OPTIONS[package, section_type]
        assert {option for alternative in meaning.identity for option in alternative} <= known.names
        assert meaning.sets | meaning.sequences | meaning.folded <= known.names
    secrets = semantics("network", "interface").secret
    assert secrets <= {name for protocol in PROTOCOLS.values() for name in protocol.names}


def test_an_old_fault_stays_one_where_what_is_expected_changes() -> None:
    """The firewall of a router speaks of an interface that is not there; another one comes."""
    lan = "config interface 'lan'\n\toption proto 'none'\n"
    firewall = parse("config zone\n\toption name 'wan'\n\tlist network 'wan6'\n", "firewall")
    before = {"network": parse(lan, "network"), "firewall": firewall}
    after = {
        "network": parse(f"{lan}\nconfig interface 'lte'\n\toption proto 'none'\n", "network"),
        "firewall": firewall,
    }
    assert [finding.severity for finding in check(after, before)] == ["warning"]
    assert [finding.severity for finding in check(after, {})] == ["error"]
