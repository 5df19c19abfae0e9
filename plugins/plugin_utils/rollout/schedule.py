# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""In which waves the sites of a fleet are changed. Pure."""

from __future__ import annotations

import dataclasses
import math
import re
import typing as t

from ansible_collections.farsite.fleet.plugins.plugin_utils.rollout.data import CANARY, Wave

if t.TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

DEFAULT_SHARES = ("10%", "30%", "100%")
REST = "rest"
_SHARE = re.compile(r"([0-9]{1,3}) ?%", re.ASCII)
_NUMBER = re.compile(r"[0-9]{1,9}", re.ASCII)
_WAVE = re.compile(r"wave_([0-9]+)", re.ASCII)
_ALL = 100


class ScheduleError(ValueError):
    """The options ask for waves that cannot be: ``problems``, a line each."""

    def __init__(self, problems: Sequence[str]) -> None:
        """Keep the *problems*."""
        super().__init__("; ".join(problems))
        self.problems = tuple(problems)


@dataclasses.dataclass(frozen=True, slots=True)
class Asked:
    """What the options ask for: ``canary`` is a number or names; each of ``waves`` a share, a number or a group.

    ``waves`` is None where they are to be made from the sites themselves.
    """

    canary: int | tuple[str, ...]
    waves: tuple[str, ...] | None = None

    def __str__(self) -> str:
        """Return a text that is another one where anything else is asked for."""
        canary = str(self.canary) if isinstance(self.canary, int) else ",".join(self.canary)
        return f"canary {canary}, waves {'by default' if self.waves is None else ','.join(self.waves)}"


def asked(canary: Sequence[str], waves: Sequence[str] | None) -> Asked:
    """Return what the words of the options ask for: a *canary* of one word that is a number is how many sites."""
    if len(canary) == 1 and _NUMBER.fullmatch(canary[0]):
        return Asked(int(canary[0]), None if waves is None else tuple(waves))
    return Asked(tuple(canary), None if waves is None else tuple(waves))


def schedule(
    sites: Sequence[str],
    wanted: Asked,
    groups: Mapping[str, Collection[str]],
    up: Collection[str] | None = None,
) -> tuple[Wave, ...]:
    """Return the waves of *sites*: each site is in exactly one, and none is empty.

    *groups* are those of the inventory. A canary that is a number is taken from the sites of the first wave, those that
    are *up* first, since one that is off-line proves nothing; None is for not knowing. So is one where none of those
    that have names is among *sites*. Raises ScheduleError.
    """
    steps = _steps(sites, wanted, groups)
    problems = [*_canary_problems(wanted.canary, groups), *_problems(steps, groups)]
    if problems:
        raise ScheduleError(problems)
    first = next((set(groups[step]).intersection(sites) for step in steps[:1] if step in groups), set())
    canary = _canary(sites, wanted.canary, first or set(sites), up)
    waves = [Wave(CANARY, tuple(canary))]
    left = [name for name in sites if name not in set(canary)]
    for step in steps:
        taken = set(groups[step]) if step in groups else set(left[: _size(step, len(sites))])
        waves.append(Wave(step, tuple(name for name in left if name in taken)))
        left = [name for name in left if name not in taken]
    waves.append(Wave(REST, tuple(left)))
    return tuple(wave for wave in waves if wave.sites)


def asked_of(sites: Sequence[str], wanted: Asked, groups: Mapping[str, Collection[str]]) -> str:
    """Return a text that is another one where anything else is *wanted*, or other *sites* are in the groups of it.

    Without the groups a roll-out that has stopped would go on with waves that the sites' files do not say any more.
    """
    named = [step for step in _steps(sites, wanted, groups) if step in groups]
    members = [f"{step}: {','.join(sorted(set(groups[step]).intersection(sites)))}" for step in named]
    return "; ".join([str(wanted), *members])


def _steps(sites: Collection[str], wanted: Asked, groups: Mapping[str, Collection[str]]) -> tuple[str, ...]:
    """Return the waves after the canary, as the options have them."""
    numbered = _numbered(groups, sites)
    return wanted.waves if wanted.waves is not None else tuple(numbered if len(numbered) > 1 else DEFAULT_SHARES)


def _numbered(groups: Mapping[str, Collection[str]], sites: Collection[str]) -> list[str]:
    """Return the groups that the sites' own ``wave`` makes, in their order."""
    known = set(sites)
    found = {int(match[1]): name for name in groups if (match := _WAVE.fullmatch(name)) and known & set(groups[name])}
    return [found[number] for number in sorted(found)]


def _canary(
    sites: Sequence[str], canary: int | tuple[str, ...], first: Collection[str], up: Collection[str] | None
) -> list[str]:
    if not isinstance(canary, int):
        named = [name for name in sites if name in canary]
        # whoever names canaries wants one also of sites among which they are not
        if named or not canary:
            return named
        canary = 1
    ordered = sorted(sites, key=lambda name: (name not in first, up is not None and name not in up))
    chosen = set(ordered[:canary])
    return [name for name in sites if name in chosen]


def _canary_problems(canary: int | tuple[str, ...], groups: Mapping[str, Collection[str]]) -> list[str]:
    known = set(groups.get("sites", ()))
    names = () if isinstance(canary, int) else canary
    return [f"canary: found {name}, expected a number or names of sites" for name in names if name not in known]


def _problems(steps: Sequence[str], groups: Mapping[str, Collection[str]]) -> list[str]:
    return [
        f"waves[{index}]: found {step!r}, expected a share such as 10%, a number of sites, or a group of the inventory "
        "such as label_north"
        for index, step in enumerate(steps)
        if step not in groups and not _size(step, 1)
    ]


def _size(step: str, total: int) -> int:
    """Return how many of *total* sites a wave has that is a share or a number; 0 for what is neither."""
    if match := _SHARE.fullmatch(step):
        share = int(match[1])
        return max(math.ceil(total * share / _ALL), 1) if 0 < share <= _ALL else 0
    return int(step) if _NUMBER.fullmatch(step) else 0
