# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the actions for routers have in common: arguments in, plain results out, errors translated in one place."""

from __future__ import annotations

import abc
import typing as t

from ansible.errors import AnsibleActionFail, AnsibleConnectionFailure
from ansible.plugins.action import ActionBase

from ansible_collections.farsite.fleet.plugins.plugin_utils.adapter.arguments import failure, validated
from ansible_collections.farsite.fleet.plugins.plugin_utils.adapter.transport import ConnectionTransport
from ansible_collections.farsite.fleet.plugins.plugin_utils.adapter.warm_start import load_templates
from ansible_collections.farsite.fleet.plugins.plugin_utils.router.errors import NotUsableError
from ansible_collections.farsite.fleet.plugins.plugin_utils.router.transport import UnreachableError
from ansible_collections.farsite.fleet.plugins.plugin_utils.uci.errors import DataError, UciSyntaxError
from ansible_collections.farsite.fleet.plugins.plugin_utils.uci.identity import IdentityError
from ansible_collections.farsite.fleet.plugins.plugin_utils.uci.plan import PlanError

load_templates()

REFUSALS = (DataError, IdentityError, NotUsableError, PlanError, UciSyntaxError)
"""What the pure code raises of a router or a wish that is not usable."""


def refused(error: Exception) -> AnsibleActionFail:
    """Return the failure of the task for one of the ``REFUSALS``."""
    return failure(error.problems if isinstance(error, (DataError, NotUsableError)) else (str(error),))


class RouterAction(ActionBase):
    """An action that needs nothing of a router but a shell."""

    TRANSFERS_FILES = False
    _supports_check_mode = True
    _supports_async = False
    _supports_diff = True

    specification: t.ClassVar[dict[str, dict[str, t.Any]]]

    @abc.abstractmethod
    def execute(self, arguments: dict[str, t.Any], transport: ConnectionTransport) -> dict[str, t.Any]:
        """Do the task with the validated *arguments*; return the keys of its result, plain JSON."""

    def run(self, tmp: str | None = None, task_vars: dict[str, t.Any] | None = None) -> dict[str, t.Any]:
        """Run the task; what the pure code raises is translated here and nowhere else."""
        result: dict[str, t.Any] = super().run(tmp, task_vars)
        arguments = validated(self._task.args, self.specification)
        try:
            return result | self.execute(arguments, ConnectionTransport(self._connection))
        except REFUSALS as error:
            raise refused(error) from None
        except UnreachableError as error:
            # Ansible would show the words of the cause once more
            raise AnsibleConnectionFailure(str(error)) from None
