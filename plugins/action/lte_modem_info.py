# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Controller side of the module farsite.fleet.lte_modem_info: one exec, what it tells of the router's modems."""

from __future__ import annotations

import json
import pathlib
import typing as t

from ansible_collections.farsite.fleet.plugins.module_utils.argument_spec.lte_modem_info import ARGUMENT_SPEC
from ansible_collections.farsite.fleet.plugins.plugin_utils.adapter.router_action import RouterAction
from ansible_collections.farsite.fleet.plugins.plugin_utils.router.modem_report import (
    fixture,
    report_data,
    reports,
)
from ansible_collections.farsite.fleet.plugins.plugin_utils.router.modem_setup import observe_modems
from ansible_collections.farsite.fleet.plugins.plugin_utils.router.secrets import new_salt
from ansible_collections.farsite.fleet.plugins.plugin_utils.uci.errors import DataError

if t.TYPE_CHECKING:
    from ansible_collections.farsite.fleet.plugins.plugin_utils.adapter.transport import ConnectionTransport
    from ansible_collections.farsite.fleet.plugins.plugin_utils.router.modem_report import Report


class ActionModule(RouterAction):
    """Tell what a router's modems are, say and do."""

    _supports_diff = False
    specification = ARGUMENT_SPEC

    def execute(self, arguments: dict[str, t.Any], transport: ConnectionTransport) -> dict[str, t.Any]:
        """Do the task."""
        found = reports(observe_modems(transport, new_salt()))
        identities = arguments["identities"]
        result = {"changed": False, "modems": [report_data(report, identities=identities) for report in found]}
        if arguments["save_to"]:
            result["saved_to"] = self._save(pathlib.Path(arguments["save_to"]), found)
        return result

    def _save(self, path: pathlib.Path, found: t.Sequence[Report]) -> str:
        if not found:
            raise DataError(
                ("save_to: the router has no USB device that could be a modem, so there is nothing to save",)
            )
        text = json.dumps(fixture(found), indent=2) + "\n"
        if not self._task.check_mode:
            try:
                path.write_text(text, "utf-8")
            except OSError as error:
                raise DataError((f"save_to: {path} cannot be written: {error.strerror}",)) from None
        return str(path)
