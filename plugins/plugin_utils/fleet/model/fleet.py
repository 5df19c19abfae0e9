# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What holds for all sites: ``fleet.yml``. The sites themselves are files of their own."""

from __future__ import annotations

import dataclasses
import hashlib
import ipaddress
import typing as t

from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.kinds import (
    Anything,
    Choice,
    Integer,
    ListOf,
    MappingOf,
)
from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.model.operator import Access
from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.model.site import HIGHEST_ID
from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.network_kinds import (
    DOMAIN_NAME,
    HOST_NAME,
    PORT,
    HostAddress,
    IpAddress,
    Prefix,
)
from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.record import Record, setting

if t.TYPE_CHECKING:
    from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.problems import Place

PLUGIN = "farsite.fleet.sites"
MOST_HUBS = 4
"""The operators' pool is divided into as many parts, also where there is one hub, so that another changes no part."""
ANSIBLE_OPTIONS = (
    "cache",
    "cache_connection",
    "cache_plugin",
    "cache_prefix",
    "cache_timeout",
    "compose",
    "groups",
    "keyed_groups",
    "leading_separator",
    "strict",
    "use_extra_vars",
)
"""Keys of ``fleet.yml`` that are for Ansible: it reads them itself, as options of the inventory plugin."""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Pools:
    """The address ranges that the fleet's addresses are taken from."""

    tunnel: ipaddress.IPv4Network = setting(
        Prefix(4, shortest=8, longest=28),
        "Tunnel addresses: a site has the one whose offset is its id, the hub with number 1 has the last usable one, "
        "number 2 the one before.",
        default=ipaddress.IPv4Network("10.79.0.0/16"),
    )
    sites: ipaddress.IPv4Network = setting(
        Prefix(4, shortest=8, longest=23),
        "Site prefixes: a site has the /24 whose number is its id. 10.80.0.0/12 is enough for ids to 4095, "
        "10.0.0.0/8 for 65535.",
        default=ipaddress.IPv4Network("10.80.0.0/12"),
    )
    operators: ipaddress.IPv4Network = setting(
        Prefix(4, shortest=8, longest=28),
        "Tunnel addresses of people: each hub has a quarter by its number, and a person there the address whose offset "
        "is the id. Routers let them in, besides the hubs.",
        default=ipaddress.IPv4Network("10.78.0.0/20"),
    )
    ula: ipaddress.IPv6Network | None = setting(
        Prefix(6, shortest=48, longest=48),
        "IPv6 prefix of the fleet: the tunnels are in its subnet 0, a site has the /64 whose number is its id.",
        default=None,
        derived="a /48 below fd00::/8 by the fleet's name",
    )


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class ForwardPorts:
    """Ports of the hub for forwards: a site has a block of them, a camera has some of these."""

    first: int = setting(PORT, "First port of the site with id 1.", default=20000)
    per_site: int = setting(Integer(0, 1024), "Ports of each site. 0: every forward names its port itself.", default=10)
    per_camera: int = setting(Integer(1, 64), "Ports of each camera, by its number.", default=2)


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Hub:
    """A host with a public address that all routers dial."""

    name: str | None = setting(
        HOST_NAME,
        "Name in the inventory, and of its key: `keys/<name>.pub`.",
        default=None,
        derived="`hub-` and its number",
    )
    address: ipaddress.IPv4Address | ipaddress.IPv6Address | str = setting(
        HostAddress(),
        "Public address that the routers dial. With a name, a router that cannot resolve it yet tries again with each "
        "uplink that comes up.",
    )
    public_addresses: tuple[ipaddress.IPv4Address | ipaddress.IPv6Address, ...] = setting(
        ListOf(IpAddress(0), or_one=True),
        "Its public addresses, for the records of the fleet's own domain besides an `address` that is one.",
        default=(),
    )
    port: int = setting(PORT, "UDP port of WireGuard.", default=51820)
    number: int | None = setting(
        Integer(1, MOST_HUBS),
        "Number, from which its tunnel address, its part of the operators' pool and the routers' interface to it "
        "follow. Give it to keep them when a hub before it is removed.",
        default=None,
        derived="its position in the list, from 1",
    )
    state: str = setting(
        Choice(("active", "planned")),
        "`planned`: it is in the inventory with all its peers, so that it can be set up, but needs no key, and routers "
        "and people do not know it yet.",
        default="active",
    )


def _unchecked(value: object, _place: Place) -> object:
    return value


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class FleetSettings:
    """The file ``fleet.yml``, which is the inventory source."""

    plugin: str = setting(Choice((PLUGIN,)), f"`{PLUGIN}`, so that Ansible knows who reads the file.")
    name: str = setting(HOST_NAME, "Name of the fleet.")
    domain: str | None = setting(
        DOMAIN_NAME, "Domain of the names of sites and cameras.", default=None, derived="`<name>.internal`"
    )
    hubs: tuple[Hub, ...] = setting(
        ListOf(Record(Hub), or_one=True, unique=False, least=1, most=MOST_HUBS),
        f"The hub, or several, at most {MOST_HUBS}: every router has a tunnel to each.",
        key="hub",
    )
    pools: Pools = setting(Record(Pools), "Address ranges.", default=Pools())
    forward_ports: ForwardPorts = setting(
        Record(ForwardPorts), "Ports of the hub for forwards.", default=ForwardPorts()
    )
    retired_ids: tuple[int, ...] = setting(
        ListOf(Integer(1, HIGHEST_ID)), "Ids of sites that are no more, so that nobody takes them again.", default=()
    )
    operator_groups: tuple[tuple[str, Access], ...] = setting(
        MappingOf(HOST_NAME, Record(Access)), "What the people of a group may reach, by its name.", default=()
    )
    defaults: object = setting(
        Anything("a mapping with what a site's file may have", _unchecked, {"type": "object"}),
        "What every site has unless its file says otherwise. Mappings are merged, lists replaced; an uplink of another "
        "kind is replaced.",
        default=None,
        derived="nothing",
    )


def derived_ula(name: str) -> ipaddress.IPv6Network:
    """Return the /48 of a fleet that names none: 40 bits of a digest of its name, in the manner of RFC 4193, 3.2.2."""
    digest = hashlib.sha256(b"farsite.fleet " + name.encode()).digest()
    return ipaddress.IPv6Network((b"\xfd" + digest[:5] + bytes(10), 48))
