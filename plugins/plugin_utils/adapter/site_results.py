# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Results of router_site as plain JSON, with secret values masked."""

from __future__ import annotations

import typing as t

from ansible_collections.farsite.fleet.plugins.plugin_utils.adapter import modem_results, uci_results
from ansible_collections.farsite.fleet.plugins.plugin_utils.router.modem_report import bearer_of, report_data
from ansible_collections.farsite.fleet.plugins.plugin_utils.router.modem_setup import staying
from ansible_collections.farsite.fleet.plugins.plugin_utils.router.transaction import End

if t.TYPE_CHECKING:
    from ansible_collections.farsite.fleet.plugins.plugin_utils.adapter.site_plan import SitePlan
    from ansible_collections.farsite.fleet.plugins.plugin_utils.adapter.site_router import Seen
    from ansible_collections.farsite.fleet.plugins.plugin_utils.router.files import FilePlan
    from ansible_collections.farsite.fleet.plugins.plugin_utils.router.modem_report import Report
    from ansible_collections.farsite.fleet.plugins.plugin_utils.router.modem_uplink import StoppedError
    from ansible_collections.farsite.fleet.plugins.plugin_utils.router.transaction import Outcome

Result = dict[str, t.Any]


def planned(plan: SitePlan, seen: Seen, *, expected_key: str | None, with_diff: bool) -> Result:
    """Return what is to be done, and what people should know of the router.

    *expected_key* is the router's public key in the fleet's files, None where they have none.
    """
    names = plan.install.names if plan.install else ()
    public_key = seen.keys.in_use.public if seen.keys.in_use else None
    result: Result = {
        "changed": plan.changed or seen.changed or bool(seen.waiting),
        "commands": plan.uci.commands,
        "files": [{"path": file.wanted.path, "action": file.action} for file in plan.changed_files],
        "packages": [*seen.waiting, *names],
        "installed": list(seen.installed),
        "services": list(plan.services),
        "public_key": public_key,
        "modems": {name: report_data(report, identities=False) for name, report in seen.modems.items()},
    }
    warnings = [*uci_results.warnings_of(plan.uci, seen.observation), *seen.notes, *_of_modems(seen.modems)]
    if expected_key is not None and public_key not in (None, expected_key):
        warnings.append(
            f"the router's public key {public_key} is not the one that the fleet's files have, {expected_key}, so the "
            "hub does not know it; see farsite.fleet.enroll"
        )
    if warnings:
        result["warnings"] = warnings
    if with_diff and result["changed"]:
        result["diff"] = [
            *uci_results.differences(plan.uci),
            *map(_difference, plan.changed_files),
            *_packages(result["packages"]),
        ]
    return result


def another_router(name: str, public_key: str, expected: str | None, keys: t.Mapping[str, str]) -> str | None:
    """Return why a router with *public_key* is not to become that of the site *name*; None if it may.

    *expected* is the key that it has to have, where it has to; *keys* are those of the fleet's sites.
    """
    owner = next((site for site, key in keys.items() if key == public_key and site != name), None)
    if owner is not None:
        return (
            f"this is the router of the site {owner}, by its WireGuard key {public_key}; nothing on it was changed. If "
            f"it is to be that of {name}, reset it first (firstboot, then reboot)"
        )
    if expected is not None and public_key != expected:
        return (
            f"the router has the WireGuard key {public_key}, keys/{name}.pub has {expected}; nothing on it was changed"
            f". If it takes the place of another router, say so: -e replace={name}; else find out which router this is"
        )
    return None


def ended(outcome: Outcome, installed_before: t.Collection[str], announced: Result) -> Result:
    """Return how the change that was *announced* ended; anything but a confirmation fails the task.

    A failure is shown with its whole result, so that is short: what was to be done, the diff shows.
    """
    result = announced | uci_results.ended(outcome)
    if outcome.end is not End.CONFIRMED:
        del result["commands"], result["modems"]
    result["installed"] = sorted({*installed_before, *outcome.installed})
    if outcome.public_key:
        result["public_key"] = outcome.public_key
    if result["installed"] and outcome.end is not End.CONFIRMED:
        result["changed"] = True
        result["msg"] += staying(result["installed"])
    return result


def refused(message: str, installed: t.Collection[str]) -> Result:
    """Return the failure of a router that is refused after something of it was changed."""
    found = sorted(installed)
    return {"failed": True, "changed": True, "installed": found, "msg": f"{message}{staying(found)}"}


def lost(announced: Result, reason: str, installed: t.Collection[str]) -> Result:
    """Return the failure of a router that does not answer any more, after something of it was changed.

    *announced* is what was to be done, empty where it has not told enough for that yet.
    """
    kept = {key: value for key, value in announced.items() if key not in ("commands", "modems")}
    message = f"does not answer any more: {reason}{staying(sorted(installed))}"
    return kept | {"failed": True, "changed": True, "installed": sorted(installed), "msg": message}


def after_stages(result: Result, stages: int) -> Result:
    """Return the result of the last of several transactions, before which *stages* were confirmed."""
    if not stages or not result.get("failed"):
        return result
    more = "; what was changed before it, in a transaction of its own, was confirmed and stays"
    return result | {"changed": True, "msg": result["msg"] + more}


def stopped(error: StoppedError) -> Result:
    """Return the failure of a modem that cannot be used, where the router has no interface for it yet; in one line."""
    result = modem_results.stopped(error, identities=False)
    first, *steps = result["msg"].split("\n- ")
    return result | {"msg": f"{first}: {'; '.join(steps)}", "installed": result["packages"]}


def _of_modems(modems: t.Mapping[str, Report]) -> t.Iterator[str]:
    for name, report in modems.items():
        yield from (f"uplink {name}: {finding.step}: {finding.message}" for finding in report.findings)
        if report.uplink and not bearer_of(report) and not report.findings:
            yield f"uplink {name}: has no bearer"


def _difference(file: FilePlan) -> Result:
    path, old, new = file.wanted.path, file.observed.mode, file.wanted.mode
    gone = file.wanted.text is None
    return {
        "before": file.before,
        "after": file.wanted.text or "",
        "before_header": path if old is None else f"{path} (mode {old:04o})",
        "after_header": path if gone else f"{path} (mode {new:04o})",
    }


def _packages(names: t.Sequence[str]) -> t.Iterator[Result]:
    if names:
        header = "installed packages"
        yield {
            "before": "",
            "after": "".join(f"{name}\n" for name in sorted(names)),
            "before_header": header,
            "after_header": header,
        }
