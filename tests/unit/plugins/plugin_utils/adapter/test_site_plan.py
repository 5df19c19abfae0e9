# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import dataclasses
import typing as t

import pytest

from ansible_collections.farsite.fleet.plugins.plugin_utils.adapter.site_plan import (
    SitePlan,
    change_of,
    make_plan,
    wanted_files,
)
from ansible_collections.farsite.fleet.plugins.plugin_utils.adapter.site_router import Seen, SiteRouter
from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.intended import intended
from ansible_collections.farsite.fleet.plugins.plugin_utils.router.errors import NotUsableError
from ansible_collections.farsite.fleet.plugins.plugin_utils.router.transaction import Change, Install
from ansible_collections.farsite.fleet.tests.unit.plugins.plugin_utils.adapter import simulated_site as simulated
from ansible_collections.farsite.fleet.tests.unit.plugins.plugin_utils.fleet.fleets import QUARRY, site_view

DATA: dict[str, t.Any] = {**QUARRY, "uplink": {"kind": "ethernet"}, "tunnel": {"preshared_key": "psk="}}
FLOWS = "/etc/nftables.d/20-farsite-cameras.nft"
KEYS = "/etc/dropbear/authorized_keys"
MAPPING = "/etc/nftables.d/20-farsite-lan-mapping.nft"


def seen_of(router: simulated.SiteRouter, data: dict[str, t.Any] = DATA) -> Seen:
    return SiteRouter(
        router, site_view(data), data, change=True, tell=print, needs_modems=True, admit=lambda _keys: None
    ).look()


def plan_of(router: simulated.SiteRouter, data: dict[str, t.Any] = DATA) -> SitePlan:
    seen = seen_of(router, data)
    return make_plan(seen.wanted, seen.observation, seen.salt)


def right() -> simulated.SiteRouter:
    return simulated.settled(site_view(DATA), DATA)


def change(plan: SitePlan, **options: t.Any) -> Change:
    usual: dict[str, t.Any] = {"rollback_timeout": None, "staged": "refuse", "moves_to": None, "uplinks": ()}
    return change_of(plan, "5a17", **{**usual, **options})


def test_a_stock_router_gets_everything() -> None:
    plan = plan_of(simulated.SiteRouter())
    handed = change(plan)
    assert {file.path for file in handed.files} >= {"/etc/config/network", "/etc/config/firewall", KEYS, FLOWS, MAPPING}
    assert handed.install == Install("opkg", ("wireguard-tools",))
    assert handed.rollback_timeout == 300
    assert handed.services[0] == "network"
    assert handed.services[-1] == "dropbear"
    assert handed.tunnels == ("fleet",)
    network = next(file for file in handed.files if file.path == "/etc/config/network").content
    assert network
    # of the router's own key it has what stands for it; what is new to the router goes in clear
    assert b"option private_key '@farsite-" in network
    assert b"option preshared_key 'psk='" in network
    assert simulated.PRIVATE_KEY.encode() not in network


def test_files_that_other_sites_have_are_to_be_gone() -> None:
    data = {"id": 300, "uplink": {"kind": "ethernet"}}
    gone = {file.path for file in wanted_files(intended(site_view(data))) if file.text is None}
    assert MAPPING in gone
    router = simulated.settled(site_view(data), data)
    router.files[MAPPING] = ("-rw-r--r--", "chain x {\n}\n")
    plan = plan_of(router, data)
    assert [(file.wanted.path, file.action) for file in plan.changed_files] == [(MAPPING, "remove")]
    assert plan.services == ("firewall",)
    assert change(plan).rollback_timeout == 120


def test_a_mode_alone_is_a_change_without_a_service() -> None:
    router = right()
    router.files[KEYS] = ("-rw-r--r--", router.files[KEYS][1])
    plan = plan_of(router)
    assert [(file.wanted.path, file.action) for file in plan.changed_files] == [(KEYS, "mode")]
    assert (plan.uci.changed, plan.services, plan.changed) == ((), (), True)
    assert change(plan).files[0].mode == 0o600


def test_a_missing_package_alone_lets_netifd_look() -> None:
    router = right()
    router.missing = frozenset({"wireguard-tools"})
    plan = plan_of(router)
    assert (plan.install, plan.services) == (Install("opkg", ("wireguard-tools",)), ("network",))
    assert (change(plan).files, change(plan).rollback_timeout) == ((), 300)
    assert change(plan, rollback_timeout=77).rollback_timeout == 77


def test_without_a_package_manager_nothing_can_be_told() -> None:
    with pytest.raises(NotUsableError, match="neither opkg nor apk"):
        plan_of(dataclasses.replace(right(), manager=None))


def test_an_uplink_is_watched_only_where_it_changes() -> None:
    router = right()
    assert plan_of(router).changed_interfaces(["wan"]) == ()
    router.packages["network"] = router.packages["network"].replace("option metric '10'", "option metric '11'")
    assert plan_of(router).changed_interfaces(["wan", "lan"]) == ("wan",)


def test_staged_edits_that_a_file_would_put_into_effect_are_in_the_way() -> None:
    router = right()
    router.files[FLOWS] = ("-rw-r--r--", "old\n")
    seen = seen_of(router)
    staged = dataclasses.replace(seen.observation, staged=("firewall",))
    with pytest.raises(NotUsableError, match="firewall: somebody has staged edits"):
        change(make_plan(seen.wanted, staged, seen.salt))
    other = dataclasses.replace(seen.observation, staged=("uhttpd",))
    assert change(make_plan(seen.wanted, other, seen.salt)).files
