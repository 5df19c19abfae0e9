# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How the ways to the internet fit together: uplinks, tunnel, radios, and a name that follows an uplink."""

from __future__ import annotations

import ipaddress
import typing as t

from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.addresses import (
    hub_numbers,
    pools,
    tunnel_interface,
)
from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.kinds import did_you_mean
from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.model.uplink import (
    EthernetUplink,
    LteUplink,
    WifiUplink,
    uplink_metric,
)
from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.network_kinds import INTERFACE_NAME
from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.ranges import is_host, is_public, unusable_range

if t.TYPE_CHECKING:
    from collections.abc import Iterator

    from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.addresses import SiteAddresses
    from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.model.fleet import FleetSettings
    from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.model.site import Site
    from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.model.uplink import Uplink
    from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.problems import Place

_RESERVED = {"lan": "the LAN", "loopback": "OpenWrt's own loopback", "globals": "OpenWrt's section globals"}
"""Sections of the package ``network`` that every router has."""
_LOOPBACK_DEVICE = "lo"
_PPP_DEVICES = {"pppoe": "pppoe-", "3g": "3g-"}
"""How devices of OpenWrt's PPP begin (``/lib/netifd/proto/ppp.sh``); the interface's name follows."""
_STICKS = tuple(map(ipaddress.IPv4Address, ("192.168.0.1", "192.168.1.1", "192.168.8.1")))
"""What modems that are routers themselves have as their own address, by vendor."""
_HOSTS_LENGTH = 30
"""Longest prefix that has an address of the network and one of broadcast."""


def check_uplinks(settings: FleetSettings, site: Site, addresses: SiteAddresses, place: Place) -> None:
    """Report uplinks that collide with each other, with the tunnel, the LAN or the pools."""
    _check_names(settings, site, place)
    _check_devices(settings, site, place)
    metrics: dict[int, str] = {}
    for index, (uplink, where) in enumerate(_uplinks(site, place)):
        shown = _shown(site, index)
        metric = uplink_metric(uplink, index)
        if metrics.setdefault(metric, shown) != shown:
            where.at("metric").problem(
                f"{metric} is the metric of {metrics[metric]} too; of two alike none is preferred"
            )
        if isinstance(uplink, EthernetUplink):
            earlier = [other for other in site.uplink[:index] if isinstance(other, EthernetUplink)]
            _check_ethernet(settings, uplink, addresses, earlier, where)
        elif isinstance(uplink, LteUplink) and uplink.modem == "dhcp":
            sticks = [address for address in _STICKS if address in addresses.lan]
            if sticks:
                where.at("modem").problem(
                    f"many modems that speak DHCP are {sticks[0]} themselves, which is in the LAN {addresses.lan}",
                    "warning",
                )


def _check_names(settings: FleetSettings, site: Site, place: Place) -> None:
    names = dict(_RESERVED)
    tunnels = _tunnels(settings, site)
    for tunnel in tunnels:
        if tunnel in names:
            place.at("tunnel", "interface").problem(f"{tunnel} is the name of {names[tunnel]} too; give another")
        elif len(tunnel) > INTERFACE_NAME.longest:
            place.at("tunnel", "interface").problem(
                f"the interface to another hub would be called {tunnel}, which has {len(tunnel)} characters, at most "
                f"{INTERFACE_NAME.longest} are possible; shorten it"
            )
    names |= {tunnel: "tunnel.interface" for tunnel in tunnels if tunnel not in names}
    for index, (uplink, where) in enumerate(_uplinks(site, place)):
        shown = _shown(site, index)
        if names.setdefault(uplink.name, shown) != shown:
            where.at("name").problem(f"{uplink.name} is the name of {names[uplink.name]} too; give another")
        prefix = _PPP_DEVICES.get(_protocol(uplink), "")
        longest = INTERFACE_NAME.longest - len(prefix)
        if len(uplink.name) > longest:
            where.at("name").problem(
                f"{uplink.name!r} has {len(uplink.name)} characters, at most {longest} are possible: its device is "
                f"called {prefix}{uplink.name}; shorten it"
            )


