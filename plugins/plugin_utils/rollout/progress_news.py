# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is told of the progress of a run: news when something happens, and the status at any moment. Pure data.

All times are seconds; those named ``seconds`` have passed, those named ``left`` are an estimate.
"""

from __future__ import annotations

import dataclasses
import typing as t

from ansible_collections.farsite.fleet.plugins.plugin_utils.rollout.data import State

if t.TYPE_CHECKING:
    from ansible_collections.farsite.fleet.plugins.plugin_utils.rollout.progress_events import PlannedWave

Counts = t.Mapping[State, int]
"""How many sites are in each state; one that is missing has none."""


@dataclasses.dataclass(frozen=True, slots=True)
class Title:
    """Which wave this is; without a number it is the only one, or the queue of off-line sites."""

    name: str
    number: int | None = None
    of: int | None = None


@dataclasses.dataclass(frozen=True, slots=True)
class Scheduled:
    """The waves are known."""

    waves: tuple[PlannedWave, ...]


@dataclasses.dataclass(frozen=True, slots=True)
class WaveBegan:
    """A wave has begun; of the sites in ``off_line`` no hub has heard lately."""

    wave: Title
    sites: tuple[str, ...]
    off_line: tuple[str, ...] = ()


@dataclasses.dataclass(frozen=True, slots=True)
class SiteEnded:
    """A site has another state than before; ``seconds`` is None where nothing was done there."""

    site: str
    state: State
    reason: str
    seconds: float | None = None


@dataclasses.dataclass(frozen=True, slots=True)
class WaveEnded:
    """A wave is over; what is pending then was not tried."""

    wave: Title
    counts: Counts
    seconds: float


@dataclasses.dataclass(frozen=True, slots=True)
class GateEnded:
    """The gate after a wave was held for ``hold`` seconds; ``failed`` has reasons by site."""

    wave: Title
    hold: float
    passed: tuple[str, ...]
    failed: t.Mapping[str, str]


@dataclasses.dataclass(frozen=True, slots=True)
class QueueBegan:
    """Off-line sites are waited for, until a Unix time where there is one."""

    sites: tuple[str, ...]
    until: float | None


@dataclasses.dataclass(frozen=True, slots=True)
class RunEnded:
    """Everything is over. ``sites`` has state and reason of each; ``stopped`` says why it ended early, if it did."""

    sites: t.Mapping[str, tuple[State, str]]
    counts: Counts
    seconds: float
    stopped: str | None


News = Scheduled | WaveBegan | SiteEnded | WaveEnded | GateEnded | QueueBegan | RunEnded


@dataclasses.dataclass(frozen=True, slots=True)
class Running:
    """A host at which a task is under way, and for how long; ``once`` where it is one for all hosts."""

    host: str
    step: str
    seconds: float
    once: bool = False


@dataclasses.dataclass(frozen=True, slots=True)
class Share:
    """How many sites of a wave, or of all waves, are dealt with; ``left`` is None while nothing is known of it."""

    counts: Counts
    done: int
    total: int
    seconds: float
    left: float | None


@dataclasses.dataclass(frozen=True, slots=True)
class Status:
    """How things are now.

    ``wave`` is None where the play is not about sites; ``whole`` is that of all waves where there are several.
    ``step`` is the task that was started last and ``step_ended`` at how many hosts it has ended. ``running`` has the
    slowest host first.
    """

    play: str
    wave: Title | None
    share: Share | None
    whole: Share | None
    step: str
    step_ended: int
    running: tuple[Running, ...]
