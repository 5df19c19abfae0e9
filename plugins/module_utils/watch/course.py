# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which of the watched sites are well, from one look to the next. Pure.

A site is well while its tunnel is heard of and all of its cameras answer. The tunnel is heard of when the bytes
received from its peer become others. Somebody must say something to it at each look (see ``nudge.py``): a peer that has
nothing to say answers after 10 s all the same (KEEPALIVE-TIMEOUT, section 6.5 of the WireGuard paper), so one that is
silent for longer is not there, whatever the age of its last handshake.
"""

from __future__ import annotations

import dataclasses
import typing as t

SILENCE = 35
"""Seconds without a byte after which a tunnel is not well: three answers that were lost."""

Answering = t.Collection[str]


@dataclasses.dataclass(frozen=True)
class Watched:
    """A site: the address of its peer, the names of its cameras; ``hold`` seconds it has to be well without a break.

    ``timeout`` is in seconds too, of all of it; with a ``hold`` of 0 it has to be well once. Without a timeout there is
    one look, and more, up to ``looks``, while one of its cameras has not answered at any.
    """

    name: str
    address: str
    cameras: tuple[str, ...] = ()
    hold: float = 0
    timeout: float = 0
    looks: int = 1


@dataclasses.dataclass(frozen=True)
class Peer:
    """What the hub knows of a site's peer: bytes received from it, seconds since its last handshake."""

    received: int
    handshake_age: int | None


@dataclasses.dataclass
class _Course:
    received: int | None = None
    heard: float | None = None
    well_since: float | None = None
    peer: Peer | None = None
    answering: t.Collection[str] = ()
    answered: set[str] = dataclasses.field(default_factory=set)
    looks: int = 0
    problem: str = "was not looked at"
    passed: bool | None = None


class Watch:
    """The course of a watch that begins at ``start``; moments are seconds of a clock that nobody sets."""

    def __init__(self, sites: t.Sequence[Watched], start: float) -> None:
        """Watch *sites*, none of which was looked at yet."""
        self._sites = sites
        self._start = start
        self._courses = {site.name: _Course() for site in sites}

    @property
    def open(self) -> list[Watched]:
        """The sites of which nothing is known yet."""
        return [site for site in self._sites if self._courses[site.name].passed is None]

    @property
    def passed(self) -> int:
        """How many sites have passed."""
        return sum(course.passed is True for course in self._courses.values())

    def look(self, now: float, peers: t.Mapping[str, Peer], answering: t.Mapping[str, Answering]) -> None:
        """Note what was seen *now* of the open sites: peers by address, cameras that answer by the name of the site."""
        for site in self.open:
            course = self._courses[site.name]
            self._note(course, now, peers.get(site.address))
            course.answering = answering.get(site.name, ())
            course.answered.update(course.answering)
            course.looks += 1
            self._judge(site, course, now)

    def result(self) -> list[dict[str, t.Any]]:
        """Return what is known of each site, in their order, as plain data."""
        return [self._result(site, self._courses[site.name]) for site in self._sites]

    def _note(self, course: _Course, now: float, peer: Peer | None) -> None:
        # an interface that restarts begins to count anew
        if peer is not None and course.received not in (None, peer.received):
            course.heard = now
        course.received = peer.received if peer else None
        course.peer = peer

    def _judge(self, site: Watched, course: _Course, now: float) -> None:
        problem = self._problem(site, course, now)
        if problem is not None:
            course.well_since, course.problem = None, problem
        elif course.well_since is None:
            course.well_since = now
        # well until it was last heard of; since then it may be gone
        if course.well_since is not None and (not site.hold or (course.heard or 0) - course.well_since >= site.hold):
            course.passed = True
        elif self._is_late(site, course, now):
            course.passed = False
            course.problem = self._late_problem(site, course, now)

    def _is_late(self, site: Watched, course: _Course, now: float) -> bool:
        """Return whether not enough time is left to be well for so long."""
        if not site.timeout:
            return course.looks >= site.looks or course.answered.issuperset(site.cameras)
        end = self._start + site.timeout
        if course.well_since is None:
            return now + site.hold >= end
        return now >= end or course.well_since + site.hold > end

    def _late_problem(self, site: Watched, course: _Course, now: float) -> str:
        if course.well_since is None:
            return course.problem
        if course.well_since + site.hold > self._start + site.timeout:
            return f"{course.problem}; after that no time was left to be well for {site.hold:g} s"
        return f"the hub has heard nothing of it for {now - (course.heard or 0):.0f} s"

    def _problem(self, site: Watched, course: _Course, now: float) -> str | None:
        if course.peer is None:
            return f"the hub has no peer with the address {site.address}"
        if course.heard is None:
            return f"the hub has heard nothing of it in {now - self._start:.0f} s"
        if now - course.heard > SILENCE:
            return f"the hub has heard nothing of it for {now - course.heard:.0f} s"
        silent = [name for name in site.cameras if name not in course.answering]
        return f"does not answer any more: {', '.join(f'camera {name}' for name in silent)}" if silent else None

    def _result(self, site: Watched, course: _Course) -> dict[str, t.Any]:
        return {
            "name": site.name,
            "passed": course.passed is True,
            "reason": None if course.passed else course.problem,
            "heard": course.heard is not None,
            "handshake_age": course.peer.handshake_age if course.peer else None,
            "cameras": [name for name in site.cameras if name in course.answered],
        }
