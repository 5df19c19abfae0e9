# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import gzip
import types
import typing as t

import pytest
from ansible.errors import AnsibleConnectionFailure
from ansible.plugins.connection import ConnectionBase

from ansible_collections.farsite.fleet.plugins.plugin_utils.adapter.transport import (
    ConnectionTransport,
    fresh_connections,
)
from ansible_collections.farsite.fleet.plugins.plugin_utils.router.transport import Reply, UnreachableError


class Connection:
    """As much of an Ansible connection as the transport uses."""

    def __init__(self, **options: t.Any) -> None:
        self.options = options
        self.during: dict[str, t.Any] = {}
        self.fails = False
        self.words = ["broken"]
        self.commands: list[str] = []
        self.resets = 0
        self._play_context = types.SimpleNamespace(no_log=False)

    def get_option(self, name: str) -> t.Any:
        return self.options[name]

    def set_option(self, name: str, value: t.Any) -> None:
        self.options[name] = value

    def exec_command(self, command: str, in_data: bytes, sudoable: bool) -> tuple[int, bytes, bytes]:  # noqa: FBT001
        self.during = dict(self.options) | {"no_log": self._play_context.no_log}
        self.commands.append(command)
        assert (command, sudoable) in (("gunzip -c | sh -s", False), ("true", False))
        if self.fails:
            raise AnsibleConnectionFailure(self.words.pop(0))
        return 3, gzip.decompress(in_data).upper(), b"e"

    def reset(self) -> None:
        self.resets += 1


def ssh() -> Connection:
    return Connection(ssh_args="-o Mine=1", reconnection_retries=4, host="old")


def used(connection: Connection) -> ConnectionTransport:
    return ConnectionTransport(t.cast("t.Any", connection))


def test_options_hold_for_one_exec_only() -> None:
    connection = ssh()
    before = dict(connection.options)
    assert used(connection).run(b"abc", fresh=True, host="new") == Reply(3, b"ABC", b"e")
    during = connection.during
    assert during["ssh_args"].startswith("-o ControlMaster=no -o ControlPath=none -o ServerAliveInterval=")
    assert during["ssh_args"].endswith("-o Mine=1")
    assert (during["reconnection_retries"], during["host"], during["no_log"]) == (0, "new", True)
    assert connection.options == before
    assert connection._play_context.no_log is False


def test_a_shared_connection_is_used_unless_told_otherwise() -> None:
    connection = ssh()
    used(connection).run(b"x")
    assert "ControlMaster" not in connection.during["ssh_args"]
    assert connection.during["host"] == "old"


def test_a_broken_connection_is_unreachable_and_options_are_put_back() -> None:
    connection = ssh()
    connection.fails = True
    with pytest.raises(UnreachableError, match="broken"):
        used(connection).run(b"x")
    assert connection.options["ssh_args"] == "-o Mine=1"


LOST = "Connection closed by remote host\r\nConnection closed by UNKNOWN port 65535"


def test_of_a_login_of_its_own_nothing_is_lost() -> None:
    connection = ssh()
    connection.fails = True
    connection.words = [LOST]
    with pytest.raises(UnreachableError, match="65535"):
        used(connection).run(b"x", fresh=True)
    assert connection.commands == ["gunzip -c | sh -s"]


def test_a_reason_that_was_left_out_is_asked_for() -> None:
    connection = ssh()
    connection.fails = True
    connection.words = [LOST, "hub: Permission denied (publickey)."]
    with pytest.raises(UnreachableError, match=r"^hub: Permission denied \(publickey\)\.$"):
        used(connection).run(b"x")
    assert connection.commands == ["gunzip -c | sh -s", "true"]
    assert connection.during["ssh_args"].startswith("-o ControlMaster=no -o ControlPath=none ")
    assert connection.during["no_log"] is False
    assert connection.options["ssh_args"] == "-o Mine=1"


def test_other_connection_plugins_have_other_options() -> None:
    connection = Connection()
    assert used(connection).run(b"x").output == b"X"
    assert connection.options == {}


def test_forget_closes_the_shared_connection() -> None:
    connection = ssh()
    used(connection).forget()
    assert connection.resets == 1


def test_other_commands_may_be_fresh_logins_too() -> None:
    connection = ssh()
    with fresh_connections(t.cast("t.Any", connection)):
        assert connection.options["ssh_args"].startswith("-o ControlMaster=no -o ControlPath=none ")
        assert connection.options["reconnection_retries"] == 0
    assert (connection.options["ssh_args"], connection.options["reconnection_retries"]) == ("-o Mine=1", 4)
    assert connection.resets == 0


def test_another_plugin_than_ssh_is_reset() -> None:
    connection = Connection()
    with fresh_connections(t.cast("t.Any", connection)):
        assert connection.resets == 1


def test_a_plugin_that_cannot_be_reset_is_not_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    connection = Connection()
    monkeypatch.setattr(Connection, "reset", ConnectionBase.reset)
    with fresh_connections(t.cast("t.Any", connection)):
        assert connection.resets == 0
