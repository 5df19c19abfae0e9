# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import types
import typing as t

import pytest
from ansible.errors import AnsibleConnectionFailure

from ansible_collections.farsite.fleet.plugins.plugin_utils.adapter.transport import ConnectionTransport
from ansible_collections.farsite.fleet.plugins.plugin_utils.router.transport import Reply, UnreachableError


class Connection:
    """As much of an Ansible connection as the transport uses."""

    def __init__(self, **options: t.Any) -> None:
        self.options = options
        self.during: dict[str, t.Any] = {}
        self.fails = False
        self.resets = 0
        self._play_context = types.SimpleNamespace(no_log=False)

    def get_option(self, name: str) -> t.Any:
        return self.options[name]

    def set_option(self, name: str, value: t.Any) -> None:
        self.options[name] = value

    def exec_command(self, command: str, in_data: bytes, sudoable: bool) -> tuple[int, bytes, bytes]:  # noqa: FBT001
        self.during = dict(self.options) | {"no_log": self._play_context.no_log}
        assert (command, sudoable) == ("sh -s", False)
        if self.fails:
            raise AnsibleConnectionFailure("broken")
        return 3, in_data.upper(), b"e"

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


def test_other_connection_plugins_have_other_options() -> None:
    connection = Connection()
    assert used(connection).run(b"x").output == b"X"
    assert connection.options == {}


def test_forget_closes_the_shared_connection() -> None:
    connection = ssh()
    used(connection).forget()
    assert connection.resets == 1
