# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The role router: each variable that it describes is one that its task takes, and the other way round."""

from __future__ import annotations

import pathlib
import types
import typing as t

import yaml

from ansible_collections.farsite.fleet.plugins.action import router_site
from ansible_collections.farsite.fleet.plugins.module_utils.argument_spec.router_site import ARGUMENT_SPEC
from ansible_collections.farsite.fleet.plugins.plugin_utils.adapter.router_action import RouterAction

if t.TYPE_CHECKING:
    import pytest

ROLE = pathlib.Path(__file__).resolve().parents[3] / "roles" / "router"


def load(name: str) -> t.Any:
    return yaml.safe_load((ROLE / name).read_text("utf-8"))


def options_of(variables: dict[str, t.Any], monkeypatch: pytest.MonkeyPatch, **given: t.Any) -> dict[str, t.Any]:
    """Return what the task of the role is run with."""
    (task,) = load("tasks/main.yml")
    action = t.cast("t.Any", router_site.ActionModule.__new__(router_site.ActionModule))
    action._task = types.SimpleNamespace(args={**task["farsite.fleet.router_site"], **given})
    action._templar = types.SimpleNamespace(template=lambda value: value)
    seen: list[dict[str, t.Any]] = []
    monkeypatch.setattr(RouterAction, "run", lambda self, _tmp, _variables: seen.append(self._task.args))
    action.run(None, variables)
    return seen[0]


def test_variables_are_those_of_the_task() -> None:
    described = load("meta/argument_specs.yml")["argument_specs"]["main"]["options"]
    taken = {names[0]: option for option, names in router_site._ROLE_VARIABLES.items()}
    assert {name: option["type"] for name, option in described.items()} == {
        name: ARGUMENT_SPEC[option]["type"] for name, option in taken.items()
    }


def test_what_is_set_is_taken_and_nothing_else(monkeypatch: pytest.MonkeyPatch) -> None:
    assert options_of({"site": {}}, monkeypatch) == {"role_variables": True}
    values = {
        "confirm_host": "192.0.2.1",
        "require_uplinks": False,
        "rollback_timeout": "20",
        "staged_changes": "discard",
    }
    variables = {f"router_{name}": value for name, value in values.items()}
    assert options_of(variables, monkeypatch) == {"role_variables": True, **values}


def test_a_plan_of_the_command_line_is_one_unless_the_role_has_one(monkeypatch: pytest.MonkeyPatch) -> None:
    assert options_of({"plan": ""}, monkeypatch)["reviewed_plan"] == ""
    variables: dict[str, object] = {"plan": "one.json", "router_reviewed_plan": "other.json"}
    assert options_of(variables, monkeypatch)["reviewed_plan"] == "other.json"
    # without a value each: it was to be a plan, and is none
    assert options_of({"plan": None}, monkeypatch)["reviewed_plan"] == ""
    variables = {"plan": "one.json", "router_reviewed_plan": None, "router_rollback_timeout": None}
    found = options_of(variables, monkeypatch)
    assert found == {"role_variables": True, "reviewed_plan": "one.json"}


def test_an_option_of_the_task_counts_more(monkeypatch: pytest.MonkeyPatch) -> None:
    found = options_of({"router_rollback_timeout": 20}, monkeypatch, rollback_timeout=60)
    assert found["rollback_timeout"] == 60
    alone = options_of({"router_rollback_timeout": 20, "plan": "x"}, monkeypatch, role_variables=False)
    assert alone == {"role_variables": False}
