# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Controller side of the module farsite.fleet.operator_config, and all of it: a person's files."""

from __future__ import annotations

import typing as t

from ansible_collections.farsite.fleet.plugins.module_utils.argument_spec.operator_config import ARGUMENT_SPEC
from ansible_collections.farsite.fleet.plugins.plugin_utils.adapter import operator_files
from ansible_collections.farsite.fleet.plugins.plugin_utils.adapter.arguments import failure
from ansible_collections.farsite.fleet.plugins.plugin_utils.adapter.fleet_action import FleetAction

if t.TYPE_CHECKING:
    import pathlib

    from ansible_collections.farsite.fleet.plugins.plugin_utils.adapter.fleet_files import Loaded
    from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.fleet import Fleet


class ActionModule(FleetAction):
    """Make the configuration files of a person, and with them a key pair where that is asked for."""

    specification = ARGUMENT_SPEC

    def execute(
        self, arguments: dict[str, t.Any], folder: pathlib.Path, _loaded: Loaded, fleet: Fleet, /
    ) -> dict[str, t.Any]:
        """Do the task."""
        try:
            return self._carry_out(operator_files.handover(fleet, folder, operator_files.Wish(**arguments)))
        except operator_files.OperatorError as error:
            raise failure(error.problems) from error
        except OSError as error:
            raise failure([f"{error.filename}: {error.strerror}"]) from error

    def _carry_out(self, handover: operator_files.Handover) -> dict[str, t.Any]:
        changed = [file for file in handover.wanted if file.differs()]
        made = handover.keys.made
        result: dict[str, t.Any] = {
            "changed": bool(changed),
            "files": [str(path) for path in handover.files],
            "key_generated": made,
            # that of a pair that is not kept would be nobody's
            "public_key": None if made and self._task.check_mode else handover.keys.public,
        }
        if handover.warnings:
            result["warnings"] = list(handover.warnings)
        if self._task.diff:
            result["diff"] = [file.difference() for file in changed]
        if not self._task.check_mode:
            for file in changed:
                file.write()
        return result
