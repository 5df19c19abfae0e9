# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Controller side of the module farsite.fleet.router_packages: names in, plan, one run on the router, result."""

from __future__ import annotations

import typing as t

from ansible.errors import AnsibleConnectionFailure
from ansible.plugins.action import ActionBase

from ansible_collections.farsite.fleet.plugins.module_utils.argument_spec.router_packages import ARGUMENT_SPEC
from ansible_collections.farsite.fleet.plugins.plugin_utils.adapter import package_results as results
from ansible_collections.farsite.fleet.plugins.plugin_utils.adapter.arguments import failure, validated
from ansible_collections.farsite.fleet.plugins.plugin_utils.adapter.transport import ConnectionTransport
from ansible_collections.farsite.fleet.plugins.plugin_utils.router.errors import NotUsableError
from ansible_collections.farsite.fleet.plugins.plugin_utils.router.observation import observe
from ansible_collections.farsite.fleet.plugins.plugin_utils.router.package_arguments import name_problems
from ansible_collections.farsite.fleet.plugins.plugin_utils.router.package_change import carry_out
from ansible_collections.farsite.fleet.plugins.plugin_utils.router.package_plan import SOURCES, commands, make_plan
from ansible_collections.farsite.fleet.plugins.plugin_utils.router.secrets import new_salt
from ansible_collections.farsite.fleet.plugins.plugin_utils.router.transport import UnreachableError


class ActionModule(ActionBase):
    """Install or remove packages of a router."""

    TRANSFERS_FILES = False
    _supports_check_mode = True
    _supports_async = False
    _supports_diff = True

    def run(self, tmp: str | None = None, task_vars: dict[str, t.Any] | None = None) -> dict[str, t.Any]:
        """Run the task; what the pure code raises is translated here and nowhere else."""
        result: dict[str, t.Any] = super().run(tmp, task_vars)
        arguments = validated(self._task.args, ARGUMENT_SPEC)
        problems = tuple(name_problems(arguments["name"]))
        if problems:
            raise failure(problems)
        try:
            return result | self._on_router(arguments)
        except NotUsableError as error:
            raise failure(error.problems) from None
        except UnreachableError as error:
            raise AnsibleConnectionFailure(str(error)) from error

    def _on_router(self, arguments: dict[str, t.Any]) -> dict[str, t.Any]:
        transport = ConnectionTransport(self._connection)
        names, state, check_mode = arguments["name"], arguments["state"], self._task.check_mode
        asked = commands(names, state, update_cache=arguments["update_cache"], forget=not check_mode)
        plan = make_plan(names, state, observe(transport, [], new_salt(), more=asked, sources=SOURCES))
        result = results.planned(plan)
        if check_mode or not plan.changed:
            return result
        return result | results.ended(carry_out(transport, plan))
