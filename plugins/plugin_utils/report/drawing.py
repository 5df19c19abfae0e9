# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The topology of a fleet as SVG: hubs, sites, cameras, and what connects them. Pure.

A few sites stand around their hubs; many stand in columns below them, each column on a line of its own.
"""

from __future__ import annotations

import math
import typing as t

from ansible_collections.farsite.fleet.plugins.plugin_utils.report.markup import Markup, element, joined
from ansible_collections.farsite.fleet.plugins.plugin_utils.report.symbols import symbol
from ansible_collections.farsite.fleet.plugins.plugin_utils.report.words import ago, shortened

if t.TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ansible_collections.farsite.fleet.plugins.plugin_utils.report.data import Camera, Hub, Report, Site

MOST_AROUND = 8
"""Sites that stand around the hubs; more stand in columns."""

WIDTH = 1180.0
_HUB = (170.0, 52.0)
_LARGE = (196.0, 78.0)
_SMALL = (204.0, 40.0)
_GAP = 12.0
_CAMERA = 12.0
_MOST_CAMERAS = {_LARGE: 12, _SMALL: 9}
_LETTERS = {_LARGE: 19, _SMALL: 20}

Point = tuple[float, float]
Size = tuple[float, float]


def drawing(report: Report) -> Markup:
    """Return the drawing; sites are links to ``#site-NUMBER``, by their place in the report."""
    around = len(report.sites) <= MOST_AROUND
    parts, height = _around(report) if around else _columns(report)
    title = f"Topology of the fleet {report.fleet}: {len(report.hubs)} hubs, {len(report.sites)} sites"
    return element(
        "svg",
        element("title", title),
        joined(parts, "\n"),
        class_="topology",
        viewBox=f"0 0 {WIDTH:g} {height:g}",
        role="img",
    )


def _around(report: Report) -> tuple[list[Markup], float]:
    count = len(report.sites)
    # one or two stand beside the hub, more make a ring
    high = _LARGE[1] + 150 if count <= 2 else 520.0  # noqa: PLR2004
    middle = (WIDTH / 2, high / 2)
    hubs = list(_row(middle, len(report.hubs)))
    ring = (WIDTH / 2 - _LARGE[0] / 2 - 20, high / 2 - _LARGE[1] / 2 - 16)
    places = [
        (middle[0] + ring[0] * math.cos(angle), middle[1] + ring[1] * math.sin(angle))
        for angle in (math.pi * (1 + 2 * number / max(count, 1)) for number in range(count))
    ]
    lines = [
        _link(site, hub.name, hub_place, place)
        for site, place in zip(report.sites, places, strict=True)
        for hub, hub_place in zip(report.hubs, hubs, strict=True)
    ]
    return [*lines, *_hub_boxes(report, hubs), *_site_boxes(report, places, _LARGE)], high


