# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The progress of a run over many sites, from what happens in it. Pure: every moment is handed in.

A moment is seconds of any clock that never goes back. The methods for what happens return what is to be told of it.
"""

from __future__ import annotations

import collections
import dataclasses
import enum
import typing as t

from ansible_collections.farsite.fleet.plugins.plugin_utils.rollout import progress_events as events
from ansible_collections.farsite.fleet.plugins.plugin_utils.rollout import progress_news as news
from ansible_collections.farsite.fleet.plugins.plugin_utils.rollout.data import FAILED
from ansible_collections.farsite.fleet.plugins.plugin_utils.rollout.progress_estimate import Estimate

if t.TYPE_CHECKING:
    from ansible_collections.farsite.fleet.plugins.plugin_utils.rollout.data import State

QUEUE = "queue of off-line sites"
"""The title of what follows the last wave."""

News = list[news.News]


class Word(enum.Enum):
    """How a task ended at a host."""

    OK = "ok"
    CHANGED = "changed"
    SKIPPED = "skipped"
    FAILED = "failed"
    UNREACHABLE = "unreachable"


@dataclasses.dataclass(frozen=True, slots=True)
class TaskEnd:
    """How a task ended at a host.

    ``decides`` is true of the task whose result is that of the site; ``once`` of one that is run at one host for all.
    ``lasts`` is false where the play goes on at this host as if nothing had failed; ``undone`` is true where the router
    has its old configuration again.
    """

    word: Word
    decides: bool = False
    once: bool = False
    lasts: bool = True
    undone: bool = False
    reason: str = ""


@dataclasses.dataclass(slots=True)
class _Site:
    state: State = "pending"
    reason: str = ""
    began: float | None = None
    ran: bool = False
    changed: bool = False


@dataclasses.dataclass(slots=True)
class _Wave:
    title: news.Title
    sites: dict[str, None]
    began: float
    decided: bool = False
    gated: bool = False
    awaited: set[str] = dataclasses.field(default_factory=set)
    """Of the queue, those that have not returned; also who has failed since it is off-line is waited for."""


class Progress:
    """The state of a run."""

    def __init__(self, forks: int, now: float) -> None:
        """Begin; *forks* hosts are dealt with at a time."""
        self._estimate = Estimate(max(forks, 1))
        self._began = now
        self._sites: dict[str, _Site] = {}
        self._planned: tuple[events.PlannedWave, ...] = ()
        self._told = False
        self._ended = False
        self._wave: _Wave | None = None
        self._play = ""
        self._sites_of_play: tuple[str, ...] = ()
        self._step = ""
        self._step_ended = 0
        self._running: dict[str, tuple[str, float, bool]] = {}

    def play(self, name: str, sites: t.Sequence[str], now: float) -> News:
        """Begin a play, or a batch of it.

        Where the roll-out does not tell of its waves, the *sites* of a play are one, as soon as a task begins at any of
        them that is not one for all.
        """
        told = [] if self._queues() else self._close(now)
        self._play, self._step, self._step_ended = name, "", 0
        self._sites_of_play = tuple(sites)
        self._running.clear()
        return told

    def step(self, name: str) -> None:
        """Begin a task."""
        self._step, self._step_ended = name, 0

    def started(self, host: str, step: str, now: float, *, once: bool = False) -> News:
        """Begin a task at a host."""
        told: News = []
        if self._wave is None and not self._told and not once and host in self._sites_of_play:
            told = self._open(news.Title(self._play), self._sites_of_play, (), now)
        self._running[host] = (step, now, once)
        site = self._in_wave(host)
        if site is not None and site.began is None and not once:
            site.began = now
        return told

    def ended(self, host: str, end: TaskEnd, now: float) -> News:
        """End a task at a host."""
        self._running.pop(host, None)
        self._step_ended += 1
        site = self._in_wave(host)
        if site is None or self._wave is None or end.once or end.word is Word.SKIPPED:
            return []
        site.ran = True
        site.changed |= end.word is Word.CHANGED
        self._wave.decided |= end.decides
        state = _state(site, end)
        if state is None:
            return []
        seconds = None if site.began is None else now - site.began
        site.began = None
        if seconds is not None:
            self._estimate.took(seconds)
        return self._becomes(host, state, end.reason, seconds)

    def event(self, event: events.Event, now: float) -> News:
        """Take what the roll-out tells of its course."""
        self._told = True
        match event:
            case events.Schedule():
                self._planned = event.waves
                for wave in event.waves:
                    self._know(wave.sites)
                return [news.Scheduled(event.waves)]
            case events.WaveEvent():
                title = news.Title(event.name, event.number, event.of)
                return self._close(now) + self._open(title, event.sites, event.off_line, now)
            case events.Gate():
                return self._gate(event)
            case events.Queue():
                return self._queue(event, now)
            case events.End():
                return self._end(event, now)

    def finish(self, now: float) -> News:
        """End the run, whose end is told here where the roll-out did not."""
        told = self._close(now)
        self._running.clear()
        if self._sites and not self._ended:
            told.append(self._run_ended(None, now))
        self._ended = True
        return told

    def status(self, now: float) -> news.Status | None:
        """Return how things are; None as long as there is nothing to tell of."""
        if self._wave is None and not self._running:
            return None
        running = [news.Running(host, step, now - since, once) for host, (step, since, once) in self._running.items()]
        share = None if self._wave is None else self._share(self._wave, now)
        return news.Status(
            play=self._play,
            wave=self._wave.title if self._wave else None,
            share=share,
            whole=self._whole(self._wave, share, now) if self._wave and share and len(self._planned) > 1 else None,
            step=self._step,
            step_ended=self._step_ended,
            running=tuple(sorted(running, key=lambda one: -one.seconds)),
        )

    def _queues(self) -> bool:
        return self._wave is not None and self._wave.title.name == QUEUE

    def _know(self, sites: t.Iterable[str]) -> None:
        for name in sites:
            self._sites.setdefault(name, _Site())

    def _in_wave(self, host: str) -> _Site | None:
        return self._sites[host] if self._wave and host in self._wave.sites else None

    def _open(self, title: news.Title, sites: tuple[str, ...], off_line: tuple[str, ...], now: float) -> News:
        self._know(sites)
        for name in sites:
            self._sites[name] = _Site("off_line" if name in off_line else "pending")
        self._wave = _Wave(title, dict.fromkeys(sites), now)
        self._ended = False
        return [news.WaveBegan(title, sites, off_line)]

    def _close(self, now: float) -> News:
        """End the wave. Where no task decided on its sites, all that ran to the end are right or changed."""
        wave, self._wave = self._wave, None
        if wave is None:
            return []
        told: News = []
        if not wave.decided and not self._told:
            self._wave = wave
            for name in wave.sites:
                site = self._sites[name]
                if site.ran and site.state == "pending":
                    seconds = None if site.began is None else now - site.began
                    told += self._becomes(name, "changed" if site.changed else "right", "", seconds)
            self._wave = None
        counts = self._counts(wave.sites)
        return [*told, news.WaveEnded(wave.title, counts, now - wave.began)]

    def _becomes(self, name: str, state: State, reason: str, seconds: float | None = None) -> News:
        site = self._sites[name]
        if self._wave is not None:
            self._wave.awaited.discard(name)
        if (site.state, site.reason) == (state, reason):
            return []
        site.state, site.reason = state, reason
        return [news.SiteEnded(name, state, reason, seconds)]

    def _gate(self, event: events.Gate) -> News:
        self._know([*event.failed, *event.states])
        told: News = []
        for name, reason in event.failed.items():
            if self._sites[name].state != "rolled_back":
                told += self._becomes(name, "failed", reason)
        # the results of tasks do not tell of a site that was not tried, or whose tunnel works without SSH
        for name, (state, reason) in event.states.items():
            told += self._becomes(name, state, reason)
        title = news.Title("", event.number)
        if self._wave is not None:
            title, self._wave.gated = self._wave.title, True
        if not (event.passed or event.failed):
            return told
        self._estimate.hold = event.hold
        return [*told, news.GateEnded(title, event.hold, event.passed, event.failed)]

    def _queue(self, event: events.Queue, now: float) -> News:
        told: News = []
        if self._wave is None or not self._queues():
            told = self._close(now)
            self._wave = _Wave(news.Title(QUEUE), {}, now)
        self._know(event.sites)
        for name in event.sites:
            # off-line since a roll-out was at it
            if self._sites[name].state not in FAILED:
                told += self._becomes(name, "off_line", self._sites[name].reason)
        self._wave.sites.update(dict.fromkeys(event.sites))
        self._wave.awaited = set(event.sites)
        return [*told, news.QueueBegan(event.sites, event.until)]

    def _end(self, event: events.End, now: float) -> News:
        told = self._close(now)
        self._know(event.states)
        for name, (state, reason) in event.states.items():
            told += self._becomes(name, state, reason)
        self._ended = True
        return [*told, self._run_ended(event.stopped, now)]

    def _run_ended(self, stopped: str | None, now: float) -> news.RunEnded:
        sites = {name: (site.state, site.reason) for name, site in self._sites.items()}
        return news.RunEnded(sites, self._counts(self._sites), now - self._began, stopped)

    def _counts(self, names: t.Iterable[str]) -> news.Counts:
        return collections.Counter(self._sites[name].state for name in names)

    def _share(self, wave: _Wave, now: float) -> news.Share:
        counts = self._counts(wave.sites)
        waiting = len(wave.awaited) if self._queues() else counts.get("pending", 0)
        sites = [self._sites[name] for name in self._running if name in wave.sites]
        running = [now - site.began for site in sites if site.state == "pending" and site.began is not None]
        # nobody knows when those that are off-line come back
        left = None if self._queues() else self._estimate.wave(max(waiting - len(running), 0), running)
        return news.Share(counts, len(wave.sites) - waiting, len(wave.sites), now - wave.began, left)

    def _whole(self, wave: _Wave, share: news.Share, now: float) -> news.Share:
        counts = self._counts(self._sites)
        number = wave.title.number
        to_come = [] if number is None else [len(planned.sites) for planned in self._planned[number:]]
        rest = self._estimate.later(to_come)
        gate = 0.0 if wave.gated else self._estimate.hold
        left = None if share.left is None or rest is None else share.left + gate + rest
        done = len(self._sites) - counts.get("pending", 0)
        return news.Share(counts, done, len(self._sites), now - self._began, left)


def _state(site: _Site, end: TaskEnd) -> State | None:
    """Return what becomes of a site by the end of a task; None if that does not tell."""
    if end.word is Word.UNREACHABLE:
        return "off_line" if end.decides or end.lasts else None
    if end.word is Word.FAILED:
        if not (end.decides or end.lasts):
            return None
        return "rolled_back" if end.undone else "failed"
    if not end.decides:
        return None
    # what is right after a change of this wave was changed by it
    return "changed" if end.word is Word.CHANGED or site.state == "changed" else "right"
