# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import typing as t

from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.farsite.fleet.plugins.plugin_utils.report.drift_table import drift_table
from ansible_collections.farsite.fleet.plugins.plugin_utils.report.plan_document import document
from ansible_collections.farsite.fleet.plugins.plugin_utils.report.table import WIDTH
from ansible_collections.farsite.fleet.tests.unit.plugins.plugin_utils.report.plans import (
    NOW,
    PLAN,
    SITES,
    other,
)


def test_a_table() -> None:
    assert drift_table(document(SITES, [], NOW)) == [
        "state    host                       to be done",
        "failed   barn",
        "         - the run was no check, so there is no plan",
        "failed   orchard",
        "         - no",
        "off-line mill",
        "         - no hub tells when it was seen; gone",
        "differs  quarry                     2 commands, 1 file, 1 package",
        "         - install wireguard-tools",
        "         - set system.@system[0].hostname='quarry'",
        "         - set network.lte.pincode='******** (new)'",
        "         - replace /etc/x.nft",
        "         - reload network",
        "         - reload system",
        "right    harbour                    nothing",
        "",
        "5 sites: 2 failed, 1 off-line, 1 differs, 1 right",
        "2023-11-14T22:13:20Z",
    ]


def test_hubs_come_first() -> None:
    hubs: list[tuple[str, dict[str, t.Any]]] = [
        ("hub-1", {"parts": ["firewall", "SSH server"], "reason": "there is no nft"}),
        ("hub-2", {"parts": []}),
        ("hub-3", {"failed": True, "msg": "no"}),
    ]
    assert drift_table(document([], [], NOW, hubs))[1:7] == [
        "differs  hub-1",
        "         - firewall, SSH server",
        "         - there is no nft",
        "right    hub-2                      nothing",
        "failed   hub-3",
        "         - no",
    ]


def test_nobody() -> None:
    assert drift_table(document([], [], NOW))[1:3] == ["", "no sites"]


def test_no_end_of_steps_has_an_end() -> None:
    many = {"changed": True, "plan": other(commands=PLAN["commands"] * 20)}
    assert "         - and 38 more" in drift_table(document([("quarry", {"router_run": many})], [], NOW))


@given(st.text(), st.text())
def test_whatever_strangers_say_it_fits(name: str, said: str) -> None:
    runs = [{"failed": True, "msg": said}, {"changed": True, "plan": other(commands=[said])}]
    made = document([(f"{name}{number}", {"router_run": run}) for number, run in enumerate(runs)], [], NOW)
    for line in drift_table(made):
        assert len(line) <= WIDTH
        assert "\x1b" not in line
