# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The report as lines for a terminal, at most 100 letters wide. Pure."""

from __future__ import annotations

import textwrap
import typing as t

from ansible_collections.farsite.fleet.plugins.plugin_utils.report.data import STATES
from ansible_collections.farsite.fleet.plugins.plugin_utils.report.words import ago, printable, shortened, timestamp

if t.TYPE_CHECKING:
    from collections.abc import Iterator

    from ansible_collections.farsite.fleet.plugins.plugin_utils.report.data import Report, Site

WIDTH = 100
MOST_REASONS = 6

_COLUMNS = (("state", 8), ("site", 26), ("seen", 15), ("bearer", 26), ("NAT", 13), ("cameras", 7))


def table(report: Report) -> list[str]:
    """Return the lines: a heading, a line for each site with its reasons below, and what it adds up to."""
    lines = [_line([name for name, _width in _COLUMNS])]
    for site in report.sites:
        lines.append(_line(_cells(site, report.moment)))
        lines += _reasons(site)
    counts = ", ".join(f"{report.count(state)} {state}" for state in STATES if report.count(state))
    lines += ["", f"{len(report.sites)} sites: {counts}" if report.sites else "no sites"]
    for hub in report.hubs:
        if hub.reachable is False:
            lines += _wrapped(f"hub {hub.name} does not answer: {hub.error or 'no reason is known'}", "")
    return [*lines, timestamp(report.moment)]


def _line(cells: list[str]) -> str:
    padded = (shortened(printable(cell), width).ljust(width) for cell, (_n, width) in zip(cells, _COLUMNS, strict=True))
    return " ".join(padded).rstrip()


def _cells(site: Site, moment: int) -> list[str]:
    up = [bearer for bearer in site.bearers if bearer.up]
    answering = sum(camera.state == "ok" for camera in site.cameras)
    return [
        site.state,
        site.name,
        ago(site.last_seen, moment) if site.last_seen else "",
        bearer_words(site),
        up[0].nat if up else "",
        f"{answering}/{len(site.cameras)}" if site.cameras else "",
    ]


def bearer_words(site: Site) -> str:
    """Return the first bearer that is up: technology or interface, operator, signal."""
    for bearer in site.bearers:
        if bearer.up:
            signal = f"{bearer.signal} dBm" if bearer.signal is not None else None
            return " ".join(word for word in (bearer.technology or bearer.interface, bearer.operator, signal) if word)
    return ""


def _reasons(site: Site) -> Iterator[str]:
    for reason in site.reasons[:MOST_REASONS]:
        yield from _wrapped(reason, "         - ")
    if len(site.reasons) > MOST_REASONS:
        yield f"         - and {len(site.reasons) - MOST_REASONS} more"


def _wrapped(text: str, indent: str) -> list[str]:
    return textwrap.wrap(
        printable(text), WIDTH, initial_indent=indent, subsequent_indent=" " * len(indent), max_lines=3, placeholder="…"
    )
