# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The tunnel to the hub."""

from __future__ import annotations

import dataclasses
import typing as t

import pytest

from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.features.tunnel import tunnel
from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.fragment import File
from ansible_collections.farsite.fleet.tests.unit.plugins.plugin_utils.fleet.fleets import (
    DEPOT,
    FLEET,
    TWO_HUBS,
    files,
    fleet_of,
    site_view,
)
from ansible_collections.farsite.fleet.tests.unit.plugins.plugin_utils.fleet.golden import owned, text

if t.TYPE_CHECKING:
    from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.fleet import SiteView

POOLS = {"ula": "fd00:1:2::/48"}
SCRIPT = "/etc/hotplug.d/iface/95-farsite-tunnel"
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
        list allowed_ips '10.78.0.0/22'

    config route 'route_to_hub_tunnel'
        option interface 'fleet'
        option target '10.79.255.254/32'

    config route 'route_to_operators'
        option interface 'fleet'
        option target '10.78.0.0/22'

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
        list allowed_ips '10.78.0.0/22'
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


def with_hubs(*hubs: dict[str, t.Any]) -> SiteView:
    wanted = files({"depot": DEPOT}, {**FLEET, "hub": list(hubs), "pools": POOLS})
    keys = {f"hub-{hub.get('number', index)}": wanted.keys[f"hub-{index}"] for index, hub in enumerate(hubs, 1)}
    return fleet_of(dataclasses.replace(wanted, keys={"depot": wanted.keys["depot"], **keys})).sites["depot"]


def test_a_second_hub_has_a_tunnel_of_its_own() -> None:
    both = owned(tunnel(with_hubs(*TWO_HUBS)), "network")
    first = owned(tunnel(site_view(DEPOT, "depot", pools=POOLS)), "network")
    second = text("""
    config interface 'fleet2'
        option proto 'wireguard'
        option private_key '<router WireGuard private key>'
        list addresses '10.79.1.44/32'
        list addresses 'fd00:1:2::12c/128'
        option mtu '1420'

    config wireguard_fleet2 'wireguard_hub_peer2'
        option description 'hub-2'
        option public_key 'AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA+o='
        option endpoint_host 'hub.example.net'
        option endpoint_port '443'
        option persistent_keepalive '25'
        list allowed_ips '10.79.255.253/32'
        list allowed_ips 'fd00:1:2::1:1/128'
        list allowed_ips '10.78.4.0/22'

    config route 'route_to_hub_tunnel2'
        option interface 'fleet2'
        option target '10.79.255.253/32'

    config route 'route_to_operators2'
        option interface 'fleet2'
        option target '10.78.4.0/22'

    config route6 'route6_to_hub_tunnel2'
        option interface 'fleet2'
        option target 'fd00:1:2::1:1/128'
    """)
    assert both == f"{first}\n\n{second}"


def test_a_planned_hub_has_no_tunnel() -> None:
    view = with_hubs(TWO_HUBS[0], {**TWO_HUBS[1], "state": "planned"})
    assert tunnel(view) == tunnel(site_view(DEPOT, "depot", pools=POOLS))


def test_the_hub_that_is_left_keeps_its_tunnel() -> None:
    left = owned(tunnel(with_hubs({**TWO_HUBS[1], "number": 2})), "network", "interface", "route", "route6")
    both = owned(tunnel(with_hubs(*TWO_HUBS)), "network", "interface", "route", "route6")
    assert "fleet2" in left
    assert both.endswith(left)


@pytest.mark.parametrize(
    ("hubs", "script"),
    [
        ([{"address": "a.example.net"}], "tunnel_guard"),
        ([{"address": "203.0.113.1"}, {"address": "a.example.net"}], "tunnels_guard"),
        ([{"address": "a.example.net"}, {"address": "203.0.113.1"}], "tunnels_guard"),
        ([{"address": "a.example.net", "number": 2}], "tunnels_guard"),
        ([{"address": "203.0.113.1"}, {"address": "203.0.113.2"}], None),
    ],
)
def test_the_guard_knows_the_tunnels_of_a_router(hubs: list[dict[str, t.Any]], script: str | None) -> None:
    expected = (File(SCRIPT, 0o644, script=script),) if script else ()
    assert tunnel(with_hubs(*hubs)).files == expected