def _columns(report: Report) -> tuple[list[Markup], float]:
    top = 30 + _HUB[1] / 2
    hubs = list(_row((WIDTH / 2, top), len(report.hubs)))
    number = int((WIDTH - 20) // (_SMALL[0] + _GAP + 8))
    step = (WIDTH - 20) / number
    beam = top + _HUB[1] / 2 + 24
    places = [
        (
            10 + step * (index % number) + step / 2 + 4,
            beam + 30 + _SMALL[1] / 2 + (index // number) * (_SMALL[1] + _GAP),
        )
        for index in range(len(report.sites))
    ]
    parts = [_line((x, y), (x, beam), "bus") for x, y in hubs]
    edges = [x - _SMALL[0] / 2 - 10 for x, _y in places]
    parts.append(_line((min([*edges, hubs[0][0]]), beam), (max([*edges, hubs[-1][0]]), beam), "bus"))
    for x in sorted(set(edges)):
        last = max(y for (_x, y), edge in zip(places, edges, strict=True) if edge == x)
        parts.append(_line((x, beam), (x, last), "bus"))
    parts += [
        _line((edge, y), (edge + 10, y), f"link {site.state}")
        for site, (_x, y), edge in zip(report.sites, places, edges, strict=True)
    ]
    boxes = [*_hub_boxes(report, hubs), *_site_boxes(report, places, _SMALL)]
    return [*parts, *boxes], places[-1][1] + _SMALL[1]


def _row(middle: Point, count: int) -> Iterator[Point]:
    """Yield the places of the hubs, side by side."""
    for number in range(count):
        yield middle[0] + (number - (count - 1) / 2) * (_HUB[0] + 30), middle[1]


def _link(site: Site, hub: str, start: Point, end: Point) -> Markup:
    fresh = any(tunnel.hub == hub and tunnel.handshake_age is not None for tunnel in site.tunnels)
    return _line(start, end, f"link {site.state}" if fresh or not site.tunnels else "link off-line")


def _line(start: Point, end: Point, kind: str) -> Markup:
    return element(
        "line", x1=round(start[0], 1), y1=round(start[1], 1), x2=round(end[0], 1), y2=round(end[1], 1), class_=kind
    )


def _hub_boxes(report: Report, places: Sequence[Point]) -> Iterator[Markup]:
    for hub, (x, y) in zip(report.hubs, places, strict=True):
        left, top = x - _HUB[0] / 2, y - _HUB[1] / 2
        yield element(
            "g",
            element("title", _hub_title(hub)),
            element("rect", x=left, y=top, width=_HUB[0], height=_HUB[1], rx=10),
            element("text", shortened(hub.name, 20), x=x, y=y - 3, class_="name middle"),
            element("text", _hub_words(hub), x=x, y=y + 15, class_="middle small"),
            class_=f"hub {'off-line' if hub.reachable is False else ''}".strip(),
        )


def _hub_words(hub: Hub) -> str:
    return "hub, does not answer" if hub.reachable is False else f"hub {hub.address or ''}"


def _hub_title(hub: Hub) -> str:
    return f"{hub.name}: {hub.error or hub.address or 'hub'}"


def _site_boxes(report: Report, places: Sequence[Point], size: Size) -> Iterator[Markup]:
    for index, (site, (x, y)) in enumerate(zip(report.sites, places, strict=True)):
        left, top = round(x - size[0] / 2, 1), round(y - size[1] / 2, 1)
        large = size == _LARGE
        seen = f", {ago(site.last_seen, report.moment)}" if large and site.last_seen else ""
        words, first, second = left + 31, top + (23 if large else 17), top + (40 if large else 32)
        yield element(
            "a",
            element("title", f"{site.name}: {'; '.join(site.reasons) or site.state}"),
            element("rect", x=left, y=top, width=size[0], height=size[1], rx=7),
            symbol(site.state, left + 8, top + (10 if large else 12)),
            element("text", shortened(site.name, _LETTERS[size]), x=words, y=first, class_="name"),
            element("text", site.state + seen, x=words, y=second, class_="small"),
            *_camera_marks(site.cameras, left, top, size),
            href=f"#site-{index}",
            class_=f"site {site.state}",
        )


def _camera_marks(cameras: Sequence[Camera], left: float, top: float, size: Size) -> Iterator[Markup]:
    most = _MOST_CAMERAS[size]
    shown = cameras if len(cameras) <= most else cameras[: most - 1]
    large = size == _LARGE
    # below the words where there is room, else at the right end
    x = left + 31 if large else left + size[0] - 8 - _CAMERA * len(shown)
    y = top + size[1] - _CAMERA - (10 if large else 5)
    for number, camera in enumerate(shown):
        words = f"camera {camera.name}: {'; '.join(camera.reasons) or camera.state}"
        mark = symbol(camera.state, round(x + number * (_CAMERA + 1 if large else _CAMERA), 1), y, _CAMERA - 1)
        yield element("g", element("title", words), mark, class_=f"camera {camera.state}")
    if len(shown) < len(cameras) and large:
        place = x + len(shown) * (_CAMERA + 1) + 2
        yield element("text", f"+{len(cameras) - len(shown)}", x=place, y=y + 10, class_="small")
