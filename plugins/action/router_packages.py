# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Controller side of the module farsite.fleet.router_packages: names in, plan, one run on the router, result."""

from __future__ import annotations

import typing as t

from ansible_collections.farsite.fleet.plugins.module_utils.argument_spec.router_packages import ARGUMENT_SPEC
from ansible_collections.farsite.fleet.plugins.plugin_utils.adapter import package_results as results
from ansible_collections.farsite.fleet.plugins.plugin_utils.adapter.router_action import RouterAction
from ansible_collections.farsite.fleet.plugins.plugin_utils.router.observation import observe
from ansible_collections.farsite.fleet.plugins.plugin_utils.router.package_arguments import name_problems
from ansible_collections.farsite.fleet.plugins.plugin_utils.router.package_change import carry_out
from ansible_collections.farsite.fleet.plugins.plugin_utils.router.package_plan import SOURCES, commands, make_plan
from ansible_collections.farsite.fleet.plugins.plugin_utils.router.secrets import new_salt
from ansible_collections.farsite.fleet.plugins.plugin_utils.uci.errors import DataError

if t.TYPE_CHECKING:
    from ansible_collections.farsite.fleet.plugins.plugin_utils.adapter.transport import ConnectionTransport


class ActionModule(RouterAction):
    """Install or remove packages of a router."""

    specification = ARGUMENT_SPEC

    def execute(self, arguments: dict[str, t.Any], transport: ConnectionTransport) -> dict[str, t.Any]:
        """Do the task."""
        problems = tuple(name_problems(arguments["name"]))
        if problems:
            raise DataError(problems)
        names, state, check_mode = arguments["name"], arguments["state"], self._task.check_mode
        asked = commands(names, state, update_cache=arguments["update_cache"], forget=not check_mode)
        plan = make_plan(names, state, observe(transport, [], new_salt(), more=asked, sources=SOURCES))
        result = results.planned(plan)
        if check_mode or not plan.changed:
            return result
        return result | results.ended(carry_out(transport, plan))
