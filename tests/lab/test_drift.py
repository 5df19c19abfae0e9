# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The plan that was reviewed is the plan that is applied: drift and site as their user runs them."""

from __future__ import annotations

import json
import typing as t

import pytest
from fleets import SITE, FleetPlayer, camera
from test_router_site import FLOWS, state

if t.TYPE_CHECKING:
    import pathlib

    from lab_router import LabRouter

    from playbooks import Play

PSK = "cHJlc2hhcmVkIGtleSBvZiB0aGUgbGFiLi4uLi4uLi4="
NAME = "uci set system.@system[0].hostname={}; uci commit system"


@pytest.fixture
def player(router: LabRouter, tmp_path: pathlib.Path) -> FleetPlayer:
    player = FleetPlayer(router, tmp_path / "play")
    player.variables(vault_psk=PSK)
    player.change_site(tunnel={"preshared_key": "{{ vault_psk }}"})
    return player


def drift(player: FleetPlayer) -> tuple[Play, dict[str, t.Any]]:
    """Compare; return how that ended, and what the document has of the site."""
    # the hub of this fleet is nowhere
    play = player.playbook("farsite.fleet.drift", "--skip-tags", "hub")
    text = (player.fleet / "report" / "drift.json").read_text()
    assert PSK not in text + play.output
    return play, json.loads(text)["sites"][SITE]


def carry_out(player: FleetPlayer, *options: str) -> Play:
    plan = player.fleet / "report" / "drift.json"
    return player.playbook("farsite.fleet.site", "--limit", SITE, "-e", f"plan={plan}", *options)


def test_a_stock_router_gets_what_was_reviewed(router: LabRouter, player: FleetPlayer) -> None:
    before = state(router)
    play, found = drift(player)
    assert play.status == 2, play.output
    assert (found["state"], found["install"]) == ("differs", ["wireguard-tools"])
    assert len(play.ssh) == 1
    assert any("preshared_key='********" in line for line in found["commands"])
    assert {file["path"] for file in found["files"]} >= {FLOWS}
    assert state(router) == before
    assert router.execute("ls /etc/farsite.keys").returncode
    assert drift(player)[1] == found
    done = carry_out(player)
    assert done.status == 0, done.output
    private = router.execute("uci get network.fleet.private_key").stdout.strip()
    assert router.execute("uci get network.@wireguard_fleet[0].preshared_key").stdout.strip() == PSK
    play, found = drift(player)
    assert play.status == 0, play.output
    assert (found["state"], found["commands"], found["files"], found["install"]) == ("right", [], [], [])
    assert private not in play.output + done.output + json.dumps(found)


def test_a_router_or_files_that_have_changed_are_refused(router: LabRouter, player: FleetPlayer) -> None:
    assert player.module("router_site").status == 0
    right = drift(player)[1]
    router.output(NAME.format("by-hand"))
    play, found = drift(player)
    assert (play.status, found["intended"]) == (2, right["intended"])
    assert found["running"] != right["running"]
    assert "set system.@system[0].hostname='quarry'" in found["commands"]
    router.output(f"{NAME.format('again')}; echo '# mine' >>{FLOWS}")
    before = state(router)
    done = carry_out(player)
    assert (done.status, len(player_ssh(done, router))) == (2, 1), done.output
    assert (
        f"no longer holds, so nothing was done: the router has changed (/etc/config/system, {FLOWS}); make a plan"
        in done.output
    )
    assert "+replace /etc/nftables.d/20-farsite-cameras.nft" in done.output
    assert state(router) == before
    # what the files say is another thing too
    play, found = drift(player)
    player.change_site(cameras=[camera("gate", 1), camera("yard", 2)])
    done = carry_out(player)
    assert done.status == 2
    assert "so nothing was done: the fleet's files say something else (/etc/config/dhcp, " in done.output
    assert state(router) == before
    assert drift(player)[1]["running"] == found["running"]
    done = carry_out(player)
    assert done.status == 0, done.output
    # carried out from the very answer that was compared
    assert len(player_ssh(done, router)) == 3
    # nothing is left to do, whatever the document says
    done = carry_out(player)
    assert (done.status, len(player_ssh(done, router))) == (0, 1), done.output
    assert "quarry is right already, so nothing is done of what was reviewed" in done.output


def test_a_secret_that_is_set_anew_is_told_and_not_shown(router: LabRouter, player: FleetPlayer) -> None:
    assert player.module("router_site").status == 0
    router.output(NAME.format("by-hand"))
    drift(player)
    router.output("uci set network.@wireguard_fleet[0].preshared_key=b3RoZXIuLi4=; uci commit network")
    done = carry_out(player)
    assert done.status == 2
    assert "a secret has changed, or what the router knows of its modem" in done.output
    assert "preshared_key='******** (new)'" in done.output
    assert PSK not in done.output
    assert "b3RoZXIuLi4=" not in done.output


def test_a_router_that_is_off_line_has_no_plan(router: LabRouter, player: FleetPlayer) -> None:
    assert player.module("router_site").status == 0
    router.output(NAME.format("by-hand"))
    host = player.fleet / f"host_vars/{SITE}.yml"
    known = json.loads(host.read_text())
    host.write_text(json.dumps(known | {"ansible_port": 9}))
    play, found = drift(player)
    assert (play.status, found["state"]) == (2, "off_line"), play.output
    host.write_text(json.dumps(known))
    before = state(router)
    done = carry_out(player)
    assert done.status == 2
    assert "the router was off-line when the plan was made" in done.output
    assert state(router) == before


def player_ssh(play: Play, router: LabRouter) -> list[str]:
    """Return the command lines of ssh to the router alone; the hub is nowhere."""
    return [line for line in play.ssh if router.address in line]
