# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import copy
import typing as t

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ansible_collections.farsite.fleet.plugins.plugin_utils.adapter.site_plan import SitePlan, make_plan
from ansible_collections.farsite.fleet.plugins.plugin_utils.adapter.site_router import SiteRouter
from ansible_collections.farsite.fleet.plugins.plugin_utils.adapter.stages import STAGES, next_stage
from ansible_collections.farsite.fleet.plugins.plugin_utils.router.secrets import token
from ansible_collections.farsite.fleet.plugins.plugin_utils.uci.renderer import render
from ansible_collections.farsite.fleet.tests.unit.plugins.plugin_utils.adapter import simulated_site as simulated
from ansible_collections.farsite.fleet.tests.unit.plugins.plugin_utils.fleet.fleets import (
    AUTHORIZED_KEY,
    QUARRY,
    site_view,
)

Data = dict[str, t.Any]

WIRED: Data = {"kind": "ethernet"}
OTHER_NAMESERVER: Data = {"kind": "ethernet", "dns": ["192.0.2.53"]}
RENAMED: Data = {"kind": "ethernet", "name": "wire"}
MODEM: Data = {"kind": "lte", "modem": "ncm", "device": "/dev/ttyUSB9", "apn": "internet"}
GUESTS: Data = {"kind": "wifi", "ssid": "guests", "country": "DE", "key": "twelve words"}
UPLINKS = (WIRED, OTHER_NAMESERVER, RENAMED, MODEM, GUESTS)
PORT: Data = {"ssh": {"authorized_keys": [AUTHORIZED_KEY], "port": 2222}}
KEEPALIVE: Data = {"tunnel": {"keepalive": 33}}
CAMERALESS: Data = {"cameras": []}
HOSTNAME: Data = {"system": {"hostname": "elsewhere"}}
MORE = (PORT, KEEPALIVE, CAMERALESS, HOSTNAME)
SECRETS = (simulated.PRIVATE_KEY, "twelve words")


def data_of(*uplinks: Data, **more: t.Any) -> Data:
    return {**QUARRY, "uplink": list(uplinks), **more}


def router_of(data: Data) -> simulated.SiteRouter:
    return simulated.settled(site_view(data), data)


def plan_of(router: simulated.SiteRouter, data: Data) -> tuple[SitePlan, str]:
    seen = SiteRouter(
        router, site_view(data), data, change=True, tell=print, needs_modems=True, admit=lambda _keys: None
    ).look()
    return make_plan(seen.wanted, seen.observation, seen.salt), seen.salt


def stage_of(plan: SitePlan, data: Data) -> SitePlan:
    view = site_view(data)
    return next_stage(plan, [uplink.name for uplink in view.site.uplink], view.tunnels)


def carried_out(router: simulated.SiteRouter, stage: SitePlan, salt: str) -> simulated.SiteRouter:
    """Return the router after the transaction."""
    after = copy.deepcopy(router)
    for package in stage.uci.changed:
        text = render(package.after)
        for secret in SECRETS:
            text = text.replace(token(salt, secret), secret)
        after.packages[package.after.name] = text
    for file in stage.changed_files:
        if file.wanted.text is None:
            del after.files[file.wanted.path]
        else:
            mode = "-rw-------" if file.wanted.mode == 0o600 else "-rw-r--r--"
            after.files[file.wanted.path] = (mode, file.wanted.text)
    return after


def interfaces(stage: SitePlan) -> tuple[dict[str, t.Any], dict[str, t.Any]]:
    """Return the interfaces that are neither the LAN nor a tunnel, before and after, by name."""
    network = next(package for package in stage.uci.packages if package.after.name == "network")
    before, after = (
        {
            str(section.name): section
            for section in package.sections
            if section.type == "interface"
            and section.name not in ("lan", "loopback")
            and section.get("proto") != "wireguard"
        }
        for package in (network.before, network.after)
    )
    return before, after


def tunnels(stage: SitePlan) -> tuple[list[t.Any], list[t.Any]]:
    network = next(package for package in stage.uci.packages if package.after.name == "network")
    before, after = (
        [
            section
            for section in package.sections
            if "wireguard" in (section.get("proto"), section.type.partition("_")[0])
        ]
        for package in (network.before, network.after)
    )
    return before, after


