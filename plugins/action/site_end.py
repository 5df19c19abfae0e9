# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Controller side of the module farsite.fleet.site_end, and all of it: results of a play in, what is left to do out."""

from __future__ import annotations

import pathlib
import time
import typing as t

from ansible.plugins.action import ActionBase

from ansible_collections.farsite.fleet.plugins.module_utils.argument_spec.site_end import ARGUMENT_SPEC
from ansible_collections.farsite.fleet.plugins.plugin_utils.adapter.arguments import plain, validated
from ansible_collections.farsite.fleet.plugins.plugin_utils.adapter.play_sites import active_sites
from ansible_collections.farsite.fleet.plugins.plugin_utils.adapter.report_files import note_left
from ansible_collections.farsite.fleet.plugins.plugin_utils.report.merging import HANDED_ON
from ansible_collections.farsite.fleet.plugins.plugin_utils.report.outcomes import NEEDED, Outcomes, outcomes

Result = dict[str, t.Any]


class ActionModule(ActionBase):
    """End a run of the playbook site. Connects to nothing."""

    TRANSFERS_FILES = False
    _supports_check_mode = True
    _supports_async = False
    _supports_diff = False

    def run(self, tmp: str | None = None, task_vars: dict[str, t.Any] | None = None) -> Result:
        """Run the task."""
        result: Result = super().run(tmp, task_vars)
        arguments = validated(self._task.args, ARGUMENT_SPEC)
        variables = task_vars or {}
        active, names = active_sites(variables)
        hostvars = variables["hostvars"]
        sites = ((name, _needed(hostvars[name])) for name in names)
        found: Outcomes = plain(outcomes(sites, arguments["tunnels"], int(time.time())))
        check = bool(self._task.check_mode)
        path = pathlib.Path(arguments["again"])
        left = [] if check else note_left(path, active, names, found["again"])
        return result | {
            "changed": False,
            "outcomes": found,
            "words": _words(found, f"--limit @{path}" if left else None, check=check),
            "missed": list(found["failed"]) if arguments["off_line_ok"] else found["again"],
            # To whoever started several runs, each for a part of the sites. No other variable has this name: AWX gives
            # it to the jobs that follow.
            "ansible_stats": {"data": {HANDED_ON: {**found, "check": check}}, "aggregate": False, "per_host": False},
        }


def _needed(variables: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
    """Return what outcomes are made of: not all, since each variable is templated when it is read."""
    return {name: variables[name] for name in NEEDED if name in variables}


def _words(found: Outcomes, limit: str | None, *, check: bool) -> dict[str, t.Any]:
    again = "this was a check, so nothing was done" if check else limit or "nothing is left to do"
    return {
        "changed": found["changed"],
        "right already": found["right"],
        "failed": found["failed"],
        "off-line": found["off_line"],
        "again": again,
    }
