# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the actions about a fleet's folder have in common: arguments in, the valid fleet, plain results out."""

from __future__ import annotations

import abc
import pathlib
import typing as t

from ansible.plugins.action import ActionBase

from ansible_collections.farsite.fleet.plugins.plugin_utils.adapter.arguments import failure, validated
from ansible_collections.farsite.fleet.plugins.plugin_utils.adapter.fleet_files import load_folder
from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.files import FLEET_FILE
from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.problems import errors

if t.TYPE_CHECKING:
    from collections.abc import Sequence

    from ansible_collections.farsite.fleet.plugins.plugin_utils.adapter.fleet_files import Loaded
    from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.fleet import Fleet


class FleetAction(ActionBase):
    """An action on the controller that connects to nothing."""

    TRANSFERS_FILES = False
    _supports_check_mode = True
    _supports_async = False
    _supports_diff = True

    specification: t.ClassVar[dict[str, dict[str, t.Any]]]

    @abc.abstractmethod
    def execute(
        self, arguments: dict[str, t.Any], folder: pathlib.Path, loaded: Loaded, fleet: Fleet, /
    ) -> dict[str, t.Any]:
        """Do the task with the validated *arguments* for the *fleet* in *folder*; return the keys of its result."""

    def run(self, tmp: str | None = None, task_vars: dict[str, t.Any] | None = None) -> dict[str, t.Any]:
        """Run the task. Raises AnsibleActionFail with all problems of a fleet that is not valid."""
        result: dict[str, t.Any] = super().run(tmp, task_vars)
        arguments = validated(self._task.args, self.specification)
        folder = pathlib.Path(arguments["folder"] or fleet_folder((task_vars or {}).get("ansible_inventory_sources")))
        loaded = load_folder(folder)
        if loaded.fleet is None:
            raise failure([str(problem) for problem in errors(loaded.problems)])
        return result | self.execute(arguments, folder, loaded, loaded.fleet)


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
