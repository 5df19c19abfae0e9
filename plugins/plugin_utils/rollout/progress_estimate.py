# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How long the rest of a run takes, from what its sites took so far. Pure; all times are seconds."""

from __future__ import annotations

import dataclasses
import math
import typing as t


@dataclasses.dataclass(slots=True)
class Estimate:
    """What is known of the time that sites take; ``forks`` of them are dealt with at a time."""

    forks: int
    hold: float = 0.0
    """How long the gate after a wave was held last."""
    _sum: float = 0.0
    _number: int = 0

    def took(self, seconds: float) -> None:
        """Note what a site took."""
        self._sum += seconds
        self._number += 1

    def wave(self, waiting: int, running: t.Collection[float]) -> float | None:
        """Return the time for a wave of which *waiting* sites are to come and others have been *running* for a time.

        It is None as long as no site was seen to end. That the last one is as slow as the mean is the least.
        """
        if not self._number:
            return None
        mean = self._sum / self._number
        rest = [max(mean - seconds, 0.0) for seconds in running]
        if not waiting:
            return max(rest, default=0.0)
        width = max(min(self.forks, waiting + len(rest)), 1)
        return max((waiting * mean + sum(rest)) / width, mean)

    def later(self, sizes: t.Iterable[int]) -> float | None:
        """Return the time for whole waves of these sizes, with the gate after each."""
        if not self._number:
            return None
        mean = self._sum / self._number
        return sum(math.ceil(size / self.forks) * mean + self.hold for size in sizes if size)
