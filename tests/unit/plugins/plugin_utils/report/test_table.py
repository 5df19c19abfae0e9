# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from hypothesis import given

from ansible_collections.farsite.fleet.plugins.plugin_utils.report.data import Hub, Report, Service
from ansible_collections.farsite.fleet.plugins.plugin_utils.report.table import WIDTH, table
from ansible_collections.farsite.fleet.tests.unit.plugins.plugin_utils.report.reports import (
    camera,
    few,
    fleet,
    reports,
    site,
)


def test_a_table() -> None:
    silent = camera("yard", rtsp=Service(problem="no answer within 5 s"))
    made = fleet(
        site(), site("harbour", reachable=False, age=200000, bearers=()), site("orchard", cameras=(camera(), silent))
    )
    assert table(made) == [
        "state    site                       seen            bearer                     NAT           cameras",
        "off-line harbour                    2 days ago                                               0/1",
        "         - last seen 2 days ago",
        "degraded orchard                    41 seconds ago  LTE -97 dBm                carrier-grade 1/2",
        "         - camera yard: RTSP: no answer within 5 s",
        "ok       quarry-north               41 seconds ago  LTE -97 dBm                carrier-grade 1/1",
        "",
        "3 sites: 1 off-line, 1 degraded, 1 ok",
        "2026-11-22 00:52:12 UTC",
    ]


def test_a_hub_that_does_not_answer_is_told() -> None:
    made = fleet(hubs=(Hub(name="hub-1", reachable=False, error="Connection refused"),))
    assert table(made)[2:4] == ["no sites", "hub hub-1 does not answer: Connection refused"]


def test_no_end_of_reasons_has_an_end() -> None:
    made = fleet(site(warnings=tuple(f"warning {number}" for number in range(50))))
    assert table(made)[8] == "         - and 44 more"


@few
@given(reports)
def test_whatever_strangers_say_it_fits(made: Report) -> None:
    for line in table(made):
        assert len(line) <= WIDTH
        assert line.isprintable() or not line.isascii()
        assert "\x1b" not in line
