# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Addresses follow from the id, and no two things share one."""

from __future__ import annotations

import collections
import dataclasses
import ipaddress
import itertools
import typing as t

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.addresses import (
    forward_port,
    has_forward_port,
    highest_id,
    highest_operator_id,
    hub_addresses,
    operator_address,
    tunnel_interface,
)
from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.model.fleet import ForwardPorts
from ansible_collections.farsite.fleet.tests.unit.plugins.plugin_utils.fleet.fleet_strategies import LARGE_POOLS, fleets
from ansible_collections.farsite.fleet.tests.unit.plugins.plugin_utils.fleet.fleets import (
    DEPOT,
    FLEET,
    QUARRY,
    files,
    fleet_of,
    site_view,
)

if t.TYPE_CHECKING:
    from collections.abc import Hashable, Iterable

    from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.files import FleetFiles


def test_the_addresses_of_a_site_whose_lan_is_mapped() -> None:
    site = site_view(pools={"ula": "fd00:1:2::/48"}).addresses
    assert [str(value) for value in (site.tunnel, site.tunnel6, site.prefix, site.prefix6)] == [
        "10.79.0.17",
        "fd00:1:2::11",
        "10.80.17.0/24",
        "fd00:1:2:11::/64",
    ]
    assert [str(value) for value in (site.lan, site.router, site.router6)] == [
        "192.168.1.0/24",
        "192.168.1.1",
        "fd00:1:2:11::1",
    ]
    assert site.mapped
    gate, yard = site.cameras
    assert (str(gate.lan_address), str(gate.address), str(gate.address6)) == (
        "192.168.1.11",
        "10.80.17.11",
        "fd00:1:2:11::b",
    )
    assert (gate.dns_name, gate.forwards) == ("gate.quarry-north.example.internal", ())
    (forward,) = yard.forwards
    assert (forward.hub_port, str(forward.address), forward.port) == (20162, "10.80.17.12", 80)


def test_the_addresses_of_a_site_with_its_own_lan() -> None:
    view = site_view(DEPOT, "depot", domain="cams.example.net")
    assert (str(view.addresses.tunnel), str(view.addresses.lan), str(view.addresses.router)) == (
        "10.79.1.44",
        "10.81.44.0/24",
        "10.81.44.1",
    )
    assert not view.addresses.mapped
    assert view.addresses.dns_name == "depot.cams.example.net"
    hub = view.hubs[0].addresses
    assert (str(hub.tunnel), hub.dns_name) == ("10.79.255.254", "hub-1.cams.example.net")


def test_a_small_lan_has_as_much_of_the_site_s_prefix() -> None:
    lan = {"prefix": "192.168.7.64/26", "address": "192.168.7.126", "dhcp": {"enabled": False}}
    cameras = [{"name": "a", "mac": "44:19:b6:00:00:01", "address": "192.168.7.70"}]
    site = site_view({**DEPOT, "lan": lan, "cameras": cameras}).addresses
    assert (str(site.prefix), str(site.lan), str(site.router)) == ("10.81.44.0/26", "192.168.7.64/26", "192.168.7.126")
    assert str(site.cameras[0].address) == "10.81.44.6"


def test_numbers_keep_a_camera_s_address_when_another_one_goes() -> None:
    cameras = [{**camera, "number": number} for number, camera in enumerate(QUARRY["cameras"], 1)]
    both = site_view({**QUARRY, "cameras": cameras}).addresses.cameras
    assert site_view({**QUARRY, "cameras": cameras[1:]}).addresses.cameras == both[1:]


@pytest.mark.parametrize(("pools", "highest"), [({}, 4095), (LARGE_POOLS, 65535), ({"tunnel": "10.79.0.0/24"}, 253)])
def test_the_pools_decide_how_many_sites_there_can_be(pools: dict[str, str], highest: int) -> None:
    settings = site_view(DEPOT | {"id": 1}, pools=pools).settings
    assert highest_id(settings) == highest
    last = site_view(DEPOT | {"id": highest}, pools=pools)
    assert last.addresses.tunnel < last.hubs[0].addresses.tunnel
    assert last.addresses.prefix.subnet_of(settings.pools.sites)


