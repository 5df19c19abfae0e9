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

    from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.reading import FleetFiles


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
    assert (str(view.hub.tunnel), view.hub.dns_name) == ("10.79.255.254", "hub-1.cams.example.net")


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
    assert last.addresses.tunnel < last.hub.tunnel
    assert last.addresses.prefix.subnet_of(settings.pools.sites)


@given(st.sets(st.integers(1, 60000), min_size=2, max_size=12))
def test_no_two_sites_share_anything(ids: set[int]) -> None:
    sites = {f"site-{number}": {**DEPOT, "id": number} for number in ids}
    fleet = fleet_of(files(sites, {**FLEET, "pools": LARGE_POOLS}))
    views = list(fleet.sites.values())
    for values in (
        [view.addresses.tunnel for view in views] + [fleet.hub.tunnel],
        [view.addresses.tunnel6 for view in views] + [fleet.hub.tunnel6],
        [view.addresses.prefix for view in views],
        [view.addresses.prefix6 for view in views],
        [view.addresses.dns_name for view in views] + [fleet.hub.dns_name],
    ):
        assert len(set(values)) == len(values)
    tunnels6 = ipaddress.IPv6Network("fd00:1:2::/64")
    assert all(not view.addresses.prefix6.overlaps(tunnels6) for view in views)
    alone = fleet_of(files({views[0].name: sites[views[0].name]}, {**FLEET, "pools": LARGE_POOLS}))
    assert alone.sites[views[0].name].addresses == views[0].addresses


def duplicates(values: Iterable[Hashable]) -> list[Hashable]:
    return [value for value, count in collections.Counter(values).items() if count > 1]


@given(fleets(least=1))
def test_no_two_hosts_share_an_address_a_prefix_a_port_or_a_name(given_files: FleetFiles) -> None:
    fleet = fleet_of(given_files)
    sites = [view.addresses for view in fleet.sites.values()]
    cameras = [camera for site in sites for camera in site.cameras]
    assert (
        duplicates([*(site.tunnel for site in sites), *(camera.address for camera in cameras), fleet.hub.tunnel]) == []
    )
    of_version6 = [address for site in sites for address in (site.tunnel6, site.router6)]
    assert duplicates([*of_version6, *(camera.address6 for camera in cameras), fleet.hub.tunnel6]) == []
    names = [*(site.dns_name for site in sites), *(camera.dns_name for camera in cameras), fleet.hub.dns_name]
    assert duplicates(names) == []
    assert duplicates(forward.hub_port for camera in cameras for forward in camera.forwards) == []
    for site in sites:
        assert duplicates([site.router, *(camera.lan_address for camera in site.cameras)]) == []
        assert all(camera.lan_address in site.lan and camera.address in site.prefix for camera in site.cameras)
        assert site.prefix.subnet_of(fleet.settings.pools.sites)
        assert fleet.hub.tunnel6 not in site.prefix6
    for one, other in itertools.combinations(sites, 2):
        assert not one.prefix.overlaps(other.prefix)
        assert not one.prefix6.overlaps(other.prefix6)


@given(fleets(least=1), st.data())
def test_a_site_less_changes_no_other(given_files: FleetFiles, data: st.DataObject) -> None:
    gone = data.draw(st.sampled_from(sorted(given_files.sites)))
    fewer = {name: site for name, site in given_files.sites.items() if name != gone}
    keys = {name: key for name, key in given_files.keys.items() if name != gone}
    before, after = fleet_of(given_files), fleet_of(dataclasses.replace(given_files, sites=fewer, keys=keys))
    assert {name: view for name, view in before.sites.items() if name != gone} == after.sites
    assert before.hub == after.hub


@given(
    st.integers(0, 40),
    st.integers(1, 8),
    st.lists(st.tuples(st.integers(1, 9), st.integers(1, 9), st.integers(0, 9)), unique=True, min_size=2),
)
def test_a_port_of_the_hub_is_one_camera_s(per_site: int, per_camera: int, wanted: list[tuple[int, int, int]]) -> None:

    ports = ForwardPorts(first=20000, per_site=per_site, per_camera=per_camera)
    given_ports = [forward_port(ports, *each) for each in wanted if has_forward_port(ports, *each)]
    assert len(set(given_ports)) == len(given_ports)
