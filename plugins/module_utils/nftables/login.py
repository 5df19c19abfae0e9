# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""When the login began that this process belongs to: one that is older than a change proves nothing about it."""

from __future__ import annotations

import os
import pathlib


def login_started(proc: str = "/proc", process: int | None = None) -> float | None:
    """Return when the SSH login of *process* (this one) began, in seconds since the start of the hub.

    None where it is no SSH login, such as a console. Each connection has a server process of its own, and all sessions
    that are multiplexed over the connection have the same.
    """
    found = os.getpid() if process is None else process
    while found > 1:
        name, parent, started = _process(proc, found)
        if name.startswith("sshd"):
            return started / os.sysconf("SC_CLK_TCK")
        found = parent
    return None


def _process(proc: str, process: int) -> tuple[str, int, int]:
    """Return name, parent and start (clock ticks) of a process; see proc_pid_stat(5)."""
    text = pathlib.Path(proc, str(process), "stat").read_text("utf-8", errors="replace")
    name, _bracket, rest = text.partition("(")[2].rpartition(")")
    fields = rest.split()
    return name, int(fields[1]), int(fields[19])