@given(st.sets(st.integers(1, 60000), min_size=2, max_size=12))
def test_no_two_sites_share_anything(ids: set[int]) -> None:
    sites = {f"site-{number}": {**DEPOT, "id": number} for number in ids}
    fleet = fleet_of(files(sites, {**FLEET, "pools": LARGE_POOLS}))
    views = list(fleet.sites.values())
    hub = fleet.hubs[0].addresses
    for values in (
        [view.addresses.tunnel for view in views] + [hub.tunnel],
        [view.addresses.tunnel6 for view in views] + [hub.tunnel6],
        [view.addresses.prefix for view in views],
        [view.addresses.prefix6 for view in views],
        [view.addresses.dns_name for view in views] + [hub.dns_name],
    ):
        assert len(set(values)) == len(values)
    tunnels6 = ipaddress.IPv6Network("fd00:1:2::/64")
    assert all(not view.addresses.prefix6.overlaps(tunnels6) for view in views)
    alone = fleet_of(files({views[0].name: sites[views[0].name]}, {**FLEET, "pools": LARGE_POOLS}))
    assert alone.sites[views[0].name].addresses == views[0].addresses


@pytest.mark.parametrize(
    ("hubs", "expected"),
    [
        ([{}], [("hub-1", "10.79.255.254", "::1:0", "10.78.0.0/22", "fleet")]),
        (
            [{}, {"name": "reserve"}],
            [
                ("hub-1", "10.79.255.254", "::1:0", "10.78.0.0/22", "fleet"),
                ("reserve", "10.79.255.253", "::1:1", "10.78.4.0/22", "fleet2"),
            ],
        ),
        ([{"number": 2}], [("hub-2", "10.79.255.253", "::1:1", "10.78.4.0/22", "fleet2")]),
        (
            [{"number": 4}, {"number": 1}],
            [
                ("hub-4", "10.79.255.251", "::1:3", "10.78.12.0/22", "fleet4"),
                ("hub-1", "10.79.255.254", "::1:0", "10.78.0.0/22", "fleet"),
            ],
        ),
    ],
)
def test_what_a_hub_has_follows_from_its_number(hubs: list[dict[str, t.Any]], expected: list[tuple[str, ...]]) -> None:
    given_hubs = [{**hub, "address": f"203.0.113.{index}"} for index, hub in enumerate(hubs, 1)]
    wanted = files({}, {**FLEET, "hub": given_hubs, "pools": {"ula": "fd00:1:2::/48"}})
    settings = fleet_of(dataclasses.replace(wanted, keys={})).settings
    found = [hub_addresses(settings, position) for position in range(len(hubs))]
    site = site_view().site
    assert [
        (hub.name, str(hub.tunnel), str(hub.tunnel6)[8:], str(hub.operators), tunnel_interface(site, hub.number))
        for hub in found
    ] == expected
    assert [str(operator_address(hub, 5)) for hub in found] == [str(hub.operators[5]) for hub in found]


@pytest.mark.parametrize(("pool", "highest"), [("10.78.0.0/20", 1022), ("10.78.0.0/28", 2), ("172.16.0.0/12", 65535)])
def test_a_part_of_the_pool_decides_how_many_people_there_can_be(pool: str, highest: int) -> None:
    assert highest_operator_id(site_view(pools={"operators": pool}).settings) == highest


