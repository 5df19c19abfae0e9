# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a hub is to have: its peers, its forwards, who reaches what, and the names of all that is behind it."""

from __future__ import annotations

import dataclasses
import ipaddress
import typing as t

from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet import placeholders
from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.addresses import operator_address
from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.operator_access import reached

if t.TYPE_CHECKING:
    from collections.abc import Iterator

    from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.fleet import Fleet, HubView, SiteView
    from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.model.operator import Access

Network = ipaddress.IPv4Network | ipaddress.IPv6Network


@dataclasses.dataclass(frozen=True, slots=True)
class Peer:
    """A site's router, or a person, as a WireGuard peer. No prefix is in ``allowed_ips`` of two peers."""

    name: str
    """Of the site, or ``operator`` and that of the person."""
    public_key: str
    allowed_ips: tuple[Network, ...]
    site: str | None = None
    """The site, if it is one."""
    preshared_key: str | None = None
    """A placeholder, whose path is in the data of that site; None if there is none."""


@dataclasses.dataclass(frozen=True, slots=True)
class HubOperator:
    """A person who has a key, at one hub."""

    name: str
    public_key: str
    address: ipaddress.IPv4Address
    reaches: tuple[ipaddress.IPv4Network, ...]
    """No one overlaps another."""
    hub: bool
    """Whether the person may log in to the hub."""


@dataclasses.dataclass(frozen=True, slots=True)
class HubForward:
    """TCP ``port`` of the hub leads to ``address:target_port``, for ``sources`` only. No port is there twice."""

    port: int
    address: ipaddress.IPv4Address
    target_port: int
    sources: tuple[Network, ...]
    site: str
    camera: str
    default_password: bool = False
    """Whether the camera still has its factory password."""


@dataclasses.dataclass(frozen=True, slots=True)
class Name:
    """A name in the fleet's domain, and where it leads to through the tunnel."""

    name: str
    address: ipaddress.IPv4Address
    address6: ipaddress.IPv6Address


@dataclasses.dataclass(frozen=True, slots=True)
class IntendedHub:
    """All that a hub is to have from the fleet's files. Of planned sites and people without a key it knows nothing."""

    name: str
    address: ipaddress.IPv4Address
    address6: ipaddress.IPv6Address
    port: int
    """UDP port of WireGuard."""
    operators: ipaddress.IPv4Network
    """Tunnel addresses of people at this hub."""
    peers: tuple[Peer, ...]
    """Sites by name, then people by name."""
    people: tuple[HubOperator, ...]
    """By name."""
    forwards: tuple[HubForward, ...]
    """By port."""
    names: tuple[Name, ...]
    """Those of the active hubs, and this one's, then each site's with its cameras in the order of its file."""


def intended_hub(fleet: Fleet, hub: HubView) -> IntendedHub:
    """Return what one *hub* of the fleet is to have. All hubs have the same sites, forwards and people."""
    active = [view for view in fleet.sites.values() if view.site.state == "active"]
    forwards = [forward for view in active for forward in _forwards(view)]
    people = tuple(_people(fleet, hub))
    return IntendedHub(
        name=hub.name,
        address=hub.addresses.tunnel,
        address6=hub.addresses.tunnel6,
        port=hub.settings.port,
        operators=hub.addresses.operators,
        peers=(*(_site(view, fleet.keys[view.name]) for view in active), *map(_person, people)),
        people=people,
        forwards=tuple(sorted(forwards, key=lambda forward: forward.port)),
        names=hub_names(fleet, hub),
    )


def hub_names(fleet: Fleet, hub: HubView) -> tuple[Name, ...]:
    """Return ``IntendedHub.names`` alone."""
    hubs = {other.name: other.addresses for other in (*fleet.active_hubs, hub)}
    sites = (view for view in fleet.sites.values() if view.site.state == "active")
    return (
        *(Name(addresses.dns_name, addresses.tunnel, addresses.tunnel6) for addresses in hubs.values()),
        *(name for view in sites for name in _names(view)),
    )


def _people(fleet: Fleet, hub: HubView) -> Iterator[HubOperator]:
    known: dict[tuple[Access, ...], tuple[ipaddress.IPv4Network, ...]] = {}
    for view in fleet.operators.values():
        if view.public_key is None:
            continue
        if view.access not in known:
            known[view.access] = reached(fleet, view.access)
        address = operator_address(hub.addresses, view.operator.id)
        may_log_in = any(access.hub for access in view.access)
        yield HubOperator(view.name, view.public_key, address, known[view.access], may_log_in)


def _person(person: HubOperator) -> Peer:
    return Peer(f"operator {person.name}", person.public_key, (ipaddress.IPv4Network(person.address),))


def _site(view: SiteView, public_key: str) -> Peer:
    plan, preshared_key = view.addresses, view.site.tunnel.preshared_key
    own = (ipaddress.IPv4Network(plan.tunnel), ipaddress.IPv6Network(plan.tunnel6))
    return Peer(
        view.name,
        public_key,
        (*own, plan.prefix, plan.prefix6),
        view.name,
        placeholders.secret(preshared_key) if preshared_key else None,
    )


def _forwards(view: SiteView) -> Iterator[HubForward]:
    for addresses in view.addresses.cameras:
        for forward in addresses.forwards:
            camera = addresses.camera
            yield HubForward(
                forward.hub_port,
                forward.address,
                forward.port,
                forward.sources,
                view.name,
                camera.name,
                camera.default_password,
            )


def _names(view: SiteView) -> Iterator[Name]:
    plan = view.addresses
    yield Name(plan.dns_name, plan.tunnel, plan.tunnel6)
    for camera in plan.cameras:
        yield Name(camera.dns_name, camera.address, camera.address6)
