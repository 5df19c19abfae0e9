# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Controller side of the module farsite.fleet.uci_config: arguments in, plan, transaction, result."""

from __future__ import annotations

import typing as t

from ansible_collections.farsite.fleet.plugins.module_utils.argument_spec.uci_config import ARGUMENT_SPEC
from ansible_collections.farsite.fleet.plugins.plugin_utils.adapter import uci_results as results
from ansible_collections.farsite.fleet.plugins.plugin_utils.adapter.router_action import RouterAction
from ansible_collections.farsite.fleet.plugins.plugin_utils.router.observation import observe
from ansible_collections.farsite.fleet.plugins.plugin_utils.router.secrets import new_salt
from ansible_collections.farsite.fleet.plugins.plugin_utils.router.transaction import carry_out
from ansible_collections.farsite.fleet.plugins.plugin_utils.router.uci_arguments import check_options, wanted_packages
from ansible_collections.farsite.fleet.plugins.plugin_utils.router.uci_plan import (
    make_plan,
    questions,
    to_change,
)

if t.TYPE_CHECKING:
    from ansible_collections.farsite.fleet.plugins.plugin_utils.adapter.transport import ConnectionTransport
    from ansible_collections.farsite.fleet.plugins.plugin_utils.router.uci_plan import Wanted


class ActionModule(RouterAction):
    """Make UCI packages of a router what the task says."""

    specification = ARGUMENT_SPEC

    def execute(self, arguments: dict[str, t.Any], transport: ConnectionTransport) -> dict[str, t.Any]:
        """Do the task."""
        check_options(arguments)
        if arguments["state"] == "parsed":
            return results.parsed(arguments["running_config"])
        wanted = wanted_packages(arguments["config"], arguments["state"])
        if arguments["state"] == "rendered":
            return results.rendered(wanted)
        return self._on_router(wanted, arguments, transport)

    def _on_router(
        self, wanted: t.Sequence[Wanted], arguments: dict[str, t.Any], transport: ConnectionTransport
    ) -> dict[str, t.Any]:
        staged = arguments["staged_changes"]
        salt = new_salt()
        observation = observe(transport, questions(wanted), salt, staged_too=staged == "commit")
        if arguments["state"] == "gathered":
            return results.gathered(wanted, observation)
        plan = make_plan(wanted, arguments["state"], observation, salt)
        result = results.planned(plan, observation)
        if not plan.changed:
            return result
        change = to_change(
            plan,
            salt,
            rollback_timeout=arguments["rollback_timeout"],
            confirm=arguments["confirm"],
            staged=staged,
            moves_to=arguments["confirm_host"],
        )
        results.refuse_errors(plan)
        if self._task.check_mode:
            return result
        return result | results.ended(carry_out(transport, change))