def test_further_hubs_take_addresses_from_the_end_of_the_tunnel_pool() -> None:
    one, two = ({"address": "a.example.net"}, {"address": "b.example.net", "number": 4})
    pools = {"tunnel": "10.79.0.0/24"}
    assert highest_id(site_view(DEPOT | {"id": 1}, pools=pools, hub=[one]).settings) == 253
    wanted = files({"depot": DEPOT | {"id": 250}}, {**FLEET, "hub": [one, two], "pools": pools})
    wanted = dataclasses.replace(wanted, keys={**wanted.keys, "hub-4": wanted.keys["hub-2"]})
    del wanted.keys["hub-2"]  # type: ignore[attr-defined]
    fleet = fleet_of(wanted)
    assert highest_id(fleet.settings) == 250
    assert fleet.sites["depot"].addresses.tunnel < min(hub.addresses.tunnel for hub in fleet.hubs)


def duplicates(values: Iterable[Hashable]) -> list[Hashable]:
    return [value for value, count in collections.Counter(values).items() if count > 1]


@given(fleets(least=1))
def test_no_two_hosts_share_an_address_a_prefix_a_port_or_a_name(given_files: FleetFiles) -> None:
    fleet = fleet_of(given_files)
    sites = [view.addresses for view in fleet.sites.values()]
    cameras = [camera for site in sites for camera in site.cameras]
    hubs = [hub.addresses for hub in fleet.hubs]
    people = [operator_address(hub, person.operator.id) for hub in hubs for person in fleet.operators.values()]
    of_version4 = [*(site.tunnel for site in sites), *(hub.tunnel for hub in hubs), *people]
    assert duplicates([*of_version4, *(camera.address for camera in cameras)]) == []
    of_version6 = [address for site in sites for address in (site.tunnel6, site.router6)]
    assert duplicates([*of_version6, *(camera.address6 for camera in cameras), *(hub.tunnel6 for hub in hubs)]) == []
    names = [*(site.dns_name for site in sites), *(hub.dns_name for hub in hubs)]
    assert duplicates([*names, *(camera.dns_name for camera in cameras)]) == []
    parts = [hub.operators for hub in hubs]
    assert not any(one.overlaps(other) for one, other in itertools.combinations(parts, 2))
    assert all(part.subnet_of(fleet.settings.pools.operators) for part in parts)
    assert duplicates(forward.hub_port for camera in cameras for forward in camera.forwards) == []
    for site in sites:
        assert duplicates([site.router, *(camera.lan_address for camera in site.cameras)]) == []
        assert all(camera.lan_address in site.lan and camera.address in site.prefix for camera in site.cameras)
        assert site.prefix.subnet_of(fleet.settings.pools.sites)
        assert not any(hub.tunnel6 in site.prefix6 for hub in hubs)
    for one, other in itertools.combinations(sites, 2):
        assert not one.prefix.overlaps(other.prefix)
        assert not one.prefix6.overlaps(other.prefix6)


@given(fleets(least=1), st.data())
def test_a_site_less_changes_no_other(given_files: FleetFiles, data: st.DataObject) -> None:
    gone = data.draw(st.sampled_from(sorted(given_files.sites)))
    fewer = {name: site for name, site in given_files.sites.items() if name != gone}
    keys = {name: key for name, key in given_files.keys.items() if name != gone}
    # What they may reach has the site's name in it.
    alone = dataclasses.replace(given_files, operators={}, operator_keys={})
    before, after = fleet_of(alone), fleet_of(dataclasses.replace(alone, sites=fewer, keys=keys))
    assert {name: view for name, view in before.sites.items() if name != gone} == after.sites
    assert before.hubs == after.hubs


@given(
    st.integers(0, 40),
    st.integers(1, 8),
    st.lists(st.tuples(st.integers(1, 9), st.integers(1, 9), st.integers(0, 9)), unique=True, min_size=2),
)
def test_a_port_of_the_hub_is_one_camera_s(per_site: int, per_camera: int, wanted: list[tuple[int, int, int]]) -> None:

    ports = ForwardPorts(first=20000, per_site=per_site, per_camera=per_camera)
    given_ports = [forward_port(ports, *each) for each in wanted if has_forward_port(ports, *each)]
    assert len(set(given_ports)) == len(given_ports)
