# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import dataclasses
import json
import typing as t

import pytest

from ansible_collections.farsite.fleet.plugins.plugin_utils.adapter.progress_outputs import (
    JsonOutput,
    LiveOutput,
    PlainOutput,
    Source,
    chosen_form,
    color,
)
from ansible_collections.farsite.fleet.plugins.plugin_utils.rollout import progress_news as news
from ansible_collections.farsite.fleet.plugins.plugin_utils.rollout.progress_text import Line, Tone
from ansible_collections.farsite.fleet.tests.unit.plugins.plugin_utils.rollout.terminal import Terminal

BEGAN = news.WaveBegan(news.Title("canary", 1, 2), ("a",))
BEGINS = "wave 1 of 2 (canary) begins: 1 site"


@dataclasses.dataclass
class World:
    """A clock to turn, a status, and what Display would say."""

    now: float = 0
    running: tuple[news.Running, ...] = (news.Running("a", "Converge", 5),)
    said: list[tuple[str, dict[str, t.Any]]] = dataclasses.field(default_factory=list)

    @property
    def source(self) -> Source:
        return Source(self.status, lambda: self.now)

    def status(self) -> news.Status | None:
        return news.Status("Roll out", None, None, None, "", 0, self.running) if self.running else None

    def say(self, text: str, **options: t.Any) -> None:
        self.said.append((text, options))
        if not options.get("log_only"):
            # as Display does
            print(text, end="\n" if options.get("newline", True) else "")  # noqa: T201


@pytest.fixture(name="world")
def _world() -> World:
    return World()


def test_plain_lines_come_after_a_time_without_news(world: World) -> None:
    output = PlainOutput(world.source, 30, 4)
    output.news(world.say, BEGAN)
    for world.now in (0, 29, 30, 31, 59):
        output.tick()
    output.news(world.say, BEGAN)
    for world.now in (60, 88, 89):
        output.tick()
    line = "Roll out: 1 under way; a: Converge for 5 s"
    assert [text for text, _options in world.said] == [BEGINS, line, BEGINS, line]


def test_plain_lines_can_be_turned_off_and_need_something_under_way(world: World) -> None:
    for output in (PlainOutput(world.source, 0, 4), JsonOutput(world.source, 0)):
        output.message(world.say, "x", {})
        world.now += 1000
        output.tick()
    world.running = ()
    output = PlainOutput(world.source, 1, 4)
    output.message(world.say, "x", {"stderr": True})
    world.now += 1000
    output.tick()
    assert world.said[0] == ("x", {})
    assert world.said[-1] == ("x", {"stderr": True})
    assert [text for text, _options in world.said] == ["x"] * 3


def test_json_is_all_that_is_written(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    output = JsonOutput(world.source, 30)
    output.news(world.say, BEGAN)
    output.message(world.say, "\nTASK [x] ***", {"color": "red"})
    output.message(world.say, "", {})
    output.message(world.say, "on the screen", {"screen_only": True, "stderr": True})
    output.message(world.say, "in the log", {"log_only": True})
    world.now = 30
    output.tick()
    records = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [(one["event"], one.get("stream"), one.get("text")) for one in records] == [
        ("wave", None, None),
        ("message", "stdout", "TASK [x] ***"),
        ("message", "stderr", "on the screen"),
        ("status", None, None),
    ]
    # a log has the text
    assert [text for text, _options in world.said] == [BEGINS, "\nTASK [x] ***", "", "in the log"]
    assert all(options["log_only"] for _text, options in world.said)


def test_what_is_live_stays_below_messages(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    terminal = Terminal(80, 24)
    output = LiveOutput(world.source, 30)

    def shown() -> list[str]:
        terminal.feed(capsys.readouterr().out)
        return terminal.text.splitlines()

    below = ["Roll out", f"{'5 s':>12}  a: Converge"]
    output.tick()
    assert shown() == below
    output.message(world.say, "one", {})
    assert shown() == ["one"]
    output.tick()
    assert shown() == ["one", *below]
    output.news(world.say, BEGAN)
    output.tick()
    assert shown() == ["one", BEGINS, *below]
    # not a word of it is in the way of a line that is not at its end
    output.message(world.say, "half", {"newline": False})
    output.tick()
    assert shown() == ["one", BEGINS, "half"]
    output.message(world.say, " and half", {})
    output.message(world.say, "in the log", {"log_only": True})
    output.tick()
    assert shown() == ["one", BEGINS, "half and half", *below]
    world.running = ()
    output.tick()
    assert shown() == ["one", BEGINS, "half and half"]


def test_a_line_in_the_log_leaves_the_screen_alone(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    output = LiveOutput(world.source, 30)
    output.tick()
    capsys.readouterr()
    output.message(world.say, "in the log", {"log_only": True})
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize("tone", Tone)
def test_every_tone_but_one_has_a_color(tone: Tone) -> None:
    assert (color(Line("", tone)) is None) == (tone is Tone.PLAIN)


@pytest.mark.parametrize(
    ("option", "terminal", "debugged", "variables", "form"),
    [
        ("auto", True, False, {"TERM": "xterm"}, "live"),
        ("auto", True, False, {"TERM": "xterm", "CI": "False"}, "live"),
        ("auto", True, False, {"TERM": "xterm", "CI": "true"}, "plain"),
        ("auto", True, False, {"TERM": "xterm", "CI": "1"}, "plain"),
        ("auto", True, False, {"TERM": "dumb"}, "plain"),
        ("auto", True, False, {}, "plain"),
        ("auto", True, True, {"TERM": "xterm"}, "plain"),
        ("auto", False, False, {"TERM": "xterm"}, "plain"),
        ("live", False, True, {"CI": "true"}, "live"),
        ("json", True, False, {"TERM": "xterm"}, "json"),
    ],
)
def test_the_form_suits_the_environment(
    option: str,
    terminal: bool,  # noqa: FBT001
    debugged: bool,  # noqa: FBT001
    variables: dict[str, str],
    form: str,
) -> None:
    assert chosen_form(option, terminal=terminal, debugged=debugged, variables=variables) == form
