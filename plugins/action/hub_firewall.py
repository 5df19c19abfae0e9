# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Controller side of the module farsite.fleet.hub_firewall: the change, then its confirmation by a new login."""

from __future__ import annotations

import time
import typing as t

from ansible.errors import AnsibleConnectionFailure
from ansible.plugins.action import ActionBase

from ansible_collections.farsite.fleet.plugins.module_utils.argument_spec.hub_firewall import TASK_ARGUMENTS
from ansible_collections.farsite.fleet.plugins.plugin_utils.adapter.arguments import validated
from ansible_collections.farsite.fleet.plugins.plugin_utils.adapter.transport import fresh_connections

_MODULE = "farsite.fleet.hub_firewall"
_PAUSE = 2
"""Seconds between two logins, and from the deadline until the undo is done."""


class ActionModule(ActionBase):
    """Make a hub's firewall and confirm it."""

    TRANSFERS_FILES = False
    _supports_check_mode = True
    _supports_async = False
    _supports_diff = True

    def run(self, tmp: str | None = None, task_vars: dict[str, t.Any] | None = None) -> dict[str, t.Any]:
        """Run the task."""
        super().run(tmp, task_vars)
        arguments = validated(self._task.args, TASK_ARGUMENTS)
        # the timer cannot begin before this
        begun = time.monotonic()
        result = self._module(self._task.args, task_vars)
        if "transaction" not in result or result.get("failed"):
            return result
        deadline = begun + arguments["rollback_timeout"]
        transaction, reason = self._confirmed(result["transaction"]["id"], deadline, task_vars)
        result["transaction"] = transaction
        if transaction["end"] != "confirmed":
            transaction["reason"] = reason
            result["failed"] = True
            result["changed"] = transaction["end"] != "undone"
            result["msg"] = f"The new firewall was not confirmed, and the hub has undone it: {reason}"
            if transaction["end"] != "undone":
                result["msg"] = f"The new firewall was not confirmed; it is {transaction['end']}: {reason}"
        return result

    def _confirmed(
        self, name: str, deadline: float, task_vars: dict[str, t.Any] | None
    ) -> tuple[dict[str, t.Any], str]:
        """Return how the change *name* ended, and why it was not confirmed."""
        reason = "the time was over"
        while time.monotonic() < deadline:
            try:
                answer = self._fresh_module("confirm", name, task_vars)
            except AnsibleConnectionFailure as error:
                reason = f"no new login was possible: {error}"
                time.sleep(_PAUSE)
                continue
            if answer.get("failed"):
                reason = str(answer.get("msg"))
                break
            return answer["transaction"], reason
        # the old firewall is back then, and lets in who asks what has become of the new one
        time.sleep(max(0, deadline + _PAUSE - time.monotonic()))
        answer = self._fresh_module("status", name, task_vars)
        return answer.get("transaction", {"id": name, "end": "unknown"}), reason

    def _fresh_module(self, phase: str, name: str, task_vars: dict[str, t.Any] | None) -> dict[str, t.Any]:
        with fresh_connections(self._connection):
            return self._module({**self._task.args, "phase": phase, "transaction": name}, task_vars)

    def _module(self, arguments: t.Mapping[str, t.Any], task_vars: dict[str, t.Any] | None) -> dict[str, t.Any]:
        result: dict[str, t.Any] = self._execute_module(_MODULE, dict(arguments), task_vars=task_vars)
        return result
