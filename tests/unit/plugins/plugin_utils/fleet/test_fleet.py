# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a fleet knows of its hubs."""

from __future__ import annotations

from ansible_collections.farsite.fleet.tests.unit.plugins.plugin_utils.fleet.fleets import (
    DEPOT,
    FLEET,
    TWO_HUBS,
    files,
    fleet_of,
)

HUBS = [{"address": "203.0.113.9", "state": "planned"}, *TWO_HUBS]


def test_routers_and_people_know_the_active_hubs_in_order() -> None:
    fleet = fleet_of(files({"depot": DEPOT}, {**FLEET, "hub": HUBS}))
    assert [hub.name for hub in fleet.hubs] == ["hub-1", "hub-2", "hub-3"]
    assert [hub.name for hub in fleet.active_hubs] == ["hub-2", "hub-3"]
    depot = fleet.sites["depot"]
    assert depot.hubs == fleet.active_hubs
    assert depot.tunnels == ("fleet2", "fleet3")


def test_the_tunnel_to_the_first_hub_has_the_name_alone() -> None:
    site = {**DEPOT, "tunnel": {"interface": "hq"}}
    fleet = fleet_of(files({"depot": site}, {**FLEET, "hub": TWO_HUBS}))
    assert fleet.sites["depot"].tunnels == ("hq", "hq2")
