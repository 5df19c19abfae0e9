# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The state of sites and cameras, and why. Pure."""

from __future__ import annotations

import dataclasses
import typing as t

from ansible_collections.farsite.fleet.plugins.plugin_utils.report.data import STATES, Report
from ansible_collections.farsite.fleet.plugins.plugin_utils.report.words import ago, duration

if t.TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ansible_collections.farsite.fleet.plugins.plugin_utils.report.data import Camera, Hub, Site, State

FRESH = 300
"""Seconds. A tunnel with a keepalive shakes hands every two to three minutes; an older handshake is one that failed."""

_ANSWERS = (200, 401)


def report(fleet: str, moment: int, hubs: Iterable[Hub], sites: Iterable[Site]) -> Report:
    """Return the report of *sites*, judged and the worst first."""
    judged = [judge(site, moment) for site in sites]
    judged.sort(key=lambda site: (STATES.index(site.state), site.name))
    return Report(fleet=fleet, moment=moment, hubs=tuple(hubs), sites=tuple(judged))


def judge(site: Site, moment: int) -> Site:
    """Return *site* with its state and reasons, and those of its cameras."""
    state, reasons = _reach(site, moment)
    if state == "off-line" or site.planned:
        # what is behind it cannot be known
        cameras = tuple(dataclasses.replace(camera, state="unknown", reasons=()) for camera in site.cameras)
        return dataclasses.replace(site, state=state, reasons=tuple(reasons), cameras=cameras)
    cameras = tuple(judge_camera(camera) for camera in site.cameras)
    worse = [*_router(site), *_cameras(cameras)]
    if worse:
        state = "degraded"
    elif state == "ok" and any(camera.state == "unknown" for camera in cameras):
        state, worse = "unknown", ["cameras were not asked"]
    return dataclasses.replace(site, state=state, reasons=(*reasons, *worse), cameras=cameras)


def judge_camera(camera: Camera) -> Camera:
    """Return *camera* with its state and reasons."""
    reasons = []
    for name, service in (("RTSP", camera.rtsp), ("HTTP", camera.http)):
        if service and service.problem:
            reasons.append(f"{name}: {service.problem}")
        elif service and service.status not in _ANSWERS and name == "RTSP":
            reasons.append(f"{name}: answers with status {service.status}")
    if reasons and camera.absence:
        reasons.append(camera.absence)
    if camera.isolation == "open":
        reasons.append("isolation: the router lets it out")
    elif camera.isolation == "cannot tell":
        reasons.append("isolation: cannot be told from the router's ruleset")
    if reasons:
        return dataclasses.replace(camera, state="degraded", reasons=tuple(reasons))
    asked = camera.rtsp is not None or camera.http is not None
    return dataclasses.replace(camera, state="ok" if asked else "unknown", reasons=())


def _reach(site: Site, moment: int) -> tuple[State, list[str]]:
    age = site.handshake_age
    fresh = age is not None and age <= FRESH
    if site.planned:
        return "unknown", ["is planned"]
    if site.reachable is None:
        return "unknown", ["its router was not asked"]
    if site.reachable:
        return _answering(site, age)
    return _silent(site, moment, fresh=fresh)


def _answering(site: Site, age: int | None) -> tuple[State, list[str]]:
    """Return the state of a site whose router answers, be it by another way than the tunnel."""
    if age is None and site.tunnels:
        return "degraded", ["answers, but no hub has its tunnel"]
    if age is None or age <= FRESH:
        return "ok", []
    return "degraded", [f"answers, but its newest handshake is {duration(age)} old"]


def _silent(site: Site, moment: int, *, fresh: bool) -> tuple[State, list[str]]:
    """Return the state of a site whose router does not answer."""
    why = [site.error] if site.error else []
    if fresh:
        return "degraded", ["the tunnel is up, but the router does not answer", *why]
    if not site.tunnels:
        return "unknown", ["the router does not answer, and no hub tells of its tunnel", *why]
    if site.last_seen is None:
        return "off-line", ["was never seen"]
    return "off-line", [f"last seen {ago(site.last_seen, moment)}"]


def _router(site: Site) -> Iterator[str]:
    if site.reachable and site.error:
        yield site.error
    if site.failed:
        yield "its last run failed"
    yield from site.warnings
    silent = [tunnel for tunnel in site.tunnels if tunnel.handshake_age is None or tunnel.handshake_age > FRESH]
    # the state itself tells of the only tunnel
    if len(silent) < len(site.tunnels):
        for tunnel in silent:
            yield f"no tunnel to {tunnel.hub}"
    if site.bearers and not any(bearer.up for bearer in site.bearers):
        yield "no uplink is up"


def _cameras(cameras: Iterable[Camera]) -> Iterator[str]:
    for camera in cameras:
        for reason in camera.reasons:
            yield f"camera {camera.name}: {reason}"
