# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Results of uci_config as plain JSON, with secret values masked."""

from __future__ import annotations

import typing as t

from ansible_collections.farsite.fleet.plugins.plugin_utils.router.errors import NotUsableError
from ansible_collections.farsite.fleet.plugins.plugin_utils.router.secrets import conceal, masked, new_salt
from ansible_collections.farsite.fleet.plugins.plugin_utils.router.transaction import End, Outcome
from ansible_collections.farsite.fleet.plugins.plugin_utils.uci.data import sections_to_data
from ansible_collections.farsite.fleet.plugins.plugin_utils.uci.parser import parse_export
from ansible_collections.farsite.fleet.plugins.plugin_utils.uci.renderer import render, render_export
from ansible_collections.farsite.fleet.plugins.plugin_utils.uci.semantics import secret_options

if t.TYPE_CHECKING:
    from ansible_collections.farsite.fleet.plugins.plugin_utils.router.observation import Observation
    from ansible_collections.farsite.fleet.plugins.plugin_utils.router.uci_plan import UciPlan, Wanted
    from ansible_collections.farsite.fleet.plugins.plugin_utils.uci.document import Package

_ENDS = {
    End.REFUSED: "the router refused the change, and nothing on it was changed",
    End.UNDONE: "the router has undone the change and has its old configuration",
    End.UNKNOWN: (
        "it is not known how the change ended; the router undoes it by itself unless it was confirmed, and the next "
        "run tells"
    ),
}


def parsed(text: str) -> dict[str, t.Any]:
    """Return the packages in *text*. Raises UciSyntaxError."""
    return {"changed": False, "parsed": _data(_without_secrets(package) for package in parse_export(text))}


def rendered(wanted: t.Sequence[Wanted]) -> dict[str, t.Any]:
    """Return the text of the packages that a task gives."""
    return {"changed": False, "rendered": render_export(_without_secrets(item.package) for item in wanted)}


def gathered(wanted: t.Sequence[Wanted], observation: Observation) -> dict[str, t.Any]:
    """Return the observed packages."""
    observed = [observation.packages[item.package.name] for item in wanted]
    return {"changed": False, "gathered": _data(masked(item.package) for item in observed if not item.absent)}


def planned(plan: UciPlan, observation: Observation) -> dict[str, t.Any]:
    """Return what is to be done, with the diff and with what people should know of the router."""
    shown = [package.shown for package in plan.packages]
    result: dict[str, t.Any] = {
        "changed": bool(plan.changed),
        "before": _data(before for before, _after in shown),
        "commands": plan.commands,
        "services": list(plan.services),
    }
    if plan.changed:
        result["after"] = _data(after for _before, after in shown)
        result["diff"] = differences(plan)
    if warnings := warnings_of(plan, observation):
        result["warnings"] = warnings
    return result


def warnings_of(plan: UciPlan, observation: Observation) -> list[str]:
    """Return what people should know of the router before the change."""
    warnings = [str(finding) for finding in plan.findings if finding.severity == "warning"]
    warnings += [f"somebody has staged edits of {name} (uci changes {name})" for name in plan.staged]
    return [*warnings, *_last_end(observation)]


def differences(plan: UciPlan) -> list[dict[str, str]]:
    """Return Ansible's diff of each package in which something is to be done."""
    return [_difference(*package.shown) for package in plan.changed]


def refuse_errors(plan: UciPlan) -> None:
    """Raise NotUsableError with what is wrong in the configuration that the plan would make."""
    errors = tuple(str(finding) for finding in plan.findings if finding.severity == "error")
    if errors:
        raise NotUsableError(errors)


def ended(outcome: Outcome) -> dict[str, t.Any]:
    """Return how the change ended; anything but a confirmation fails the task."""
    transaction: dict[str, t.Any] = {"id": outcome.identifier, "end": outcome.end.value}
    result: dict[str, t.Any] = {"transaction": transaction}
    if outcome.end is End.CONFIRMED:
        return result
    transaction["reason"] = outcome.reason
    message = f"{_ENDS[outcome.end]}: {outcome.reason}"
    if outcome.kept:
        transaction["kept"] = list(outcome.kept)
        message += f"; what somebody else committed meanwhile is kept in {', '.join(outcome.kept)}"
    return result | {"failed": True, "changed": outcome.end is End.UNKNOWN, "msg": message}


def _last_end(observation: Observation) -> t.Iterator[str]:
    for line in observation.last:
        word, _blank, rest = line.partition(" ")
        if word == "undone":
            identifier, _blank, reason = rest.partition(" ")
            yield f"the router has undone its last change ({identifier}): {reason}"
        elif word == "kept":
            yield f"what somebody else committed during that change is kept on the router in {rest}"
    if observation.pending and observation.pending[0] in ("armed", "undoing"):
        yield f"another change ({observation.pending[1]}) of the router is under way"


def _difference(before: Package, after: Package) -> dict[str, str]:
    header = f"/etc/config/{after.name}"
    return {"before": render(before), "after": render(after), "before_header": header, "after_header": header}


def _without_secrets(package: Package) -> Package:
    concealed, _values = conceal(package, secret_options(package.name), new_salt())
    return masked(concealed)


def _data(packages: t.Iterable[Package]) -> list[dict[str, t.Any]]:
    return [{"package": package.name, "sections": sections_to_data(package)} for package in packages]
