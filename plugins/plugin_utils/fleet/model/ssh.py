# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who may log in to a router."""

from __future__ import annotations

import dataclasses

from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.kinds import Boolean, ListOf, Text
from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.network_kinds import PORT
from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.record import setting

_TYPES = r"ssh-ed25519|ssh-rsa|ecdsa-sha2-nistp(?:256|384|521)|sk-ssh-ed25519@openssh\.com"


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Ssh:
    """How people and playbooks log in: with keys only, from the LAN and through the tunnel."""

    authorized_keys: tuple[str, ...] = setting(
        ListOf(
            Text(
                "a public key in OpenSSH's format, such as ssh-ed25519 AAAA… name",
                f"(?:{_TYPES}) [A-Za-z0-9+/]+=*(?: .*)?",
                hidden=True,
            )
        ),
        "Public keys that may log in as root. Without one nobody could, so one is needed, best in the defaults.",
        default=(),
    )
    port: int = setting(PORT, "Port of the SSH server.", default=22)
    from_lan: bool = setting(Boolean(), "Whether the LAN may log in too, except for cameras.", default=True)
