# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The forms in which the progress of a run is shown: lines, lines that are redrawn in a terminal, JSON."""

from __future__ import annotations

import os
import sys
import time
import typing as t

from ansible import constants
from ansible.utils.color import stringc

from ansible_collections.farsite.fleet.plugins.plugin_utils.rollout.progress_block import Block
from ansible_collections.farsite.fleet.plugins.plugin_utils.rollout.progress_records import (
    json_line,
    message_record,
    news_record,
    status_record,
)
from ansible_collections.farsite.fleet.plugins.plugin_utils.rollout.progress_text import (
    Tone,
    block,
    clipped,
    status_line,
    told,
)

if t.TYPE_CHECKING:
    from ansible_collections.farsite.fleet.plugins.plugin_utils.adapter.display_hook import Say
    from ansible_collections.farsite.fleet.plugins.plugin_utils.rollout.progress_news import News, Status
    from ansible_collections.farsite.fleet.plugins.plugin_utils.rollout.progress_text import Line

ROWS = 10
"""The live form takes at most so many lines of the terminal."""
_SOMEWHERE = os.terminal_size((80, 24))


class Source(t.NamedTuple):
    """What an output asks: how things are, and the clock of the progress."""

    status: t.Callable[[], Status | None]
    clock: t.Callable[[], float]


class PlainOutput:
    """Lines that stay, for a log: news, and every *interval* seconds how things are; 0 is never."""

    def __init__(self, source: Source, interval: float, slow_after: float) -> None:
        """Show hosts at which a task takes longer than *slow_after* seconds by name."""
        self._source = source
        self._interval = interval
        self._slow_after = slow_after
        self._last = source.clock()
        self._say: Say | None = None

    def news(self, say: Say, one: News) -> None:
        """Show what has happened."""
        self._say = say
        for line in told(one):
            self._last = self._source.clock()
            say(line.text, color=color(line))

    def message(self, say: Say, text: str, options: dict[str, t.Any]) -> None:
        """Show it as it is."""
        self._say = say
        say(text, **options)

    def tick(self) -> None:
        """Show how things are, if it is time to."""
        if not self._interval or self._source.clock() - self._last < self._interval or self._say is None:
            return
        self._last = self._source.clock()
        status = self._source.status()
        if status is not None:
            line = status_line(status, self._slow_after)
            self._say(line.text, color=color(line))
            sys.stdout.flush()

    def clear(self) -> None:
        """Take nothing away: every line stays."""


class LiveOutput:
    """News and messages as lines that stay, and below them how things are, redrawn in place."""

    def __init__(self, source: Source, slow_after: float) -> None:
        """Show hosts at which a task takes longer than *slow_after* seconds in another color."""
        self._source = source
        self._slow_after = slow_after
        self._block = Block()
        self._open_line = False

    def news(self, say: Say, one: News) -> None:
        """Show what has happened."""
        for line in told(one):
            self.message(say, line.text, {"color": color(line)})

    def message(self, say: Say, text: str, options: dict[str, t.Any]) -> None:
        """Show it above what is redrawn, which comes back with the next tick."""
        if not options.get("log_only"):
            self.clear()
            self._open_line = not (options.get("newline", True) or text.endswith("\n"))
        say(text, **options)

    def tick(self) -> None:
        """Redraw."""
        status = self._source.status()
        if status is None:
            self.clear()
        elif not self._open_line:
            size = _terminal_size()
            # one column is left free, since terminals differ in what a letter in the last one does to the cursor
            lines = block(status, self._slow_after, min(ROWS, size.lines - 1))
            _write(self._block.draw([_colored(line, size.columns - 1) for line in lines]))

    def clear(self) -> None:
        """Take away what is redrawn."""
        if self._block.drawn:
            _write(self._block.erase())


class JsonOutput:
    """One JSON object in each line and nothing else: news, messages, and how things are every *interval* seconds."""

    def __init__(self, source: Source, interval: float) -> None:
        """0 as *interval* is never."""
        self._source = source
        self._interval = interval
        self._last = source.clock()

    def news(self, say: Say, one: News) -> None:
        """Show what has happened; a log gets it as text."""
        _write(json_line(news_record(one), time.time()))
        for line in told(one):
            say(line.text, color=color(line), log_only=True)

    def message(self, say: Say, text: str, options: dict[str, t.Any]) -> None:
        """Show it as a record; a log gets it as it is."""
        record = message_record(text, "stderr" if options.get("stderr") else "stdout")
        if record is not None and not options.get("log_only"):
            _write(json_line(record, time.time()))
        if not options.get("screen_only"):
            say(text, **options | {"log_only": True})

    def tick(self) -> None:
        """Show how things are, if it is time to."""
        if not self._interval or self._source.clock() - self._last < self._interval:
            return
        self._last = self._source.clock()
        status = self._source.status()
        if status is not None:
            _write(json_line(status_record(status), time.time()))

    def clear(self) -> None:
        """Take nothing away: every line stays."""


def chosen_form(option: str, *, terminal: bool, debugged: bool, variables: t.Mapping[str, str]) -> str:
    """Return the form of the output that the *option* is, and for ``auto`` that which suits the environment.

    *terminal* is true where standard output is one, *debugged* where failed tasks open Ansible's debugger.
    """
    if option != "auto":
        return option
    in_ci = variables.get("CI", "").lower() not in ("", "0", "false")
    dumb = variables.get("TERM", "dumb") == "dumb"
    return "live" if terminal and not (in_ci or dumb or debugged) else "plain"


def color(line: Line) -> str | None:
    """Return the color of a line as Ansible is set up to show the like."""
    names = {
        Tone.GOOD: "COLOR_OK",
        Tone.CHANGED: "COLOR_CHANGED",
        Tone.OFF_LINE: "COLOR_UNREACHABLE",
        Tone.BAD: "COLOR_ERROR",
        Tone.SLOW: "COLOR_WARN",
    }
    return str(constants.config.get_config_value(names[line.tone])) if line.tone in names else None


def _colored(line: Line, columns: int) -> str:
    text, found = clipped(line.text, columns), color(line)
    return stringc(text, found) if found else text


def _terminal_size() -> os.terminal_size:
    """Return the size as it is now: people resize windows."""
    try:
        size = os.get_terminal_size(sys.stdout.fileno())
    except OSError:
        return _SOMEWHERE
    return size if size.columns > 1 and size.lines > 1 else _SOMEWHERE


def _write(text: str) -> None:
    if text:
        sys.stdout.write(text)
        sys.stdout.flush()
