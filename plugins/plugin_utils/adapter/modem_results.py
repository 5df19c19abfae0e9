# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Results of lte_modem as plain JSON."""

from __future__ import annotations

import typing as t

from ansible_collections.farsite.fleet.plugins.plugin_utils.adapter import uci_results
from ansible_collections.farsite.fleet.plugins.plugin_utils.modem.pitfalls import Finding
from ansible_collections.farsite.fleet.plugins.plugin_utils.router.modem_report import (
    bearer_of,
    problems_data,
    report_data,
)
from ansible_collections.farsite.fleet.plugins.plugin_utils.router.transaction import End, Outcome

if t.TYPE_CHECKING:
    from ansible_collections.farsite.fleet.plugins.plugin_utils.router.modem_report import Report
    from ansible_collections.farsite.fleet.plugins.plugin_utils.router.modem_setup import Prepared
    from ansible_collections.farsite.fleet.plugins.plugin_utils.router.modem_uplink import StoppedError
    from ansible_collections.farsite.fleet.plugins.plugin_utils.router.uci_plan import UciPlan

Result = dict[str, t.Any]


def first_steps(prepared: Prepared, *, identities: bool) -> Result:
    """Return what check mode can tell of a modem that must be made usable first."""
    plan = prepared.planned
    what = [f"install {', '.join(plan.expected)}"] if plan else [prepared.unfinished]
    note = f"what follows is known only after this: {'; '.join(what)}"
    return {
        "changed": True,
        "packages": list(plan.expected) if plan else [],
        "modem": report_data(prepared.report, identities=identities),
        "warnings": [*prepared.notes, note],
    }


def planned(prepared: Prepared, plan: UciPlan, warnings: t.Sequence[str], *, identities: bool) -> Result:
    """Return what is to be done with the configuration, and what was done to get there."""
    result = uci_results.planned(plan, prepared.observation)
    told = [finding.message for finding in prepared.report.findings]
    if prepared.report.modem.profile.rule == "named":
        told.append(prepared.report.modem.profile.reason)
    result["warnings"] = [*result.get("warnings", ()), *prepared.notes, *warnings, *told]
    result["changed"] = result["changed"] or prepared.changed
    return result | {
        "packages": list(prepared.installed),
        "modem": report_data(prepared.report, identities=identities),
    }


def unchanged(prepared: Prepared) -> Result:
    """Return what is different for a configuration that is right: without a bearer the task fails all the same."""
    uplink = prepared.report.uplink
    if uplink and uplink.up and bearer_of(prepared.report):
        return {}
    return _failure(prepared.report.findings, "the configuration is right, but the uplink has no bearer")


def ended(
    planned_result: Result, prepared: Prepared, outcome: Outcome, found: Report | None, *, identities: bool
) -> Result:
    """Return *planned_result* with how it ended: with the modem as it is now, or with the step that failed."""
    result = planned_result | uci_results.ended(outcome)
    if found:
        result["modem"] = report_data(found, identities=identities)
    if outcome.end is End.CONFIRMED and found and not bearer_of(found):
        return result | _failure(found.findings, "the interface is up, but its modem has no bearer")
    if outcome.end is End.CONFIRMED:
        # what was found before is as it is now
        before = {finding.message for finding in prepared.report.findings}
        now = [finding.message for finding in (found.findings if found else ())]
        return result | {"warnings": [text for text in result["warnings"] if text not in before] + now}
    result["changed"] = result["changed"] or prepared.changed
    known = found.findings if found else ()
    return result | _failure((*known, Finding("bearer", outcome.reason)), result["msg"])


def stopped(error: StoppedError, *, identities: bool) -> Result:
    """Return the failure of a modem that cannot be used; the configuration is as it was."""
    result = _failure(error.findings, "the modem cannot be used, and the uplinks are as they were")
    result |= {"changed": error.changed, "packages": list(error.installed)}
    if error.report:
        result["modem"] = report_data(error.report, identities=identities)
    return result


def _failure(findings: t.Sequence[Finding], message: str) -> Result:
    told = [f"{finding.step}: {finding.message}" for finding in findings]
    return {
        "failed": True,
        "msg": "\n".join([message, *(f"- {text}" for text in told)]),
        "step": findings[0].step if findings else "bearer",
        "problems": problems_data(findings),
    }
