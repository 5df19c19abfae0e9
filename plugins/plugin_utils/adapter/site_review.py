# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A site's plan as people review it, and whether a run keeps to the one that they have reviewed."""

from __future__ import annotations

import dataclasses
import difflib
import typing as t

from ansible_collections.farsite.fleet.plugins.plugin_utils.adapter.plan_digests import (
    PACKAGES,
    PUBLIC_KEY,
    UCI_FOLDER,
    Digests,
    intended_digests,
    running_digests,
    whole,
)
from ansible_collections.farsite.fleet.plugins.plugin_utils.adapter.reviewed_document import reviewed_document
from ansible_collections.farsite.fleet.plugins.plugin_utils.report.plan_document import (
    difference,
    objections,
)
from ansible_collections.farsite.fleet.plugins.plugin_utils.router.errors import NotUsableError
from ansible_collections.farsite.fleet.plugins.plugin_utils.router.observation import ABSENT
from ansible_collections.farsite.fleet.plugins.plugin_utils.uci.renderer import render

if t.TYPE_CHECKING:
    from ansible_collections.farsite.fleet.plugins.plugin_utils.adapter.site_plan import SitePlan
    from ansible_collections.farsite.fleet.plugins.plugin_utils.adapter.site_results import Result
    from ansible_collections.farsite.fleet.plugins.plugin_utils.adapter.site_router import Seen
    from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.intended import Intended
    from ansible_collections.farsite.fleet.plugins.plugin_utils.report import plan_document
    from ansible_collections.farsite.fleet.plugins.plugin_utils.router.files import FilePlan
    from ansible_collections.farsite.fleet.plugins.plugin_utils.router.uci_plan import PackagePlan

MAKE_ANOTHER = "make a plan with farsite.fleet.drift, and have it reviewed"


def shown_plan(plan: SitePlan, seen: Seen, wanted: Intended, result: Result) -> plan_document.SitePlan:
    """Return *plan* without a secret, with the digests of what it was made from.

    *wanted* is the intended configuration with its placeholders, *result* that of the task that was announced.
    """
    running, files = running_digests(seen.observation, result["public_key"]), intended_digests(wanted)
    return {
        "running": whole(running),
        "running_parts": running,
        "intended": whole(files),
        "intended_parts": files,
        "commands": result["commands"],
        "files": [*map(_package, plan.uci.changed), *map(_file, plan.changed_files)],
        "install": result["packages"],
        "services": result["services"],
    }


def _package(package: PackagePlan) -> plan_document.FileStep:
    before, after = (render(shown) for shown in package.shown)
    action = "create" if package.observed.absent else "replace"
    return {"path": f"/etc/config/{package.after.name}", "action": action, "diff": _lines(before, after)}


def _file(file: FilePlan) -> plan_document.FileStep:
    return {"path": file.wanted.path, "action": file.action, "diff": _lines(file.before, file.wanted.text or "")}


def _lines(before: str, after: str) -> list[str]:
    return list(difflib.unified_diff(before.splitlines(), after.splitlines(), n=1, lineterm=""))[2:]


def changed_meanwhile(before: Seen, now: Seen) -> list[str]:
    """Return what of a router is different *now*, though no installation can have brought it: it was there *before*."""
    then, found = _running(before), _running(now)
    absent = {f"{UCI_FOLDER}{name}" for name, package in before.observation.packages.items() if package.absent}
    absent |= {
        arguments[0]
        for word, (arguments, _text) in before.observation.parts.items()
        if word.startswith("file-") and arguments[1] == ABSENT
    }
    if before.keys.in_use is None or before.keys.in_use.public is None:
        # it is told only once there is wg
        absent.add(PUBLIC_KEY)
    return [name for name in sorted(then) if then[name] != found.get(name) and name not in {*absent, PACKAGES}]


def _running(seen: Seen) -> Digests:
    return running_digests(seen.observation, seen.keys.in_use.public if seen.keys.in_use else None)


@dataclasses.dataclass(frozen=True, slots=True)
class Review:
    """What was reviewed for one site: its entry in the document of that path, which was made then."""

    path: str
    made: str
    entry: plan_document.Entry

    @classmethod
    def of_site(cls, path: str, name: str) -> Review:
        """Return what the document at *path* has of the site *name*. Raises NotUsableError where that is nothing."""
        document = reviewed_document("reviewed_plan", path)
        if name not in document["sites"]:
            problem = f"{name} is not in the plan of {document['made']} in {path}, so nothing was done; {MAKE_ANOTHER}"
            raise NotUsableError((problem,))
        return cls(path, document["made"], document["sites"][name])

    def refusal(self, now: plan_document.SitePlan) -> Result | None:
        """Return the failure of a site whose plan is another one *now*; None where it is the same."""
        changed = objections(self.entry, now)
        if not changed:
            return None
        reason = f"the plan of {self.made} in {self.path} no longer holds, so nothing was done: {'; '.join(changed)}"
        lines = difference(self.entry, now) or ["what is to be done is the same"]
        message = "\n".join([f"{reason}; {MAKE_ANOTHER}", *lines])
        return {"failed": True, "changed": False, "reason": reason, "msg": message}
