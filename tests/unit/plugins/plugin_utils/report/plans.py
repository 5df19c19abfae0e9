# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Plans of a few sites, as results of a check have them."""

from __future__ import annotations

import typing as t

if t.TYPE_CHECKING:
    from ansible_collections.farsite.fleet.plugins.plugin_utils.report.plan_document import Entry, SitePlan

NOW = 1_700_000_000
PLAN: SitePlan = {
    "running": "r1",
    "running_parts": {"/etc/config/system": "1", "packages": "2"},
    "intended": "i1",
    "intended_parts": {"/etc/config/system": "3", "packages": "4"},
    "commands": ["set system.@system[0].hostname='quarry'", "set network.lte.pincode='******** (new)'"],
    "files": [{"path": "/etc/x.nft", "action": "replace", "diff": ["@@ -1 +1 @@", "-old", "+new"]}],
    "install": ["wireguard-tools"],
    "services": ["network", "system"],
}
NOTHING: SitePlan = {
    "running": "r",
    "running_parts": {},
    "intended": "i",
    "intended_parts": {},
    "commands": [],
    "files": [],
    "install": [],
    "services": [],
}
ENTRY: Entry = {"state": "differs", "reason": None, "plan": PLAN}
SITES: list[tuple[str, dict[str, t.Any]]] = [
    ("quarry", {"router_run": {"changed": True, "plan": PLAN}}),
    ("harbour", {"router_run": {"changed": False, "plan": NOTHING}}),
    ("mill", {"router_run": {"unreachable": True, "msg": "gone"}}),
    ("orchard", {"router_run": {"failed": True, "msg": "no"}}),
    ("barn", {"router_run": {"changed": True}}),
]


def other(**changes: t.Any) -> SitePlan:
    return t.cast("SitePlan", {**PLAN, **changes})
