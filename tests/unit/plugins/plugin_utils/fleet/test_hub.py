# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the hub gets from all sites."""

from __future__ import annotations

import ipaddress

from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.hub import HubForward, Name, Peer, intended_hub
from ansible_collections.farsite.fleet.tests.unit.plugins.plugin_utils.fleet.fleets import (
    DEPOT,
    FLEET,
    QUARRY,
    files,
    fleet_of,
)

POOLS = {**FLEET, "pools": {"ula": "fd00:1:2::/48"}}


def test_a_site_is_a_peer_with_all_that_is_behind_it() -> None:
    site = {**DEPOT, "tunnel": {"preshared_key": "{{ vault_psk }}"}}
    hub = intended_hub(fleet_of(files({"depot": site, "quarry": QUARRY}, POOLS)))
    assert hub.peers == (
        Peer(
            "depot",
            "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAI=",
            (
                ipaddress.IPv4Network("10.79.1.44/32"),
                ipaddress.IPv6Network("fd00:1:2::12c/128"),
                ipaddress.IPv4Network("10.81.44.0/24"),
                ipaddress.IPv6Network("fd00:1:2:12c::/64"),
            ),
            "<secret tunnel.preshared_key>",
        ),
        Peer(
            "quarry",
            "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAM=",
            (
                ipaddress.IPv4Network("10.79.0.17/32"),
                ipaddress.IPv6Network("fd00:1:2::11/128"),
                ipaddress.IPv4Network("10.80.17.0/24"),
                ipaddress.IPv6Network("fd00:1:2:11::/64"),
            ),
            None,
        ),
    )


def test_a_forward_leads_to_the_address_in_the_tunnel() -> None:
    hub = intended_hub(fleet_of(files({"quarry": QUARRY}, POOLS)))
    source = ipaddress.IPv4Network("198.51.100.0/24")
    assert hub.forwards == (HubForward(20162, ipaddress.IPv4Address("10.80.17.12"), 80, (source,), "quarry", "yard"),)


def test_forwards_are_by_port() -> None:
    camera = {
        "name": "a",
        "mac": "44:19:b6:00:00:01",
        "forward": {"from": "anywhere", "port": [80, 554], "hub_port": [9, 5]},
    }
    hub = intended_hub(fleet_of(files({"depot": {**DEPOT, "cameras": [camera]}}, POOLS)))
    assert [(forward.port, forward.target_port) for forward in hub.forwards] == [(5, 554), (9, 80)]


def test_names_lead_through_the_tunnel() -> None:
    hub = intended_hub(fleet_of(files({"quarry": QUARRY}, POOLS)))
    expected = [
        ("hub-1.example.internal", "10.79.255.254", "fd00:1:2::1:0"),
        ("quarry.example.internal", "10.79.0.17", "fd00:1:2::11"),
        ("gate.quarry.example.internal", "10.80.17.11", "fd00:1:2:11::b"),
        ("yard.quarry.example.internal", "10.80.17.12", "fd00:1:2:11::c"),
    ]
    assert hub.names == tuple(
        Name(name, ipaddress.IPv4Address(address), ipaddress.IPv6Address(address6))
        for name, address, address6 in expected
    )


def test_of_a_planned_site_the_hub_knows_nothing() -> None:
    wanted = files({"depot": DEPOT, "quarry": {**QUARRY, "state": "planned"}}, POOLS)
    del wanted.keys["quarry"]  # type: ignore[attr-defined]
    hub = intended_hub(fleet_of(wanted))
    assert [peer.name for peer in hub.peers] == ["depot"]
    assert hub.forwards == ()
    assert "quarry" not in str(hub)


def test_the_hubs_own_settings() -> None:
    fleet = {**POOLS, "hub": {"name": "hub-1", "address": "203.0.113.10", "port": 443}}
    hub = intended_hub(fleet_of(files({"depot": DEPOT}, fleet)))
    assert (hub.name, str(hub.address), str(hub.address6), hub.port) == ("hub-1", "10.79.255.254", "fd00:1:2::1:0", 443)
    assert str(hub.operators) == "10.78.0.0/20"
