# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the hub gets from all sites."""

from __future__ import annotations

import dataclasses
import ipaddress
import itertools
import typing as t

from hypothesis import given

from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.features.tunnel import tunnel
from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.hub import (
    HubForward,
    HubOperator,
    IntendedHub,
    Name,
    Peer,
    intended_hub,
)
from ansible_collections.farsite.fleet.tests.unit.plugins.plugin_utils.fleet.fleet_strategies import fleets
from ansible_collections.farsite.fleet.tests.unit.plugins.plugin_utils.fleet.fleets import (
    ANNA,
    DEPOT,
    FLEET,
    QUARRY,
    TWO_HUBS,
    files,
    fleet_of,
    public_key,
)

if t.TYPE_CHECKING:
    from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.files import FleetFiles

POOLS = {**FLEET, "pools": {"ula": "fd00:1:2::/48"}}


def hub_of(wanted: FleetFiles, position: int = 0) -> IntendedHub:
    fleet = fleet_of(wanted)
    return intended_hub(fleet, fleet.hubs[position])


def test_a_site_is_a_peer_with_all_that_is_behind_it() -> None:
    site = {**DEPOT, "tunnel": {"preshared_key": "{{ vault_psk }}"}}
    hub = hub_of(files({"depot": site, "quarry": QUARRY}, POOLS))
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
            "depot",
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
            "quarry",
        ),
    )


def test_a_forward_leads_to_the_address_in_the_tunnel() -> None:
    hub = hub_of(files({"quarry": QUARRY}, POOLS))
    source = ipaddress.IPv4Network("198.51.100.0/24")
    assert hub.forwards == (HubForward(20162, ipaddress.IPv4Address("10.80.17.12"), 80, (source,), "quarry", "yard"),)


def test_forwards_are_by_port() -> None:
    camera = {
        "name": "a",
        "mac": "44:19:b6:00:00:01",
        "forward": {"from": "anywhere", "port": [80, 554], "hub_port": [9, 5]},
    }
    hub = hub_of(files({"depot": {**DEPOT, "cameras": [camera]}}, POOLS))
    assert [(forward.port, forward.target_port) for forward in hub.forwards] == [(5, 554), (9, 80)]


def test_names_lead_through_the_tunnel() -> None:
    hub = hub_of(files({"quarry": QUARRY}, POOLS))
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
    hub = hub_of(wanted)
    assert [peer.name for peer in hub.peers] == ["depot"]
    assert hub.forwards == ()
    assert "quarry" not in str(hub)


def test_the_hubs_own_settings() -> None:
    fleet = {**POOLS, "hub": {"name": "hub-1", "address": "203.0.113.10", "port": 443}}
    hub = hub_of(files({"depot": DEPOT}, fleet))
    assert (hub.name, str(hub.address), str(hub.address6), hub.port) == ("hub-1", "10.79.255.254", "fd00:1:2::1:0", 443)
    assert str(hub.operators) == "10.78.0.0/22"


def test_a_person_is_a_peer_of_every_hub_with_an_address_of_each() -> None:
    wanted = files({"quarry": QUARRY}, {**POOLS, "hub": TWO_HUBS}, {"anna": ANNA})
    for position, address in enumerate(("10.78.0.5", "10.78.4.5")):
        hub = hub_of(wanted, position)
        assert hub.peers[-1] == Peer("operator anna", public_key(2001), (ipaddress.IPv4Network(address),), None, None)
        everything = (ipaddress.IPv4Network("10.79.0.0/16"), ipaddress.IPv4Network("10.80.0.0/12"))
        assert hub.people == (
            HubOperator("anna", public_key(2001), ipaddress.IPv4Address(address), everything, hub=True),
        )


def test_a_person_without_a_key_is_not_known() -> None:
    wanted = files({"quarry": QUARRY}, POOLS, {"anna": ANNA, "ben": {**ANNA, "id": 6}})
    del wanted.operator_keys["anna"]  # type: ignore[attr-defined]
    hub = hub_of(wanted)
    assert [person.name for person in hub.people] == ["ben"]
    assert "anna" not in str(hub)


def test_a_planned_hub_knows_all_but_is_no_name_of_others() -> None:
    hubs = [TWO_HUBS[0], {**TWO_HUBS[1], "state": "planned"}]
    wanted = files({"quarry": QUARRY}, {**POOLS, "hub": hubs}, {"anna": ANNA})
    del wanted.keys["hub-2"]  # type: ignore[attr-defined]
    one, two = hub_of(wanted), hub_of(wanted, 1)
    assert [peer.name for peer in two.peers] == [peer.name for peer in one.peers] == ["quarry", "operator anna"]
    names = [[name.name for name in hub.names if name.name.startswith("hub")] for hub in (one, two)]
    assert names == [["hub-1.example.internal"], ["hub-1.example.internal", "hub-2.example.internal"]]


def test_the_password_of_a_forwarded_camera_is_told() -> None:
    camera = {
        "name": "a",
        "mac": "44:19:b6:00:00:01",
        "default_password": True,
        "forward": {"from": "198.51.100.0/24", "port": 80},
    }
    (forward,) = hub_of(files({"depot": {**DEPOT, "cameras": [camera]}}, POOLS)).forwards
    assert forward.default_password


@given(fleets())
def test_what_comes_through_a_tunnel_is_answered_through_it(given_files: FleetFiles) -> None:
    fleet = fleet_of(given_files)
    hubs = {hub.name: intended_hub(fleet, hub) for hub in fleet.hubs}
    for hub in hubs.values():
        allowed = [network for peer in hub.peers for network in peer.allowed_ips]
        for one, other in itertools.combinations(allowed, 2):
            assert not (one.version == other.version and one.overlaps(other))
    for view in fleet.sites.values():
        network = tunnel(view).owned["network"]
        targets = {str(one.get("target")): str(one.get("interface")) for one in network if one.type == "route"}
        routes = {ipaddress.IPv4Network(target): interface for target, interface in targets.items()}
        for dialled, interface in zip(view.hubs, view.tunnels, strict=True):
            hub = hubs[dialled.name]
            for asking in (hub.address, *(person.address for person in hub.people)):
                assert [way for target, way in routes.items() if asking in target] == [interface]
            (peer,) = (one for one in network if one.type == f"wireguard_{interface}")
            let_in = [ipaddress.ip_network(text) for text in t.cast("tuple[str, ...]", peer.get("allowed_ips"))]
            assert let_in == [ipaddress.ip_network(hub.address), ipaddress.ip_network(hub.address6), hub.operators]


@given(fleets(least=1))
def test_hubs_differ_in_addresses_of_their_own_only(given_files: FleetFiles) -> None:
    fleet = fleet_of(given_files)
    first, *others = (intended_hub(fleet, hub) for hub in fleet.hubs)
    for hub in others:
        assert hub.forwards == first.forwards
        assert [dataclasses.replace(peer, allowed_ips=()) for peer in hub.peers] == [
            dataclasses.replace(peer, allowed_ips=()) for peer in first.peers
        ]
        assert [person.reaches for person in hub.people] == [person.reaches for person in first.people]
        assert not hub.operators.overlaps(first.operators)
