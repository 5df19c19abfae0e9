# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Controller side of the module farsite.fleet.intended, and all of it: files of a fleet in, files for review out."""

from __future__ import annotations

import typing as t

from ansible_collections.farsite.fleet.plugins.module_utils.argument_spec.intended import ARGUMENT_SPEC
from ansible_collections.farsite.fleet.plugins.plugin_utils.adapter import intended_folder
from ansible_collections.farsite.fleet.plugins.plugin_utils.adapter.arguments import failure
from ansible_collections.farsite.fleet.plugins.plugin_utils.adapter.fleet_action import FleetAction
from ansible_collections.farsite.fleet.plugins.plugin_utils.adapter.intended_tree import host_names, render_hosts

if t.TYPE_CHECKING:
    import pathlib
    from collections.abc import Iterable

    from ansible_collections.farsite.fleet.plugins.plugin_utils.adapter.fleet_files import Loaded
    from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.fleet import Fleet


class ActionModule(FleetAction):
    """Validate a fleet, and bring the rendered configurations of its hosts up to date. Connects to nothing."""

    specification = ARGUMENT_SPEC

    def execute(
        self, arguments: dict[str, t.Any], folder: pathlib.Path, loaded: Loaded, fleet: Fleet, /
    ) -> dict[str, t.Any]:
        """Do the task."""
        result: dict[str, t.Any] = {"changed": False, **_counts(fleet)}
        if loaded.problems:
            result["warnings"] = [str(problem) for problem in loaded.problems]
        if arguments["state"] == "rendered":
            result |= self._render(fleet, folder / intended_folder.NAME, arguments["hosts"])
        return result

    def _render(self, fleet: Fleet, folder: pathlib.Path, hosts: list[str] | None) -> dict[str, t.Any]:
        known = host_names(fleet)
        unknown = sorted(set(hosts or ()).difference(known))
        if unknown:
            raise failure([f"hosts: {name} is no host of the fleet {fleet.settings.name}" for name in unknown])
        trees = render_hosts(fleet, known if hosts is None else hosts)
        try:
            changes = intended_folder.changes(folder, trees, complete=hosts is None)
            if not self._task.check_mode:
                intended_folder.carry_out(folder, changes)
        except OSError as error:
            raise failure([f"{error.filename}: cannot be brought up to date: {error.strerror}"]) from error
        result: dict[str, t.Any] = {
            "changed": bool(changes),
            "written": _shown(change.path for change in changes if change.after is not None),
            "removed": _shown(change.path for change in changes if change.after is None),
        }
        if self._task.diff:
            result["diff"] = [change.difference() for change in changes]
        return result


def _counts(fleet: Fleet) -> dict[str, int]:
    cameras = [camera for view in fleet.sites.values() for camera in view.addresses.cameras]
    return {
        "sites": len(fleet.sites),
        "planned": sum(view.site.state == "planned" for view in fleet.sites.values()),
        "cameras": len(cameras),
        "forwards": sum(len(camera.forwards) for camera in cameras),
        "operators": len(fleet.operators),
    }


def _shown(paths: Iterable[str]) -> list[str]:
    return [f"{intended_folder.NAME}/{path}" for path in paths]
