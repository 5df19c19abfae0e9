# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The network behind the router."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.kinds import Boolean, Integer, ListOf, Text
from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.network_kinds import DEVICE_NAME, IpAddress, Prefix
from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.record import Record, setting

if TYPE_CHECKING:
    import ipaddress


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Dhcp:
    """Addresses for devices that the fleet does not know."""

    enabled: bool = setting(
        Boolean(), "Whether unknown devices get an address; cameras always get theirs.", default=True
    )
    first: int = setting(Integer(2, 254), "Offset of the first address within the prefix.", default=100)
    count: int = setting(Integer(1, 253), "Number of addresses.", default=100)
    lease: str = setting(
        Text("a time such as 30m or 12h", r"[1-9][0-9]*[mhd]"), "How long a lease holds.", default="12h"
    )


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Lan:
    """The network behind the router."""

    prefix: ipaddress.IPv4Network | None = setting(
        Prefix(4, shortest=24, longest=29),
        "Prefix of a LAN that cannot be renumbered. Through the tunnel it is reached 1:1 by the site's own prefix, so "
        "two sites may have the same one.",
        default=None,
        derived="the site's own prefix",
    )
    address: ipaddress.IPv4Address | None = setting(
        IpAddress(4), "Address of the router in its LAN.", default=None, derived="the first one of the prefix"
    )
    device: str = setting(DEVICE_NAME, "Network device of the LAN.", default="br-lan")
    ports: tuple[str, ...] = setting(
        ListOf(DEVICE_NAME),
        "Ports of the bridge `device`.",
        default=(),
    )
    dhcp: Dhcp = setting(Record(Dhcp), "Addresses for unknown devices.", default=Dhcp())
    internet: bool = setting(
        Boolean(), "Whether devices other than cameras may use the uplink. Cameras never may.", default=False
    )
