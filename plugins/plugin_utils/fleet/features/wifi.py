# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Radios: the access point of the LAN, and uplinks that are clients of somebody else's."""

from __future__ import annotations

import typing as t

from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet import placeholders
from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.features.lan import INTERFACE
from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.fragment import Fragment, section
from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.model.uplink import WifiUplink
from ansible_collections.farsite.fleet.plugins.plugin_utils.uci.data import SectionData

if t.TYPE_CHECKING:
    from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.fleet import SiteView
    from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.model.wifi import AccessPoint
    from ansible_collections.farsite.fleet.plugins.plugin_utils.uci.document import Section


def wifi(view: SiteView) -> Fragment:
    """Return the wireless networks and what their radios need. Without any a router sends nothing.

    A radio's hardware is the router's business, so its section is shared. Of a radio that is client and access point
    the other network says the channel.
    """
    access_point = view.site.wifi
    clients = [uplink for uplink in view.site.uplink if isinstance(uplink, WifiUplink)]
    radios: dict[str, dict[str, object]] = {uplink.radio: {"country": uplink.country} for uplink in clients}
    networks = [_client(uplink) for uplink in clients]
    if access_point:
        channel = None if access_point.radio in radios else access_point.channel
        radios[access_point.radio] = {"country": access_point.country, "channel": channel}
        networks.append(_access_point(access_point))
    shared = tuple(
        SectionData(section("wifi-device", radio, disabled=False, **options))
        for radio, options in sorted(radios.items())
    )
    return Fragment(owned={"wireless": tuple(networks)}, shared={"wireless": shared})


def _client(uplink: WifiUplink) -> Section:
    return section(
        "wifi-iface",
        f"uplink_{uplink.name}",
        device=uplink.radio,
        mode="sta",
        network=uplink.name,
        ssid=uplink.ssid,
        encryption=uplink.encryption,
        key=placeholders.secret(uplink.key) if uplink.key else None,
    )


def _access_point(access_point: AccessPoint) -> Section:
    return section(
        "wifi-iface",
        "access_point",
        device=access_point.radio,
        mode="ap",
        network=INTERFACE,
        ssid=access_point.ssid,
        encryption=access_point.encryption,
        key=placeholders.secret(access_point.key),
    )
