# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The fleet's own domain: the records of hubs, sites and cameras, and the file of them for a DNS server to include.

Names lead to tunnel addresses, which are private: who has no tunnel may learn them from a public zone, but reaches
nothing.
"""

from __future__ import annotations

import dataclasses
import ipaddress
import typing as t

from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.addresses import domain
from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.files import FLEET_FILE
from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.hub import Name, hub_names
from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.problems import Problem

if t.TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.fleet import Fleet, HubView
    from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.model.fleet import FleetSettings

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

FILE = "zone.db"
TTL = 3600
"""Seconds. What has a tunnel address keeps it as long as it has its id."""

PUBLIC_TTL = 300
"""Seconds. A hub moves when its provider fails, and every router waits for it then."""

PUBLIC = "public"
"""Label before a hub's own name, of its public addresses, where routers dial an address and no name."""


@dataclasses.dataclass(frozen=True, slots=True)
class ZoneRecord:
    """All values of one type at one name, which is absolute and without the last dot. ``ttl`` is in seconds."""

    name: str
    type: str
    values: tuple[str, ...]
    ttl: int


def zone_records(fleet: Fleet) -> tuple[ZoneRecord, ...]:
    """Return the address records of the fleet: public ones of its hubs first, then those in the tunnel.

    Planned hubs and sites have none. A hub that is dialled by a name outside the fleet's domain has no public ones.
    """
    hubs = fleet.active_hubs
    return (
        *(record for hub in hubs for record in _public_records(fleet.settings, hub)),
        *(record for name in hub_names(fleet, hubs[0]) for record in _records(name.name, _tunnel(name), TTL)),
    )


def zone_text(fleet: Fleet) -> str:
    """Return a master file (RFC 1035, 5) without SOA and NS, to ``$INCLUDE`` in that of the zone.

    All names are absolute and all TTLs are given, so that it is the same in whatever it is included. Each name has the
    marker too by which ``farsite.fleet.dns_records`` knows the fleet's names.
    """
    lines = [
        "; Made from the fleet's files by farsite.fleet; a change here is lost.",
        f"; $INCLUDE this file in the zone {domain(fleet.settings)} or one above it, and raise that zone's serial.",
    ]
    text = marker(fleet.settings.name)
    seen = set()
    for record in zone_records(fleet):
        if record.name not in seen:
            seen.add(record.name)
            lines.append(f"{record.name}. {record.ttl} IN TXT {text}")
        lines += [f"{record.name}. {record.ttl} IN {record.type} {value}" for value in record.values]
    return "".join(f"{line}\n" for line in lines)


def marker(owner: str) -> str:
    """Return the value of the TXT record that says whose a name is; module_utils/dns/records.py has the same."""
    return f'"heritage=farsite.fleet,owner={owner}"'


def public_name(settings: FleetSettings, hub: HubView) -> str | None:
    """Return the name in the fleet's domain that a hub's public addresses have, None if they have none there."""
    address = hub.settings.address
    if not isinstance(address, str):
        return f"{PUBLIC}.{hub.addresses.dns_name}"
    return address if _is_inside(settings, address) and hub.settings.public_addresses else None


def name_problems(fleet: Fleet) -> Iterator[Problem]:
    """Yield what is wrong with the names by which the hubs are dialled: none may lead into the tunnel."""
    for position, hub in enumerate(fleet.hubs):
        address = hub.settings.address
        path = "hub" if len(fleet.hubs) == 1 else f"hub[{position}]"
        if not isinstance(address, str):
            continue
        if not _is_inside(fleet.settings, address):
            if hub.settings.public_addresses:
                yield Problem(
                    FLEET_FILE,
                    f"{path}.public_addresses",
                    f"are for a record in the fleet's domain {domain(fleet.settings)}, where {address} is not; leave "
                    "them out, since that name's addresses are kept elsewhere",
                )
        elif any(address == name.name for other in fleet.hubs for name in hub_names(fleet, other)):
            yield Problem(
                FLEET_FILE,
                f"{path}.address",
                f"{address} is a name that the fleet gives to an address in the tunnel, which routers cannot dial; "
                f"take another, such as dial.{domain(fleet.settings)}",
            )


def _is_inside(settings: FleetSettings, name: str) -> bool:
    return name.endswith(f".{domain(settings)}")


def _public_records(settings: FleetSettings, hub: HubView) -> Iterable[ZoneRecord]:
    name, address = public_name(settings, hub), hub.settings.address
    if name is None:
        return ()
    dialled = () if isinstance(address, str) else (address,)
    return _records(name, dict.fromkeys((*dialled, *hub.settings.public_addresses)), PUBLIC_TTL)


def _tunnel(name: Name) -> tuple[Address, ...]:
    return (name.address, name.address6)


def _records(name: str, addresses: Iterable[Address], ttl: int) -> Iterator[ZoneRecord]:
    given = tuple(addresses)
    for version, kind in ((4, "A"), (6, "AAAA")):
        values = tuple(str(address) for address in given if address.version == version)
        if values:
            yield ZoneRecord(name, kind, values, ttl)
