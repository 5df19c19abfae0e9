# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Results of router_packages as plain JSON."""

from __future__ import annotations

import typing as t

if t.TYPE_CHECKING:
    from ansible_collections.farsite.fleet.plugins.plugin_utils.router.package_change import PackageOutcome
    from ansible_collections.farsite.fleet.plugins.plugin_utils.router.package_plan import PackagePlan

Upgrades = dict[str, tuple[str, str]]


def planned(plan: PackagePlan) -> dict[str, t.Any]:
    """Return what is to be done, as the dry run says."""
    result = {
        "changed": plan.changed,
        "manager": plan.manager,
        "kept": list(plan.kept),
        "free_before": plan.free,
        "free_after": None if plan.changed else plan.free,
        **_differences(plan.installed, plan.upgraded, plan.removed),
    }
    return result | ({"warnings": list(plan.notes)} if plan.notes else {})


def ended(outcome: PackageOutcome) -> dict[str, t.Any]:
    """Return how it ended, with what is different on the router; anything but ``done`` fails the task."""
    changed = bool(outcome.installed or outcome.upgraded or outcome.removed)
    result: dict[str, t.Any] = {"run": {"id": outcome.identifier, "end": outcome.end}}
    if outcome.end == "unknown":
        message = (
            f"it is not known how the run {outcome.identifier} ended, since {outcome.reason}. The router goes on by "
            f"itself; the next run tells how it ended"
        )
        return result | {"failed": True, "changed": True, "msg": message}
    result |= {
        "changed": changed,
        "free_after": outcome.free,
        **_differences(outcome.installed, outcome.upgraded, outcome.removed),
    }
    if outcome.end == "done":
        return result
    if outcome.end == "refused":
        return result | {"failed": True, "msg": f"the router refused, and nothing was changed: {outcome.reason}"}
    if changed:
        names = ", ".join([*outcome.installed, *outcome.upgraded, *outcome.removed])
        state = f"what had been added was removed again as far as possible, but different from before is: {names}"
    else:
        state = "nothing is different from before"
    return result | {"failed": True, "msg": f"the package manager failed, and {state}. It says: {outcome.reason}"}


def _differences(installed: dict[str, str], upgraded: Upgrades, removed: dict[str, str]) -> dict[str, t.Any]:
    before = {**{name: old for name, (old, _new) in upgraded.items()}, **removed}
    after = {**{name: new for name, (_old, new) in upgraded.items()}, **installed}
    return {
        "installed": sorted(installed),
        "upgraded": sorted(upgraded),
        "removed": sorted(removed),
        "diff": {
            "before": _lines(before),
            "after": _lines(after),
            "before_header": "installed packages",
            "after_header": "installed packages",
        },
    }


def _lines(versions: dict[str, str]) -> str:
    return "".join(f"{name} {version}".strip() + "\n" for name, version in sorted(versions.items()))
