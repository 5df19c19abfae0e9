# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from ansible_collections.farsite.fleet.plugins.plugin_utils.adapter.intended_tree import host_names, render_hosts
from ansible_collections.farsite.fleet.plugins.plugin_utils.router.script import source
from ansible_collections.farsite.fleet.tests.unit.plugins.plugin_utils.fleet import fleets


def test_all_hosts() -> None:
    fleet = fleets.fleet_of(fleets.small_files())
    assert host_names(fleet) == ["depot", "hub-1", "quarry-north"]
    trees = render_hosts(fleet, host_names(fleet))
    assert list(trees) == host_names(fleet)
    assert {"addresses.yml", "forwards.yml", "operators.yml", "peers.yml"} == set(trees["hub-1"])
    assert {"addresses.yml", "packages.txt", "etc/config/network"} < set(trees["depot"])
    assert all(text.endswith("\n") for tree in trees.values() for text in tree.values())


def test_a_domain_of_its_own_gives_the_first_hub_a_zone() -> None:
    settings = {**fleets.FLEET, "hub": fleets.TWO_HUBS, "domain": "example.org"}
    fleet = fleets.fleet_of(fleets.files({"depot": fleets.DEPOT}, settings))
    trees = render_hosts(fleet, host_names(fleet))
    assert [host for host, tree in trees.items() if "zone.db" in tree] == ["hub-1"]
    assert "depot.example.org. 3600 IN A 10.79.1.44\n" in trees["hub-1"]["zone.db"]


def test_a_few_hosts_are_the_same_as_among_all() -> None:
    fleet = fleets.fleet_of(fleets.small_files())
    trees = render_hosts(fleet, host_names(fleet))
    assert render_hosts(fleet, ["depot"]) == {"depot": trees["depot"]}
    assert render_hosts(fleet, ["hub-1"]) == {"hub-1": trees["hub-1"]}
    assert render_hosts(fleet, []) == {}


def test_files_of_shell_are_the_router_packages() -> None:
    files = fleets.files({"depot": fleets.DEPOT}, {**fleets.FLEET, "hub": {"address": "192.0.2.1"}})
    assert not [path for path in render_hosts(fleets.fleet_of(files), ["depot"])["depot"] if "hotplug" in path]
    files = fleets.files({"depot": fleets.DEPOT}, {**fleets.FLEET, "hub": {"address": "hub.example.net"}})
    tree = render_hosts(fleets.fleet_of(files), ["depot"])["depot"]
    assert [text for path, text in tree.items() if "hotplug" in path] == [source("tunnel_guard")]
