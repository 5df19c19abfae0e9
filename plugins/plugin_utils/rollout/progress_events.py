# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What tasks of the playbook rollout tell of its course: the key ``rollout_event`` in their results. Pure."""

from __future__ import annotations

import dataclasses
import typing as t

from ansible_collections.farsite.fleet.plugins.plugin_utils.rollout.data import STATES, State

KEY = "rollout_event"

States = t.Mapping[str, tuple[State, str]]
"""State and reason of sites."""


class EventError(ValueError):
    """What is under the key is no event: which part of it, what was found, what was expected."""


@dataclasses.dataclass(frozen=True, slots=True)
class PlannedWave:
    """A wave that is to come."""

    name: str
    sites: tuple[str, ...]


@dataclasses.dataclass(frozen=True, slots=True)
class Schedule:
    """All waves, in their order."""

    waves: tuple[PlannedWave, ...]


@dataclasses.dataclass(frozen=True, slots=True)
class WaveEvent:
    """A wave begins; ``off_line`` are those of ``sites`` of which no hub has heard lately; they are tried, too."""

    number: int
    of: int
    name: str
    sites: tuple[str, ...]
    off_line: tuple[str, ...]


@dataclasses.dataclass(frozen=True, slots=True)
class Gate:
    """A wave is judged; its gate was held for ``hold`` seconds. ``failed`` has reasons by site.

    There was no gate where no site has passed or failed. ``states`` has what became of all sites of the wave, those
    without a gate too, as the journal has it.
    """

    number: int
    hold: float
    passed: tuple[str, ...]
    failed: t.Mapping[str, str]
    states: States = dataclasses.field(default_factory=dict)


@dataclasses.dataclass(frozen=True, slots=True)
class Queue:
    """All waves are done; sites that are off-line are taken when they return, until a Unix time, where there is one."""

    sites: tuple[str, ...]
    until: float | None


@dataclasses.dataclass(frozen=True, slots=True)
class End:
    """The roll-out is done: state and reason of each site, and why it stopped early, if it did."""

    states: States
    stopped: str | None


Event = Schedule | WaveEvent | Gate | Queue | End


def read_event(value: object) -> Event:
    """Return the event that *value*, found under the key, is. Raise EventError for anything else."""
    data = _mapping(value, KEY)
    kind = data.get("event")
    reader = _READERS.get(kind) if isinstance(kind, str) else None
    if reader is None:
        raise EventError(f"{KEY}.event: found {kind!r}, expected one of {', '.join(_READERS)}")
    return reader(data)


def _schedule(data: t.Mapping[str, object]) -> Schedule:
    waves = [_mapping(wave, "waves") for wave in _list(data, "waves")]
    return Schedule(tuple(PlannedWave(_text(wave, "name"), _names(wave, "sites")) for wave in waves))


def _wave(data: t.Mapping[str, object]) -> WaveEvent:
    return WaveEvent(
        number=int(_number(data, "number")),
        of=int(_number(data, "of")),
        name=_text(data, "name"),
        sites=_names(data, "sites"),
        off_line=_names(data, "off_line"),
    )


def _gate(data: t.Mapping[str, object]) -> Gate:
    failed = {str(name): str(reason) for name, reason in _mapping(data.get("failed"), "failed").items()}
    states = _states(data) if "states" in data else {}
    return Gate(int(_number(data, "number")), _number(data, "hold"), _names(data, "passed"), failed, states)


def _queue(data: t.Mapping[str, object]) -> Queue:
    return Queue(_names(data, "sites"), None if data.get("until") is None else _number(data, "until"))


def _end(data: t.Mapping[str, object]) -> End:
    stopped = data.get("stopped")
    return End(_states(data), None if stopped is None else str(stopped))


def _states(data: t.Mapping[str, object]) -> States:
    states: dict[str, tuple[State, str]] = {}
    for name, value in _mapping(data.get("states"), "states").items():
        site = _mapping(value, "states")
        word = _text(site, "state")
        state = next((one for one in STATES if one == word), None)
        if state is None:
            raise EventError(f"{KEY}.states.{name}: found {word!r}, expected one of {', '.join(STATES)}")
        states[name] = (state, str(site.get("reason") or ""))
    return states


_READERS: dict[str, t.Callable[[t.Mapping[str, object]], Event]] = {
    "schedule": _schedule,
    "wave": _wave,
    "gate": _gate,
    "queue": _queue,
    "end": _end,
}


def _mapping(value: object, key: str) -> t.Mapping[str, object]:
    if not isinstance(value, dict) or not all(isinstance(name, str) for name in value):
        raise EventError(f"{_path(key)}: found {value!r}, expected a mapping")
    return value


def _list(data: t.Mapping[str, object], key: str) -> list[object]:
    value = data.get(key)
    if not isinstance(value, list):
        raise EventError(f"{_path(key)}: found {value!r}, expected a list")
    return value


def _names(data: t.Mapping[str, object], key: str) -> tuple[str, ...]:
    names = _list(data, key)
    if not all(isinstance(name, str) for name in names):
        raise EventError(f"{_path(key)}: found {names!r}, expected names of sites")
    return tuple(str(name) for name in names)


def _text(data: t.Mapping[str, object], key: str) -> str:
    value = data.get(key)
    if not isinstance(value, str):
        raise EventError(f"{_path(key)}: found {value!r}, expected a text")
    return value


def _number(data: t.Mapping[str, object], key: str) -> float:
    value = data.get(key)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise EventError(f"{_path(key)}: found {value!r}, expected a number")
    return value


def _path(key: str) -> str:
    return key if key == KEY else f"{KEY}.{key}"