def concerns_uplinks(stage: SitePlan) -> bool:
    before, after = interfaces(stage)
    return before != after or "wireless" in {package.after.name for package in stage.uci.changed}


def concerns_management(stage: SitePlan) -> bool:
    before, after = tunnels(stage)
    names = {package.after.name for package in stage.uci.changed}
    return before != after or bool(names & {"firewall", "dropbear"}) or bool(stage.changed_files)


@settings(deadline=None, max_examples=20)
@given(
    st.lists(st.sampled_from(UPLINKS), min_size=1, max_size=2, unique_by=lambda uplink: uplink["kind"]),
    st.lists(st.sampled_from(UPLINKS), min_size=1, max_size=2, unique_by=lambda uplink: uplink["kind"]),
    st.sets(st.integers(0, len(MORE) - 1)),
)
def test_no_transaction_has_both_and_together_they_are_the_change(
    old: list[Data], new: list[Data], more: set[int]
) -> None:
    router = router_of(data_of(*old))
    wanted = data_of(*new)
    for number in more:
        wanted |= MORE[number]
    for _stage in range(STAGES + 1):
        plan, salt = plan_of(router, wanted)
        if not plan.changed:
            break
        stage = stage_of(plan, wanted)
        assert stage.changed
        assert not (concerns_uplinks(stage) and concerns_management(stage))
        router = carried_out(router, stage, salt)
    assert not plan_of(router, wanted)[0].changed


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (data_of(WIRED), data_of(OTHER_NAMESERVER)),
        (data_of(WIRED), data_of(WIRED, **PORT)),
        (data_of(WIRED), data_of(OTHER_NAMESERVER, **HOSTNAME)),
        (data_of(WIRED), data_of(WIRED, **KEEPALIVE, **CAMERALESS)),
    ],
    ids=["uplink", "management", "uplink and a name", "management and cameras"],
)
def test_what_needs_no_two_transactions_is_one(old: Data, new: Data) -> None:
    plan, _salt = plan_of(router_of(old), new)
    assert plan.changed
    assert stage_of(plan, new) is plan


def test_a_router_without_a_tunnel_gets_everything_at_once() -> None:
    data = data_of(MODEM)
    plan, _salt = plan_of(simulated.SiteRouter(), data)
    assert concerns_uplinks(plan)
    assert concerns_management(plan)
    assert stage_of(plan, data) is plan


def test_a_new_uplink_comes_first_and_the_old_one_goes_last() -> None:
    router, wanted = router_of(data_of(WIRED)), data_of(MODEM)
    seen = []
    for _stage in range(STAGES):
        plan, salt = plan_of(router, wanted)
        stage = stage_of(plan, wanted)
        seen.append([set(names) for names in interfaces(stage)])
        router = carried_out(router, stage, salt)
    assert seen == [[{"wan"}, {"wan", "lte"}], [{"wan", "lte"}, {"wan", "lte"}], [{"wan", "lte"}, {"lte"}]]
    assert not plan_of(router, wanted)[0].changed


def test_a_wireless_uplink_that_goes_is_left_last() -> None:
    router, wanted = router_of(data_of(GUESTS)), data_of(WIRED)
    radios = []
    for _stage in range(STAGES):
        plan, salt = plan_of(router, wanted)
        stage = stage_of(plan, wanted)
        radios.append("wireless" in {package.after.name for package in stage.uci.changed})
        router = carried_out(router, stage, salt)
    assert radios == [False, False, True]
    assert not plan_of(router, wanted)[0].changed


def test_an_uplink_whose_device_is_taken_goes_with_it() -> None:
    wanted = data_of(RENAMED)
    stage = stage_of(plan_of(router_of(data_of(WIRED)), wanted)[0], wanted)
    assert [set(names) for names in interfaces(stage)] == [{"wan"}, {"wire"}]
    assert {package.after.name for package in stage.uci.changed} == {"network"}


def test_packages_are_installed_before_what_needs_them() -> None:
    wanted = data_of(WIRED, MODEM)
    router = router_of(data_of(WIRED))
    router.missing = frozenset({"comgt-ncm"})
    plan, _salt = plan_of(router, wanted)
    stage = stage_of(plan, wanted)
    assert stage is not plan
    assert stage.install == plan.install
    assert stage.install is not None
