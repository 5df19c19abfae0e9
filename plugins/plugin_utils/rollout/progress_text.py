# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The progress of a run as lines for people. Pure; ASCII but for what names and reasons bring."""

from __future__ import annotations

import dataclasses
import enum
import unicodedata
from typing import TYPE_CHECKING

from ansible_collections.farsite.fleet.plugins.plugin_utils.report.words import printable, timestamp
from ansible_collections.farsite.fleet.plugins.plugin_utils.rollout import progress_news as news

if TYPE_CHECKING:
    from ansible_collections.farsite.fleet.plugins.plugin_utils.rollout.data import State

SLOWEST = 5
"""At most so many hosts at which a task is under way are named."""
BAR = 30
"""The bar's length in letters."""

_WORDS: dict[State, str] = {
    "changed": "changed",
    "right": "right",
    "failed": "failed",
    "rolled_back": "rolled back",
    "off_line": "off-line",
}
_MISSED: tuple[State, ...] = ("failed", "rolled_back")


class Tone(enum.Enum):
    """What a line is, for its color."""

    PLAIN = "plain"
    GOOD = "good"
    CHANGED = "changed"
    OFF_LINE = "off_line"
    BAD = "bad"
    SLOW = "slow"


@dataclasses.dataclass(frozen=True, slots=True)
class Line:
    """A line without its end."""

    text: str
    tone: Tone = Tone.PLAIN


def duration(seconds: float) -> str:
    """Return a time as its two greatest units: ``45 s``, ``1 min 05 s``, ``2 h 03 min``."""
    whole = max(int(seconds), 0)
    minutes, rest = divmod(whole, 60)
    if not minutes:
        return f"{rest} s"
    hours, minutes_left = divmod(minutes, 60)
    return f"{hours} h {minutes_left:02} min" if hours else f"{minutes} min {rest:02} s"


def told(one: news.News) -> list[Line]:
    """Return the lines that tell of *one* thing that has happened; none of a site, whose result Ansible shows."""
    lines: list[Line] = []
    match one:
        case news.Scheduled():
            waves = ", ".join(f"{printable(wave.name)}: {len(wave.sites)}" for wave in one.waves)
            sites = _sites(sum(len(wave.sites) for wave in one.waves))
            lines = [Line(f"{sites} in {len(one.waves)} wave{'' if len(one.waves) == 1 else 's'}: {waves or 'none'}")]
        case news.WaveBegan():
            off_line = f", {len(one.off_line)} of them off-line" if one.off_line else ""
            lines = [Line(f"{_title(one.wave)} begins: {_sites(len(one.sites))}{off_line}")]
        case news.WaveEnded():
            text = f"{_title(one.wave)} is over after {duration(one.seconds)}: {_counts(one.counts, 'not tried')}"
            lines = [Line(text, _tone(one.counts))]
        case news.GateEnded():
            lines = _gate(one)
        case news.QueueBegan():
            until = "" if one.until is None else f" until {timestamp(int(one.until))}"
            names = ", ".join(map(printable, one.sites)) or "none"
            lines = [Line(f"off-line sites are waited for{until}: {names}", Tone.OFF_LINE if one.sites else Tone.GOOD)]
        case news.RunEnded():
            lines = _end(one)
    return lines


def status_line(status: news.Status, slow_after: float) -> Line:
    """Return how things are in one line; hosts at which a task takes longer than *slow_after* are named."""
    slow = [running for running in status.running if running.seconds >= slow_after][:SLOWEST]
    parts = [_shared(status.share)] if status.share else []
    if status.running:
        parts.append(f"{len(status.running)} under way")
    parts += [f"{_task(running)} for {duration(running.seconds)}" for running in slow]
    if status.whole:
        parts.append(f"all waves: {_shared(status.whole, brief=True)}")
    head = _title(status.wave) if status.wave else printable(status.play)
    return Line(f"{head}: {'; '.join(parts)}", _tone(status.share.counts) if status.share else Tone.PLAIN)


