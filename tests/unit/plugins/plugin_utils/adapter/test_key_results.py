# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.farsite.fleet.plugins.plugin_utils.adapter import key_results
from ansible_collections.farsite.fleet.plugins.plugin_utils.router.keys import Key, RouterKeys, switch_plan
from ansible_collections.farsite.fleet.plugins.plugin_utils.router.observation import Observation, Observed
from ansible_collections.farsite.fleet.plugins.plugin_utils.router.secrets import token
from ansible_collections.farsite.fleet.plugins.plugin_utils.router.transaction import End, Outcome
from ansible_collections.farsite.fleet.plugins.plugin_utils.uci.document import Package, Section

OWN, NEXT = Key("P1", token("s", "own")), Key("P2", token("s", "next"))
READY = RouterKeys({"fleet": OWN}, None, NEXT, frozenset())
NETWORK = Package(
    "network", (Section("interface", "fleet", (("proto", "wireguard"), ("private_key", token("s", "own")))),)
)


@pytest.mark.parametrize(
    ("keys", "state", "expected"),
    [
        (RouterKeys({}, None, None, frozenset()), "present", (True, None, None, "key: (the router makes it)\n")),
        (RouterKeys({}, OWN, None, frozenset({"current"})), "present", (True, "P1", None, "key: P1\n")),
        (RouterKeys({}, OWN, None, frozenset()), "present", (False, "P1", None, None)),
        (RouterKeys({}, OWN, None, frozenset()), "next", (True, "P1", None, "next key: (the router makes it)\n")),
        (RouterKeys({"a": OWN}, None, NEXT, frozenset({"next"})), "next", (True, "P1", "P2", "next key: P2\n")),
        (READY, "next", (False, "P1", "P2", None)),
    ],
)
def test_keys_that_were_made(keys: RouterKeys, state: str, expected: tuple[t.Any, ...]) -> None:
    result = key_results.made(keys, state)
    shown = result.get("diff", {}).get("after")
    assert (result["changed"], result["public_key"], result["next_public_key"], shown) == expected


def test_a_switch_and_its_end() -> None:
    observation = Observation({"network": Observed(NETWORK, "d", "-")}, (), None, ("undone 12 why",), {})
    plan = switch_plan(observation, READY, ["fleet"], {}, "s")
    result = key_results.planned(plan, observation, READY)
    assert (result["changed"], result["public_key"], result["next_public_key"]) == (True, "P1", "P2")
    assert result["commands"] == ["set network.fleet.private_key='******** (new)'"]
    assert len(result["diff"]) == 1
    assert "12" in result["warnings"][0]
    assert "before" not in result
    assert "farsite-" not in str(result)
    well = result | key_results.switched(Outcome(End.CONFIRMED, "", "id"), READY)
    assert (well["public_key"], well["next_public_key"]) == ("P2", None)
    assert "failed" not in well
    ill = result | key_results.switched(Outcome(End.UNDONE, "no confirmation", "id"), READY)
    assert (ill["public_key"], ill["next_public_key"], ill["failed"], ill["changed"]) == ("P1", "P2", True, False)
