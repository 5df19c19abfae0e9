# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a report says: plain facts about hubs, sites and cameras, and the state that follows from them.

The JSON of a report is these classes by ``dataclasses.asdict``: ``docs/verify.md`` describes it.
"""

from __future__ import annotations

import dataclasses
import typing as t

State = t.Literal["off-line", "degraded", "unknown", "ok"]

STATES: tuple[State, ...] = ("off-line", "degraded", "unknown", "ok")
"""The worst first."""

FORMAT = 1
"""Number of the JSON's shape; it changes when a reader of the last one would be misled."""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Tunnel:
    """A site's tunnel as a hub sees it; ``last_seen`` in seconds since 1970."""

    hub: str
    handshake_age: int | None = None
    last_seen: int | None = None
    endpoint: str | None = None


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Bearer:
    """A way to the internet. ``nat``: carrier-grade, 464xlat, private, public, none."""

    interface: str
    up: bool
    nat: str
    technology: str | None = None
    operator: str | None = None
    signal: int | None = None
    """dBm"""
    quality: str | None = None


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Router:
    """The router, as far as it was asked; sizes in bytes, times in seconds."""

    model: str | None = None
    release: str | None = None
    uptime: int | None = None
    flash_free: int | None = None
    memory_available: int | None = None


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """What a camera said by a protocol: the status of its answer, and in a line what is wrong."""

    status: int | None = None
    problem: str | None = None


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Camera:
    """A camera. ``isolation``: held, open, cannot tell; None where it was not looked at."""

    name: str
    address: str | None = None
    rtsp: Service | None = None
    http: Service | None = None
    codecs: tuple[str, ...] = ()
    isolation: str | None = None
    refused: int | None = None
    """Packets of the camera that the router has dropped."""
    absence: str | None = None
    """Why it is not at its address, as far as the router's DHCP tells; None where it is, or nothing is known."""
    state: State = "unknown"
    reasons: tuple[str, ...] = ()


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """A site. ``reachable``: whether its router answered; None where it was not asked."""

    name: str
    planned: bool = False
    tunnel_address: str | None = None
    prefix: str | None = None
    reachable: bool | None = None
    error: str | None = None
    """Why the router did not answer, or refused, in a line."""
    warnings: tuple[str, ...] = ()
    tunnels: tuple[Tunnel, ...] = ()
    bearers: tuple[Bearer, ...] = ()
    router: Router = Router()
    cameras: tuple[Camera, ...] = ()
    changed: bool | None = None
    failed: bool | None = None
    state: State = "unknown"
    reasons: tuple[str, ...] = ()

    @property
    def handshake_age(self) -> int | None:
        """Return the seconds since the newest handshake with any hub."""
        ages = [tunnel.handshake_age for tunnel in self.tunnels if tunnel.handshake_age is not None]
        return min(ages) if ages else None

    @property
    def last_seen(self) -> int | None:
        """Return when a hub saw it last, in seconds since 1970."""
        moments = [tunnel.last_seen for tunnel in self.tunnels if tunnel.last_seen is not None]
        return max(moments) if moments else None


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Hub:
    """A hub. ``reachable``: whether it answered; None where it was not asked."""

    name: str
    address: str | None = None
    reachable: bool | None = None
    error: str | None = None


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """A whole report, the worst sites first; ``moment`` in seconds since 1970."""

    fleet: str
    moment: int
    hubs: tuple[Hub, ...]
    sites: tuple[Site, ...]

    def count(self, state: State) -> int:
        """Return how many sites are in a state."""
        return sum(site.state == state for site in self.sites)
