# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import copy
import json
import typing as t

import pytest

from ansible_collections.farsite.fleet.plugins.plugin_utils.report.plan_document import (
    MOST_LINES,
    Entry,
    NoPlanError,
    SitePlan,
    difference,
    document,
    from_json,
    objections,
    steps,
    to_json,
)
from ansible_collections.farsite.fleet.tests.unit.plugins.plugin_utils.report.plans import (
    ENTRY,
    NOW,
    PLAN,
    SITES,
    other,
)


def test_a_document() -> None:
    made = document(SITES, [], NOW)
    assert (made["format"], made["made"]) == (1, "2023-11-14T22:13:20Z")
    assert {name: entry["state"] for name, entry in made["sites"].items()} == {
        "barn": "failed",
        "harbour": "right",
        "mill": "off_line",
        "orchard": "failed",
        "quarry": "differs",
    }
    assert made["sites"]["quarry"]["plan"] == PLAN
    assert made["sites"]["barn"]["reason"] == "the run was no check, so there is no plan"
    assert made["sites"]["mill"]["reason"] == "no hub tells when it was seen; gone"


def test_hubs_are_told_by_the_parts_of_their_role() -> None:
    hubs: list[tuple[str, dict[str, t.Any]]] = [
        ("hub-2", {"parts": ["firewall", "SSH server"], "reason": "there is no nft\x1b"}),
        ("hub-1", {"parts": [], "reason": ""}),
        ("hub-3", {"failed": True, "unreachable": True, "msg": "Failed to connect to the host via ssh: gone"}),
        ("hub-4", {"failed": True, "unreachable": False, "msg": "no\x1b[2J"}),
    ]
    made = document([], [], NOW, hubs)
    assert list(made["hubs"].items()) == [
        ("hub-1", {"state": "right", "reason": None, "parts": []}),
        ("hub-2", {"state": "differs", "reason": "there is no nft?", "parts": ["firewall", "SSH server"]}),
        ("hub-3", {"state": "off_line", "reason": "gone", "parts": []}),
        ("hub-4", {"state": "failed", "reason": "no?[2J", "parts": []}),
    ]
    assert from_json(to_json(made)) == made


def test_its_json_is_flat_and_read_again() -> None:
    made = document(SITES, [], NOW)
    data = json.loads(to_json(made))
    assert data["sites"]["quarry"] == {"state": "differs", "reason": None, **PLAN}
    assert data["sites"]["orchard"] == {"state": "failed", "reason": "no"}
    assert from_json(to_json(made)) == made
    assert to_json(document(reversed(SITES), [], NOW)) == to_json(made)


def broken(**changes: t.Any) -> str:
    data = json.loads(to_json(document(SITES[:1], [], NOW)))
    data["sites"]["quarry"] |= changes
    return json.dumps(data)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{", "is no JSON: "),
        ("[]", "has no made, hubs and sites"),
        ('{"format": 1, "made": "x", "hubs": {}, "sites": []}', "has no made, hubs and sites"),
        ('{"format": 1, "hubs": {}, "sites": {}}', "has no made, hubs and sites"),
        ('{"format": 2, "made": "x", "hubs": {}, "sites": {}}', "has the format 2, expected 1"),
        ('{"format": 1, "made": "2026-01-01T00:00:00Z", "hubs": {}, "sites": {"a": 3}}', "sites.a: is not what"),
        (
            '{"format": 1, "made": "2026-01-01T00Z", "hubs": {}, "sites": {"a": {"state": "right", "reason": null}}}',
            "sites.a: is not what",
        ),
        (broken(state="fine"), "sites.quarry: is not what"),
        (broken(state="off_line", reason="gone"), "sites.quarry: is not what"),
        (broken(running_parts=["x"]), "sites.quarry: is not what"),
        (broken(running=None), "sites.quarry: is not what"),
        (broken(commands="x"), "sites.quarry: is not what"),
        (broken(install=[1]), "sites.quarry: is not what"),
        (broken(files=[{"path": "/x"}]), "sites.quarry: is not what"),
        (broken(more=1), "sites.quarry: is not what"),
    ],
)
def test_what_is_no_document(text: str, said: str) -> None:
    with pytest.raises(NoPlanError, match=f"^{said}"):
        from_json(text)


def test_the_steps_in_lines() -> None:
    assert steps(PLAN) == [
        "install wireguard-tools",
        *PLAN["commands"],
        "replace /etc/x.nft",
        "    @@ -1 +1 @@",
        "    -old",
        "    +new",
        "reload network",
        "reload system",
    ]


@pytest.mark.parametrize(
    ("now", "found"),
    [
        (PLAN, []),
        (
            other(running="r2", running_parts={"/etc/config/system": "1", "packages": "9", "/etc/new": "8"}),
            ["the router has changed (/etc/new, packages)"],
        ),
        (
            other(intended="i2", intended_parts={"packages": "4"}),
            ["the fleet's files say something else (/etc/config/system)"],
        ),
        (
            other(running="r2", running_parts={}, intended="i2", intended_parts={}, commands=[]),
            [
                "the router has changed (/etc/config/system, packages)",
                "the fleet's files say something else (/etc/config/system, packages)",
            ],
        ),
        (other(commands=PLAN["commands"][:1]), ["a secret has changed, or what the router knows of its modem"]),
        (other(install=["other"]), ["a secret has changed, or what the router knows of its modem"]),
    ],
)
def test_what_stands_against_a_plan(now: SitePlan, found: list[str]) -> None:
    assert objections(ENTRY, copy.deepcopy(now)) == found


@pytest.mark.parametrize(
    ("state", "said"), [("off_line", "the router was off-line when"), ("failed", "the router could not be compared")]
)
def test_without_a_plan_nothing_was_reviewed(state: t.Any, said: str) -> None:
    entry: Entry = {"state": state, "reason": "\x1b[2Jwhy", "plan": None}
    (found,) = objections(entry, PLAN)
    assert found.startswith(said)
    assert found.endswith(": ?[2Jwhy")
    assert "+set system.@system[0].hostname='quarry'" in difference(entry, PLAN)


def test_the_difference() -> None:
    assert difference(ENTRY, PLAN) == []
    assert difference(ENTRY, other(commands=["delete a.b", PLAN["commands"][1]])) == [
        "--- reviewed",
        "+++ now",
        "@@ -1,3 +1,3 @@",
        " install wireguard-tools",
        "-set system.@system[0].hostname='quarry'",
        "+delete a.b",
        " set network.lte.pincode='******** (new)'",
    ]


def test_a_long_difference_ends_and_steers_no_terminal() -> None:
    found = difference(ENTRY, other(commands=[f"set a.b.c{number}='\x1b[2J'" for number in range(200)]))
    assert len(found) == MOST_LINES + 1
    assert found[-1].startswith("… and ")
    assert all("\x1b" not in line for line in found)
