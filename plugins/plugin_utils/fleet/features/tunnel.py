# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The WireGuard tunnels to the hubs."""

from __future__ import annotations

import typing as t

from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet import placeholders
from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.addresses import numbered, tunnel_interface
from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.fragment import File, Fragment, section
from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.model.uplink import LteUplink

if t.TYPE_CHECKING:
    from collections.abc import Iterator

    from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.fleet import HubView, SiteView
    from ansible_collections.farsite.fleet.plugins.plugin_utils.uci.document import Section

HUB_PEER = "wireguard_hub_peer"
"""The peer's section; that of another hub than the first has its number behind.

Like all names of sections here one that no interface can take: those have at most 15 characters.
"""
GUARD = "/etc/hotplug.d/iface/95-farsite-tunnel"

MTU = 1420
MTU_LTE = 1280


def tunnel(view: SiteView) -> Fragment:
    """Return for each hub an interface with the hub as its only peer, and the routes through it; and a guard of names.

    The routes are sections of their own, not ``route_allowed_ips``: netifd adds and removes them at a reload, while
    that option acts only when the interface is set up (``wireguard.sh``). Without ``nohostroute`` netifd ties the
    tunnel to the uplink that leads to the hub, and sets it up anew when that one is gone.

    What the router lets in through a tunnel is its hub and the people there: no other site has its addresses here.
    People have another address at each hub, so an answer goes back through the tunnel that the question came through.
    Nothing fails over here, and no metric could do it: a WireGuard interface stays up when its hub is gone.
    """
    sections = tuple(section for hub in view.hubs for section in _to_hub(view, hub))
    return Fragment(owned={"network": sections}, install=("wireguard-tools",), files=_guard(view))


def _to_hub(view: SiteView, hub: HubView) -> Iterator[Section]:
    settings, plan, number = view.site.tunnel, view.addresses, numbered(hub.addresses.number)
    hub4, hub6, people = f"{hub.addresses.tunnel}/32", f"{hub.addresses.tunnel6}/128", hub.addresses.operators
    name = tunnel_interface(view.site, hub.addresses.number)
    yield section(
        "interface",
        name,
        proto="wireguard",
        private_key=placeholders.PRIVATE_KEY,
        addresses=(f"{plan.tunnel}/32", f"{plan.tunnel6}/128"),
        mtu=settings.mtu or tunnel_mtu(view),
    )
    yield section(
        f"wireguard_{name}",
        HUB_PEER + number,
        description=hub.name,
        public_key=hub.public_key or placeholders.public_key(hub.name),
        preshared_key=placeholders.secret(settings.preshared_key) if settings.preshared_key else None,
        endpoint_host=hub.settings.address,
        endpoint_port=hub.settings.port,
        persistent_keepalive=settings.keepalive,
        allowed_ips=(hub4, hub6, people),
    )
    yield section("route", f"route_to_hub_tunnel{number}", interface=name, target=hub4)
    yield section("route", f"route_to_operators{number}", interface=name, target=people)
    yield section("route6", f"route6_to_hub_tunnel{number}", interface=name, target=hub6)


def _guard(view: SiteView) -> tuple[File, ...]:
    """Return the guard of hubs that have names; that of the first hub alone is simpler."""
    if not any(isinstance(hub.settings.address, str) for hub in view.hubs):
        return ()
    first = all(hub.addresses.number == 1 for hub in view.hubs)
    return (File(GUARD, 0o644, script="tunnel_guard" if first else "tunnels_guard"),)


def tunnel_mtu(view: SiteView) -> int:
    """Return the MTU of a tunnel that names none: mobile networks drop fragments, and have less than 1500."""
    return MTU_LTE if any(isinstance(uplink, LteUplink) for uplink in view.site.uplink) else MTU
