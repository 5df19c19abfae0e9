# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Controller side of the module farsite.fleet.lte_modem: detect, install, configure through a transaction, report."""

from __future__ import annotations

import typing as t

from ansible.utils.display import Display

from ansible_collections.farsite.fleet.plugins.module_utils.argument_spec.lte_modem import ARGUMENT_SPEC
from ansible_collections.farsite.fleet.plugins.plugin_utils.adapter import modem_results as results
from ansible_collections.farsite.fleet.plugins.plugin_utils.adapter.lte_uplink import wish_of
from ansible_collections.farsite.fleet.plugins.plugin_utils.adapter.router_action import RouterAction
from ansible_collections.farsite.fleet.plugins.plugin_utils.adapter.uci_results import refuse_errors
from ansible_collections.farsite.fleet.plugins.plugin_utils.router.modem_setup import after, prepare, wanted
from ansible_collections.farsite.fleet.plugins.plugin_utils.router.modem_uplink import StoppedError, Wish
from ansible_collections.farsite.fleet.plugins.plugin_utils.router.transaction import End, carry_out
from ansible_collections.farsite.fleet.plugins.plugin_utils.router.uci_arguments import check_timeout
from ansible_collections.farsite.fleet.plugins.plugin_utils.router.uci_plan import make_plan, to_change

if t.TYPE_CHECKING:
    from ansible_collections.farsite.fleet.plugins.plugin_utils.adapter.transport import ConnectionTransport

_DISPLAY = Display()


class ActionModule(RouterAction):
    """Make an LTE uplink of a router work."""

    specification = ARGUMENT_SPEC

    def execute(self, arguments: dict[str, t.Any], transport: ConnectionTransport) -> dict[str, t.Any]:
        """Do the task."""
        check_timeout(arguments["rollback_timeout"])
        wish = wish_of(arguments["uplink"], arguments["zone"])
        try:
            return self._set_up(wish, arguments, transport)
        except StoppedError as error:
            return results.stopped(error, identities=arguments["identities"])

    def _set_up(self, wish: Wish, arguments: dict[str, t.Any], transport: ConnectionTransport) -> dict[str, t.Any]:
        check_mode, identities = self._task.check_mode, arguments["identities"]
        prepared = prepare(transport, wish, change=not check_mode, tell=self._tell)
        if prepared.planned or prepared.unfinished:
            return results.first_steps(prepared, identities=identities)
        packages, warnings = wanted(prepared)
        plan = make_plan(packages, "replaced", prepared.observation, prepared.salt)
        result = results.planned(prepared, plan, warnings, identities=identities)
        if not plan.changed:
            return result | results.unchanged(prepared)
        change = to_change(
            plan,
            prepared.salt,
            rollback_timeout=arguments["rollback_timeout"],
            confirm=True,
            staged="refuse",
            moves_to=arguments["confirm_host"],
            uplinks=(wish.name,),
        )
        refuse_errors(plan)
        if check_mode:
            return result
        outcome = carry_out(transport, change, tell=self._tell)
        found = after(transport, prepared) if outcome.end is not End.UNKNOWN else None
        return results.ended(result, prepared, outcome, found, identities=identities)

    def _tell(self, text: str) -> None:
        _DISPLAY.display(f"{self._task.get_name()}: {text}")
