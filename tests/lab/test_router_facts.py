# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""router_facts as its user sees it, and what a play with Ansible's own gathering does on a router without Python."""

from __future__ import annotations

import json
import typing as t

import pytest

from playbooks import Player

if t.TYPE_CHECKING:
    import pathlib

    from lab_router import LabRouter

PRIVATE_KEY = "UGxlYXNlIGRvIG5vdCB1c2UgdGhpcyBrZXkgYW55b24="
PRESHARED_KEY = "QW5vdGhlciBrZXkgdGhhdCBub2JvZHkgc2hvdWxkIHU="
PEER = "xTIBA5rboUvnH4htodjb6e697QjLERt1NAB4mZqp8Dg="
TUNNEL = f"""
config interface 'wg0'
	option proto 'wireguard'
	option private_key '{PRIVATE_KEY}'
	option listen_port '51820'
	list addresses '10.64.0.17/32'

config wireguard_wg0
	option public_key '{PEER}'
	option preshared_key '{PRESHARED_KEY}'
	option endpoint_host '198.51.100.1'
	option endpoint_port '51820'
	list allowed_ips '10.64.0.0/16'
"""


@pytest.fixture
def player(shared_router: LabRouter, tmp_path: pathlib.Path) -> Player:
    return Player(shared_router, tmp_path / "play")


def facts(player: Player, **arguments: t.Any) -> dict[str, t.Any]:
    play = player.module("router_facts", **arguments)
    assert play.status == 0, play.output
    assert len(play.ssh) == 1
    return t.cast("dict[str, t.Any]", play.result["ansible_facts"])


def test_everything_in_one_operation(shared_router: LabRouter, player: Player) -> None:
    found = facts(player)
    assert (found["ansible_distribution"], found["ansible_distribution_version"]) == ("OpenWrt", "24.10.3")
    assert found["ansible_pkg_mgr"] == "opkg"
    router = found["farsite_router"]
    assert (router["board"], router["model"]) == ("tplink,tl-mr3020-v3", "TP-Link TL-MR3020 v3")
    assert router["packages"]["dnsmasq"] == "2.90-r4"
    assert 0 < router["flash"]["free"] <= router["flash"]["total"] < 5_000_000
    assert router["overlay_on_tmpfs"] is False
    assert router["root_password_empty"] is False
    assert router["uptime"] > 0
    assert router["memory"]["available"] <= router["memory"]["total"]
    lan = next(interface for interface in router["interfaces"] if interface["name"] == "lan")
    assert (lan["up"], lan["nat"], lan["ipv4"]) == (True, "private", [f"{shared_router.address}/24"])
    assert (router["staged_edits"], router["transaction"]) == ([], None)


def test_a_subset_is_all_there_is(player: Player) -> None:
    found = facts(player, subset=["storage", "access"])
    always = {"staged_edits", "transaction", "last_transaction"}
    assert set(found["farsite_router"]) == {"flash", "overlay_on_tmpfs", "root_password_empty"} | always
    assert set(found) == {"farsite_router"}


def test_an_unknown_subset_is_refused_without_an_operation(player: Player) -> None:
    play = player.module("router_facts", subset=["everything"])
    assert "everything" in play.result["msg"]
    assert play.ssh == ()


def test_staged_edits_are_told(router: LabRouter, tmp_path: pathlib.Path) -> None:
    router.execute("uci set system.@system[0].hostname=staged")
    assert facts(Player(router, tmp_path / "p"), subset=["access"])["farsite_router"]["staged_edits"] == ["system"]


def test_an_empty_password_is_told(router: LabRouter, tmp_path: pathlib.Path) -> None:
    router.execute("sed -i 's/^root:[^:]*:/root::/' /etc/shadow")
    assert facts(Player(router, tmp_path / "p"), subset=["access"])["farsite_router"]["root_password_empty"] is True


def test_tunnels_without_their_secrets(router: LabRouter, tmp_path: pathlib.Path) -> None:
    router.write("/etc/config/network", router.read("/etc/config/network") + TUNNEL.encode())
    router.execute("/etc/init.d/network reload")
    play = Player(router, tmp_path / "p").module("router_facts")
    (tunnel,) = play.result["ansible_facts"]["farsite_router"]["tunnels"]
    assert (tunnel["interface"], tunnel["listen_port"]) == ("wg0", 51820)
    assert tunnel["public_key"] == router.execute("wg show wg0 public-key").stdout.strip()
    assert [peer["public_key"] for peer in tunnel["peers"]] == [PEER]
    assert (tunnel["peers"][0]["endpoint"], tunnel["peers"][0]["handshake_age"]) == ("198.51.100.1:51820", None)
    for secret in (PRIVATE_KEY, PRESHARED_KEY):
        assert secret not in play.output + str(play.results)


def test_no_program_of_a_subset_that_was_not_asked_for_runs(router: LabRouter, tmp_path: pathlib.Path) -> None:
    router.execute("mv /bin/ubus /bin/ubus.away; rm -f /usr/lib/opkg/status")
    player = Player(router, tmp_path / "p")
    assert facts(player, subset=["resources"])["farsite_router"]["uptime"] > 0
    absent = facts(player)["farsite_router"]
    assert (absent["interfaces"], absent["model"], absent["packages"]) == ([], None, {})


def test_a_play_that_gathers_facts_does_not_fail_and_makes_no_connection(player: Player) -> None:
    play = player.play({"ansible.builtin.debug": {"msg": "reached"}}, gather_facts=True)
    assert play.status == 0, play.output
    assert "Gathering Facts" in play.output
    assert "reached" in play.output
    assert play.ssh == ()


def test_ansibles_own_gathering_cannot_run_the_module(player: Player) -> None:
    # the documentation says so; if a future core can, this fails and the documentation is to be changed
    file = player.folder / "inventory.yml"
    inventory = json.loads(file.read_text())
    (host,) = inventory["all"]["children"]["routers"]["hosts"].values()
    host["ansible_facts_modules"] = ["farsite.fleet.router_facts"]
    file.write_text(json.dumps(inventory))
    play = player.play({"ansible.builtin.debug": {"msg": "reached"}}, gather_facts=True)
    assert play.status == 2
    assert "interpreter" in play.output
