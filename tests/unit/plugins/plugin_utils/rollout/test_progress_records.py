# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import json

import pytest

from ansible_collections.farsite.fleet.plugins.plugin_utils.rollout import progress_news as news
from ansible_collections.farsite.fleet.plugins.plugin_utils.rollout.progress_events import PlannedWave
from ansible_collections.farsite.fleet.plugins.plugin_utils.rollout.progress_records import (
    Record,
    json_line,
    message_record,
    news_record,
    status_record,
)

WAVE = news.Title("canary", 1, 2)
COUNTED = {"pending": 0, "right": 0, "changed": 1, "failed": 2, "rolled_back": 0, "off_line": 0}
COUNTS: news.Counts = {"changed": 1, "failed": 2}
NAMED = {"number": 1, "of": 2, "name": "canary"}


@pytest.mark.parametrize(
    ("one", "record"),
    [
        (
            news.Scheduled((PlannedWave("canary", ("a",)),)),
            {"event": "schedule", "waves": [{"name": "canary", "sites": ["a"]}]},
        ),
        (
            news.WaveBegan(WAVE, ("a", "b"), ("b",)),
            {"event": "wave", **NAMED, "sites": ["a", "b"], "off_line": ["b"]},
        ),
        (
            news.SiteEnded("a", "rolled_back", "no uplink", 3.14),
            {"event": "site", "site": "a", "state": "rolled_back", "reason": "no uplink", "seconds": 3.1},
        ),
        (
            news.SiteEnded("a", "failed", ""),
            {"event": "site", "site": "a", "state": "failed", "reason": "", "seconds": None},
        ),
        (news.WaveEnded(WAVE, COUNTS, 65), {"event": "wave_end", **NAMED, "counts": COUNTED, "seconds": 65}),
        (
            news.GateEnded(WAVE, 60, ("a",), {"b": "gone"}),
            {"event": "gate", **NAMED, "hold": 60, "passed": ["a"], "failed": {"b": "gone"}},
        ),
        (news.QueueBegan(("a",), None), {"event": "queue", "sites": ["a"], "until": None}),
        (
            news.RunEnded({"a": ("changed", "")}, COUNTS, 9, "stopped"),
            {
                "event": "end",
                "counts": COUNTED,
                "seconds": 9,
                "stopped": "stopped",
                "sites": {"a": {"state": "changed", "reason": ""}},
            },
        ),
    ],
)
def test_news(one: news.News, record: Record) -> None:
    assert news_record(one) == record
    assert json.loads(json_line(record, 1.23456)) == {"time": 1.235, **record}


def test_status() -> None:
    share = news.Share(COUNTS, 3, 4, 6.66, None)
    running = (news.Running("a", "Converge", 5.55, once=True),)
    record = status_record(news.Status("Roll out", WAVE, share, None, "Converge", 3, running))
    assert record == {
        "event": "status",
        "play": "Roll out",
        "wave": NAMED,
        "share": {"done": 3, "total": 4, "counts": COUNTED, "seconds": 6.7, "left": None},
        "whole": None,
        "step": "Converge",
        "step_ended": 3,
        "running": [{"host": "a", "once": True, "step": "Converge", "seconds": 5.5}],
    }
    record = status_record(news.Status("Set up the hubs", None, None, share, "", 0, ()))
    assert (record["wave"], record["share"], record["whole"]["done"]) == (None, None, 3)


@pytest.mark.parametrize(
    ("text", "bare"),
    [
        ("\nPLAY [x] ***", "PLAY [x] ***"),
        ("\x1b[0;31mfatal\x1b[0m: \x1b[1mno\x1b[0m\n", "fatal: no"),
        ("two\nlines", "two\nlines"),
        ("  indented", "  indented"),
    ],
)
def test_a_message_has_no_colors(text: str, bare: str) -> None:
    assert message_record(text, "stderr") == {"event": "message", "stream": "stderr", "text": bare}


@pytest.mark.parametrize("text", ["", "\n", " \n", "\x1b[0m"])
def test_an_empty_line_is_no_message(text: str) -> None:
    assert message_record(text, "stdout") is None


def test_a_line_is_one_line() -> None:
    line = json_line({"event": "message", "text": "two\nlines \u2028 \u00e4"}, 0)
    assert len(line.splitlines()) == 1
    assert line.isascii()
    assert line.startswith('{"event": "message", "time": 0, ')
    assert json.loads(line)["text"] == "two\nlines \u2028 \u00e4"
