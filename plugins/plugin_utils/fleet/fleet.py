# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A fleet as its files say it, read and found valid; and the part of it that one site's configuration is made from."""

from __future__ import annotations

import dataclasses
import typing as t

from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.addresses import tunnel_interface

if t.TYPE_CHECKING:
    from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.addresses import HubAddresses, SiteAddresses
    from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.model.fleet import FleetSettings, Hub
    from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.model.operator import Access, Operator
    from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.model.site import Site


@dataclasses.dataclass(frozen=True, slots=True)
class HubView:
    """One hub."""

    settings: Hub
    addresses: HubAddresses
    public_key: str | None
    """WireGuard public key; None if there is none yet."""

    @property
    def name(self) -> str:
        """Return its name in the inventory."""
        return self.addresses.name


@dataclasses.dataclass(frozen=True, slots=True)
class OperatorView:
    """One person with all that they may reach."""

    name: str
    operator: Operator
    access: tuple[Access, ...]
    """That of each group, and the person's own."""
    public_key: str | None
    """WireGuard public key; None if there is none yet."""


@dataclasses.dataclass(frozen=True, slots=True)
class SiteView:
    """One site with all that its configuration depends on. Nothing here knows of other sites."""

    name: str
    site: Site
    addresses: SiteAddresses
    settings: FleetSettings
    hubs: tuple[HubView, ...]
    """The active ones, at least one, in the file's order: the router has a tunnel to each."""

    @property
    def tunnels(self) -> tuple[str, ...]:
        """Return the names of the WireGuard interfaces, in the order of the hubs."""
        return tuple(tunnel_interface(self.site, hub.addresses.number) for hub in self.hubs)


@dataclasses.dataclass(frozen=True, slots=True)
class Fleet:
    """All of a fleet."""

    settings: FleetSettings
    hubs: tuple[HubView, ...]
    """All of them, also planned ones, in the file's order."""
    sites: dict[str, SiteView]
    """By name, in the order of the names."""
    operators: dict[str, OperatorView]
    """By name, in the order of the names."""
    keys: dict[str, str]
    """WireGuard public keys by the name of the site or hub that has them."""
    retired_keys: tuple[str, ...]
    """Public keys that nobody has any more, and nobody may have again."""

    @property
    def active_hubs(self) -> tuple[HubView, ...]:
        """Return those that routers and people dial, at least one, in the file's order."""
        return tuple(hub for hub in self.hubs if hub.settings.state == "active")
