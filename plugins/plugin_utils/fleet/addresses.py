# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The address plan: every address, port and name of a site by arithmetic from its id, whatever other sites do."""

from __future__ import annotations

import dataclasses
import ipaddress
import typing as t

from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.model.fleet import MOST_HUBS, derived_ula
from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.model.site import HIGHEST_ID
from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.network_kinds import PORT

if t.TYPE_CHECKING:
    from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.model.camera import Camera
    from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.model.fleet import (
        FleetSettings,
        ForwardPorts,
        Hub,
    )
    from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.model.site import Site

SITE_LENGTH = 24
"""Length of a site's own prefix."""
ROUTER_HOST = 1
FIRST_CAMERA_HOST = 10
"""Offset of camera number 0, which there is not: camera 1 has the 11th address of its prefix."""


_HUB_HOST6 = 0x1_0000  # ids end at 65535
_PART_BITS = (MOST_HUBS - 1).bit_length()
_ALL_ADDRESSES = 2**32


@dataclasses.dataclass(frozen=True, slots=True)
class ForwardAddress:
    """One port of the hub that leads to a camera: TCP ``hub_port`` to ``address:port``, for ``sources`` only."""

    hub_port: int
    address: ipaddress.IPv4Address
    port: int
    sources: tuple[ipaddress.IPv4Network | ipaddress.IPv6Network, ...]


@dataclasses.dataclass(frozen=True, slots=True)
class CameraAddresses:
    """Where a camera is: ``lan_address`` in its LAN, ``address`` through the tunnel; one and the same in most sites."""

    camera: Camera
    number: int
    lan_address: ipaddress.IPv4Address
    address: ipaddress.IPv4Address
    address6: ipaddress.IPv6Address
    dns_name: str
    forwards: tuple[ForwardAddress, ...]


@dataclasses.dataclass(frozen=True, slots=True)
class SiteAddresses:
    """What follows from a site's id."""

    tunnel: ipaddress.IPv4Address
    tunnel6: ipaddress.IPv6Address
    prefix: ipaddress.IPv4Network
    """The site's own /24 (or, of a mapped LAN that is smaller, as much of its start): what hub and operators see."""
    prefix6: ipaddress.IPv6Network
    lan: ipaddress.IPv4Network
    """What the LAN itself uses: ``prefix``, or one of somebody else's that is mapped 1:1."""
    router: ipaddress.IPv4Address
    """The router in ``lan``."""
    router6: ipaddress.IPv6Address
    dns_name: str
    cameras: tuple[CameraAddresses, ...]

    @property
    def mapped(self) -> bool:
        """Return whether the LAN has another prefix than the site."""
        return self.lan != self.prefix


@dataclasses.dataclass(frozen=True, slots=True)
class HubAddresses:
    """What follows from a hub's number."""

    name: str
    number: int
    tunnel: ipaddress.IPv4Address
    tunnel6: ipaddress.IPv6Address
    operators: ipaddress.IPv4Network
    """The hub's part of the operators' pool: the tunnel addresses that people have at this hub, and at no other."""
    dns_name: str


def pools(settings: FleetSettings) -> tuple[tuple[str, ipaddress.IPv4Network], ...]:
    """Return the IPv4 ranges that are the fleet's, by their names in its file."""
    given = settings.pools
    return (("tunnel", given.tunnel), ("sites", given.sites), ("operators", given.operators))


def highest_ids(settings: FleetSettings) -> dict[str, int]:
    """Return the highest id that each pool has room for, by its name. The /48 of IPv6 has room for every id."""
    hub = settings.pools.tunnel.num_addresses - 1 - max(hub_numbers(settings))
    prefixes: int = 2 ** (SITE_LENGTH - settings.pools.sites.prefixlen)
    return {"tunnel": min(hub - 1, HIGHEST_ID), "sites": min(prefixes - 1, HIGHEST_ID)}


def highest_id(settings: FleetSettings) -> int:
    """Return the highest id that every pool has room for."""
    return min(highest_ids(settings).values())


def hub_number(hub: Hub, position: int) -> int:
    """Return the number of the hub at a *position* (from 0) of the list."""
    return hub.number or position + 1


def hub_numbers(settings: FleetSettings) -> tuple[int, ...]:
    """Return the numbers of all hubs, in the file's order."""
    return tuple(hub_number(hub, position) for position, hub in enumerate(settings.hubs))


def default_hub_name(number: int) -> str:
    """Return the name of a hub that names none."""
    return f"hub-{number}"


