# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Questions to a server and its answers over TCP, within a time. The only part for cameras that has sockets."""

from __future__ import annotations

import socket
import time
import typing as t

from ansible_collections.farsite.fleet.plugins.module_utils.camera.messages import (
    END_OF_HEAD,
    MOST_HEAD,
    Answer,
    MessageError,
    parse_head,
)

if t.TYPE_CHECKING:
    import types

MOST_BODY = 262144
"""Bytes of a body that is read."""


class Exchange:
    """Questions to one port. Raises OSError (TimeoutError after the *seconds* for all of them) and MessageError."""

    def __init__(self, address: str, port: int, seconds: float) -> None:
        """Take note of whom to ask; nothing is sent yet."""
        self._goal = (address, port)
        self._end = time.monotonic() + seconds
        self._socket: socket.socket | None = None
        self._waiting = b""

    def __enter__(self) -> t.Self:
        """Begin."""
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _traceback: types.TracebackType | None,
    ) -> None:
        """End the connection."""
        self._close()

    def ask(self, question: bytes, *, body: bool) -> Answer:
        """Return the answer; without its *body* the connection is not used again.

        A connection that the server closed after its last answer is opened again.
        """
        used = self._socket is not None
        try:
            return self._ask(question, body=body)
        except ConnectionError:
            self._close()
            if not used:
                raise
            return self._ask(question, body=body)

    def _ask(self, question: bytes, *, body: bool) -> Answer:
        if self._socket is None:
            self._socket = socket.create_connection(self._goal, timeout=self._left())
        self._socket.settimeout(self._left())
        self._socket.sendall(question)
        while END_OF_HEAD not in self._waiting:
            if len(self._waiting) > MOST_HEAD:
                raise MessageError(f"its answer has no end after {MOST_HEAD} bytes")
            self._receive()
        head, _end, self._waiting = self._waiting.partition(END_OF_HEAD)
        answer = parse_head(head)
        if not body:
            self._close()
            return answer
        length = answer.length
        if length > MOST_BODY:
            raise MessageError(f"its answer has {length} bytes, expected at most {MOST_BODY}")
        while len(self._waiting) < length:
            self._receive()
        content, self._waiting = self._waiting[:length], self._waiting[length:]
        return Answer(answer.protocol, answer.status, answer.reason, answer.headers, content)

    def _receive(self) -> None:
        if self._socket is None:
            raise ConnectionResetError
        self._socket.settimeout(self._left())
        data = self._socket.recv(65536)
        if not data:
            raise ConnectionResetError("it closed the connection without an answer")
        self._waiting += data

    def _left(self) -> float:
        left = self._end - time.monotonic()
        if left <= 0:
            raise TimeoutError
        return left

    def _close(self) -> None:
        self._waiting = b""
        if self._socket is not None:
            self._socket.close()
            self._socket = None
