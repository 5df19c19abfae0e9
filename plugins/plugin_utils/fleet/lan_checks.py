# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How the LAN of a site, its router and its cameras fit together, and into the fleet."""

from __future__ import annotations

import typing as t
from collections.abc import Mapping

from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.addresses import (
    SITE_LENGTH,
    forward_port,
    has_forward_port,
    highest_ids,
    pools,
)
from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.model.camera import MOST_CAMERAS
from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.network_kinds import PORT
from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.ranges import is_host, unusable_range

if t.TYPE_CHECKING:
    import ipaddress

    from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.addresses import CameraAddresses, SiteAddresses
    from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.model.fleet import FleetSettings
    from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.model.lan import Dhcp
    from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.model.site import Site
    from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.problems import Place

HUB_SSH_PORT = 22
_LONGEST_NAME = 253
"""RFC 1035, 2.3.4, as it is written out."""


def check_id(settings: FleetSettings, site: Site, place: Place) -> bool:
    """Return whether the pools have room for the site's id; report it if not."""
    ranges = dict(pools(settings))
    ends = [
        f"pools.{name} {ranges[name]} of fleet.yml ends at {highest}"
        for name, highest in highest_ids(settings).items()
        if site.id > highest
    ]
    if ends:
        place.at("id").problem(f"found {site.id}, but {', '.join(ends)}; take a lower one, or a larger pool")
    return not ends


def check_lan(settings: FleetSettings, site: Site, addresses: SiteAddresses, place: Place) -> None:
    """Report what is wrong with the LAN, the router in it, and the addresses for unknown devices."""
    lan, dhcp = addresses.lan, site.lan.dhcp
    if addresses.mapped:
        _check_mapped(settings, addresses, place.at("prefix"))
    last = dhcp.first + dhcp.count - 1
    highest = lan.num_addresses - 2
    if not is_host(addresses.router, lan):
        place.at("address").problem(
            f"{addresses.router} is no address of a host in {lan}; expected one from {lan[1]} to {lan[-2]}"
        )
    elif _is_leased(addresses.router, addresses, dhcp):
        place.at("address").problem(f"{addresses.router} {_leased(addresses, dhcp)}")
    if dhcp.enabled and last > highest:
        place.at("dhcp").problem(
            f"the addresses {dhcp.first} to {last} do not fit into {lan}, whose last one is {highest}; "
            "set first and count, or enabled: false"
        )


def _check_mapped(settings: FleetSettings, addresses: SiteAddresses, place: Place) -> None:
    lan = addresses.lan
    taken = unusable_range(lan)
    if taken:
        place.problem(f"{lan} overlaps {taken}, which no LAN can have; expected the prefix that the LAN has")
    for name, pool in pools(settings):
        if lan.overlaps(pool):
            own = addresses.prefix.supernet(new_prefix=SITE_LENGTH)
            place.problem(f"{lan} overlaps pools.{name}, {pool}, of fleet.yml; without it the LAN has {own}")
    for hub in settings.hubs:
        if not isinstance(hub.address, str) and hub.address in lan:
            place.problem(f"{lan} has the hub's address {hub.address} in it, which the router then cannot reach")


def check_camera_list(data: object, place: Place) -> None:
    """Report names and numbers that two cameras of a site have, in data that may have other errors."""
    names: dict[str, int] = {}
    numbers: dict[int, int] = {}
    for index, camera in enumerate(data if isinstance(data, (list, tuple)) else ()):
        if not isinstance(camera, Mapping):
            continue
        name, number = camera.get("name"), camera.get("number")
        if isinstance(name, str) and names.setdefault(name, index) != index:
            place.at(index, "name").problem(f"{name} is the name of cameras[{names[name]}] too; each needs its own")
        if number is None:
            number, shown = index + 1, f"{index + 1}, its position,"
        elif isinstance(number, int) and not isinstance(number, bool) and 1 <= number <= MOST_CAMERAS:
            shown = f"{number}"
        else:
            continue
        if numbers.setdefault(number, index) != index:
            place.at(index, "number").problem(
                f"{shown} is the number of cameras[{numbers[number]}] too; each needs its own"
            )


