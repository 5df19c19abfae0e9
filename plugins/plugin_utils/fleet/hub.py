# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the hub is to have: its peers, its forwards, its addresses, and the names of all that is behind it."""

from __future__ import annotations

import dataclasses
import ipaddress
import typing as t

from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet import placeholders

if t.TYPE_CHECKING:
    from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.fleet import Fleet, SiteView

Network = ipaddress.IPv4Network | ipaddress.IPv6Network


@dataclasses.dataclass(frozen=True, slots=True)
class Peer:
    """A site's router as a WireGuard peer. No prefix is in ``allowed_ips`` of two peers."""

    name: str
    """Of the site."""
    public_key: str
    allowed_ips: tuple[Network, ...]
    preshared_key: str | None
    """A placeholder, whose path is in the data of that site; None if there is none."""


@dataclasses.dataclass(frozen=True, slots=True)
class HubForward:
    """TCP ``port`` of the hub leads to ``address:target_port``, for ``sources`` only. No port is there twice."""

    port: int
    address: ipaddress.IPv4Address
    target_port: int
    sources: tuple[Network, ...]
    site: str
    camera: str


@dataclasses.dataclass(frozen=True, slots=True)
class Name:
    """A name in the fleet's domain, and where it leads to through the tunnel."""

    name: str
    address: ipaddress.IPv4Address
    address6: ipaddress.IPv6Address


@dataclasses.dataclass(frozen=True, slots=True)
class IntendedHub:
    """All that the hub is to have from the fleet's files. Of planned sites it knows nothing."""

    name: str
    address: ipaddress.IPv4Address
    address6: ipaddress.IPv6Address
    port: int
    """UDP port of WireGuard."""
    operators: ipaddress.IPv4Network
    """Tunnel addresses of people."""
    peers: tuple[Peer, ...]
    """By name."""
    forwards: tuple[HubForward, ...]
    """By port."""
    names: tuple[Name, ...]
    """The hub's first, then each site's with its cameras in the order of its file."""


def intended_hub(fleet: Fleet) -> IntendedHub:
    """Return what the hub of *fleet* is to have."""
    active = [view for view in fleet.sites.values() if view.site.state == "active"]
    forwards = [forward for view in active for forward in _forwards(view)]
    hub = fleet.hub
    return IntendedHub(
        name=fleet.settings.hub.name,
        address=hub.tunnel,
        address6=hub.tunnel6,
        port=fleet.settings.hub.port,
        operators=fleet.settings.pools.operators,
        peers=tuple(_peer(view, fleet.keys[view.name]) for view in active),
        forwards=tuple(sorted(forwards, key=lambda forward: forward.port)),
        names=(Name(hub.dns_name, hub.tunnel, hub.tunnel6), *(name for view in active for name in _names(view))),
    )


def _peer(view: SiteView, public_key: str) -> Peer:
    plan, preshared_key = view.addresses, view.site.tunnel.preshared_key
    own = (ipaddress.IPv4Network(plan.tunnel), ipaddress.IPv6Network(plan.tunnel6))
    return Peer(
        view.name,
        public_key,
        (*own, plan.prefix, plan.prefix6),
        placeholders.secret(preshared_key) if preshared_key else None,
    )


def _forwards(view: SiteView) -> t.Iterator[HubForward]:
    for camera in view.addresses.cameras:
        for forward in camera.forwards:
            yield HubForward(
                forward.hub_port, forward.address, forward.port, forward.sources, view.name, camera.camera.name
            )


def _names(view: SiteView) -> t.Iterator[Name]:
    plan = view.addresses
    yield Name(plan.dns_name, plan.tunnel, plan.tunnel6)
    for camera in plan.cameras:
        yield Name(camera.dns_name, camera.address, camera.address6)
