# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Controller side of the module farsite.fleet.router_facts: one exec, its reply as facts."""

from __future__ import annotations

import typing as t

from ansible.errors import AnsibleConnectionFailure
from ansible.plugins.action import ActionBase

from ansible_collections.farsite.fleet.plugins.module_utils.argument_spec.router_facts import ARGUMENT_SPEC
from ansible_collections.farsite.fleet.plugins.plugin_utils.adapter.arguments import failure, validated
from ansible_collections.farsite.fleet.plugins.plugin_utils.adapter.transport import ConnectionTransport
from ansible_collections.farsite.fleet.plugins.plugin_utils.router.errors import NotUsableError
from ansible_collections.farsite.fleet.plugins.plugin_utils.router.facts import (
    SUBSETS,
    commands,
    router_facts,
    usual_facts,
)
from ansible_collections.farsite.fleet.plugins.plugin_utils.router.observation import observe
from ansible_collections.farsite.fleet.plugins.plugin_utils.router.secrets import new_salt
from ansible_collections.farsite.fleet.plugins.plugin_utils.router.transport import UnreachableError


class ActionModule(ActionBase):
    """Tell what a router is and does."""

    TRANSFERS_FILES = False
    _supports_check_mode = True
    _supports_async = False
    _supports_diff = False

    def run(self, tmp: str | None = None, task_vars: dict[str, t.Any] | None = None) -> dict[str, t.Any]:
        """Run the task; what the pure code raises is translated here and nowhere else."""
        result: dict[str, t.Any] = super().run(tmp, task_vars)
        subset = validated(self._task.args, ARGUMENT_SPEC)["subset"]
        wanted = tuple(SUBSETS) if "all" in subset else tuple(subset)
        try:
            observation = observe(
                ConnectionTransport(self._connection),
                [],
                new_salt(),
                more=commands(wanted),
                sources=["packages", "facts"],
            )
            facts = router_facts(observation, wanted)
        except NotUsableError as error:
            raise failure(error.problems) from None
        except UnreachableError as error:
            raise AnsibleConnectionFailure(str(error)) from error
        return result | {"changed": False, "ansible_facts": usual_facts(facts) | {"farsite_router": facts}}
