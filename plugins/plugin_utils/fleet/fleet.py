# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A fleet as its files say it, read and found valid; and the part of it that one site's configuration is made from."""

from __future__ import annotations

import dataclasses
import typing as t

if t.TYPE_CHECKING:
    from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.addresses import HubAddresses, SiteAddresses
    from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.model.fleet import FleetSettings
    from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.model.site import Site


@dataclasses.dataclass(frozen=True, slots=True)
class SiteView:
    """One site with all that its configuration depends on. Nothing here knows of other sites."""

    name: str
    site: Site
    addresses: SiteAddresses
    settings: FleetSettings
    hub: HubAddresses
    hub_key: str
    """WireGuard public key of the hub."""


@dataclasses.dataclass(frozen=True, slots=True)
class Fleet:
    """All of a fleet."""

    settings: FleetSettings
    hub: HubAddresses
    sites: dict[str, SiteView]
    """By name, in the order of the names."""
    keys: dict[str, str]
    """WireGuard public keys by the name of the site or hub that has them."""
