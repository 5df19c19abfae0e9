# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How long a run waits for sites that are off-line. Pure."""

from __future__ import annotations

import dataclasses
import math

SHORTEST = 15
"""Seconds to listen at least: whoever is there answers within 10 (WireGuard's KEEPALIVE-TIMEOUT) and a round trip."""
LONGEST = 200
"""Seconds to listen at once, in one SSH session to the hub; a NAT may forget one that is silent for four minutes."""
GATHERING = 60
"""Seconds to listen for others, at least, once a site has returned."""
ROUNDS = 50
"""How often sites are taken that have returned, at most: Ansible includes the tasks of each round in those before."""


@dataclasses.dataclass(frozen=True, slots=True)
class Window:
    """The time of a run in which sites that return are taken; ``began`` in seconds since 1970."""

    began: int
    seconds: int

    @property
    def until(self) -> int:
        """When it is over, in seconds since 1970."""
        return self.began + self.seconds

    def is_over(self, now: int) -> bool:
        """Return whether nobody is waited for any more; those are taken that are there."""
        return now >= self.until

    def listening(self, now: int) -> tuple[int, int]:
        """Return for how many seconds to listen from *now*, and how many times, if nobody returns."""
        rest = max(self.until - now, SHORTEST)
        times = math.ceil(rest / LONGEST)
        return math.ceil(rest / times), times

    def gathering(self, now: int, number: int) -> int:
        """Return for how many seconds to listen for others once a site has returned in the round of this *number*.

        As long as it is listened at once the rounds are to last until the window is over.
        """
        return min(max((self.until - now) // max(ROUNDS - number, 1), GATHERING), LONGEST)
