# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The wireless network of a site, and what all use of a radio has in common."""

from __future__ import annotations

import dataclasses

from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.kinds import Choice, Secret, SecretPath, Text
from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.record import setting

WIFI_ENCRYPTIONS = ("none", "psk2", "psk-mixed", "sae", "sae-mixed")
COUNTRY = Text("a country of two capital letters, as in ISO 3166", r"[A-Z]{2}")
SSID = Text("the name of a network, at most 32 characters", r".{1,32}", longest=32)
"""IEEE 802.11 counts bytes."""
RADIO = Text("the section of a radio such as radio0", r"[a-z0-9_]+")


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class AccessPoint:
    """A wireless network of the site's own, in its LAN."""

    ssid: str = setting(SSID, "Name of the network.")
    key: SecretPath = setting(Secret(), "Pass phrase.")
    encryption: str = setting(
        Choice(tuple(word for word in WIFI_ENCRYPTIONS if word != "none")),
        "Encryption, by OpenWrt's name of it.",
        default="psk2",
    )
    radio: str = setting(RADIO, "Radio that is used.", default="radio0")
    country: str = setting(COUNTRY, "Country whose rules the radio keeps.")
    channel: str = setting(
        Text("the number of a channel, in quotes, or auto", r"auto|[1-9][0-9]{0,2}"), "Channel.", default="auto"
    )