def check_cameras(settings: FleetSettings, site: Site, addresses: SiteAddresses, place: Place) -> None:
    """Report addresses that cameras cannot have, and ports of the hub that lead to no camera, or to two."""
    hosts = {addresses.router: "the router"}
    numbers: set[int] = set()
    for index, camera in enumerate(addresses.cameras):
        where = place.at(index)
        # Two of one number are told already, so not again that they have one address.
        if camera.number not in numbers or camera.camera.address:
            _check_host(camera, site.lan.dhcp, addresses, hosts, where)
        numbers.add(camera.number)
        hosts.setdefault(camera.lan_address, f"cameras[{index}]")
        if len(camera.dns_name) > _LONGEST_NAME:
            where.at("name").problem(
                f"{camera.dns_name} has {len(camera.dns_name)} characters, DNS has names of at most {_LONGEST_NAME}; "
                "shorten the camera's, the site's or the domain"
            )
        _check_forwards(settings, site.id, camera, where.at("forward"))


def _check_host(
    camera: CameraAddresses,
    dhcp: Dhcp,
    addresses: SiteAddresses,
    hosts: Mapping[ipaddress.IPv4Address, str],
    place: Place,
) -> None:
    lan = addresses.lan
    explicit = camera.camera.address is not None
    where = place.at("address") if explicit else place.at("number")
    shown = f"{camera.lan_address}" if explicit else f"{camera.lan_address}, of camera number {camera.number},"
    if not is_host(camera.lan_address, lan):
        where.problem(
            f"{shown} is no address of a host in {lan}; give an address from {lan[1]} to {lan[-2]} that nobody has"
        )
    elif camera.lan_address in hosts:
        where.problem(f"{shown} is that of {hosts[camera.lan_address]} too; give another address")
    elif _is_leased(camera.lan_address, addresses, dhcp):
        where.problem(f"{shown} {_leased(addresses, dhcp)}")


def _is_leased(address: ipaddress.IPv4Address, addresses: SiteAddresses, dhcp: Dhcp) -> bool:
    offset = int(address) - int(addresses.lan.network_address)
    return dhcp.enabled and dhcp.first <= offset < dhcp.first + dhcp.count


def _leased(addresses: SiteAddresses, dhcp: Dhcp) -> str:
    first = addresses.lan.network_address + dhcp.first
    return (
        f"is one of the {dhcp.count} addresses from {first} on that lan.dhcp gives to unknown devices; give an address "
        "outside of them, or set first and count of lan.dhcp"
    )


def _check_forwards(settings: FleetSettings, site_id: int, camera: CameraAddresses, place: Place) -> None:
    forward, ports = camera.camera.forward, settings.forward_ports
    if forward is None:
        return
    for index, address in enumerate(camera.forwards):
        where = place.at("hub_port") if forward.hub_port else place.at("port")
        where = where.at(index) if len(camera.forwards) > 1 else where
        if forward.hub_port or has_forward_port(ports, site_id, camera.number, index):
            if address.hub_port == HUB_SSH_PORT:
                where.problem(f"{HUB_SSH_PORT} is the hub's own port for SSH; give another hub_port")
            else:
                where.claim(f"port {address.hub_port} of the hub", address.hub_port)
        elif not has_forward_port(ports, 1, camera.number, index):
            where.problem(
                f"camera number {camera.number} has no port number {index + 1}: forward_ports of fleet.yml gives "
                f"{ports.per_site} to each site, {ports.per_camera} to each camera; give hub_port"
            )
        else:
            where.problem(
                f"its port of the hub would be {forward_port(ports, site_id, camera.number, index)}, and the last one "
                f"is {PORT.highest}; give hub_port"
            )
