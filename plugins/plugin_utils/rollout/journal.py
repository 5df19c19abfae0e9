# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The journal of a roll-out as a file: JSON that a person can read, too. Pure."""

from __future__ import annotations

import dataclasses
import json
import typing as t

from ansible_collections.farsite.fleet.plugins.plugin_utils.rollout.data import (
    STATES,
    Before,
    Entry,
    Journal,
    Owner,
    Wave,
)

FORMAT = 1
"""Number of the JSON's shape; it changes when a reader of the last one would be misled."""

_MOMENTS = range(253_402_300_800)
"""The years 1970 to 9999, which are those that a date can be made of."""
_PROCESSES = range(1, 2**31)
"""Numbers of processes: to a signal 0 and those below mean whole groups, and what is greater is no ``pid_t``."""


class JournalError(ValueError):
    """A text that is no journal: where, what was found, what was expected."""


def render(journal: Journal) -> str:
    """Return the text of *journal*, the same for the same journal."""
    data = {
        "format": FORMAT,
        "fleet": journal.fleet,
        "began": journal.began,
        "updated": journal.updated,
        "asked": journal.asked,
        "waves": [{"name": wave.name, "sites": list(wave.sites)} for wave in journal.waves],
        "sites": {name: dataclasses.asdict(entry) for name, entry in journal.sites.items()},
        "stopped": journal.stopped,
        "owner": dataclasses.asdict(journal.owner) if journal.owner else None,
    }
    return json.dumps(data, indent=1, ensure_ascii=True) + "\n"


def parse(text: str) -> Journal:
    """Return the journal in *text*. Raises JournalError."""
    try:
        value = json.loads(text)
    except ValueError as error:
        raise JournalError(f"is no JSON: {error}") from None
    if not isinstance(value, dict) or value.get("format") != FORMAT:
        found = value.get("format") if isinstance(value, dict) else value
        raise JournalError(f"format: found {found!r}, expected {FORMAT}")
    return Journal(
        fleet=_get(value, "", "fleet", str),
        began=_within(_MOMENTS, _get(value, "", "began", int), "began"),
        updated=_within(_MOMENTS, _get(value, "", "updated", int), "updated"),
        asked=_get(value, "", "asked", str),
        waves=tuple(_wave(wave, index) for index, wave in enumerate(_get(value, "", "waves", list))),
        sites={name: _entry(entry, f"sites.{name}.") for name, entry in _get(value, "", "sites", dict).items()},
        stopped=_optional(value, "", "stopped", str),
        owner=_owner(_optional(value, "", "owner", dict)),
    )


def _wave(value: object, index: int) -> Wave:
    path = f"waves[{index}]."
    return Wave(_get(value, path, "name", str), _names(value, path, "sites"))


def _entry(value: object, path: str) -> Entry:
    state = _get(value, path, "state", str)
    if state not in STATES:
        raise JournalError(f"{path}state: found {state!r}, expected one of {', '.join(STATES)}")
    moment = _optional(value, path, "moment", int)
    before = _optional(value, path, "before", dict)
    return Entry(
        digest=_get(value, path, "digest", str),
        state=state,
        reason=_optional(value, path, "reason", str),
        moment=None if moment is None else _within(_MOMENTS, moment, f"{path}moment"),
        away=_flag(value, path, "away"),
        before=None if before is None else _before(before, f"{path}before."),
    )


def _before(value: dict[str, t.Any], path: str) -> Before:
    without = _optional(value, path, "uplinks", list) is None
    return Before(
        cameras=_names(value, path, "cameras"),
        uplinks=None if without else _names(value, path, "uplinks"),
        reached=_flag(value, path, "reached"),
    )


def _owner(value: dict[str, t.Any] | None) -> Owner | None:
    if value is None:
        return None
    path = "owner."
    process = _within(_PROCESSES, _get(value, path, "process", int), f"{path}process")
    return Owner(_get(value, path, "host", str), process, _get(value, path, "born", str))


def _names(value: object, path: str, key: str) -> tuple[str, ...]:
    found = _get(value, path, key, list)
    if not all(isinstance(name, str) for name in found):
        raise JournalError(f"{path}{key}: found {found!r}, expected names")
    return tuple(found)


def _flag(value: object, path: str, key: str) -> bool:
    found = value.get(key) if isinstance(value, dict) else value
    if not isinstance(found, bool):
        raise JournalError(f"{path}{key}: found {found!r}, expected true or false")
    return found


def _optional(value: object, path: str, key: str, kind: type) -> t.Any:
    return None if isinstance(value, dict) and value.get(key) is None else _get(value, path, key, kind)


def _get(value: object, path: str, key: str, kind: type) -> t.Any:
    found = value.get(key) if isinstance(value, dict) else value
    if not isinstance(found, kind) or isinstance(found, bool):
        raise JournalError(f"{path}{key}: found {found!r}, expected {_KINDS[kind]}")
    return found


def _within(allowed: range, number: int, place: str) -> int:
    if number not in allowed:
        raise JournalError(f"{place}: found {number}, expected {allowed[0]} to {allowed[-1]}")
    return number


_KINDS = {str: "text", int: "a whole number", list: "a list", dict: "a mapping"}
