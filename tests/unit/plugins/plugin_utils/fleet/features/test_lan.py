# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The LAN and its DHCP."""

from __future__ import annotations

from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.features.lan import lan
from ansible_collections.farsite.fleet.tests.unit.plugins.plugin_utils.fleet.fleets import DEPOT, site_view
from ansible_collections.farsite.fleet.tests.unit.plugins.plugin_utils.fleet.golden import owned, shared, text

ULA = {"ula": "fd00:1:2::/48"}


def test_the_lan_has_the_prefixes_of_the_site() -> None:
    fragment = lan(site_view(DEPOT, "depot", pools=ULA))
    assert owned(fragment, "network") == text("""
    config interface 'lan'
        option device 'br-lan'
        option proto 'static'
        list ipaddr '10.81.44.1/24'
        list ip6addr 'fd00:1:2:12c::1/64'
    """)
    assert shared(fragment, "network") == text("""
    config globals 'globals'
        option ula_prefix 'fd00:1:2::/48'
    """)
    assert owned(fragment, "dhcp") == text("""
    config dhcp 'lan'
        option interface 'lan'
        option start '100'
        option limit '100'
        option leasetime '12h'
        option dynamicdhcp '1'
        option dhcpv4 'server'
        option dhcpv6 'server'
        option ra 'server'
        option ra_slaac '1'
        list ra_flags 'managed-config'
        list ra_flags 'other-config'
    """)


def test_a_lan_of_somebody_elses_keeps_its_prefix() -> None:
    settings = {
        "prefix": "192.168.7.0/26",
        "address": "192.168.7.62",
        "dhcp": {"first": 20, "count": 5, "lease": "30m"},
    }
    fragment = lan(site_view({**DEPOT, "lan": settings}, pools=ULA))
    assert "list ipaddr '192.168.7.62/26'" in owned(fragment, "network")
    assert "option start '20'\n    option limit '5'\n    option leasetime '30m'" in owned(fragment, "dhcp")


def test_the_ports_of_a_bridge_leave_the_rest_of_it() -> None:
    fragment = lan(site_view({**DEPOT, "lan": {"device": "br0", "ports": ["lan1", "lan2"]}}, pools=ULA))
    assert "option device 'br0'" in owned(fragment, "network")
    assert shared(fragment, "network").partition("\n\n")[2] == text("""
    config device
        option name 'br0'
        option type 'bridge'
        list ports 'lan1'
        list ports 'lan2'
    """)


def test_without_dhcp_for_unknown_devices_only_static_leases_are_left() -> None:
    fragment = lan(site_view({**DEPOT, "lan": {"dhcp": {"enabled": False}}}))
    assert "option dynamicdhcp '0'" in owned(fragment, "dhcp")
    assert "option ra_slaac '0'" in owned(fragment, "dhcp")
