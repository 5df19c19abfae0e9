# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Routers as adoption finds them: one that has what a site is to have, and a stock one; for tests."""

from __future__ import annotations

import dataclasses
import typing as t

from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.adoption_router import FoundFile, FoundRouter
from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.features.uplinks import lte_interface
from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.filling import filled, unknown_modems
from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.intended import intended
from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.model.uplink import LteUplink, uplink_metric
from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.ownership import target_packages
from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.reading import merged_site
from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.site_view import values
from ansible_collections.farsite.fleet.plugins.plugin_utils.uci.document import Package, Section
from ansible_collections.farsite.fleet.plugins.plugin_utils.uci.parser import parse

if t.TYPE_CHECKING:
    from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.files import FleetFiles
    from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.fleet import SiteView

SCRIPTS = {"tunnel_guard": "one hub\n", "tunnels_guard": "several hubs\n"}
STOCK_NETWORK = """
config interface 'loopback'
	option device 'lo'
	option proto 'static'
	option ipaddr '127.0.0.1'
	option netmask '255.0.0.0'

config globals 'globals'
	option ula_prefix 'fd3a:4f1c:92be::/48'
	option packet_steering '1'

config device
	option name 'br-lan'
	option type 'bridge'
	list ports 'eth0'

config interface 'lan'
	option device 'br-lan'
	option proto 'static'
	option ipaddr '192.168.1.1'
	option netmask '255.255.255.0'
	option ip6assign '60'

config interface 'wan'
	option device 'eth1'
	option proto 'dhcp'

config interface 'wan6'
	option device 'eth1'
	option proto 'dhcpv6'
"""
STOCK_DHCP = """
config dnsmasq
	option domainneeded '1'
	option local '/lan/'
	option domain 'lan'

config dhcp 'lan'
	option interface 'lan'
	option start '100'
	option limit '150'
	option leasetime '12h'
	option dhcpv4 'server'
	option dhcpv6 'server'
	option ra 'server'
	option ra_slaac '1'
	list ra_flags 'managed-config'
	list ra_flags 'other-config'

config dhcp 'wan'
	option interface 'wan'
	option ignore '1'
"""
STOCK_FIREWALL = """
config defaults
	option syn_flood '1'
	option input 'REJECT'
	option output 'ACCEPT'
	option forward 'REJECT'

config zone
	option name 'lan'
	list network 'lan'
	option input 'ACCEPT'
	option output 'ACCEPT'
	option forward 'ACCEPT'

config zone
	option name 'wan'
	list network 'wan'
	list network 'wan6'
	option input 'REJECT'
	option output 'ACCEPT'
	option forward 'REJECT'
	option masq '1'
	option mtu_fix '1'

config forwarding
	option src 'lan'
	option dest 'wan'

config rule
	option name 'Allow-DHCP-Renew'
	option src 'wan'
	option proto 'udp'
	option dest_port '68'
	option target 'ACCEPT'
	option family 'ipv4'

config rule
	option name 'Allow-Ping'
	option src 'wan'
	option proto 'icmp'
	option icmp_type 'echo-request'
	option family 'ipv4'
	option target 'ACCEPT'
"""
STOCK_SYSTEM = """
config system
	option hostname 'OpenWrt'
	option timezone 'UTC'
	option ttylogin '0'
	option log_size '128'

config timeserver 'ntp'
	option enabled '1'
	option enable_server '0'
	list server '0.openwrt.pool.ntp.org'
	list server '1.openwrt.pool.ntp.org'
"""
STOCK_DROPBEAR = """
config dropbear 'main'
	option enable '1'
	option PasswordAuth 'on'
	option RootPasswordAuth 'on'
	option Port '22'
"""
STOCK = {
    "network": STOCK_NETWORK,
    "dhcp": STOCK_DHCP,
    "firewall": STOCK_FIREWALL,
    "system": STOCK_SYSTEM,
    "dropbear": STOCK_DROPBEAR,
}
PRIVATE_KEY = "the router's own"
MODEL, RELEASE = "tplink_tl-mr3020-v3", "24.10"


def packages(texts: t.Mapping[str, str]) -> dict[str, Package]:
    """Return the packages of which these are the files."""
    return {name: parse(text, name) for name, text in texts.items()}


def stock(**changes: str) -> FoundRouter:
    """Return a router as it comes from the flash; *changes* has other files by the names of the packages."""
    return FoundRouter(packages(STOCK | changes), MODEL, RELEASE, installed=frozenset({"dnsmasq", "dropbear"}))


def set_up(files: FleetFiles, view: SiteView) -> FoundRouter:
    """Return a router that was a stock one and has all of the site; its modem is known by now.

    Where a secret is stands the template that the site's file has for it.
    """
    wanted = intended(view)
    data, _inherited = merged_site(files, view.name)
    known = filled(wanted, view, values=values(data), private_key=PRIVATE_KEY, modems=modems_of(view))
    running = packages(STOCK) | {"wireless": Package("wireless", _radios(view))}
    after = running | target_packages(known, running)
    texts = {
        file.path: FoundFile(SCRIPTS[file.script] if file.script else file.content, file.mode) for file in wanted.files
    }
    return FoundRouter(
        after, view.site.router.model, view.site.router.release, texts, frozenset({*wanted.install, "uqmi"})
    )


def modems_of(view: SiteView) -> dict[str, Section]:
    """Return the interfaces of the modems that only the router knows."""
    return {name: _modem(view, name) for name in unknown_modems(intended(view))}


def _modem(view: SiteView, name: str) -> Section:
    """Return the interface of a modem that turned out to speak QMI."""
    place, uplink = next((place, uplink) for place, uplink in enumerate(view.site.uplink) if uplink.name == name)
    assert isinstance(uplink, LteUplink)
    apn = "internet" if uplink.apn == "auto" else uplink.apn
    known = dataclasses.replace(uplink, modem="qmi", device=f"/dev/cdc-wdm{place}", apn=apn)
    return lte_interface(known, uplink_metric(uplink, place))


def _radios(view: SiteView) -> tuple[Section, ...]:
    package = next(package for package in intended(view).packages if package.name == "wireless")
    names = [str(entry.section.name) for entry in package.shared]
    return tuple(Section("wifi-device", name, (("type", "mac80211"), ("channel", "1"))) for name in names)
