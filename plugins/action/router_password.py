# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Controller side of the module farsite.fleet.router_password: root's password in one exec."""

from __future__ import annotations

import typing as t

from ansible_collections.farsite.fleet.plugins.module_utils.argument_spec.router_password import ARGUMENT_SPEC
from ansible_collections.farsite.fleet.plugins.plugin_utils.adapter.router_action import RouterAction
from ansible_collections.farsite.fleet.plugins.plugin_utils.router import password
from ansible_collections.farsite.fleet.plugins.plugin_utils.router.errors import NotUsableError
from ansible_collections.farsite.fleet.plugins.plugin_utils.router.observation import observe
from ansible_collections.farsite.fleet.plugins.plugin_utils.router.secrets import new_salt

if t.TYPE_CHECKING:
    from ansible_collections.farsite.fleet.plugins.plugin_utils.adapter.transport import ConnectionTransport


class ActionModule(RouterAction):
    """Have root the password that it is to have, or none that anybody could type."""

    specification = ARGUMENT_SPEC

    def execute(self, arguments: dict[str, t.Any], transport: ConnectionTransport) -> dict[str, t.Any]:
        """Do the task."""
        wanted = arguments["password_hash"]
        problem = password.problem(wanted)
        if problem is not None:
            raise NotUsableError((problem,))
        asked = password.commands(wanted, change=not self._task.check_mode)
        state = password.read_state(observe(transport, [], new_salt(), more=asked, sources=password.SOURCES))
        return {"changed": state != "same", "was_empty": state == "empty"}
