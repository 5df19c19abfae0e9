# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the controller does with a change that waits: a new login that confirms, or the wait for the undo."""

from __future__ import annotations

import types
import typing as t

import pytest
from ansible.errors import AnsibleActionFail, AnsibleConnectionFailure
from ansible.plugins.action import ActionBase

from ansible_collections.farsite.fleet.plugins.action import hub_firewall

WAITING = {"changed": True, "transaction": {"id": "abc", "end": "waiting"}}


class Connection:
    """An ssh connection, as far as its options go."""

    def __init__(self) -> None:
        self.options: dict[str, t.Any] = {"ssh_args": "-o ControlMaster=auto", "reconnection_retries": 3}

    def get_option(self, name: str) -> t.Any:
        return self.options[name]

    def set_option(self, name: str, value: t.Any) -> None:
        self.options[name] = value


class Hub:
    """Runs the task; *answers* are what the module says in turn, errors are raised."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, *answers: t.Any, **arguments: t.Any) -> None:
        self.answers = list(answers)
        self.phases: list[str] = []
        self.fresh: list[bool] = []
        self.clock = 0.0
        task = types.SimpleNamespace(args=arguments, check_mode=False, async_val=0, diff=False)
        self.connection = Connection()
        self.action = t.cast("t.Any", hub_firewall.ActionModule.__new__(hub_firewall.ActionModule))
        self.action._task = task
        self.action._connection = self.connection
        self.action._execute_module = self._execute_module
        monkeypatch.setattr(ActionBase, "run", lambda *_arguments: {})
        monkeypatch.setattr("time.monotonic", lambda: self.clock)
        monkeypatch.setattr("time.sleep", self._sleep)

    def _sleep(self, seconds: float) -> None:
        self.clock += seconds

    def _execute_module(self, name: str, arguments: dict[str, t.Any], task_vars: t.Any = None) -> dict[str, t.Any]:
        assert (name, task_vars) == ("farsite.fleet.hub_firewall", None)
        self.phases.append(arguments.get("phase", "apply"))
        self.fresh.append("ControlPath=none" in self.connection.get_option("ssh_args"))
        self.clock += 1
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, Exception):
            raise answer
        return dict(answer)

    def run(self) -> dict[str, t.Any]:
        result: dict[str, t.Any] = self.action.run()
        return result


def ended(end: str) -> dict[str, t.Any]:
    return {"changed": False, "transaction": {"id": "abc", "end": end}}


def test_what_needs_no_confirmation_is_one_module(monkeypatch: pytest.MonkeyPatch) -> None:
    hub = Hub(monkeypatch, {"changed": False, "foreign": []})
    assert hub.run() == {"changed": False, "foreign": []}
    assert hub.phases == ["apply"]


def test_a_failed_change_is_not_confirmed(monkeypatch: pytest.MonkeyPatch) -> None:
    hub = Hub(monkeypatch, {"failed": True, "msg": "no"})
    assert hub.run()["failed"]
    assert hub.phases == ["apply"]


def test_a_new_login_confirms(monkeypatch: pytest.MonkeyPatch) -> None:
    hub = Hub(monkeypatch, WAITING, ended("confirmed"))
    assert hub.run() == {"changed": True, "transaction": {"id": "abc", "end": "confirmed"}}
    assert (hub.phases, hub.fresh) == (["apply", "confirm"], [False, True])
    assert hub.connection.get_option("ssh_args") == "-o ControlMaster=auto"


def test_a_login_that_fails_once_is_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    hub = Hub(monkeypatch, WAITING, AnsibleConnectionFailure("timed out"), ended("confirmed"))
    assert not hub.run().get("failed")
    assert hub.phases == ["apply", "confirm", "confirm"]


def test_a_hub_that_cannot_be_reached_has_undone_it(monkeypatch: pytest.MonkeyPatch) -> None:
    failures = [AnsibleConnectionFailure("timed out")] * 7
    hub = Hub(monkeypatch, WAITING, *failures, ended("undone"), rollback_timeout=20)
    result = hub.run()
    assert (result["failed"], result["changed"], result["transaction"]["end"]) == (True, False, "undone")
    assert "the hub has undone it: no new login was possible: timed out" in result["msg"]
    assert hub.phases == ["apply", *["confirm"] * 7, "status"]
    assert hub.clock >= 22


def test_a_refused_confirmation_is_not_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    hub = Hub(monkeypatch, WAITING, {"failed": True, "msg": "the login is older"}, ended("undone"))
    result = hub.run()
    assert result["transaction"] == {"id": "abc", "end": "undone", "reason": "the login is older"}
    assert hub.phases == ["apply", "confirm", "status"]


def test_what_is_not_known_counts_as_changed(monkeypatch: pytest.MonkeyPatch) -> None:
    hub = Hub(monkeypatch, WAITING, ended("unknown"))
    result = hub.run()
    assert (result["failed"], result["changed"]) == (True, True)
    assert "it is unknown" in result["msg"]


def test_a_hub_that_stays_away_is_unreachable(monkeypatch: pytest.MonkeyPatch) -> None:
    hub = Hub(monkeypatch, WAITING, AnsibleConnectionFailure("gone"), rollback_timeout=15)
    with pytest.raises(AnsibleConnectionFailure, match="gone"):
        hub.run()


def test_the_internal_options_are_not_for_tasks(monkeypatch: pytest.MonkeyPatch) -> None:
    hub = Hub(monkeypatch, WAITING, phase="confirm")
    with pytest.raises(AnsibleActionFail, match="phase"):
        hub.run()
    assert hub.phases == []
