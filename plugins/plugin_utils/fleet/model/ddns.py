# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Dynamic DNS."""

from __future__ import annotations

import dataclasses

from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.kinds import Boolean, Secret, SecretPath, Text
from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.network_kinds import DOMAIN_NAME, INTERFACE_NAME
from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.record import setting


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Ddns:
    """Keeps a DNS name at the address of an uplink. Of use only where that address is public."""

    service: str = setting(
        Text("the name of a service as ddns-scripts has it, such as duckdns.org", r"[A-Za-z0-9._-]+"), "Service."
    )
    domain: str = setting(DOMAIN_NAME, "Name that is kept.")
    username: str | None = setting(
        Text("a user name", r".+"), "User name at the service.", default=None, derived="none"
    )
    password: SecretPath = setting(Secret(), "Password or token at the service.")
    uplink: str | None = setting(
        INTERFACE_NAME, "Name of the uplink whose address it is.", default=None, derived="the first uplink"
    )
    https: bool = setting(Boolean(), "Whether the service is told by HTTPS.", default=True)
