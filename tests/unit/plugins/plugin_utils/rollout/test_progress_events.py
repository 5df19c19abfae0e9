# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.farsite.fleet.plugins.plugin_utils.rollout.data import STATES
from ansible_collections.farsite.fleet.plugins.plugin_utils.rollout.progress_events import (
    End,
    Event,
    EventError,
    Gate,
    PlannedWave,
    Queue,
    Schedule,
    WaveEvent,
    read_event,
)

WAVE = {"event": "wave", "number": 1, "of": 2, "name": "canary", "sites": ["a", "b"], "off_line": ["b"]}


@pytest.mark.parametrize(
    ("value", "event"),
    [
        ({"event": "schedule", "waves": []}, Schedule(())),
        (
            {"event": "schedule", "waves": [{"name": "canary", "sites": ["a"]}, {"name": "100%", "sites": []}]},
            Schedule((PlannedWave("canary", ("a",)), PlannedWave("100%", ()))),
        ),
        (WAVE, WaveEvent(1, 2, "canary", ("a", "b"), ("b",))),
        (
            {"event": "gate", "number": 1, "hold": 60, "passed": ["a"], "failed": {"b": "no handshake"}},
            Gate(1, 60, ("a",), {"b": "no handshake"}),
        ),
        (
            {
                "event": "gate",
                "number": 1,
                "hold": 60,
                "passed": [],
                "failed": {},
                "states": {"a": {"state": "failed"}},
            },
            Gate(1, 60, (), {}, {"a": ("failed", "")}),
        ),
        ({"event": "queue", "sites": ["b"], "until": 1795291200}, Queue(("b",), 1795291200)),
        ({"event": "queue", "sites": [], "until": None}, Queue((), None)),
        (
            {"event": "end", "states": {"a": {"state": "rolled_back", "reason": None}}, "stopped": None},
            End({"a": ("rolled_back", "")}, None),
        ),
        ({"event": "end", "states": {}, "stopped": "too many"}, End({}, "too many")),
    ],
)
def test_an_event_is_read(value: object, event: Event) -> None:
    assert read_event(value) == event


@pytest.mark.parametrize(
    ("value", "problem"),
    [
        (None, "rollout_event: found None, expected a mapping"),
        ({1: 2}, "rollout_event: found {1: 2}, expected a mapping"),
        ({}, "rollout_event.event: found None, expected one of schedule, wave, gate, queue, end"),
        ({"event": ["wave"]}, "rollout_event.event: found ['wave'], expected one of schedule, wave, gate, queue, end"),
        ({"event": "schedule", "waves": "all"}, "rollout_event.waves: found 'all', expected a list"),
        ({"event": "schedule", "waves": ["all"]}, "rollout_event.waves: found 'all', expected a mapping"),
        (WAVE | {"number": "1"}, "rollout_event.number: found '1', expected a number"),
        (WAVE | {"of": True}, "rollout_event.of: found True, expected a number"),
        (WAVE | {"name": None}, "rollout_event.name: found None, expected a text"),
        (WAVE | {"sites": [1]}, "rollout_event.sites: found [1], expected names of sites"),
        ({"event": "end", "states": {"a": "right"}}, "rollout_event.states: found 'right', expected a mapping"),
        (
            {"event": "end", "states": {"a": {"state": "good"}}},
            "rollout_event.states.a: found 'good', expected one of " + ", ".join(STATES),
        ),
    ],
)
def test_what_is_no_event_is_told(value: t.Any, problem: str) -> None:
    with pytest.raises(EventError) as caught:
        read_event(value)
    assert str(caught.value) == problem
