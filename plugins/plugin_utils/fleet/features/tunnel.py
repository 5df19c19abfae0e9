# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The WireGuard tunnel to the hub."""

from __future__ import annotations

import typing as t

from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet import placeholders
from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.fragment import File, Fragment, section
from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.model.uplink import LteUplink

if t.TYPE_CHECKING:
    from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.fleet import SiteView

HUB_PEER = "wireguard_hub_peer"
"""The peer's section. Like all names of sections here that no interface can take: those have at most 15 characters."""
GUARD = "/etc/hotplug.d/iface/95-farsite-tunnel"

_MTU = 1420
_MTU_LTE = 1280


def tunnel(view: SiteView) -> Fragment:
    """Return the interface, the hub as its only peer, the routes through it, and a guard where the hub has a name.

    The routes are sections of their own, not ``route_allowed_ips``: netifd adds and removes them at a reload, while
    that option acts only when the interface is set up (``wireguard.sh``). Without ``nohostroute`` netifd ties the
    tunnel to the uplink that leads to the hub, and sets it up anew when that one is gone.

    What the router lets in through the tunnel is the hub and people: no other site has its addresses here.
    """
    settings, plan = view.site.tunnel, view.addresses
    hub4, hub6, people = f"{view.hub.tunnel}/32", f"{view.hub.tunnel6}/128", view.settings.pools.operators
    endpoint = view.settings.hub
    name = settings.interface
    sections = (
        section(
            "interface",
            name,
            proto="wireguard",
            private_key=placeholders.PRIVATE_KEY,
            addresses=(f"{plan.tunnel}/32", f"{plan.tunnel6}/128"),
            mtu=settings.mtu or tunnel_mtu(view),
        ),
        section(
            f"wireguard_{name}",
            HUB_PEER,
            description=view.settings.hub.name,
            public_key=view.hub_key,
            preshared_key=placeholders.secret(settings.preshared_key) if settings.preshared_key else None,
            endpoint_host=endpoint.address,
            endpoint_port=endpoint.port,
            persistent_keepalive=settings.keepalive,
            allowed_ips=(hub4, hub6, people),
        ),
        section("route", "route_to_hub_tunnel", interface=name, target=hub4),
        section("route", "route_to_operators", interface=name, target=people),
        section("route6", "route6_to_hub_tunnel", interface=name, target=hub6),
    )
    guard = (File(GUARD, 0o644, script="tunnel_guard"),) if isinstance(endpoint.address, str) else ()
    return Fragment(owned={"network": sections}, install=("wireguard-tools",), files=guard)


def tunnel_mtu(view: SiteView) -> int:
    """Return the MTU of a tunnel that names none: mobile networks drop fragments, and have less than 1500."""
    return _MTU_LTE if any(isinstance(uplink, LteUplink) for uplink in view.site.uplink) else _MTU
