# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import dataclasses
import re
import typing as t

import pytest

from ansible_collections.farsite.fleet.plugins.plugin_utils.adapter.plan_digests import (
    intended_digest,
    intended_digests,
    running_digests,
    whole,
)
from ansible_collections.farsite.fleet.plugins.plugin_utils.adapter.site_router import SiteRouter
from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.intended import intended
from ansible_collections.farsite.fleet.tests.unit.plugins.plugin_utils.adapter import simulated_site as simulated
from ansible_collections.farsite.fleet.tests.unit.plugins.plugin_utils.fleet.fleets import QUARRY, site_view

if t.TYPE_CHECKING:
    from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.fleet import SiteView

DATA: dict[str, t.Any] = {**QUARRY, "uplink": {"kind": "ethernet"}, "tunnel": {"preshared_key": "psk="}}
FLOWS = "/etc/nftables.d/20-farsite-cameras.nft"
KEYS = "/etc/dropbear/authorized_keys"


def of_files(view: SiteView) -> str:
    return intended_digest(intended(view))


def of_router(router: simulated.SiteRouter) -> str:
    """Ask as a run does: with a salt of its own each time."""
    site = SiteRouter(
        router, site_view(DATA), DATA, change=False, needs_modems=True, admit=lambda _keys: None, tell=print
    )
    seen = site.look()
    return whole(running_digests(seen.observation, seen.keys.in_use.public if seen.keys.in_use else None))


def right() -> simulated.SiteRouter:
    return simulated.settled(site_view(DATA), DATA)


def in_package(name: str, old: str, new: str) -> simulated.SiteRouter:
    router = right()
    assert old in router.packages[name]
    router.packages[name] = router.packages[name].replace(old, new)
    return router


def with_file(path: str, mode: str, text: str) -> simulated.SiteRouter:
    router = right()
    router.files[path] = (mode, text)
    return router


def test_it_is_the_same_in_each_run() -> None:
    assert of_router(right()) == of_router(right())
    assert re.fullmatch(r"[0-9a-f]{64}", of_router(right()))
    assert of_files(site_view(DATA)) == of_files(site_view(DATA))


@pytest.mark.parametrize(
    "router",
    [
        in_package("system", "quarry-north", "other"),
        in_package("network", "option metric '10'", ""),
        in_package("network", f"\toption private_key '{simulated.PRIVATE_KEY}'\n", ""),
        with_file(FLOWS, "-rw-r--r--", "old\n"),
        with_file(KEYS, "-rw-r--r--", right().files[KEYS][1]),
        dataclasses.replace(right(), missing=frozenset({"wireguard-tools"})),
        dataclasses.replace(right(), tools=False),
    ],
)
def test_a_router_that_has_changed(router: simulated.SiteRouter) -> None:
    assert of_router(router) != of_router(right())


def test_sections_in_another_order_are_another_configuration() -> None:
    router = right()
    first, _gap, rest = router.packages["firewall"].strip().partition("\n\n")
    router.packages["firewall"] = f"{rest}\n\n{first}\n"
    assert of_router(router) != of_router(right())


def test_a_file_that_is_not_there_is_no_empty_one() -> None:
    empty, absent = right(), right()
    empty.packages["wireless"] = ""
    absent.packages.pop("wireless", None)
    site = site_view({**DATA, "wifi": {"ssid": "s", "key": "twelve chars", "country": "DE"}})
    digests = set()
    for router in (empty, absent):
        looking = SiteRouter(
            router,
            site,
            {**DATA, "wifi": {"ssid": "s", "key": "twelve chars", "country": "DE"}},
            change=False,
            needs_modems=True,
            admit=lambda _keys: None,
            tell=print,
        )
        digests.add(whole(running_digests(looking.look().observation, None)))
    assert len(digests) == 2


@pytest.mark.parametrize(
    "router",
    [
        # nothing may tell whether a guess of a secret is right
        in_package("network", "psk=", "other="),
        in_package("network", simulated.PRIVATE_KEY, "b3RoZXIga2V5IG9mIHRoZSByb3V0ZXIuLi4uLi4uLi4="),
        # uci writes what it reads in its own way
        in_package("network", "\n\toption ", "\n\n  option    "),
    ],
)
def test_neither_secrets_nor_the_way_it_is_written_are_in_it(router: simulated.SiteRouter) -> None:
    assert of_router(router) == of_router(right())


def test_the_order_of_options_means_nothing() -> None:
    router = in_package("system", "\toption ttylogin '0'\n", "")
    router.packages["system"] = router.packages["system"].replace(
        "config system\n", "config system\n\toption ttylogin '0'\n"
    )
    assert router.packages["system"] != right().packages["system"]
    assert of_router(router) == of_router(right())


@pytest.mark.parametrize(
    ("change", "differs"),
    [
        ({"cameras": [{"name": "gate", "mac": "44:19:b6:00:00:01"}]}, True),
        ({"tunnel": {"preshared_key": "psk=", "keepalive": 99}}, True),
        ({"packages": ["tcpdump-mini"]}, True),
        ({"router_uci": {"system": [{"type": "system", "options": {"log_size": None}}]}}, True),
        ({"tunnel": {"preshared_key": "other="}}, False),
    ],
)
def test_what_is_wanted(change: dict[str, t.Any], differs: bool) -> None:  # noqa: FBT001
    assert (of_files(site_view({**DATA, **change})) != of_files(site_view(DATA))) is differs


def test_each_part_has_its_own() -> None:
    one, other = (
        intended_digests(intended(site_view({**DATA, "packages": names}))) for names in (["tcpdump-mini"], ["socat"])
    )
    assert {name for name in one if one[name] != other[name]} == {"packages"}
    assert {"/etc/config/network", FLOWS, KEYS, "packages"} <= one.keys()
