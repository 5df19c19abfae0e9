# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import types
import typing as t

import pytest
from ansible.errors import AnsibleActionFail, AnsibleConnectionFailure

from ansible_collections.farsite.fleet.plugins.plugin_utils.adapter.router_action import RouterAction
from ansible_collections.farsite.fleet.plugins.plugin_utils.router.errors import NotUsableError
from ansible_collections.farsite.fleet.plugins.plugin_utils.router.transport import UnreachableError
from ansible_collections.farsite.fleet.plugins.plugin_utils.uci.errors import DataError, UciSyntaxError
from ansible_collections.farsite.fleet.plugins.plugin_utils.uci.identity import IdentityError
from ansible_collections.farsite.fleet.plugins.plugin_utils.uci.plan import PlanError


class Action(RouterAction):
    """An action that ends as it is told."""

    specification: t.ClassVar[dict[str, dict[str, t.Any]]] = {"a": {"type": "int", "default": 4}}

    def __init__(self, end: Exception | dict[str, t.Any], **arguments: t.Any) -> None:
        self.end = end
        # the base class asks whether there is a temporary folder already
        shell = types.SimpleNamespace(tmpdir="none", _IS_WINDOWS=False)
        self._connection = t.cast("t.Any", types.SimpleNamespace(_shell=shell, has_pipelining=True))
        self._task = t.cast(
            "t.Any", types.SimpleNamespace(args=arguments, async_val=0, check_mode=False, diff=False, delegate_to=None)
        )
        self._supports_check_mode = True
        self.seen: dict[str, t.Any] = {}

    def execute(self, arguments: dict[str, t.Any], transport: t.Any) -> dict[str, t.Any]:
        del transport
        self.seen = arguments
        if isinstance(self.end, Exception):
            raise self.end
        return self.end


def run(action: Action) -> dict[str, t.Any]:
    return action.run(None, {})


def test_defaults_go_in_and_the_result_comes_out() -> None:
    action = Action({"changed": True})
    assert run(action)["changed"] is True
    assert action.seen == {"a": 4}


def test_bad_arguments_do_nothing() -> None:
    action = Action({}, a="x", b=1)
    with pytest.raises(AnsibleActionFail, match=r"(?s)a.*b"):
        run(action)
    assert action.seen == {}


@pytest.mark.parametrize(
    ("error", "kind", "text"),
    [
        (DataError(("config[0].package: one", "two")), AnsibleActionFail, "- config"),
        (NotUsableError(("not a router",)), AnsibleActionFail, "not a router"),
        (IdentityError("which"), AnsibleActionFail, "which"),
        (PlanError("how"), AnsibleActionFail, "how"),
        (UciSyntaxError("bad", 3, 4), AnsibleActionFail, "line 3"),
        (UnreachableError("gone"), AnsibleConnectionFailure, "gone"),
    ],
)
def test_each_error_is_what_ansible_knows(error: Exception, kind: type[Exception], text: str) -> None:
    with pytest.raises(kind, match=text):
        run(Action(error))
