# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What comes about a moment later than a test looks."""

from __future__ import annotations

import time
import typing as t

if t.TYPE_CHECKING:
    from collections.abc import Callable

    from lab_router import LabRouter

PAUSE = 0.1
TIDYING = 15
"""Seconds that a router is given for tidying up after it has said how a change ended, beside other tests."""


def wait_until(condition: Callable[[], bool], seconds: float = 60) -> bool:
    """Return whether *condition* came true in time."""
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            return False
        time.sleep(PAUSE)
    return True


def left_behind(router: LabRouter, command: str) -> str:
    """Return what *command* still prints on the router once it had its time for tidying up."""
    wait_until(lambda: router.execute(command).stdout == "", TIDYING)
    return router.execute(command).stdout
