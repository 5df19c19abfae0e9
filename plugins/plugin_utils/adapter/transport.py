# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The task's own connection as the transport of the router package."""

from __future__ import annotations

import contextlib
import gzip
import typing as t

from ansible.errors import AnsibleConnectionFailure
from ansible.plugins.connection import ConnectionBase

from ansible_collections.farsite.fleet.plugins.plugin_utils.router.transport import Reply, UnreachableError

# ssh keeps the first value it is given of an option, so these go in front of what the user has set
_KEEPALIVE = "-o ServerAliveInterval=5 -o ServerAliveCountMax=3"
# a script is text, and a third of its size compressed; ssh's own compression dropbear does not have
_COMMAND = "gunzip -c | sh -s"
_NO_WORDS = "closed by UNKNOWN port 65535"
"""What is left of the reason where the way to the router is that of a ``ProxyCommand``, which ended."""
_FRESH = "-o ControlMaster=no -o ControlPath=none"


class ConnectionTransport:
    """Runs scripts by ``exec_command`` of an Ansible connection: one ssh process each, nothing else on the router."""

    def __init__(self, connection: ConnectionBase) -> None:
        """Use *connection*; its options are put back after each exec."""
        self._connection = connection

    def run(self, script: bytes, *, fresh: bool = False, host: str | None = None) -> Reply:
        """Run *script*; see Transport."""
        options = _ssh_options(self._connection, fresh=fresh)
        if host is not None:
            options["host"] = host
        data = gzip.compress(script, mtime=0)
        with _set_options(self._connection, options):
            try:
                with _quiet(self._connection):
                    told = self._connection.exec_command(_COMMAND, in_data=data, sudoable=False)
            except AnsibleConnectionFailure as error:
                raise UnreachableError(str(error) if fresh else self._words(str(error))) from error
        return Reply(*told)

    def _words(self, message: str) -> str:
        """Return why there is no connection, by another try where the message does not say.

        Of a command that leads to the router ssh throws away what it says if its own connection is to be shared
        (ssh_proxy_connect).
        """
        if _NO_WORDS not in message:
            return message
        with _set_options(self._connection, _ssh_options(self._connection, fresh=True)):
            try:
                self._connection.exec_command("true", in_data=b"", sudoable=False)
            except AnsibleConnectionFailure as error:
                return str(error)
        return message

    def forget(self) -> None:
        """Close the shared connection."""
        self._connection.reset()


@contextlib.contextmanager
def fresh_connections(connection: ConnectionBase) -> t.Iterator[None]:
    """Let every command of *connection* be a login of its own meanwhile, as far as its plugin can.

    ssh neither uses a shared connection nor tries again by itself; of other plugins the connection is reset.
    """
    if _option(connection, "ssh_args") is None:
        # one that cannot be reset only warns that it cannot
        if type(connection).reset is not ConnectionBase.reset:
            connection.reset()
        yield
        return
    with _set_options(connection, _ssh_options(connection, fresh=True)):
        yield


def _ssh_options(connection: ConnectionBase, *, fresh: bool) -> dict[str, t.Any]:
    arguments = f"{_FRESH} {_KEEPALIVE}" if fresh else _KEEPALIVE
    # a script is never run again behind our back, as ansible_ssh_retries would
    return {"reconnection_retries": 0, "ssh_args": f"{arguments} {_option(connection, 'ssh_args') or ''}"}


def _option(connection: ConnectionBase, name: str) -> t.Any:
    """Return an option's value, empty where it is not set; None where the plugin does not have it."""
    try:
        value = connection.get_option(name)
    except KeyError:
        return None
    return "" if value is None else value


@contextlib.contextmanager
def _quiet(connection: ConnectionBase) -> t.Iterator[None]:
    # at -vvv the connection prints whole replies, unless this is set
    context = connection._play_context
    quiet, context.no_log = context.no_log, True
    try:
        yield
    finally:
        context.no_log = quiet


@contextlib.contextmanager
def _set_options(connection: ConnectionBase, new: dict[str, t.Any]) -> t.Iterator[None]:
    old = {}
    try:
        for name, value in new.items():
            # other connection plugins than ssh do not have all of them
            with contextlib.suppress(KeyError):
                old[name] = connection.get_option(name)
                connection.set_option(name, value)
        yield
    finally:
        for name, value in old.items():
            connection.set_option(name, value)
