# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.farsite.fleet.plugins.plugin_utils.rollout.data import Before
from ansible_collections.farsite.fleet.plugins.plugin_utils.rollout.gate import names_up, problem_of

PASSED = {"passed": True, "reason": None}


def facts(**interfaces: bool) -> dict[str, t.Any]:
    found = [{"name": name, "up": up} for name, up in interfaces.items()]
    return {"ansible_facts": {"farsite_router": {"interfaces": found}}}


@pytest.mark.parametrize(
    ("watched", "told", "before", "problem"),
    [
        (PASSED, facts(wan=True, lte=True), None, None),
        (PASSED, facts(wan=True, lte=False), None, None),
        (PASSED, facts(wan=False, lte=False, lan=True), None, "is not up: uplink wan, uplink lte"),
        (PASSED, facts(wan=True, lte=False), Before(uplinks=("wan", "lan")), None),
        (PASSED, facts(wan=True, lte=False), Before(uplinks=("wan", "lte")), "is not up: uplink lte"),
        (PASSED, facts(wan=True), Before(uplinks=("wan", "lte")), "is not up: uplink lte"),
        (PASSED, None, None, "its router was not asked for its uplinks"),
        (PASSED, {}, None, "its router does not tell of its uplinks: nothing is said of interfaces"),
        (PASSED, {"failed": True, "msg": "no"}, None, "its router does not tell of its uplinks: no"),
        ({"passed": False, "reason": "is silent"}, facts(wan=True), None, "is silent"),
        (None, facts(wan=True), None, "the hub did not watch it"),
    ],
)
def test_who_passes_the_gate(watched: t.Any, told: t.Any, before: Before | None, problem: str | None) -> None:
    assert problem_of(watched, told, ["wan", "lte"], before) == problem


def test_who_was_not_asked_tells_of_no_interface() -> None:
    assert names_up({"skipped": True}) is None
    assert names_up(facts(wan=True, lte=False)) == ("wan",)
