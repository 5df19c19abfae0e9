# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import typing as t

from ansible_collections.farsite.fleet.plugins.plugin_utils.router.transport import Reply, UnreachableError


class ReplayedTransport:
    """Answers with recorded replies, and keeps what was asked; an exception among them is raised."""

    def __init__(self, *replies: bytes | Exception | t.Callable[[bytes], bytes]) -> None:
        self.replies = list(replies)
        self.scripts: list[bytes] = []
        self.fresh: list[bool] = []
        self.hosts: list[str | None] = []
        self.forgotten = 0

    def run(self, script: bytes, *, fresh: bool = False, host: str | None = None) -> Reply:
        self.scripts.append(script)
        self.fresh.append(fresh)
        self.hosts.append(host)
        if not self.replies:
            raise UnreachableError("no more replies were recorded")
        reply = self.replies.pop(0)
        if isinstance(reply, Exception):
            raise reply
        return Reply(0, reply(script) if callable(reply) else reply, b"")

    def forget(self) -> None:
        self.forgotten += 1


class Ticks:
    """A clock that only sleeping moves."""

    def __init__(self) -> None:
        self.now = 0.0

    def monotonic(self) -> float:
        return self.now

    def sleep(self, seconds: float, /) -> None:
        self.now += seconds
