# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.farsite.fleet.plugins.plugin_utils.rollout import progress_news as news
from ansible_collections.farsite.fleet.plugins.plugin_utils.rollout.progress_events import PlannedWave
from ansible_collections.farsite.fleet.plugins.plugin_utils.rollout.progress_text import (
    Line,
    Tone,
    block,
    clipped,
    duration,
    status_line,
    told,
)

WAVE = news.Title("10%", 2, 4)
COUNTS: news.Counts = {"changed": 9, "right": 1, "failed": 1, "off_line": 1, "pending": 8}
SHARE = news.Share(COUNTS, 12, 20, 65, 40)
WHOLE = news.Share({"changed": 29, "failed": 1, "pending": 170}, 30, 200, 300, 725)
RUNNING = (
    *(news.Running(f"site-{number}", "Converge", 50 - 10 * number) for number in range(5)),
    news.Running("site-5", "Wait", 1, once=True),
)


def status(share: news.Share | None = SHARE, whole: news.Share | None = WHOLE) -> news.Status:
    return news.Status("Roll out", WAVE if share else None, share, whole, "Converge", 12, RUNNING)


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (-1, "0 s"),
        (0.9, "0 s"),
        (59.9, "59 s"),
        (60, "1 min 00 s"),
        (3599, "59 min 59 s"),
        (3600, "1 h 00 min"),
        (90061, "25 h 01 min"),
    ],
)
def test_duration(seconds: float, text: str) -> None:
    assert duration(seconds) == text


@pytest.mark.parametrize(
    ("one", "lines"),
    [
        (
            news.Scheduled((PlannedWave("canary", ("a",)), PlannedWave("100%", ("b", "c")))),
            ["3 sites in 2 waves: canary: 1, 100%: 2"],
        ),
        (news.Scheduled(()), ["0 sites in 0 waves: none"]),
        (news.Scheduled((PlannedWave("canary", ("a",)),)), ["1 site in 1 wave: canary: 1"]),
        (news.WaveBegan(WAVE, ("a", "b"), ("b",)), ["wave 2 of 4 (10%) begins: 2 sites, 1 of them off-line"]),
        (news.WaveBegan(news.Title("Converge"), ("a",)), ["Converge begins: 1 site"]),
        (news.SiteEnded("a", "failed", "broken", 3), []),
        (
            news.WaveEnded(WAVE, COUNTS, 65),
            ["wave 2 of 4 (10%) is over after 1 min 05 s: 9 changed, 1 right, 1 failed, 1 off-line, 8 not tried"],
        ),
        (news.WaveEnded(news.Title("", 1), {}, 0), ["wave 1 is over after 0 s: no sites"]),
        (
            news.GateEnded(WAVE, 60, ("a",), {"b": "no\nhandshake"}),
            ["gate of wave 2 of 4 (10%), held for 1 min 00 s: 1 passed, 1 failed", "  b: no handshake"],
        ),
        (
            news.QueueBegan(("a", "b"), 1795291200),
            ["off-line sites are waited for until 2026-11-21 20:00:00 UTC: a, b"],
        ),
        (news.QueueBegan((), None), ["off-line sites are waited for: none"]),
        (
            news.RunEnded(
                {
                    "a": ("off_line", "last seen 3 hours ago"),
                    "b": ("rolled_back", ""),
                    "c": ("failed", "broken\x1b[2J"),
                    "d": ("right", ""),
                },
                dict.fromkeys(("off_line", "rolled_back", "failed", "right"), 1),
                7300,
                "too many have failed",
            ),
            [
                "4 sites after 2 h 01 min: 1 right, 1 failed, 1 rolled back, 1 off-line",
                "  failed: c: broken?[2J",
                "  rolled back: b",
                "  off-line: a: last seen 3 hours ago",
                "stopped: too many have failed",
            ],
        ),
    ],
)
def test_news(one: news.News, lines: list[str]) -> None:
    assert [line.text for line in told(one)] == lines


@pytest.mark.parametrize(
    ("counts", "tone"),
    [
        (COUNTS, Tone.BAD),
        ({"rolled_back": 1, "changed": 3}, Tone.BAD),
        ({"off_line": 1, "changed": 3}, Tone.OFF_LINE),
        ({"right": 1, "changed": 3, "failed": 0}, Tone.CHANGED),
        ({"right": 1}, Tone.GOOD),
        ({"pending": 1}, Tone.PLAIN),
    ],
)
def test_the_tone_is_that_of_the_worst(counts: news.Counts, tone: Tone) -> None:
    assert [line.tone for line in told(news.WaveEnded(WAVE, counts, 1))] == [tone]


def test_the_status_in_one_line() -> None:
    assert status_line(status(), slow_after=45) == Line(
        "wave 2 of 4 (10%): 12 of 20 done, 1 min 05 s, about 40 s left (9 changed, 1 right, 1 failed, 1 off-line, "
        "8 to come); 6 under way; site-0: Converge for 50 s; all waves: 30 of 200 done, 5 min 00 s, about 12 min 05 s "
        "left",
        Tone.BAD,
    )
    assert status_line(status(None, None), slow_after=45) == Line("Roll out: 6 under way; site-0: Converge for 50 s")


def test_an_estimate_of_nothing_is_left_out() -> None:
    share = news.Share({"pending": 1}, 0, 1, 3, 0.4)
    assert status_line(news.Status("", WAVE, share, None, "", 0, ()), 1).text == (
        "wave 2 of 4 (10%): 0 of 1 done, 3 s (1 to come)"
    )


def test_the_status_as_a_block() -> None:
    assert [line.text for line in block(status(), 45, 10)] == [
        "wave 2 of 4 (10%): 12 of 20 done, 1 min 05 s, about 40 s left",
        "[##################............] 9 changed, 1 right, 1 failed, 1 off-line, 8 to come",
        "all waves: 30 of 200 done, 5 min 00 s, about 12 min 05 s left (29 changed, 1 failed, 170 to come)",
        "        50 s  site-0: Converge",
        "        40 s  site-1: Converge",
        "        30 s  site-2: Converge",
        "        20 s  site-3: Converge",
        "        10 s  site-4: Converge",
        "              1 more under way",
    ]
    assert [line.tone for line in block(status(), 40, 10)][3:6] == [Tone.SLOW, Tone.SLOW, Tone.PLAIN]
    assert [line.text for line in block(status(None, None), 45, 3)] == [
        "Roll out",
        "        50 s  site-0: Converge",
        "              5 more under way",
    ]


@pytest.mark.parametrize("rows", range(1, 12))
def test_a_block_fits_and_begins_with_what_counts_most(rows: int) -> None:
    lines = block(status(), 45, rows)
    assert 1 <= len(lines) <= rows
    assert lines[: min(rows, 3)] == block(status(), 45, 20)[: min(rows, 3)]


@pytest.mark.parametrize(
    ("text", "columns", "shown"),
    [
        ("abcdef", 6, "abcdef"),
        ("abcdef", 5, "abcd~"),
        ("abcdef", 1, "~"),
        ("\u6771\u4eac", 4, "\u6771\u4eac"),
        ("\u6771\u4eac", 3, "\u6771~"),
        ("e\u0301e\u0301", 2, "e\u0301e\u0301"),
    ],
)
def test_clipped(text: str, columns: int, shown: str) -> None:
    assert clipped(text, columns) == shown


@given(st.text("ab c"), st.integers(1, 30))
def test_what_is_clipped_fits_and_is_a_beginning(text: str, columns: int) -> None:
    shown = clipped(text, columns)
    assert len(shown) <= columns
    assert text.startswith(shown.removesuffix("~"))
