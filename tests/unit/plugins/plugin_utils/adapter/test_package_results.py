# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import dataclasses

import pytest

from ansible_collections.farsite.fleet.plugins.plugin_utils.adapter.package_results import ended, planned
from ansible_collections.farsite.fleet.plugins.plugin_utils.router.package_change import End, PackageOutcome
from ansible_collections.farsite.fleet.plugins.plugin_utils.router.package_plan import PackagePlan

PLAN = PackagePlan(
    "opkg", "install", ("a",), {"b": "1", "a": "2"}, {"c": ("3", "4")}, {"d": "5"}, ("e",), 10, 20, ("a note",)
)
NOTHING = dataclasses.replace(PLAN, installed={}, upgraded={}, removed={}, notes=())


def test_planned() -> None:
    result = planned(PLAN)
    assert result["changed"] is True
    assert (result["installed"], result["upgraded"], result["removed"], result["kept"]) == (
        ["a", "b"],
        ["c"],
        ["d"],
        ["e"],
    )
    assert (result["free_before"], result["free_after"], result["warnings"]) == (20, None, ["a note"])
    assert (result["diff"]["before"], result["diff"]["after"]) == ("c 3\nd 5\n", "a 2\nb 1\nc 4\n")


def test_nothing_planned() -> None:
    result = planned(NOTHING)
    assert (result["changed"], result["free_after"]) == (False, 20)
    assert "warnings" not in result
    assert result["diff"]["before"] == result["diff"]["after"] == ""


def outcome(end: End, **more: dict[str, str]) -> PackageOutcome:
    return PackageOutcome(end, "because", "12ab", more.get("installed", {}), {}, more.get("removed", {}), 1024)


def test_done_is_what_the_router_says() -> None:
    result = ended(outcome("done", installed={"a": "2"}))
    assert (result["changed"], result["installed"], result["free_after"]) == (True, ["a"], 1024)
    assert result["run"] == {"id": "12ab", "end": "done"}
    assert "failed" not in result


@pytest.mark.parametrize(
    ("end", "left", "changed", "message"),
    [
        ("refused", {}, False, "nothing was changed: because"),
        ("failed", {}, False, "nothing is different from before. It says: because"),
        ("failed", {"a": "1"}, True, "different from before is: a. It says: because"),
        ("unknown", {}, True, "the next run tells"),
    ],
)
def test_everything_else_fails(end: End, left: dict[str, str], changed: bool, message: str) -> None:  # noqa: FBT001
    result = ended(outcome(end, installed=left))
    assert result["failed"] is True
    assert result["changed"] is changed
    assert message in result["msg"]
