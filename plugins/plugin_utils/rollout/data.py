# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A roll-out: its waves, and what became of each site so far."""

from __future__ import annotations

import dataclasses
import typing as t

State = t.Literal["pending", "right", "changed", "failed", "rolled_back", "off_line"]

STATES: tuple[State, ...] = ("pending", "right", "changed", "failed", "rolled_back", "off_line")
DONE = frozenset[State]({"right", "changed"})
FAILED = frozenset[State]({"failed", "rolled_back"})

CANARY = "canary"


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Before:
    """What worked at a site before its router was changed: cameras that answered, uplinks that were up, by name.

    ``uplinks`` is None where nobody asked, as at a site with one only. ``reached`` is whether its router was there, so
    that a run which was killed may have changed it.
    """

    cameras: tuple[str, ...] = ()
    uplinks: tuple[str, ...] | None = None
    reached: bool = False

    def and_before(self, earlier: Before | None) -> Before:
        """Return what worked now or before an *earlier* change, and whether its router was there at either."""
        if earlier is None:
            return self
        uplinks = [each.uplinks for each in (earlier, self) if each.uplinks is not None]
        return Before(
            cameras=tuple(dict.fromkeys([*earlier.cameras, *self.cameras])),
            uplinks=tuple(dict.fromkeys(name for names in uplinks for name in names)) if uplinks else None,
            reached=self.reached or earlier.reached,
        )


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A site. ``digest`` is that of what it is to become; ``moment`` is when the state was noted, as Unix time."""

    digest: str
    state: State = "pending"
    reason: str | None = None
    moment: int | None = None
    away: bool = False
    """Whether neither SSH nor the hub got to its router. It is off-line then, or failed if that began with a change."""
    before: Before | None = None
    """There from the begin of a change on until the site has passed the gate, whatever else becomes of it."""


@dataclasses.dataclass(frozen=True, slots=True)
class Wave:
    """Sites that are changed together."""

    name: str
    sites: tuple[str, ...]


@dataclasses.dataclass(frozen=True, slots=True)
class Owner:
    """The process that rolls out. ``born`` tells it from a later one of the same number."""

    host: str
    process: int
    born: str


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Journal:
    """A roll-out. ``asked`` has the options and groups that made the waves; moments are in seconds since 1970."""

    fleet: str
    began: int
    updated: int
    asked: str
    waves: tuple[Wave, ...]
    sites: t.Mapping[str, Entry]
    stopped: str | None = None
    """Why it has stopped by itself."""
    owner: Owner | None = None

    @property
    def finished(self) -> bool:
        """Whether nothing is left to do."""
        return all(entry.state in DONE for entry in self.sites.values())

    def left(self, names: t.Iterable[str]) -> list[str]:
        """Return those of *names* that are left to do."""
        return [name for name in names if self.sites[name].state not in DONE]
