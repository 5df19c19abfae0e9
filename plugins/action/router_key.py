# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Controller side of the module farsite.fleet.router_key: keys that the router makes, and the switch to the next."""

from __future__ import annotations

import typing as t

from ansible_collections.farsite.fleet.plugins.module_utils.argument_spec.router_key import ARGUMENT_SPEC
from ansible_collections.farsite.fleet.plugins.plugin_utils.adapter import key_results as results
from ansible_collections.farsite.fleet.plugins.plugin_utils.adapter.router_action import RouterAction
from ansible_collections.farsite.fleet.plugins.plugin_utils.router.errors import NotUsableError
from ansible_collections.farsite.fleet.plugins.plugin_utils.router.keys import (
    PACKAGE,
    SOURCES,
    argument_problems,
    commands,
    one_key,
    read_keys,
    switch_change,
    switch_plan,
)
from ansible_collections.farsite.fleet.plugins.plugin_utils.router.observation import Question, observe
from ansible_collections.farsite.fleet.plugins.plugin_utils.router.secrets import new_salt
from ansible_collections.farsite.fleet.plugins.plugin_utils.router.transaction import End, carry_out
from ansible_collections.farsite.fleet.plugins.plugin_utils.router.transport import UnreachableError
from ansible_collections.farsite.fleet.plugins.plugin_utils.router.uci_arguments import check_timeout
from ansible_collections.farsite.fleet.plugins.plugin_utils.uci.errors import DataError
from ansible_collections.farsite.fleet.plugins.plugin_utils.uci.semantics import secret_options

if t.TYPE_CHECKING:
    from ansible_collections.farsite.fleet.plugins.plugin_utils.adapter.transport import ConnectionTransport


class ActionModule(RouterAction):
    """Have a router make a key of its own, make the next one, or switch to that."""

    specification = ARGUMENT_SPEC

    def execute(self, arguments: dict[str, t.Any], transport: ConnectionTransport) -> dict[str, t.Any]:
        """Do the task."""
        problems = tuple(argument_problems(arguments["interfaces"], arguments["preshared_keys"]))
        if problems:
            raise DataError(problems)
        check_timeout(arguments["rollback_timeout"])
        if arguments["state"] == "switched":
            return self._switch(arguments, transport)
        salt = new_salt()
        asked = commands("look" if self._task.check_mode else arguments["state"], salt, arguments["interfaces"])
        keys = one_key(read_keys(observe(transport, [], salt, more=asked, sources=SOURCES)))
        return results.made(keys, arguments["state"])

    def _switch(self, arguments: dict[str, t.Any], transport: ConnectionTransport) -> dict[str, t.Any]:
        interfaces, salt = arguments["interfaces"], new_salt()
        questions = [Question(PACKAGE, secret_options(PACKAGE))]
        asked = commands("look", salt, interfaces)
        observation = observe(transport, questions, salt, more=asked, sources=SOURCES)
        keys = read_keys(observation)
        plan = switch_plan(observation, keys, interfaces, arguments["preshared_keys"], salt)
        result = results.planned(plan, observation, keys)
        if not plan.changed:
            return result
        change = switch_change(plan, salt, arguments["rollback_timeout"])
        if self._task.check_mode:
            return result
        outcome = carry_out(transport, change)
        result |= results.switched(outcome, keys)
        if outcome.end is End.CONFIRMED:
            self._settle(interfaces, transport)
        return result

    def _settle(self, interfaces: list[str], transport: ConnectionTransport) -> None:
        """Take the key that is in UCI now out of the router's own file; where that fails, the next run does it."""
        asked = commands("settle", new_salt(), interfaces)
        try:
            observe(transport, [], new_salt(), more=asked, sources=SOURCES)
        except (NotUsableError, UnreachableError) as error:
            self._display.vv(f"the key that is in use now is still in the router's own file too: {error}")
