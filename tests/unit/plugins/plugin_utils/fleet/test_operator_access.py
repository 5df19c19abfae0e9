# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who reaches what."""

from __future__ import annotations

import ipaddress
import typing as t

import pytest
from hypothesis import given

from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.operator_access import (
    OperatorHub,
    operator_view,
    reached,
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

GATE, YARD = "10.80.17.11/32", "10.80.17.12/32"
SITES = {
    "depot": {**DEPOT, "labels": ["north"], "cameras": [{"name": "door", "mac": "44:19:b6:00:00:09"}]},
    "new": {
        "id": 18,
        "state": "planned",
        "labels": ["north"],
        "uplink": {"kind": "ethernet"},
        "cameras": [{"name": "a", "mac": "44:19:b6:00:00:0a"}],
    },
    "quarry": QUARRY,
}
DOOR = "10.81.44.11/32"


def networks(*access: dict[str, t.Any], fleet: dict[str, t.Any] = FLEET) -> list[str]:
    """Return what somebody with *access*, that of groups first and their own last, reaches."""
    *groups, own = access
    names = [f"group-{number}" for number in range(len(groups))]
    settings = {**fleet, "operator_groups": dict(zip(names, groups, strict=True))}
    made = fleet_of(files(SITES, settings, {"anna": {"id": 5, "groups": names, "access": own}}))
    return [str(network) for network in reached(made, made.operators["anna"].access)]


@pytest.mark.parametrize(
    ("access", "expected"),
    [
        ({"sites": "all", "reach": "everything"}, ["10.79.0.0/16", "10.80.0.0/12"]),
        ({"sites": "all"}, [GATE, YARD, DOOR]),
        ({"sites": ["quarry"]}, [GATE, YARD]),
        ({"sites": "quarry", "reach": "everything"}, ["10.79.0.17/32", "10.80.17.0/24"]),
        ({"labels": ["north"]}, [DOOR]),
        ({"labels": ["north"], "reach": "everything"}, ["10.79.1.44/32", "10.81.44.0/24"]),
        ({"labels": ["north"], "sites": ["quarry"]}, [GATE, YARD, DOOR]),
        ({"cameras": ["quarry/yard"]}, [YARD]),
        (
            {"sites": "depot", "cameras": ["quarry/yard"], "reach": "everything"},
            ["10.79.1.44/32", YARD, "10.81.44.0/24"],
        ),
        ({"sites": "new", "reach": "everything"}, []),
        ({"cameras": "new/a"}, []),
        ({"hub": True}, []),
    ],
)
def test_what_is_reached(access: dict[str, t.Any], expected: list[str]) -> None:
    assert networks(access) == expected


def test_what_groups_give_is_added_up_and_nothing_is_there_twice() -> None:
    assert networks({"cameras": ["quarry/yard"]}, {"sites": "depot"}, {"cameras": ["quarry/gate"]}) == [
        GATE,
        YARD,
        DOOR,
    ]
    everything = {"sites": "all", "reach": "everything"}
    assert networks({"sites": "all"}, everything) == ["10.79.0.0/16", "10.80.0.0/12"]


def test_the_device_of_a_person_has_a_tunnel_to_every_active_hub() -> None:
    fleet = fleet_of(files(SITES, {**FLEET, "hub": TWO_HUBS}, {"anna": {**ANNA, "access": {"sites": "quarry"}}}))
    allowed = ("10.80.17.0/24",)
    assert operator_view(fleet, "anna") == tuple(
        OperatorHub(
            hub=name,
            public_key=public_key(key),
            address=ipaddress.IPv4Interface(address),
            endpoint=endpoint,
            allowed=tuple(map(ipaddress.IPv4Network, (tunnel, *allowed))),
            dns_name=f"{name}.example.internal",
        )
        for name, key, address, endpoint, tunnel in (
            ("hub-1", 1, "10.78.0.5/32", "203.0.113.10:51820", "10.79.255.254/32"),
            ("hub-2", 1002, "10.78.4.5/32", "hub.example.net:443", "10.79.255.253/32"),
        )
    )
    hubs = [TWO_HUBS[0], {**TWO_HUBS[1], "state": "planned"}]
    fleet = fleet_of(files(SITES, {**FLEET, "hub": hubs}, {"anna": ANNA}))
    assert [one.hub for one in operator_view(fleet, "anna")] == ["hub-1"]


def test_who_sees_all_cameras_needs_no_new_routes_for_a_new_site() -> None:
    fleet = fleet_of(files(SITES, FLEET, {"anna": {"id": 1, "access": {"sites": "all"}}}))
    (one,) = operator_view(fleet, "anna")
    assert list(map(str, one.allowed)) == ["10.79.255.254/32", "10.80.0.0/12"]


def test_a_single_camera_is_routed_alone() -> None:
    access = {"labels": "north", "cameras": ["quarry/yard"]}
    fleet = fleet_of(files(SITES, FLEET, {"anna": {"id": 1, "access": access}}))
    (one,) = operator_view(fleet, "anna")
    assert list(map(str, one.allowed)) == ["10.79.255.254/32", YARD, "10.81.44.0/24"]


def test_nobody_else_is_known() -> None:
    with pytest.raises(KeyError, match="ben"):
        operator_view(fleet_of(files(SITES, FLEET, {"anna": ANNA})), "ben")


@given(fleets())
def test_what_is_reached_is_the_fleets_and_is_sent_into_every_tunnel(given_files: FleetFiles) -> None:
    fleet = fleet_of(given_files)
    pools = (fleet.settings.pools.tunnel, fleet.settings.pools.sites)
    for name, person in fleet.operators.items():
        found = reached(fleet, person.access)
        assert list(found) == list(ipaddress.collapse_addresses(found))
        assert all(any(network.subnet_of(pool) for pool in pools) for network in found)
        for one in operator_view(fleet, name):
            assert all(any(network.subnet_of(allowed) for allowed in one.allowed) for network in found)
            assert not any(one.address.ip in allowed for allowed in one.allowed)
