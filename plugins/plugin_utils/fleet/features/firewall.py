# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The router's firewall, as firewall4 reads it. ``docs/firewall.md`` says who reaches what."""

from __future__ import annotations

import typing as t

from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.features.camera_flows import (
    DHCP,
    DHCPV6,
    NTP,
    camera_flows,
)
from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.features.lan import INTERFACE
from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.features.lan_mapping import lan_mapping
from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.fragment import Fragment, section
from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.model.uplink import EthernetUplink

if t.TYPE_CHECKING:
    from collections.abc import Iterator

    from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.fleet import SiteView
    from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.fragment import Option
    from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.model.camera import Camera
    from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.model.site import Site
    from ansible_collections.farsite.fleet.plugins.plugin_utils.uci.document import Section

LAN = "lan"
TUNNEL = "tunnel"
WAN = "wan"
"""The zones."""

DHCP_CLIENT = 68
DHCPV6_CLIENT = 546
DNS = 53

_LINK_LOCAL = "fe80::/10"
_MLD_QUERY = ("130/0",)
_NEIGHBOURS = ("neighbour-solicitation", "neighbour-advertisement")


def firewall(view: SiteView) -> Fragment:
    """Return all of the package ``firewall``, and the files of nftables that firewall4 includes."""
    site = view.site
    sections = (
        # auto_helper: a helper of connection tracking opens ports for a flow by what is said in it.
        section("defaults", None, input="DROP", output="ACCEPT", forward="DROP", auto_helper=False),
        section("zone", LAN, name=LAN, network=[INTERFACE], input="REJECT", output="ACCEPT", forward="REJECT"),
        section(
            "zone",
            TUNNEL,
            name=TUNNEL,
            network=view.tunnels,
            input="REJECT",
            output="ACCEPT",
            forward="REJECT",
            mtu_fix=True,
        ),
        section(
            "zone",
            WAN,
            name=WAN,
            network=[uplink.name for uplink in site.uplink],
            input="DROP",
            output="ACCEPT",
            forward="DROP",
            masq=True,
            mtu_fix=True,
        ),
        section("forwarding", "tunnel_to_lan", src=TUNNEL, dest=LAN),
        *([section("forwarding", "lan_to_wan", src=LAN, dest=WAN)] if site.lan.internet else []),
        *_needed_by_every_device(site),
        *(rule for camera in site.cameras for rule in _isolation(camera)),
        *_lan(site),
        *_tunnel(site),
        *_wan(site),
    )
    return Fragment(owned={"firewall": sections}, files=(*camera_flows(view), *lan_mapping(view)))


def _accept(name: str, title: str, src: str, proto: str, **matches: Option) -> Section:
    return section("rule", name, name=title, src=src, proto=proto, **matches, target="ACCEPT")


def _needed_by_every_device(site: Site) -> Iterator[Section]:
    """Yield what stands before the isolation of cameras: they need it to be reached."""
    if site.lan.dhcp.enabled or site.cameras:
        yield _accept("lan_dhcp", "DHCP from the LAN", LAN, "udp", family="ipv4", dest_port=DHCP)
        yield _accept("lan_dhcpv6", "DHCPv6 from the LAN", LAN, "udp", family="ipv6", dest_port=DHCPV6)
    # IPv6 has no ARP: without these a router finds nobody. Connection tracking does not know them.
    kinds = ["router-solicitation", *_NEIGHBOURS]
    yield _accept("lan_neighbours", "IPv6 neighbours in the LAN", LAN, "icmp", family="ipv6", icmp_type=kinds)
    if site.system.ntp.serve_lan:
        yield _accept("lan_ntp", "NTP from the LAN", LAN, "udp", dest_port=NTP)


def _isolation(camera: Camera) -> Iterator[Section]:
    """Yield the rules that hold a camera by its MAC address, whatever IP address it gives itself."""
    name = "camera_" + camera.name.replace("-", "_")
    matches = {"src_mac": [camera.mac], "proto": "all", "target": "DROP"}
    yield section("rule", f"{name}_to_router", name=f"Camera {camera.name} to the router", src=LAN, **matches)
    # Before all zones: no other zone, and no forwarding of one, lets a camera through.
    yield section("rule", f"{name}_beyond", name=f"Camera {camera.name} beyond the LAN", src="*", dest="*", **matches)


def _lan(site: Site) -> Iterator[Section]:
    # A switch that asks who listens, and hears nothing, keeps neighbour solicitations from the router.
    yield _multicast("lan_mld", "IPv6 multicast queries in the LAN", LAN)
    yield _accept("lan_ping", "Ping from the LAN", LAN, "icmp", icmp_type=["echo-request"])
    if site.ssh.from_lan:
        yield _accept("lan_ssh", "SSH from the LAN", LAN, "tcp", dest_port=site.ssh.port)
    if site.lan.internet:
        # Names can carry data out, so who may not use the uplink may not ask for names either.
        yield _accept("lan_dns", "DNS from the LAN", LAN, "tcp udp", dest_port=DNS)


def _tunnel(site: Site) -> Iterator[Section]:
    yield _accept("tunnel_ping", "Ping from the tunnel", TUNNEL, "icmp", icmp_type=["echo-request"])
    yield _accept("tunnel_ssh", "SSH from the tunnel", TUNNEL, "tcp", dest_port=site.ssh.port)


def _wan(site: Site) -> Iterator[Section]:
    """Yield what a link needs to work. Errors such as packet-too-big belong to flows and pass with them."""
    if any(not isinstance(uplink, EthernetUplink) or uplink.protocol == "dhcp" for uplink in site.uplink):
        yield _accept("wan_dhcp", "DHCP lease of an uplink", WAN, "udp", family="ipv4", dest_port=DHCP_CLIENT)
    yield _accept("wan_dhcpv6", "DHCPv6 lease of an uplink", WAN, "udp", family="ipv6", dest_port=DHCPV6_CLIENT)
    kinds = ["router-advertisement", *_NEIGHBOURS]
    yield _accept("wan_neighbours", "IPv6 neighbours in an uplink", WAN, "icmp", family="ipv6", icmp_type=kinds)
    yield _multicast("wan_mld", "IPv6 multicast queries in an uplink", WAN)


def _multicast(name: str, title: str, zone: str) -> Section:
    return _accept(name, title, zone, "icmp", family="ipv6", src_ip=_LINK_LOCAL, icmp_type=_MLD_QUERY)
