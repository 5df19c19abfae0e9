# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""When a roll-out stops by itself. Pure."""

from __future__ import annotations

import dataclasses
import re
import typing as t

from ansible_collections.farsite.fleet.plugins.plugin_utils.rollout.data import CANARY, FAILED

if t.TYPE_CHECKING:
    from collections.abc import Iterable

    from ansible_collections.farsite.fleet.plugins.plugin_utils.rollout.data import State

_SHARE = re.compile(r"([0-9]{1,3})( ?%)?", re.ASCII)
_ALL = 100


@dataclasses.dataclass(frozen=True, slots=True)
class MostFailures:
    """How many sites may fail: a number of them, or a share in percent of those that were to be changed."""

    number: int
    share: bool

    def exceeded(self, failed: int, changed: int) -> bool:
        """Return whether *failed* of *changed* sites are more than that; exactly as many are not."""
        return failed * _ALL > self.number * changed if self.share else failed > self.number

    def __str__(self) -> str:
        """Return what people wrote."""
        return f"{self.number}%" if self.share else str(self.number)


def most_failures(text: str) -> MostFailures:
    """Return what *text* says, such as ``10%`` or ``3``. Raises ValueError."""
    match = _SHARE.fullmatch(text)
    if not match or (match[2] and int(match[1]) > _ALL):
        raise ValueError(f"found {text!r}, expected a share such as 10% or a number of sites such as 3")
    return MostFailures(int(match[1]), bool(match[2]))


def stop_reason(wave: str, in_wave: Iterable[State], others: Iterable[State], most: MostFailures) -> str | None:
    """Return why nothing may come after *wave*; None if it may go on.

    *in_wave* are the states of its sites, *others* those of the other sites of the roll-out. Only those count that were
    to be changed: one that was right, or is off-line, says nothing about the change. In the canary, and as long as no
    site was found well after its change, nobody may fail.
    """
    now = list(in_wave)
    if wave == CANARY and (failed := _failed(now)):
        return f"{_sites(failed)} failed in the canary, where none may"
    now += others
    failed, well = _failed(now), now.count("changed")
    if failed and not well:
        return f"{_sites(failed)} failed, and none was found well after its change"
    if most.exceeded(failed, failed + well):
        return f"{failed} of {_sites(failed + well)} failed that were to be changed, more than {most}"
    return None


def _failed(states: Iterable[State]) -> int:
    return sum(state in FAILED for state in states)


def _sites(number: int) -> str:
    return f"{number} site{'' if number == 1 else 's'}"
