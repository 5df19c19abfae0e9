# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import typing as t

import pytest
from hypothesis import given

from ansible_collections.farsite.fleet.plugins.plugin_utils.report.data import (
    STATES,
    Bearer,
    Camera,
    Report,
    Service,
    Site,
    Tunnel,
)
from ansible_collections.farsite.fleet.plugins.plugin_utils.report.state import FRESH, judge, judge_camera
from ansible_collections.farsite.fleet.tests.unit.plugins.plugin_utils.report.reports import (
    NOW,
    camera,
    few,
    fleet,
    reports,
    site,
)


def test_a_site_in_order() -> None:
    judged = judge(site(), NOW)
    assert (judged.state, judged.reasons, judged.cameras[0].state) == ("ok", (), "ok")


@pytest.mark.parametrize(
    ("given_", "state", "reasons"),
    [
        (site(planned=True, reachable=None), "unknown", ("is planned",)),
        (site(reachable=None), "unknown", ("its router was not asked",)),
        (site(age=FRESH), "ok", ()),
        (site(age=FRESH + 1), "degraded", ("answers, but its newest handshake is 5 minutes old",)),
        (site(age=None), "degraded", ("answers, but no hub has its tunnel",)),
        (site(tunnels=()), "ok", ()),
        (site(reachable=False, age=90000), "off-line", ("last seen 1 day ago",)),
        (site(reachable=False, age=None), "off-line", ("was never seen",)),
        (
            site(reachable=False, error="Connection timed out", cameras=()),
            "degraded",
            ("the tunnel is up, but the router does not answer", "Connection timed out"),
        ),
        (
            site(reachable=False, error="no route", tunnels=()),
            "unknown",
            ("the router does not answer, and no hub tells of its tunnel", "no route"),
        ),
        (site(error="not a router"), "degraded", ("not a router",)),
        (site(failed=True), "degraded", ("its last run failed",)),
        (site(warnings=("root has no password",)), "degraded", ("root has no password",)),
        (site(bearers=(Bearer(interface="lte", up=False, nat="none"),)), "degraded", ("no uplink is up",)),
        (
            site(tunnels=(Tunnel(hub="hub-1", handshake_age=5), Tunnel(hub="hub-2"))),
            "degraded",
            ("no tunnel to hub-2",),
        ),
        (
            site(cameras=(camera(), camera("yard", rtsp=Service(problem="refuses connections")))),
            "degraded",
            ("camera yard: RTSP: refuses connections",),
        ),
        (site(cameras=(Camera(name="gate"),)), "unknown", ("cameras were not asked",)),
        (site(cameras=()), "ok", ()),
    ],
)
def test_the_state_of_a_site_and_why(given_: Site, state: str, reasons: tuple[str, ...]) -> None:
    judged = judge(given_, NOW)
    assert (judged.state, judged.reasons) == (state, reasons)


def test_nothing_is_known_of_what_is_behind_a_site_that_is_off_line() -> None:
    silent = camera(rtsp=Service(problem="no answer within 5 s"))
    judged = judge(site(reachable=False, age=90000, cameras=(silent,)), NOW)
    assert (judged.cameras[0].state, judged.cameras[0].reasons) == ("unknown", ())


@pytest.mark.parametrize(
    ("changes", "state", "reasons"),
    [
        ({}, "ok", ()),
        ({"rtsp": Service(status=401)}, "ok", ()),
        ({"rtsp": Service(status=302)}, "degraded", ("RTSP: answers with status 302",)),
        ({"rtsp": Service(problem="silent"), "absence": "gone"}, "degraded", ("RTSP: silent", "gone")),
        ({"absence": "has an address of its own"}, "ok", ()),
        ({"http": Service(status=302)}, "ok", ()),
        ({"http": Service(problem="refuses connections")}, "degraded", ("HTTP: refuses connections",)),
        ({"isolation": "open"}, "degraded", ("isolation: the router lets it out",)),
        ({"isolation": "cannot tell"}, "degraded", ("isolation: cannot be told from the router's ruleset",)),
        ({"isolation": None}, "ok", ()),
        ({"rtsp": None, "http": None}, "unknown", ()),
    ],
)
def test_the_state_of_a_camera_and_why(changes: dict[str, t.Any], state: str, reasons: tuple[str, ...]) -> None:
    judged = judge_camera(camera(**changes))
    assert (judged.state, judged.reasons) == (state, reasons)


def test_the_worst_come_first() -> None:
    made = fleet(site("b"), site("a"), site("z", reachable=False, age=None), site("m", failed=True))
    assert [found.name for found in made.sites] == ["z", "m", "a", "b"]


@few
@given(reports)
def test_what_is_not_in_order_has_a_reason(made: Report) -> None:
    assert [found.state for found in made.sites] == sorted((found.state for found in made.sites), key=STATES.index)
    for found in made.sites:
        assert (found.state == "ok") == (not found.reasons)
