# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import json
import typing as t

from hypothesis import given

from ansible_collections.farsite.fleet.plugins.plugin_utils.report.to_json import to_json
from ansible_collections.farsite.fleet.tests.unit.plugins.plugin_utils.report.reports import (
    NOW,
    few,
    fleet,
    reports,
    site,
)

if t.TYPE_CHECKING:
    from ansible_collections.farsite.fleet.plugins.plugin_utils.report.data import Report


def test_the_shape() -> None:
    """docs/verify.md tells it to those who read it with programs."""
    found = json.loads(to_json(fleet(site(), site("harbour", reachable=False, age=None))))
    assert list(found) == ["format", "fleet", "moment", "time", "summary", "hubs", "sites"]
    assert (found["format"], found["fleet"], found["moment"]) == (1, "quarries", NOW)
    assert found["summary"] == {"sites": 2, "off-line": 1, "degraded": 0, "unknown": 0, "ok": 1}
    assert found["hubs"] == [{"name": "hub-1", "address": "203.0.113.5", "reachable": True, "error": None}]
    harbour, quarry = found["sites"]
    assert (harbour["state"], harbour["reasons"]) == ("off-line", ["was never seen"])
    assert (quarry["handshake_age"], quarry["last_seen"]) == (41, NOW - 41)
    assert quarry["bearers"][0]["nat"] == "carrier-grade"
    assert quarry["cameras"][0]["rtsp"] == {"status": 200, "problem": None}


@few
@given(reports)
def test_it_is_json_in_ascii(made: Report) -> None:
    text = to_json(made)
    assert text.isascii()
    assert [found["name"] for found in json.loads(text)["sites"]] == [found.name for found in made.sites]
