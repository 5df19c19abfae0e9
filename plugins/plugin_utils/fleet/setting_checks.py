# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How the fleet's own settings fit together."""

from __future__ import annotations

import ipaddress
import itertools
import typing as t

from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.addresses import domain, hub_number, pools, ula
from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.ranges import (
    CARRIER_NAT,
    Network4,
    is_public,
    unusable_range,
)

if t.TYPE_CHECKING:
    from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.model.fleet import FleetSettings, Hub
    from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.network_kinds import Network
    from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.problems import Place

_MULTICAST_DNS = "local"
_LOCAL6 = ipaddress.IPv6Network("fd00::/8")
"""RFC 4193, 3.1; the other half of fc00::/7 is not defined."""


def check_settings(settings: FleetSettings, place: Place) -> None:
    """Report what does not fit in ``fleet.yml``, whose place is *place*."""
    _check_pools(settings, place.at("pools"))
    for position, hub in enumerate(settings.hubs):
        where = place.at("hub", position) if len(settings.hubs) > 1 else place.at("hub")
        where.at("number").claim("hub's number", hub_number(hub, position))
        where.at("address").claim("hub's address", str(hub.address))
        _check_hub(settings, hub, where.at("address"))
    if all(hub.state == "planned" for hub in settings.hubs):
        place.at("hub").problem("is planned, so routers would have nothing to dial; expected an active hub")
    ports = settings.forward_ports
    if 0 < ports.per_site < ports.per_camera:
        place.at("forward_ports", "per_camera").problem(
            f"found {ports.per_camera}, more than the {ports.per_site} that per_site gives to a whole site; lower it, "
            "or raise per_site"
        )
    if domain(settings).rpartition(".")[2] == _MULTICAST_DNS:
        place.at("domain").problem(
            f"{domain(settings)} ends with .{_MULTICAST_DNS}, which many devices ask of their neighbours by multicast "
            "(RFC 6762) and not of a server; take another, such as one below .internal",
            "warning",
        )


def _check_pools(settings: FleetSettings, place: Place) -> None:
    for (name, pool), (other_name, other) in itertools.combinations(pools(settings), 2):
        if pool.overlaps(other):
            place.at(other_name).problem(f"{other} overlaps pools.{name} {pool}; give each its own range")
    for name, pool in pools(settings):
        taken = unusable_range(pool)
        if taken:
            place.at(name).problem(f"{pool} overlaps {taken}; take a private range")
        elif pool.overlaps(CARRIER_NAT):
            place.at(name).problem(f"{pool} overlaps {CARRIER_NAT}, which carriers use for their NAT; take another")
        elif pool.is_global:
            place.at(name).problem(
                f"{pool} is of the public internet, whose hosts there no router could reach; take a private range",
                "warning",
            )
    own = ula(settings)
    if not own.subnet_of(_LOCAL6):
        place.at("ula").problem(f"{own} is not local; expected a /48 below fd00::/8")


def _check_hub(settings: FleetSettings, hub: Hub, place: Place) -> None:
    address = hub.address
    if isinstance(address, str):
        return
    ranges: tuple[tuple[str, Network], ...] = (*pools(settings), ("ula", ula(settings)))
    for name, pool in ranges:
        if address in pool:
            place.problem(f"{address} is in pools.{name} {pool}; expected a public address")
            return
    if isinstance(address, ipaddress.IPv6Address):
        place.problem(f"{address} is IPv6, but uplinks get IPv4 addresses only; give the hub's IPv4 one or its name")
        return
    taken = unusable_range(Network4(address))
    if taken:
        place.problem(f"{address} is in {taken}; expected a public address")
    elif not is_public(address):
        place.problem(
            f"{address} is not public, so only routers in the hub's own network reach it; give a public address",
            "warning",
        )