def block(status: news.Status, slow_after: float, rows: int) -> list[Line]:
    """Return how things are in at most *rows* lines, at least one: what counts most is first, and left out last."""
    head = _title(status.wave) if status.wave else printable(status.play)
    lines = [Line(head)]
    if status.share:
        lines = [Line(f"{head}: {_shared(status.share, brief=True)}", _tone(status.share.counts))]
        lines.append(
            Line(f"{_bar(status.share)} {_counts(status.share.counts, 'to come')}", _tone(status.share.counts))
        )
    if status.whole:
        lines.append(Line(f"all waves: {_shared(status.whole)}", _tone(status.whole.counts)))
    shown = status.running[: max(min(SLOWEST, rows - len(lines) - 1), 0)]
    for running in shown:
        tone = Tone.SLOW if running.seconds >= slow_after else Tone.PLAIN
        lines.append(Line(f"{duration(running.seconds):>12}  {_task(running)}", tone))
    if len(status.running) > len(shown):
        lines.append(Line(f"{'':12}  {len(status.running) - len(shown)} more under way"))
    return lines[: max(rows, 1)]


def clipped(text: str, columns: int) -> str:
    """Return what of *text* fits into *columns* of a terminal; where something is cut off, ``~`` says so."""
    if sum(map(_width, text)) <= columns:
        return text
    kept, room = "", columns - 1
    for letter in text:
        room -= _width(letter)
        if room < 0:
            break
        kept += letter
    return f"{kept}~"


def _gate(one: news.GateEnded) -> list[Line]:
    held = f"gate of {_title(one.wave)}, held for {duration(one.hold)}"
    lines = [Line(f"{held}: {len(one.passed)} passed, {len(one.failed)} failed", Tone.BAD if one.failed else Tone.GOOD)]
    lines += [Line(f"  {printable(name)}: {printable(reason)}", Tone.BAD) for name, reason in one.failed.items()]
    return lines


def _end(one: news.RunEnded) -> list[Line]:
    counts = _counts(one.counts, "not tried")
    lines = [Line(f"{_sites(len(one.sites))} after {duration(one.seconds)}: {counts}", _tone(one.counts))]
    for state in (*_MISSED, "off_line"):
        for name, (found, reason) in one.sites.items():
            if found is state:
                tone = Tone.OFF_LINE if state == "off_line" else Tone.BAD
                because = f": {printable(reason)}" if reason else ""
                lines.append(Line(f"  {_WORDS[state]}: {printable(name)}{because}", tone))
    if one.stopped is not None:
        lines.append(Line(f"stopped: {printable(one.stopped)}", Tone.BAD))
    return lines


def _title(title: news.Title) -> str:
    name = printable(title.name)
    if title.number is None:
        return name
    of = "" if title.of is None else f" of {title.of}"
    return f"wave {title.number}{of} ({name})" if name else f"wave {title.number}{of}"


def _sites(number: int) -> str:
    return f"{number} site{'' if number == 1 else 's'}"


def _task(running: news.Running) -> str:
    step = printable(running.step)
    return step if running.once else f"{printable(running.host)}: {step}"


def _counts(counts: news.Counts, pending: str) -> str:
    words = {**_WORDS, "pending": pending}
    return ", ".join(f"{counts[state]} {word}" for state, word in words.items() if counts.get(state)) or "no sites"


def _shared(share: news.Share, *, brief: bool = False) -> str:
    done = f"{share.done} of {share.total} done"
    left = "" if share.left is None or share.left < 1 else f", about {duration(share.left)} left"
    counts = "" if brief else f" ({_counts(share.counts, 'to come')})"
    return f"{done}, {duration(share.seconds)}{left}{counts}"


def _bar(share: news.Share) -> str:
    filled = BAR * share.done // share.total if share.total else BAR
    return f"[{'#' * filled}{'.' * (BAR - filled)}]"


def _tone(counts: news.Counts) -> Tone:
    """Return the worst that is counted."""
    if any(counts.get(state) for state in _MISSED):
        return Tone.BAD
    tones: dict[State, Tone] = {"off_line": Tone.OFF_LINE, "changed": Tone.CHANGED, "right": Tone.GOOD}
    for state, tone in tones.items():
        if counts.get(state):
            return tone
    return Tone.PLAIN


def _width(letter: str) -> int:
    if unicodedata.combining(letter):
        return 0
    return 2 if unicodedata.east_asian_width(letter) in "WF" else 1
