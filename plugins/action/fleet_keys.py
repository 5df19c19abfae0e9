# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Controller side of the module farsite.fleet.fleet_keys, and all of it: public keys into a fleet's files."""

from __future__ import annotations

import typing as t

from ansible_collections.farsite.fleet.plugins.module_utils.argument_spec.fleet_keys import ARGUMENT_SPEC
from ansible_collections.farsite.fleet.plugins.plugin_utils.adapter.arguments import failure
from ansible_collections.farsite.fleet.plugins.plugin_utils.adapter.fleet_action import FleetAction
from ansible_collections.farsite.fleet.plugins.plugin_utils.adapter.intended_tree import host_names
from ansible_collections.farsite.fleet.plugins.plugin_utils.adapter.wanted_files import WantedFile, bring_up_to_date
from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.enrolment import (
    Enrolment,
    difference_message,
    enrol,
    retired_with,
)
from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.files import RETIRED_FILE, key_file
from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.problems import FleetError

if t.TYPE_CHECKING:
    import pathlib

    from ansible_collections.farsite.fleet.plugins.plugin_utils.adapter.fleet_files import Loaded
    from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.fleet import Fleet

_MODE = 0o644
_SORTS = ("new", "same", "replaced", "rotated", "differs")


class ActionModule(FleetAction):
    """Write the public keys that devices have told. Connects to nothing."""

    specification = ARGUMENT_SPEC

    def execute(
        self, arguments: dict[str, t.Any], folder: pathlib.Path, loaded: Loaded, fleet: Fleet, /
    ) -> dict[str, t.Any]:
        """Do the task."""
        try:
            enrolment = enrol(fleet, host_names(fleet), arguments["keys"], arguments["replace"], arguments["rotated"])
        except FleetError as error:
            raise failure([str(problem) for problem in error.problems]) from None
        result: dict[str, t.Any] = {sort: list(getattr(enrolment, sort)) for sort in _SORTS}
        result["changed"] = bool(enrolment.changed)
        result["diff"] = bring_up_to_date(_wanted(folder, loaded, fleet, enrolment), check=self._task.check_mode)
        if enrolment.differs:
            result |= {"failed": True, "msg": difference_message(fleet, enrolment)}
        return result


def _wanted(folder: pathlib.Path, loaded: Loaded, fleet: Fleet, enrolment: Enrolment) -> list[WantedFile]:
    """Return the files to write, that of retired keys first: a cut in between must not let an old key live."""
    retired = loaded.files.retired_keys
    for name in enrolment.replaced:
        retired = retired_with(retired, fleet.keys[name], name)
    files = {key_file(name): f"{enrolment.keys[name]}\n" for name in enrolment.changed}
    if enrolment.replaced:
        files = {RETIRED_FILE: retired, **files}
    return [WantedFile(folder / name, text.encode(), _MODE) for name, text in files.items()]
