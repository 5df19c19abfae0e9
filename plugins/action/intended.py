# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Controller side of the module farsite.fleet.intended, and all of it: files of a fleet in, files for review out."""

from __future__ import annotations

import pathlib
import typing as t

from ansible.plugins.action import ActionBase

from ansible_collections.farsite.fleet.plugins.module_utils.argument_spec.intended import ARGUMENT_SPEC
from ansible_collections.farsite.fleet.plugins.plugin_utils.adapter import intended_folder
from ansible_collections.farsite.fleet.plugins.plugin_utils.adapter.arguments import failure, validated
from ansible_collections.farsite.fleet.plugins.plugin_utils.adapter.fleet_files import load_folder
from ansible_collections.farsite.fleet.plugins.plugin_utils.adapter.intended_tree import host_names, render_hosts
from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.problems import errors
from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.reading import FLEET_FILE

if t.TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.fleet import Fleet


class ActionModule(ActionBase):
    """Validate a fleet, and bring the rendered configurations of its hosts up to date. Connects to nothing."""

    TRANSFERS_FILES = False
    _supports_check_mode = True
    _supports_async = False
    _supports_diff = True

    def run(self, tmp: str | None = None, task_vars: dict[str, t.Any] | None = None) -> dict[str, t.Any]:
        """Run the task."""
        result: dict[str, t.Any] = super().run(tmp, task_vars)
        arguments = validated(self._task.args, ARGUMENT_SPEC)
        folder = pathlib.Path(arguments["folder"] or fleet_folder((task_vars or {}).get("ansible_inventory_sources")))
        loaded = load_folder(folder)
        if loaded.fleet is None:
            raise failure([str(problem) for problem in errors(loaded.problems)])
        result |= {"changed": False, **_counts(loaded.fleet)}
        if loaded.problems:
            result["warnings"] = [str(problem) for problem in loaded.problems]
        if arguments["state"] == "rendered":
            result |= self._render(loaded.fleet, folder / intended_folder.NAME, arguments["hosts"])
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


def fleet_folder(sources: Sequence[str] | None) -> str:
    """Return the folder of the only fleet among the inventory's *sources*. Raises AnsibleActionFail."""
    found = set()
    for source in sources or ():
        path = pathlib.Path(source)
        if path.name == FLEET_FILE:
            found.add(str(path.parent))
        elif (path / FLEET_FILE).is_file():
            found.add(str(path))
    if len(found) != 1:
        what = f"found the fleets {', '.join(sorted(found))}" if found else f"found no {FLEET_FILE}"
        raise failure([f"folder: {what} among the inventory's sources, expected one; name the fleet's folder"])
    return found.pop()


def _counts(fleet: Fleet) -> dict[str, int]:
    cameras = [camera for view in fleet.sites.values() for camera in view.addresses.cameras]
    return {
        "sites": len(fleet.sites),
        "planned": sum(view.site.state == "planned" for view in fleet.sites.values()),
        "cameras": len(cameras),
        "forwards": sum(len(camera.forwards) for camera in cameras),
    }


def _shown(paths: Iterable[str]) -> list[str]:
    return [f"{intended_folder.NAME}/{path}" for path in paths]
