# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A change of an uplink and of the path that the router is managed by: transactions of their own, on a real router."""

from __future__ import annotations

import typing as t

import pytest
from fleets import FleetPlayer

if t.TYPE_CHECKING:
    import pathlib

    from lab_router import LabRouter


@pytest.fixture
def player(router: LabRouter, tmp_path: pathlib.Path) -> FleetPlayer:
    player = FleetPlayer(router, tmp_path / "play")
    first = player.module("router_site")
    assert first.status == 0, first.output
    return player


def change_both(player: FleetPlayer) -> None:
    """Change the uplink's name server, and how often the tunnel's keepalive is sent."""
    player.change_site(uplink=player.site["uplink"] | {"dns": "192.0.2.53"}, tunnel={"keepalive": 33})


def keepalive(router: LabRouter) -> str:
    return router.output("wg show fleet persistent-keepalive").split()[-1]


def test_uplink_and_tunnel_are_changed_one_after_the_other(router: LabRouter, player: FleetPlayer) -> None:
    change_both(player)
    announced = player.module("router_site", check=True, diff=True)
    done = player.module("router_site", diff=True)
    assert done.status == 0, done.output
    assert done.result["changed"] is True
    for key in ("commands", "diff", "files", "services"):
        assert done.result[key] == announced.result[key], key
    # look, hand over, confirm, and these again
    assert len(done.ssh) == 6
    assert "uplinks are changed in a transaction of their own" in done.output
    assert router.output("uci get network.wan.dns").strip() == "192.0.2.53"
    assert keepalive(router) == "33"
    again = player.module("router_site")
    assert (again.result["changed"], len(again.ssh)) == (False, 1)


def test_the_first_stays_where_the_second_is_undone(router: LabRouter, player: FleetPlayer) -> None:
    change_both(player)
    elsewhere = {"type": "dropbear", "name": "main", "options": {"Port": "2222"}}
    player.change_site(router_uci={"dropbear": [elsewhere]})
    done = player.module("router_site", rollback_timeout=20)
    assert (done.result["failed"], done.result["changed"]) == (True, True), done.output
    assert done.result["transaction"]["end"] == "undone"
    assert done.result["msg"].endswith("in a transaction of its own, was confirmed and stays")
    assert router.output("uci get network.wan.dns").strip() == "192.0.2.53"
    assert router.output("uci get dropbear.main.Port").strip() == "22"
    assert keepalive(router) != "33"
    # what is left needs one transaction
    player.change_site(router_uci={})
    rest = player.module("router_site")
    assert (rest.status, rest.result["changed"], len(rest.ssh)) == (0, True, 3), rest.output
    assert keepalive(router) == "33"
