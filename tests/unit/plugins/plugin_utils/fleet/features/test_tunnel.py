# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The tunnel to the hub."""

from __future__ import annotations

import pytest

from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.features.tunnel import tunnel
from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.fragment import File
from ansible_collections.farsite.fleet.tests.unit.plugins.plugin_utils.fleet.fleets import DEPOT, site_view
from ansible_collections.farsite.fleet.tests.unit.plugins.plugin_utils.fleet.golden import owned, text

POOLS = {"ula": "fd00:1:2::/48"}
LTE = {"kind": "lte", "modem": "qmi", "apn": "internet"}


def test_the_hub_is_the_only_peer() -> None:
    fragment = tunnel(site_view(DEPOT, "depot", pools=POOLS))
    assert owned(fragment, "network") == text("""
    config interface 'fleet'
        option proto 'wireguard'
        option private_key '<router WireGuard private key>'
        list addresses '10.79.1.44/32'
        list addresses 'fd00:1:2::12c/128'
        option mtu '1420'

    config wireguard_fleet 'wireguard_hub_peer'
        option description 'hub-1'
        option public_key 'AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAE='
        option endpoint_host '203.0.113.10'
        option endpoint_port '51820'
        option persistent_keepalive '25'
        list allowed_ips '10.79.255.254/32'
        list allowed_ips 'fd00:1:2::1:0/128'
        list allowed_ips '10.78.0.0/20'

    config route 'route_to_hub_tunnel'
        option interface 'fleet'
        option target '10.79.255.254/32'

    config route 'route_to_operators'
        option interface 'fleet'
        option target '10.78.0.0/20'

    config route6 'route6_to_hub_tunnel'
        option interface 'fleet'
        option target 'fd00:1:2::1:0/128'
    """)
    assert fragment.install == ("wireguard-tools",)
    assert fragment.files == ()


def test_all_that_can_be_set() -> None:
    settings = {"interface": "wg0", "mtu": 1360, "keepalive": 20, "preshared_key": "{{ vault_psk.depot }}"}
    view = site_view({**DEPOT, "tunnel": settings}, pools=POOLS, hub={"address": "203.0.113.10", "port": 443})
    assert owned(tunnel(view), "network", "interface", "wireguard_wg0") == text("""
    config interface 'wg0'
        option proto 'wireguard'
        option private_key '<router WireGuard private key>'
        list addresses '10.79.1.44/32'
        list addresses 'fd00:1:2::12c/128'
        option mtu '1360'

    config wireguard_wg0 'wireguard_hub_peer'
        option description 'hub-1'
        option public_key 'AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAE='
        option preshared_key '<secret tunnel.preshared_key>'
        option endpoint_host '203.0.113.10'
        option endpoint_port '443'
        option persistent_keepalive '20'
        list allowed_ips '10.79.255.254/32'
        list allowed_ips 'fd00:1:2::1:0/128'
        list allowed_ips '10.78.0.0/20'
    """)


@pytest.mark.parametrize(
    ("uplink", "mtu"), [(LTE, 1280), ([{"kind": "ethernet"}, LTE], 1280), ({"kind": "ethernet"}, 1420)]
)
def test_a_tunnel_that_may_go_over_lte_is_small(uplink: object, mtu: int) -> None:
    assert f"option mtu '{mtu}'" in owned(tunnel(site_view({**DEPOT, "uplink": uplink})), "network")


def test_a_hub_with_a_name_has_a_guard() -> None:
    fragment = tunnel(site_view(DEPOT, hub={"address": "hub.example.net"}))
    assert "option endpoint_host 'hub.example.net'" in owned(fragment, "network")
    assert fragment.files == (File("/etc/hotplug.d/iface/95-farsite-tunnel", 0o644, script="tunnel_guard"),)
