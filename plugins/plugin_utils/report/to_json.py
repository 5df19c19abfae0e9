# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The report as JSON: the classes of ``data.py`` with their names, and what follows from them. Pure."""

from __future__ import annotations

import dataclasses
import json
import typing as t

from ansible_collections.farsite.fleet.plugins.plugin_utils.report.data import FORMAT, STATES
from ansible_collections.farsite.fleet.plugins.plugin_utils.report.words import timestamp

if t.TYPE_CHECKING:
    from ansible_collections.farsite.fleet.plugins.plugin_utils.report.data import Report, Site


def plain(report: Report) -> dict[str, t.Any]:
    """Return the report as plain data."""
    return {
        "format": FORMAT,
        "fleet": report.fleet,
        "moment": report.moment,
        "time": timestamp(report.moment),
        "summary": {"sites": len(report.sites), **{state: report.count(state) for state in STATES}},
        "hubs": [dataclasses.asdict(hub) for hub in report.hubs],
        "sites": [_site(site) for site in report.sites],
    }


def to_json(report: Report) -> str:
    """Return the report's JSON, the same for the same report."""
    return json.dumps(plain(report), indent=1, ensure_ascii=True) + "\n"


def _site(site: Site) -> dict[str, t.Any]:
    return {**dataclasses.asdict(site), "handshake_age": site.handshake_age, "last_seen": site.last_seen}
