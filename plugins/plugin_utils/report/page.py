# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The report as one HTML page that needs nothing else: no script, no font, no picture, no network. Pure."""

from __future__ import annotations

import typing as t

from ansible_collections.farsite.fleet.plugins.plugin_utils.report.data import STATES
from ansible_collections.farsite.fleet.plugins.plugin_utils.report.drawing import MOST_AROUND, drawing
from ansible_collections.farsite.fleet.plugins.plugin_utils.report.markup import Markup, element, joined
from ansible_collections.farsite.fleet.plugins.plugin_utils.report.style import STYLE
from ansible_collections.farsite.fleet.plugins.plugin_utils.report.symbols import inline_symbol, symbol_definitions
from ansible_collections.farsite.fleet.plugins.plugin_utils.report.table import bearer_words
from ansible_collections.farsite.fleet.plugins.plugin_utils.report.words import ago, duration, size, timestamp

if t.TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ansible_collections.farsite.fleet.plugins.plugin_utils.report.data import Camera, Report, Service, Site

POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
"""Whatever were in the page, a browser would load and run nothing."""

NOTHING = "\N{EN DASH}"


def page(report: Report) -> str:
    """Return the page."""
    title = f"Fleet {report.fleet}"
    head = element(
        "head",
        element("meta", charset="utf-8"),
        element("meta", http_equiv="Content-Security-Policy", content=POLICY),
        element("meta", name="viewport", content="width=device-width, initial-scale=1"),
        element("title", f"{title}, {timestamp(report.moment)}"),
        element("style", Markup(STYLE)),
    )
    body = element("body", symbol_definitions(), "\n", *_parts(report, title))
    return f"<!DOCTYPE html>\n{element('html', head, body, lang='en')}\n"


def _parts(report: Report, title: str) -> Iterator[Markup]:
    yield element("h1", title)
    yield element("p", f"As it was at {timestamp(report.moment)}.", class_="faint")
    yield _counts(report)
    for hub in report.hubs:
        if hub.reachable is False:
            words = f"The hub {hub.name} does not answer: {hub.error or 'no reason is known'}"
            yield element("p", inline_symbol("off-line"), words, class_="off-line")
    if not report.sites:
        yield element("p", "There are no sites.")
        return
    if len(report.sites) > MOST_AROUND:
        goals = (("topology", "Topology"), ("table", "Table"), ("details", "Each site"))
        yield element("p", joined((element("a", name, href=f"#{goal}") for goal, name in goals), " · "), class_="faint")
    yield element("div", drawing(report), id="topology")
    yield element("h2", "Sites, the worst first", id="table")
    yield element("div", _table(report), class_="wide")
    yield element("h2", "Each site", id="details")
    yield joined((_details(index, site, report.moment) for index, site in enumerate(report.sites)), "\n")


def _counts(report: Report) -> Markup:
    items = [
        element("li", inline_symbol(state), element("b", str(report.count(state))), state, class_=state)
        for state in STATES
    ]
    total = element("li", element("b", str(len(report.sites))), "sites" if len(report.sites) != 1 else "site")
    return element("ul", *items, total, class_="counts")


def _table(report: Report) -> Markup:
    head = _row("th", "State", "Site", "Last seen", "Bearer", "NAT", "Cameras", "What is wrong")
    rows = [_site_row(index, site, report.moment) for index, site in enumerate(report.sites)]
    return element("table", element("thead", head), element("tbody", joined(rows, "\n")))


def _site_row(index: int, site: Site, moment: int) -> Markup:
    up = [bearer for bearer in site.bearers if bearer.up]
    answering = sum(camera.state == "ok" for camera in site.cameras)
    return element(
        "tr",
        element("td", inline_symbol(site.state), site.state, class_=f"state {site.state}"),
        element("td", element("a", site.name, href=f"#site-{index}")),
        element("td", ago(site.last_seen, moment) if site.last_seen else NOTHING),
        element("td", bearer_words(site) or NOTHING),
        element("td", up[0].nat if up else NOTHING),
        element("td", f"{answering} of {len(site.cameras)}" if site.cameras else NOTHING),
        element("td", _list(site.reasons), class_="what"),
    )


def _list(reasons: Sequence[str]) -> Markup:
    if len(reasons) == 1:
        return joined(reasons)
    return element("ul", *(element("li", reason) for reason in reasons)) if reasons else Markup("")


def _details(index: int, site: Site, moment: int) -> Markup:
    facts = [(name, value) for name, value in _facts(site, moment) if value]
    parts: list[Markup] = [element("dl", *(joined((element("dt", n), element("dd", v))) for n, v in facts))]
    if site.reasons:
        parts.insert(0, _list(site.reasons))
    if site.cameras:
        head = _row("th", "Camera", "State", "Address", "RTSP", "HTTP", "Isolation", "Refused packets")
        rows = [_camera_row(camera) for camera in site.cameras]
        parts.append(element("table", element("thead", head), element("tbody", *rows)))
    summary = element("summary", inline_symbol(site.state), element("b", site.name), site.state)
    return element("details", summary, *(element("div", part) for part in parts), id=f"site-{index}", class_=site.state)


def _facts(site: Site, moment: int) -> Iterator[tuple[str, str | None]]:
    router = site.router
    yield "Tunnel address", site.tunnel_address
    yield "Prefix", site.prefix
    for tunnel in site.tunnels:
        age, seen = tunnel.handshake_age, tunnel.last_seen
        words = f"handshake {duration(age)} ago" if age is not None else "no handshake"
        since = f", last seen {ago(seen, moment)} ({timestamp(seen)})" if seen and age is None else ""
        yield f"Tunnel to {tunnel.hub}", f"{words}{since}{f', from {tunnel.endpoint}' if tunnel.endpoint else ''}"
    for bearer in site.bearers:
        signal = f"{bearer.signal} dBm ({bearer.quality or 'no quality told'})" if bearer.signal is not None else None
        parts = ["up" if bearer.up else "down", bearer.technology, bearer.operator, signal, f"NAT: {bearer.nat}"]
        yield f"Uplink {bearer.interface}", ", ".join(part for part in parts if part)
    yield "Router", ", ".join(part for part in (router.model, router.release) if part)
    yield "Up for", duration(router.uptime) if router.uptime else None
    yield "Flash free", size(router.flash_free) if router.flash_free is not None else None
    yield "Memory available", size(router.memory_available) if router.memory_available is not None else None
    if site.changed is not None or site.failed is not None:
        yield "This run", "failed" if site.failed else "changed" if site.changed else "nothing changed"


def _camera_row(camera: Camera) -> Markup:
    return element(
        "tr",
        element("td", camera.name),
        element("td", inline_symbol(camera.state), camera.state, class_=f"state {camera.state}"),
        element("td", camera.address or NOTHING),
        element("td", _service(camera.rtsp) + (f" {'/'.join(camera.codecs)}" if camera.codecs else "")),
        element("td", _service(camera.http)),
        element("td", camera.isolation or NOTHING),
        element("td", str(camera.refused) if camera.refused is not None else NOTHING),
    )


def _service(service: Service | None) -> str:
    if service is None:
        return NOTHING
    return service.problem or f"answers ({service.status})"


def _row(kind: str, *cells: str) -> Markup:
    return element("tr", *(element(kind, cell) for cell in cells))
