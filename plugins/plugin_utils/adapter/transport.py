# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The task's own connection as the transport of the router package."""

from __future__ import annotations

import contextlib
import typing as t

from ansible.errors import AnsibleConnectionFailure

from ansible_collections.farsite.fleet.plugins.plugin_utils.router.transport import Reply, UnreachableError

if t.TYPE_CHECKING:
    from ansible.plugins.connection import ConnectionBase

# ssh keeps the first value it is given of an option, so these go in front of what the user has set
_KEEPALIVE = "-o ServerAliveInterval=5 -o ServerAliveCountMax=3"
_FRESH = "-o ControlMaster=no -o ControlPath=none"


class ConnectionTransport:
    """Runs scripts by ``exec_command`` of an Ansible connection: one ssh process each, nothing else on the router."""

    def __init__(self, connection: ConnectionBase) -> None:
        """Use *connection*; its options are put back after each exec."""
        self._connection = connection

    def run(self, script: bytes, *, fresh: bool = False, host: str | None = None) -> Reply:
        """Run *script*; see Transport."""
        arguments = f"{_FRESH} {_KEEPALIVE}" if fresh else _KEEPALIVE
        # a script is never run again behind our back, as ansible_ssh_retries would
        options: dict[str, t.Any] = {"reconnection_retries": 0, "ssh_args": f"{arguments} {self._option('ssh_args')}"}
        if host is not None:
            options["host"] = host
        with self._options(options):
            try:
                status, output, errors = self._connection.exec_command("sh -s", in_data=script, sudoable=False)
            except AnsibleConnectionFailure as error:
                raise UnreachableError(str(error)) from error
        return Reply(status, output, errors)

    def forget(self) -> None:
        """Close the shared connection."""
        self._connection.reset()

    def _option(self, name: str) -> t.Any:
        try:
            value = self._connection.get_option(name)
        except KeyError:
            return ""
        return "" if value is None else value

    @contextlib.contextmanager
    def _options(self, new: dict[str, t.Any]) -> t.Iterator[None]:
        # at -vvv the connection prints whole replies, unless this is set
        context = self._connection._play_context
        quiet, context.no_log = context.no_log, True
        old = {}
        try:
            for name, value in new.items():
                # other connection plugins than ssh do not have all of them
                with contextlib.suppress(KeyError):
                    old[name] = self._connection.get_option(name)
                    self._connection.set_option(name, value)
            yield
        finally:
            context.no_log = quiet
            for name, value in old.items():
                self._connection.set_option(name, value)
