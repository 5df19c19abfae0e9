# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How many of a number of things may go at once, as an option such as ``max_removals`` says it."""

from __future__ import annotations

import re

_ALLOWED = re.compile(r"([0-9]{1,9})(%?)", re.ASCII)
_ALL = 100


def most(allowed: str, total: int) -> int:
    """Return how many of *total* things *allowed* lets go: a number, or a share such as ``10%``, which is at least one.

    A share is rounded down. Raises ValueError.
    """
    found = _ALLOWED.fullmatch(allowed.strip())
    if found is None or (found[2] and int(found[1]) > _ALL):
        raise ValueError(f"found {allowed!r}, expected a number such as 3, or a share such as 10%, at most 100%")
    number = int(found[1])
    # who forbids every removal says 0%
    return number if not found[2] else number and max(1, total * number // _ALL)
