# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import json
import typing as t

import pytest

from ansible_collections.farsite.fleet.plugins.plugin_utils.adapter.site_plan import make_plan
from ansible_collections.farsite.fleet.plugins.plugin_utils.adapter.site_results import (
    another_router,
    ended,
    lost,
    planned,
    stopped,
)
from ansible_collections.farsite.fleet.plugins.plugin_utils.adapter.site_router import SiteRouter
from ansible_collections.farsite.fleet.plugins.plugin_utils.modem.pitfalls import Finding
from ansible_collections.farsite.fleet.plugins.plugin_utils.router.modem_uplink import StoppedError
from ansible_collections.farsite.fleet.plugins.plugin_utils.router.transaction import End, Outcome
from ansible_collections.farsite.fleet.tests.unit.plugins.plugin_utils.adapter import simulated_site as simulated
from ansible_collections.farsite.fleet.tests.unit.plugins.plugin_utils.fleet.fleets import QUARRY, site_view

DATA: dict[str, t.Any] = {**QUARRY, "uplink": {"kind": "ethernet"}, "tunnel": {"preshared_key": "psk="}}
FLOWS = "/etc/nftables.d/20-farsite-cameras.nft"


def result(
    router: simulated.SiteRouter, *, expected_key: str | None = None, with_diff: bool = True
) -> dict[str, t.Any]:
    seen = SiteRouter(
        router, site_view(DATA), DATA, change=True, tell=print, needs_modems=True, admit=lambda _keys: None
    ).look()
    plan = make_plan(seen.wanted, seen.observation, seen.salt)
    found = planned(plan, seen, expected_key=expected_key, with_diff=with_diff)
    assert json.loads(json.dumps(found)) == found
    assert "psk=" not in json.dumps(found)
    return found


def test_a_difference_for_each_file_and_the_packages() -> None:
    router = simulated.settled(site_view(DATA), DATA)
    router.files[FLOWS] = ("-rw-------", "old\n")
    router.packages["system"] = router.packages["system"].replace("quarry-north", "other")
    router.missing = frozenset({"wireguard-tools"})
    found = result(router)
    before = {item["before_header"]: item["before"] for item in found["diff"]}
    assert list(before) == ["/etc/config/system", f"{FLOWS} (mode 0600)", "installed packages"]
    assert before[f"{FLOWS} (mode 0600)"] == "old\n"
    assert found["diff"][1]["after_header"] == f"{FLOWS} (mode 0644)"
    assert found["diff"][2]["after"] == "wireguard-tools\n"
    assert (found["changed"], found["packages"], found["installed"]) == (True, ["wireguard-tools"], [])
    assert found["files"] == [{"path": FLOWS, "action": "replace"}]
    assert "diff" not in result(router, with_diff=False)


def test_nothing_to_do() -> None:
    found = result(simulated.settled(site_view(DATA), DATA))
    assert (found["changed"], found["commands"], found["files"], found["public_key"]) == (
        False,
        [],
        [],
        simulated.PUBLIC_KEY,
    )
    assert "diff" not in found


@pytest.mark.parametrize(
    ("expected", "warned"), [(None, False), (simulated.PUBLIC_KEY, False), (simulated.PRIVATE_KEY, True)]
)
def test_a_key_that_the_fleet_does_not_know_is_told(expected: str | None, warned: bool) -> None:  # noqa: FBT001
    found = result(simulated.settled(site_view(DATA), DATA), expected_key=expected)
    assert any("is not the one that the fleet's files have" in text for text in found.get("warnings", ())) is warned


@pytest.mark.parametrize(
    ("expected", "keys", "said"),
    [
        (None, {}, None),
        (None, {"quarry": "K="}, None),
        ("K=", {"quarry": "K=", "harbour": "H="}, None),
        (None, {"harbour": "K="}, "this is the router of the site harbour, by its WireGuard key K=; nothing on it was"),
        ("O=", {"quarry": "O="}, "the router has the WireGuard key K=, keys/quarry.pub has O=; nothing on it was"),
    ],
)
def test_whose_router_it_is(expected: str | None, keys: dict[str, str], said: str | None) -> None:
    found = another_router("quarry", "K=", expected, keys)
    assert found is None if said is None else found and found.startswith(said)


ANNOUNCED: dict[str, t.Any] = {"changed": True, "commands": ["set a.b=c"], "modems": {}, "services": ["network"]}


def test_what_was_installed_stays_where_the_rest_is_undone() -> None:
    outcome = Outcome(End.UNDONE, "no confirmation", "12ab", installed={"b": "1", "a": "2"})
    found = ended(outcome, ["c"], ANNOUNCED)
    assert (found["failed"], found["changed"], found["installed"]) == (True, True, ["a", "b", "c"])
    assert found["msg"].endswith("no confirmation; these packages are installed, and stay: a, b, c")
    assert found.keys() == {"changed", "failed", "msg", "transaction", "installed", "services"}
    assert ended(Outcome(End.REFUSED, "busy", "12ab"), [], ANNOUNCED)["changed"] is False
    assert ended(Outcome(End.UNKNOWN, "silence", "12ab"), [], ANNOUNCED)["changed"] is True


def test_a_modem_that_cannot_be_used_is_told_in_a_line() -> None:
    error = StoppedError((Finding("sim", "no PIN"), Finding("port", "silent")))
    error.installed, error.changed = ("uqmi",), True
    found = stopped(error)
    assert found["msg"] == "the modem cannot be used, and the uplinks are as they were: sim: no PIN; port: silent"
    assert (found["failed"], found["changed"], found["installed"]) == (True, True, ["uqmi"])


def test_a_key_that_was_made_is_told_at_the_end() -> None:
    outcome = Outcome(End.CONFIRMED, "", "12ab", installed={"a": "2"}, public_key=simulated.PUBLIC_KEY)
    assert ended(outcome, [], ANNOUNCED) == ANNOUNCED | {
        "transaction": {"id": "12ab", "end": "confirmed"},
        "installed": ["a"],
        "public_key": simulated.PUBLIC_KEY,
    }


def test_a_router_that_is_lost_was_changed_and_has_what_was_installed() -> None:
    announced = {"changed": True, "commands": ["set a.b=1"], "modems": {}, "services": ["network"]}
    assert lost(announced, "No route to host", {"uqmi", "comgt"}) == {
        "failed": True,
        "changed": True,
        "services": ["network"],
        "installed": ["comgt", "uqmi"],
        "msg": "does not answer any more: No route to host; these packages are installed, and stay: comgt, uqmi",
    }
    found = lost({}, "No route to host", ())
    assert (found["changed"], found["msg"]) == (True, "does not answer any more: No route to host")
