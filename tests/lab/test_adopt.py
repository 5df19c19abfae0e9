# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Adopting a router of the lab: the next plan for it is empty, whether the fleet or somebody's hand has set it up."""

from __future__ import annotations

import json
import typing as t

import pytest
import yaml
from fleets import SITE, FleetPlayer, camera

if t.TYPE_CHECKING:
    import pathlib

    from lab_router import LabRouter

    from playbooks import Play

SECRET = "hide me, please"  # noqa: S105 # made up
HAND_SET = f"""
uci set network.lan.mtu=1492
uci add firewall rule
uci set firewall.@rule[-1].name=mine
uci set firewall.@rule[-1].src=wan
uci set firewall.@rule[-1].dest_port=8080
uci set firewall.@rule[-1].target=ACCEPT
uci reorder firewall.@rule[-1]=4
uci add dhcp host
uci set dhcp.@host[-1].name=Gate
uci set dhcp.@host[-1].mac=44:19:B6:00:00:07
uci set dhcp.@host[-1].ip="$(uci get network.lan.ipaddr | sed 's,[0-9]*\\(/.*\\)*$,9,')"
uci set network.dsl0=interface
uci set network.dsl0.proto=pppoe
uci set network.dsl0.device=eth7
uci set network.dsl0.username=me
uci set network.dsl0.password='{SECRET}'
uci add_list firewall.@zone[1].network=dsl0
uci commit
"""


@pytest.fixture
def player(router: LabRouter, tmp_path: pathlib.Path) -> FleetPlayer:
    return FleetPlayer(router, tmp_path / "play")


def files(router: LabRouter) -> str:
    return router.execute("cd /etc; find . -type f | grep -v '^./farsite.keys$' | sort | xargs sha256sum").stdout


def adopt(player: FleetPlayer, *options: str) -> Play:
    """Adopt the router by the playbook; where the site is not in the inventory, its connection is."""
    return player.playbook("farsite.fleet.adopt", "-e", f"site={SITE}", *options)


def site(player: FleetPlayer) -> dict[str, t.Any]:
    return t.cast("dict[str, t.Any]", yaml.safe_load((player.fleet / f"sites/{SITE}.yml").read_text("utf-8")))


def is_right(player: FleetPlayer) -> None:
    """The next plan is empty."""
    play = player.module("router_site", check=True, diff=True)
    assert (play.status, play.result.get("failed", False)) == (0, False), play.output
    told = {key: play.result[key] for key in ("changed", "commands", "files", "packages")}
    assert told == {"changed": False, "commands": [], "files": [], "packages": []}, play.output


def test_the_lost_file_of_a_router_that_the_fleet_set_up(router: LabRouter, player: FleetPlayer) -> None:
    player.change_site(cameras=[camera("gate", 1), camera("yard", 2)], packages=["lab-library"], labels=["north"])
    player.change_site(router={"model": "tplink_tl-mr3020-v3", "release": "24.10"})
    assert player.module("router_site").status == 0
    given = player.site
    public_key = router.execute("wg show fleet public-key").stdout.strip()
    (player.fleet / f"keys/{SITE}.pub").write_text(f"{public_key}\n")
    before = files(router)
    # what is left says no more than how it is reached
    player.site = {"id": 17, "router": given["router"], "uplink": {"kind": "ethernet"}, "ssh": given["ssh"]}
    player.change_site(labels=["north"])
    refused = adopt(player)
    assert f"sites/{SITE}.yml is there already" in refused.output
    play = adopt(player, "-e", "replace=true", "--diff")
    assert play.status == 0, play.output
    uplink = {**given["uplink"], "dns": [given["uplink"]["dns"]]}
    assert site(player) == given | {"uplink": uplink}
    assert files(router) == before
    is_right(player)
    player.environment["ANSIBLE_TIMEOUT"] = "3"
    play = player.playbook("farsite.fleet.site", "--check", "--limit", SITE, "--skip-tags", "hub")
    assert "changed=0" in play.output.partition("PLAY RECAP")[2], play.output
    # nor is anything left
    (player.fleet / f"sites/{SITE}.yml").unlink()
    (player.fleet / f"keys/{SITE}.pub").unlink()
    play = adopt(player, "-e", f"bench={router.address}")
    assert play.status == 0, play.output
    assert (player.fleet / f"keys/{SITE}.pub").read_text().strip() == public_key
    assert "state" not in site(player)


def test_a_router_that_was_set_up_by_hand(router: LabRouter, player: FleetPlayer) -> None:
    router.execute(HAND_SET)
    before = files(router)
    (player.fleet / f"sites/{SITE}.yml").unlink()
    (player.fleet / f"keys/{SITE}.pub").unlink()
    announced = adopt(player, "-e", "id=17", "-e", f"bench={router.address}", "--check", "--diff")
    assert announced.status == 0, announced.output
    assert not (player.fleet / f"sites/{SITE}.yml").exists()
    play = adopt(player, "-e", "id=17", "-e", f"bench={router.address}", "--diff")
    assert (play.status, len(play.ssh)) == (0, 1), play.output
    assert files(router) == before
    text = (player.fleet / f"sites/{SITE}.yml").read_text("utf-8")
    assert SECRET not in text + play.output
    data = site(player)
    assert {"tunnel", "firewall", "cameras"} <= set(data["unmanaged"])
    assert data["cameras"][0]["mac"] == "44:19:b6:00:00:07"
    assert data["state"] == "planned"
    reference = f"vault_{SITE}.network_dsl0_password"
    assert text.count(f"{{{{ {reference} }}}}") == 2
    assert reference in play.output
    player.variables(**{f"vault_{SITE}": {"network_dsl0_password": SECRET}})
    is_right(player)
    # what stands there is what counts from now on
    router.execute("uci set network.lan.mtu=1400; uci commit")
    play = player.module("router_site", check=True)
    assert play.result["commands"] == ["set network.lan.mtu='1492'"], play.output


def test_what_is_not_exact_is_listed(player: FleetPlayer) -> None:
    exact = player.module("router_adopt", site="shed", id=18, check=True, folder=str(player.fleet))
    loose = player.module("router_adopt", site="shed", id=18, exact=False, check=True, folder=str(player.fleet))
    assert exact.result["plan"] == {"commands": [], "files": [], "packages": [], "problem": None}, exact.output
    assert loose.result["plan"] == loose.result["standard"] == exact.result["standard"]
    assert "router_uci" not in loose.result["site"]
    assert "delete network.wan6" in loose.result["plan"]["commands"]
    assert loose.result["plan"]["packages"] == ["wireguard-tools"]
    assert {"rpcd", "uhttpd"} <= set(exact.result["not_read"])
    whole = player.module(
        "router_adopt", site="shed", id=18, check=True, folder=str(player.fleet), packages=["uhttpd", "rpcd"]
    )
    assert whole.result["plan"]["commands"] == [], json.dumps(whole.result)
    assert "vault_shed.rpcd_login_0_password" in [secret["name"] for secret in whole.result["secrets"]]
