# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Servers of one port that give answers by a script, for the tests of what asks them."""

from __future__ import annotations

import contextlib
import socket
import threading
import typing as t

Script = t.Callable[[bytes], "bytes | None"]
"""From a question to its answer; None closes the connection."""


@contextlib.contextmanager
def serving(script: Script) -> t.Iterator[int]:
    """Serve on a port of this machine, which is given, until the end of the context."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        threading.Thread(target=_accept, args=(server, script), daemon=True).start()
        yield server.getsockname()[1]
        server.shutdown(socket.SHUT_RDWR)


def _accept(server: socket.socket, script: Script) -> None:
    with contextlib.suppress(OSError):
        while True:
            connection, _address = server.accept()
            threading.Thread(target=_talk, args=(connection, script), daemon=True).start()


def _talk(connection: socket.socket, script: Script) -> None:
    with connection, contextlib.suppress(OSError):
        waiting = b""
        while True:
            data = connection.recv(65536)
            if not data:
                return
            waiting += data
            while b"\r\n\r\n" in waiting:
                question, _end, waiting = waiting.partition(b"\r\n\r\n")
                answer = script(question + b"\r\n\r\n")
                if answer is None:
                    return
                connection.sendall(answer)


def unused_port() -> int:
    """Return a port of this machine at which nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])
