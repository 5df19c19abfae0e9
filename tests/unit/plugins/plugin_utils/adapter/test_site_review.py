# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import json
import typing as t

import pytest

from ansible_collections.farsite.fleet.plugins.plugin_utils.adapter import site_results
from ansible_collections.farsite.fleet.plugins.plugin_utils.adapter.site_plan import make_plan
from ansible_collections.farsite.fleet.plugins.plugin_utils.adapter.site_review import Review, shown_plan
from ansible_collections.farsite.fleet.plugins.plugin_utils.adapter.site_router import SiteRouter
from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.intended import intended
from ansible_collections.farsite.fleet.plugins.plugin_utils.report.plan_document import document, to_json
from ansible_collections.farsite.fleet.plugins.plugin_utils.router.errors import NotUsableError
from ansible_collections.farsite.fleet.tests.unit.plugins.plugin_utils.adapter import simulated_site as simulated
from ansible_collections.farsite.fleet.tests.unit.plugins.plugin_utils.fleet.fleets import QUARRY, site_view

if t.TYPE_CHECKING:
    import pathlib

    from ansible_collections.farsite.fleet.plugins.plugin_utils.report.plan_document import SitePlan

DATA: dict[str, t.Any] = {**QUARRY, "uplink": {"kind": "ethernet"}, "tunnel": {"preshared_key": "psk="}}
FLOWS = "/etc/nftables.d/20-farsite-cameras.nft"


def shown(router: simulated.SiteRouter, **changes: t.Any) -> SitePlan:
    data = DATA | changes
    view = site_view(data)
    seen = SiteRouter(router, view, data, change=False, needs_modems=True, admit=lambda _keys: None, tell=print).look()
    plan = make_plan(seen.wanted, seen.observation, seen.salt)
    result = site_results.planned(plan, seen, expected_key=None, with_diff=False)
    return shown_plan(plan, seen, intended(view), result)


def router() -> simulated.SiteRouter:
    found = simulated.settled(site_view(DATA), DATA)
    found.packages["network"] = found.packages["network"].replace("psk=", "old=")
    found.packages["system"] = found.packages["system"].replace("quarry-north", "other")
    found.files[FLOWS] = ("-rw-r--r--", "old\n")
    return found


def written(folder: pathlib.Path, plan: SitePlan) -> str:
    path = folder / "drift.json"
    run = {"changed": True, "plan": plan}
    path.write_text(to_json(document([("quarry-north", {"router_run": run})], [], 1_700_000_000)), "utf-8")
    return str(path)


def test_a_plan_for_people() -> None:
    plan = shown(router())
    assert json.loads(json.dumps(plan)) == plan
    assert plan["commands"] == [
        "set network.wireguard_hub_peer.preshared_key='******** (new)'",
        "set system.@system[0].hostname='quarry-north'",
    ]
    network, system, file = plan["files"]
    assert (system["path"], system["action"]) == ("/etc/config/system", "replace")
    assert "-\toption hostname 'other'" in system["diff"]
    assert "+\toption preshared_key '******** (new)'" in network["diff"]
    assert (file["path"], file["action"], file["diff"][1]) == (FLOWS, "replace", "-old")
    assert plan["services"] == ["network", "firewall", "dnsmasq", "system", "log", "sysntpd"]
    for secret in ("psk=", "old=", simulated.PRIVATE_KEY):
        assert secret not in json.dumps(plan)


def test_the_same_plan_is_carried_out(tmp_path: pathlib.Path) -> None:
    review = Review.of_site(written(tmp_path, shown(router())), "quarry-north")
    assert review.made == "2023-11-14T22:13:20Z"
    assert review.refusal(shown(router())) is None


def test_another_plan_is_refused_with_the_difference(tmp_path: pathlib.Path) -> None:
    path = written(tmp_path, shown(router()))
    changed = router()
    changed.packages["system"] = changed.packages["system"].replace("other", "third")
    changed.missing = frozenset({"tcpdump-mini"})
    refused = Review.of_site(path, "quarry-north").refusal(shown(changed, packages=["tcpdump-mini"]))
    assert refused
    assert (refused["failed"], refused["changed"]) == (True, False)
    assert refused["reason"] == (
        f"the plan of 2023-11-14T22:13:20Z in {path} no longer holds, so nothing was done: the router has changed "
        "(/etc/config/system, packages); the fleet's files say something else (packages)"
    )
    first, *lines = refused["msg"].splitlines()
    assert first == f"{refused['reason']}; make a plan with farsite.fleet.drift, and have it reviewed"
    assert "+install tcpdump-mini" in lines
    # what it was, and what it is now, in the diffs of the two plans
    assert {"-    -   option hostname 'other'", "+    -   option hostname 'third'"} <= set(lines)


def test_the_same_steps_on_another_configuration_are_not_what_was_reviewed(tmp_path: pathlib.Path) -> None:
    changed = router()
    changed.packages["system"] += "\nconfig led 'mine'\n"
    refused = Review.of_site(written(tmp_path, shown(router())), "quarry-north").refusal(shown(changed))
    assert refused
    assert refused["msg"].endswith("\nwhat is to be done is the same")


def test_a_secret_that_is_set_anew_is_seen(tmp_path: pathlib.Path) -> None:
    """Its digest is nowhere, but what is to be done with it is."""
    now = router()
    now.packages["network"] = now.packages["network"].replace("old=", "psk=")
    refused = Review.of_site(written(tmp_path, shown(router())), "quarry-north").refusal(shown(now))
    assert refused
    assert refused["reason"].endswith(": a secret has changed, or what the router knows of its modem")
    assert "preshared_key='******** (new)'" in refused["msg"]


def test_a_site_that_is_not_in_the_document_was_not_reviewed(tmp_path: pathlib.Path) -> None:
    path = written(tmp_path, shown(router()))
    with pytest.raises(NotUsableError, match=r"^quarry is not in the plan of 2023-11-14T22:13:20Z in "):
        Review.of_site(path, "quarry")


def test_an_empty_path_is_no_leave() -> None:
    with pytest.raises(NotUsableError, match=r"^reviewed_plan: is empty"):
        Review.of_site("", "quarry")