def hub_addresses(settings: FleetSettings, position: int) -> HubAddresses:
    """Return the addresses of the hub at a *position* (from 0) of the list.

    In the tunnel pool they are the last usable ones; IPv6 ones are such that no site's id comes to.
    """
    hub = settings.hubs[position]
    number = hub_number(hub, position)
    name = hub.name or default_hub_name(number)
    pool = settings.pools.operators
    part = pool.num_addresses // MOST_HUBS
    return HubAddresses(
        name=name,
        number=number,
        tunnel=settings.pools.tunnel[-1 - number],
        tunnel6=ula(settings)[_HUB_HOST6 + number - 1],
        operators=ipaddress.IPv4Network((int(pool.network_address) + (number - 1) * part, pool.prefixlen + _PART_BITS)),
        dns_name=f"{name}.{domain(settings)}",
    )


def operator_address(hub: HubAddresses, operator_id: int) -> ipaddress.IPv4Address:
    """Return the tunnel address that a person has at a hub. The id is at most ``highest_operator_id``."""
    return hub.operators.network_address + operator_id


def highest_operator_id(settings: FleetSettings) -> int:
    """Return the highest id of a person that each hub's part of the pool has room for."""
    part: int = settings.pools.operators.num_addresses // MOST_HUBS
    return min(part - 2, HIGHEST_ID)


def tunnel_interface(site: Site, number: int) -> str:
    """Return the name of a router's WireGuard interface to the hub with that number."""
    return site.tunnel.interface + numbered(number)


def numbered(number: int) -> str:
    """Return what the hub with that number adds to a name: nothing for the first one."""
    return "" if number == 1 else str(number)


def site_addresses(settings: FleetSettings, name: str, site: Site) -> SiteAddresses:
    """Return the addresses of the site called *name*. Its id is at most ``highest_id``.

    A camera that does not fit into the LAN gets an address all the same, for the checks to find: it wraps at the ends
    of IPv4.
    """
    fleet6 = ula(settings).network_address
    prefix6 = ipaddress.IPv6Network((int(fleet6) + (site.id << 64), 64))
    own = ipaddress.IPv4Network((int(settings.pools.sites.network_address) + (site.id << 8), SITE_LENGTH))
    lan = site.lan.prefix or own
    prefix = ipaddress.IPv4Network((int(own.network_address), lan.prefixlen))
    addresses = SiteAddresses(
        tunnel=settings.pools.tunnel.network_address + site.id,
        tunnel6=fleet6 + site.id,
        prefix=prefix,
        prefix6=prefix6,
        lan=lan,
        router=site.lan.address or lan.network_address + ROUTER_HOST,
        router6=prefix6.network_address + ROUTER_HOST,
        dns_name=f"{name}.{domain(settings)}",
        cameras=(),
    )
    cameras = (
        _camera(settings.forward_ports, site.id, addresses, camera, camera.number or position)
        for position, camera in enumerate(site.cameras, 1)
    )
    return dataclasses.replace(addresses, cameras=tuple(cameras))


def _camera(ports: ForwardPorts, site_id: int, site: SiteAddresses, camera: Camera, number: int) -> CameraAddresses:
    lan_address = camera.address or _shifted(site.lan.network_address, FIRST_CAMERA_HOST + number)
    address = _shifted(site.prefix.network_address, int(lan_address) - int(site.lan.network_address))
    forwards: tuple[ForwardAddress, ...] = ()
    if camera.forward:
        hub_ports = camera.forward.hub_port or tuple(
            forward_port(ports, site_id, number, index) for index in range(len(camera.forward.port))
        )
        forwards = tuple(
            ForwardAddress(hub_port, address, port, camera.forward.sources)
            for hub_port, port in zip(hub_ports, camera.forward.port, strict=True)
        )
    return CameraAddresses(
        camera=camera,
        number=number,
        lan_address=lan_address,
        address=address,
        address6=site.prefix6.network_address + FIRST_CAMERA_HOST + number,
        dns_name=f"{camera.name}.{site.dns_name}",
        forwards=forwards,
    )


def _shifted(address: ipaddress.IPv4Address, offset: int) -> ipaddress.IPv4Address:
    return ipaddress.IPv4Address((int(address) + offset) % _ALL_ADDRESSES)


def forward_port(ports: ForwardPorts, site_id: int, number: int, index: int) -> int:
    """Return the hub's port for a camera's forwarded port number *index* (from 0)."""
    return ports.first + (site_id - 1) * ports.per_site + (number - 1) * ports.per_camera + index


def has_forward_port(ports: ForwardPorts, site_id: int, number: int, index: int) -> bool:
    """Return whether there is such a port, and it is the camera's own."""
    inside = index < ports.per_camera and (number - 1) * ports.per_camera + index < ports.per_site
    return inside and forward_port(ports, site_id, number, index) <= PORT.highest


def domain(settings: FleetSettings) -> str:
    """Return the fleet's domain."""
    return settings.domain or f"{settings.name}.internal"


def ula(settings: FleetSettings) -> ipaddress.IPv6Network:
    """Return the fleet's IPv6 prefix, a /48."""
    return settings.pools.ula or derived_ula(settings.name)
