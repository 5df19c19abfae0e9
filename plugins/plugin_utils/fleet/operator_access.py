# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a person reaches, as networks: for the firewall of a hub exactly, for the person's own device as its routes."""

from __future__ import annotations

import dataclasses
import ipaddress
import typing as t

from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.addresses import operator_address
from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.model.operator import ALL

if t.TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.fleet import Fleet, SiteView
    from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.model.operator import Access

Network4 = ipaddress.IPv4Network


@dataclasses.dataclass(frozen=True, slots=True)
class OperatorHub:
    """What the device of a person needs for one hub. It is one of several tunnels: each hub knows the same key."""

    hub: str
    """The hub's name."""
    public_key: str | None
    """Of the hub; None if there is none yet."""
    address: ipaddress.IPv4Interface
    """The person's own, a /32."""
    endpoint: str
    """``HOST:PORT``."""
    allowed: tuple[Network4, ...]
    """What is sent into the tunnel: the hub, and at least all that is reached; the hub refuses the rest."""
    dns_name: str
    """Of the hub, in the fleet's domain."""


def operator_view(fleet: Fleet, name: str) -> tuple[OperatorHub, ...]:
    """Return what the device of the person called *name* needs, for each active hub in the file's order.

    Raises KeyError if there is no such person.
    """
    person = fleet.operators[name]
    routed = tuple(network for access in person.access for network in _routed(fleet, access))
    return tuple(
        OperatorHub(
            hub=hub.name,
            public_key=hub.public_key,
            address=ipaddress.IPv4Interface(operator_address(hub.addresses, person.operator.id)),
            endpoint=f"{hub.settings.address}:{hub.settings.port}",
            allowed=_collapsed((Network4(hub.addresses.tunnel), *routed)),
            dns_name=hub.addresses.dns_name,
        )
        for hub in fleet.active_hubs
    )


def reached(fleet: Fleet, access: Collection[Access]) -> tuple[Network4, ...]:
    """Return what people with all of *access* may reach: no network overlaps another, in order.

    Sites that are only planned are not there yet. Logging in to a hub is no network of these.
    """
    return _collapsed(network for one in access for network in _reached(fleet, one))


def _routed(fleet: Fleet, access: Access) -> Iterator[Network4]:
    """Yield what is reached, and more where it spares people new routes: all of a site whose cameras they see.

    Of all sites that is the whole pool, so that neither a new camera nor a new site needs any.
    """
    yield from _reached(fleet, access)
    if access.sites == (ALL,):
        yield fleet.settings.pools.sites
    else:
        yield from (view.addresses.prefix for view in _active(fleet) if _is_meant(view, access))


def _reached(fleet: Fleet, access: Access) -> Iterator[Network4]:
    everything = access.reach == "everything"
    if access.sites == (ALL,) and everything:
        yield fleet.settings.pools.tunnel
        yield fleet.settings.pools.sites
        return
    for view in _active(fleet):
        if _is_meant(view, access):
            yield from _whole(view) if everything else _cameras(view)
    for reference in access.cameras:
        site, _slash, name = reference.partition("/")
        if fleet.sites[site].site.state == "active":
            yield from _cameras(fleet.sites[site], name)


def _active(fleet: Fleet) -> Iterator[SiteView]:
    return (view for view in fleet.sites.values() if view.site.state == "active")


def _is_meant(view: SiteView, access: Access) -> bool:
    return access.sites == (ALL,) or view.name in access.sites or not set(access.labels).isdisjoint(view.site.labels)


def _whole(view: SiteView) -> Iterator[Network4]:
    yield Network4(view.addresses.tunnel)
    yield view.addresses.prefix


def _cameras(view: SiteView, name: str = "") -> Iterator[Network4]:
    """Yield the addresses of the camera called *name*, or of all cameras of a site."""
    for camera in view.addresses.cameras:
        if name in ("", camera.camera.name):
            yield Network4(camera.address)


def _collapsed(networks: Iterable[Network4]) -> tuple[Network4, ...]:
    return tuple(ipaddress.collapse_addresses(networks))
