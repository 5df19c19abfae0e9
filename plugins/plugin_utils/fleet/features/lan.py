# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The site's own network: the router's addresses in it, and what devices that ask are told."""

from __future__ import annotations

import typing as t

from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet import addresses
from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.fragment import Fragment, section
from ansible_collections.farsite.fleet.plugins.plugin_utils.uci.data import SectionData

if t.TYPE_CHECKING:
    from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.fleet import SiteView

INTERFACE = "lan"


def lan(view: SiteView) -> Fragment:
    """Return the interface ``lan``, its bridge if ports are given, and its DHCP.

    The prefix of the interface's IPv6 address is the site's /64 of the fleet's own /48. That one is ``ula_prefix`` too,
    so that odhcpd announces the way to all of it (netifd's unreachable route for it is what odhcpd looks for): a device
    finds back to the tunnel. There is no public prefix, so the router is announced as no default router.
    """
    settings, plan = view.site.lan, view.addresses
    network = section(
        "interface",
        INTERFACE,
        device=settings.device,
        proto="static",
        ipaddr=(f"{plan.router}/{plan.lan.prefixlen}",),
        ip6addr=(f"{plan.router6}/{plan.prefix6.prefixlen}",),
    )
    dhcp = section(
        "dhcp",
        INTERFACE,
        interface=INTERFACE,
        start=settings.dhcp.first,
        limit=settings.dhcp.count,
        leasetime=settings.dhcp.lease,
        # Without it dnsmasq and odhcpd answer none but the hosts that they have a section of.
        dynamicdhcp=settings.dhcp.enabled,
        dhcpv4="server",
        dhcpv6="server",
        ra="server",
        ra_slaac=settings.dhcp.enabled,
        ra_flags=("managed-config", "other-config"),
    )
    shared = [SectionData(section("globals", "globals", ula_prefix=addresses.ula(view.settings)))]
    if settings.ports:
        # Shared, since boards have a MAC address of their own here; without a name, since each release has another.
        bridge = section("device", None, name=settings.device, type="bridge", ports=settings.ports)
        shared.append(SectionData(bridge))
    return Fragment(owned={"network": (network,), "dhcp": (dhcp,)}, shared={"network": tuple(shared)})
