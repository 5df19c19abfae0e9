# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Controller side of the module farsite.fleet.rollout_end, and all of it: the journal in, what is left to do out."""

from __future__ import annotations

import pathlib
import time
import typing as t

from ansible.plugins.action import ActionBase

from ansible_collections.farsite.fleet.plugins.module_utils.argument_spec.rollout_end import ARGUMENT_SPEC
from ansible_collections.farsite.fleet.plugins.plugin_utils.adapter import rollout_journal as files
from ansible_collections.farsite.fleet.plugins.plugin_utils.adapter.arguments import plain, validated
from ansible_collections.farsite.fleet.plugins.plugin_utils.adapter.play_sites import active_sites
from ansible_collections.farsite.fleet.plugins.plugin_utils.adapter.report_files import locked, note_left
from ansible_collections.farsite.fleet.plugins.plugin_utils.rollout import ending, resume
from ansible_collections.farsite.fleet.plugins.plugin_utils.rollout.trials import Trial

JUDGED = "rollout_judged"
"""The variable that the last step of a wave is registered as."""

Result = dict[str, t.Any]


class ActionModule(ActionBase):
    """End a run of a roll-out. Connects to nothing."""

    TRANSFERS_FILES = False
    _supports_check_mode = True
    _supports_async = False
    _supports_diff = False

    def run(self, tmp: str | None = None, task_vars: dict[str, t.Any] | None = None) -> Result:
        """Run the task."""
        result: Result = super().run(tmp, task_vars)
        arguments = validated(self._task.args, ARGUMENT_SPEC)
        variables = task_vars or {}
        known, names = active_sites(variables)
        stopped = None
        path = pathlib.Path(arguments["journal"])
        if self._task.check_mode:
            last = files.read_journal(path)
            done = {name: last.sites[name] for name in arguments["done"] if last and name in last.sites}
            judged = {name: _of_check(name, variables["hostvars"][name]) for name in names if name not in done}
            trials = {name: Trial(done[name].state) if name in done else judged[name] for name in names}
        else:
            with locked(path, "journal"):
                journal = files.own_journal(path)
                entries = {name: journal.sites[name] for name in names if name in journal.sites}
                trials = {name: Trial(entry.state, entry.reason) for name, entry in entries.items()}
                stopped = journal.stopped
                note_left(pathlib.Path(arguments["again"]), known, trials, ending.left(trials))
                files.write_journal(path, resume.released(journal, int(time.time())))
        states = {name: {"state": found.state, "reason": found.reason} for name, found in trials.items()}
        return result | {
            "changed": False,
            "states": states,
            "left": ending.left(trials),
            "off_line": [name for name, found in trials.items() if found.state == "off_line"],
            "stopped": stopped,
            "words": ending.words(trials, stopped),
            "rollout_event": {"event": "end", "states": states, "stopped": stopped},
        }


def _of_check(name: str, variables: t.Mapping[str, t.Any]) -> Trial:
    """Return what a wave of a check has said of the site; it has written nothing."""
    found = plain(variables[JUDGED])["states"].get(name) if JUDGED in variables else None
    return Trial(found["state"], found["reason"]) if found else Trial("pending")
