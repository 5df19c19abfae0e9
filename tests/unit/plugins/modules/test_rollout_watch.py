# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import http.server
import io
import itertools
import json
import threading
import typing as t

import pytest
from ansible.module_utils.testing import patch_module_args

from ansible_collections.farsite.fleet.plugins.module_utils.watch.course import Peer, Watched
from ansible_collections.farsite.fleet.plugins.modules import rollout_watch

NORTH, SOUTH = "10.79.0.17", "10.79.0.18"
SITE: dict[str, t.Any] = {"name": "north", "address": NORTH}


def speaking(look: int) -> dict[str, Peer]:
    """Return a peer that says something at each look."""
    return {NORTH: Peer(look, 3)}


def ran(
    monkeypatch: pytest.MonkeyPatch, told: t.Callable[[int], dict[str, Peer]] = speaking, **arguments: t.Any
) -> dict[str, t.Any]:
    """Run the module with peers as they are *told* at each look, and return its result."""
    out, looks = io.StringIO(), itertools.count()
    monkeypatch.setattr("sys.stdout", out)
    monkeypatch.setattr(rollout_watch, "read", lambda _module: told(next(looks)))
    monkeypatch.setattr(rollout_watch, "nudge", list)
    monkeypatch.setattr("time.sleep", lambda _seconds: None)
    with patch_module_args(arguments), pytest.raises(SystemExit):
        rollout_watch.main()
    found: dict[str, t.Any] = json.loads(out.getvalue())
    return found


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"sites": [SITE], "interval": 0}, "interval: 0, expected at least 1 second"),
        ({"sites": [SITE | {"hold": 9, "timeout": 8}]}, "sites[0].hold: 9 s, expected 0 to the 8 s of its timeout"),
        ({"sites": [SITE | {"address": "north"}]}, "sites[0].address: 'north', expected an IP address"),
        (
            {"sites": [SITE | {"cameras": [{"name": "gate", "address": "?"}]}]},
            "sites[0].cameras[0].address: '?', expected an IP address",
        ),
    ],
)
def test_what_is_refused(monkeypatch: pytest.MonkeyPatch, arguments: dict[str, t.Any], message: str) -> None:
    assert message in ran(monkeypatch, **arguments)["msg"]


def test_a_site_is_watched_until_it_was_well(monkeypatch: pytest.MonkeyPatch) -> None:
    south = {"name": "south", "address": "10.79.0.18", "timeout": 600}
    (north, other) = ran(monkeypatch, sites=[SITE | {"timeout": 60}, south], enough=1)["sites"]
    assert (north["passed"], north["heard"], north["handshake_age"]) == (True, True, 3)
    assert (other["passed"], other["reason"]) == (False, "the hub has no peer with the address 10.79.0.18")


@pytest.mark.parametrize(("linger", "passed"), [(0, [True, False]), (120, [True, True])])
def test_once_enough_have_passed_others_are_waited_for(
    monkeypatch: pytest.MonkeyPatch, linger: int, passed: list[bool]
) -> None:
    clock = itertools.count(0, 5)
    monkeypatch.setattr("time.monotonic", lambda: next(clock))
    sites = [SITE | {"timeout": 600}, {"name": "south", "address": SOUTH, "timeout": 600}]
    found = ran(monkeypatch, sites=sites, enough=1, linger=linger, told=late)["sites"]
    assert [site["passed"] for site in found] == passed


def late(look: int) -> dict[str, Peer]:
    """Return peers of which one says something from the fifth look on."""
    return {NORTH: Peer(look, 3), SOUTH: Peer(max(look, 4), 3)}


def test_peers_go_by_their_single_addresses() -> None:
    peer = {"received": 7, "handshake_age": None, "allowed_ips": ["10.79.0.17/32", "10.80.17.0/24", "fd00::11/128"]}
    found = rollout_watch.peers([{"interface": "fleet", "peers": [peer]}])
    assert found == dict.fromkeys(("10.79.0.17", "fd00::11"), Peer(7, None))


def test_a_camera_answers_also_where_it_refuses() -> None:
    class Refusing(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_error(401)

        def log_message(self, *_words: t.Any) -> None:
            """Tell nobody."""

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Refusing) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        sites = [Watched("north", "10.79.0.17", ("gate", "yard")), Watched("south", "10.79.0.18", ())]
        cameras = {"north": {"gate": "127.0.0.1", "yard": "127.0.0.2"}}
        with pytest.MonkeyPatch.context() as patch:
            patch.setitem(rollout_watch.PORTS, "http_port", server.server_port)
            # one that refuses connections
            patch.setitem(rollout_watch.PORTS, "rtsp_port", 1)
            assert rollout_watch.answering(sites, cameras, 2) == {"north": {"gate"}}
        server.shutdown()
