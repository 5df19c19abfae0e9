# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What no single value of a site's file shows: whether all of it fits together, and into the fleet."""

from __future__ import annotations

import typing as t

from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.addresses import hub_numbers, tunnel_interface
from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.kinds import did_you_mean
from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.lan_checks import check_cameras, check_lan
from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.radio_checks import check_radios
from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.time_zones import table as time_zones
from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.uplink_checks import (
    check_ddns,
    check_uplinks,
)

if t.TYPE_CHECKING:
    from collections.abc import Collection

    from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.addresses import SiteAddresses
    from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.model.fleet import FleetSettings
    from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.model.site import Site
    from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.problems import Place
    from ansible_collections.farsite.fleet.plugins.plugin_utils.uci.document import Section

_DNS_PORT = 53
_PEER = "wireguard_"
_ZONES = ("defaults", "zone")


def check_site(settings: FleetSettings, site: Site, addresses: SiteAddresses, place: Place) -> None:
    """Report what is wrong with one site, whose id the pools have room for."""
    check_lan(settings, site, addresses, place.at("lan"))
    check_cameras(settings, site, addresses, place.at("cameras"))
    check_uplinks(settings, site, addresses, place)
    check_radios(site, place)
    check_ddns(site, place)
    _check_access(site, place.at("ssh"))
    _check_unmanaged(site, place.at("unmanaged"))
    _check_time_zone(site.system.time_zone, place.at("system", "time_zone"))
    _check_raw_uci(settings, site, place.at("router_uci"))


def _check_access(site: Site, place: Place) -> None:
    if not site.ssh.authorized_keys and "ssh" not in site.unmanaged:
        place.at("authorized_keys").problem("is empty, so nobody could log in; give one, best in the fleet's defaults")
    if site.ssh.port == _DNS_PORT:
        place.at("port").problem(f"{_DNS_PORT} is the port of the router's DNS server; expected another, such as 22")


def _check_unmanaged(site: Site, place: Place) -> None:
    if site.cameras and "firewall" in site.unmanaged:
        place.problem("has firewall, so nothing here keeps the cameras from the internet", "warning")


def _check_time_zone(name: str, place: Place) -> None:
    if name not in time_zones():
        place.problem(f"{name} is no time zone of the IANA database{did_you_mean(name, time_zones())}")


def _check_raw_uci(settings: FleetSettings, site: Site, place: Place) -> None:
    tunnels = {tunnel_interface(site, number) for number in hub_numbers(settings)}
    for raw in site.router_uci:
        for index, entry in enumerate(raw.sections):
            if _keeps_reachable(tunnels, raw.package, entry.section):
                place.at(raw.package, index).problem(
                    "changes what keeps the router reachable; if it is wrong, only the router's own undoing helps",
                    "warning",
                )


def _keeps_reachable(tunnels: Collection[str], package: str, section: Section) -> bool:
    return (
        package == "dropbear"
        or (package == "firewall" and section.type in _ZONES)
        or (package == "network" and (section.name in tunnels or section.type in map(_PEER.__add__, tunnels)))
    )