def _check_devices(settings: FleetSettings, site: Site, place: Place) -> None:
    devices = {_LOOPBACK_DEVICE: "OpenWrt's own loopback", site.lan.device: "lan.device"}
    devices |= {port: f"lan.ports[{index}]" for index, port in enumerate(site.lan.ports)}
    uplinks: dict[str, str] = {}
    for index, (uplink, where) in enumerate(_uplinks(site, place)):
        if isinstance(uplink, WifiUplink) or uplink.device is None:
            continue
        shown = _shown(site, index)
        if uplink.device in devices:
            where.at("device").problem(
                f"{uplink.device} is the device of {devices[uplink.device]} too; expected one of its own"
            )
        elif uplinks.setdefault(uplink.device, shown) != shown:
            where.at("device").problem(
                f"{uplink.device} is the device of {uplinks[uplink.device]} too, so when one fails the other does too",
                "warning",
            )
    tunnels = _tunnels(settings, site)
    for device, user in (devices | uplinks).items():
        if device in tunnels:
            place.at("tunnel", "interface").problem(f"{device} is the device of {user} too; give another name")


def _check_ethernet(
    settings: FleetSettings,
    uplink: EthernetUplink,
    addresses: SiteAddresses,
    earlier: list[EthernetUplink],
    place: Place,
) -> None:
    if uplink.address is None:
        return
    network, where = uplink.address.network, place.at("address")
    ranges = [
        ("the LAN", addresses.lan),
        *((f"pools.{name} of fleet.yml", pool) for name, pool in pools(settings)),
        *((f"the uplink {other.name}", other.address.network) for other in earlier if other.address),
    ]
    taken = unusable_range(network)
    if taken:
        where.problem(f"{uplink.address} overlaps {taken}; expected an address of the uplink's network")
    elif network.prefixlen <= _HOSTS_LENGTH and not is_host(uplink.address.ip, network):
        where.problem(f"{uplink.address.ip} is no address of a host in {network}")
    overlapping = next((f"{name}, {other}" for name, other in ranges if network.overlaps(other)), None)
    if overlapping:
        where.problem(
            f"{uplink.address} overlaps {overlapping}, so replies would take the wrong way; one of them has to change"
        )
    if uplink.gateway == uplink.address.ip:
        place.at("gateway").problem(f"{uplink.gateway} is the router's own address; expected that of its gateway")


def check_ddns(site: Site, place: Place) -> None:
    """Report a name that would follow an uplink that nothing reaches, or none."""
    if site.ddns is None:
        return
    place.at("ddns", "domain").claim("name", site.ddns.domain)
    names = [uplink.name for uplink in site.uplink]
    wanted = site.ddns.uplink or names[0]
    where = place.at("ddns", "uplink") if site.ddns.uplink else place.at("ddns")
    if wanted not in names:
        where.problem(f"{wanted} is no uplink; expected one of {', '.join(names)}{did_you_mean(wanted, names)}")
        return
    uplink = site.uplink[names.index(wanted)]
    static = uplink.address if isinstance(uplink, EthernetUplink) else None
    if static and not is_public(static.ip):
        where.problem(
            f"the uplink {wanted} has the address {static.ip}, which is not public, so nothing reaches the name that "
            "would follow it; remove ddns and use the tunnel"
        )
    elif not uplink.public_address:
        where.problem(
            f"the uplink {wanted} has no public address, so nothing reaches the name it would keep; remove ddns and "
            "use the tunnel, or say public_address: true if it has one"
        )


def _tunnels(settings: FleetSettings, site: Site) -> tuple[str, ...]:
    """Return the names of the interfaces to all hubs, the tunnel's own name first."""
    numbers = sorted({1, *hub_numbers(settings)})
    return tuple(tunnel_interface(site, number) for number in numbers)


def _uplinks(site: Site, place: Place) -> Iterator[tuple[Uplink, Place]]:
    for index, uplink in enumerate(site.uplink):
        yield uplink, place.at("uplink", index) if len(site.uplink) > 1 else place.at("uplink")


def _shown(site: Site, index: int) -> str:
    return f"uplink[{index}]" if len(site.uplink) > 1 else "uplink"


def _protocol(uplink: Uplink) -> str:
    if isinstance(uplink, LteUplink):
        return uplink.modem
    return uplink.protocol if isinstance(uplink, EthernetUplink) else ""
