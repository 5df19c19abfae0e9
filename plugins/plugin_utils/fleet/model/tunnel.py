# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The site's WireGuard tunnel."""

from __future__ import annotations

import dataclasses

from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.kinds import Integer, Secret, SecretPath
from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.network_kinds import INTERFACE_NAME
from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.record import setting


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Tunnel:
    """The site's WireGuard tunnel to the hub; of several hubs each has one of its own."""

    interface: str = setting(
        INTERFACE_NAME,
        "Name of the router's WireGuard interface, and of its device. That to the hub with number 2 has a 2 behind it.",
        default="fleet",
    )
    mtu: int | None = setting(
        Integer(1280, 1440), "MTU of the tunnel.", default=None, derived="1280 with an LTE uplink, else 1420"
    )
    keepalive: int = setting(
        Integer(1, 65535),
        "Seconds between packets that keep the carrier's NAT open; carriers forget a silent one after 30 to 60.",
        default=25,
    )
    preshared_key: SecretPath | None = setting(
        Secret(), "A further key that the site shares with the hubs.", default=None, derived="none"
    )
