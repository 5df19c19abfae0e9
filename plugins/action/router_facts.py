# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Controller side of the module farsite.fleet.router_facts: one exec, its reply as facts."""

from __future__ import annotations

import typing as t

from ansible_collections.farsite.fleet.plugins.module_utils.argument_spec.router_facts import ARGUMENT_SPEC
from ansible_collections.farsite.fleet.plugins.plugin_utils.adapter.router_action import RouterAction
from ansible_collections.farsite.fleet.plugins.plugin_utils.router.facts import (
    SUBSETS,
    commands,
    router_facts,
    usual_facts,
)
from ansible_collections.farsite.fleet.plugins.plugin_utils.router.observation import observe
from ansible_collections.farsite.fleet.plugins.plugin_utils.router.secrets import new_salt

if t.TYPE_CHECKING:
    from ansible_collections.farsite.fleet.plugins.plugin_utils.adapter.transport import ConnectionTransport


class ActionModule(RouterAction):
    """Tell what a router is and does."""

    _supports_diff = False
    specification = ARGUMENT_SPEC

    def execute(self, arguments: dict[str, t.Any], transport: ConnectionTransport) -> dict[str, t.Any]:
        """Do the task."""
        wanted = tuple(SUBSETS) if "all" in arguments["subset"] else tuple(arguments["subset"])
        observation = observe(transport, [], new_salt(), more=commands(wanted), sources=["packages", "facts"])
        facts = router_facts(observation, wanted)
        return {"changed": False, "ansible_facts": usual_facts(facts) | {"farsite_router": facts}}
