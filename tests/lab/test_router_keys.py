# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""router_key as its user sees it: a router makes its keys, and they stay there."""

from __future__ import annotations

import concurrent.futures
import typing as t

import pytest
from waiting import left_behind

from playbooks import Player

if t.TYPE_CHECKING:
    import pathlib

    from lab_router import LabRouter

FILE = "/etc/farsite.keys"
LEFT_BEHIND = "ls -a /etc | grep farsite; ls -d /tmp/farsite-observe* 2>/dev/null; true"


@pytest.fixture
def player(router: LabRouter, tmp_path: pathlib.Path) -> Player:
    return Player(router, tmp_path / "play")


def private_keys(router: LabRouter) -> dict[str, str]:
    """Return the private keys of the router's own file, by name."""
    words = router.execute(f"cat {FILE} 2>/dev/null").stdout.replace("'", "").split()
    return {words[at + 2]: words[at + 5] for at, word in enumerate(words) if word == "config"}


def public_key(router: LabRouter, private: str) -> str:
    return router.execute("wg pubkey", input_data=f"{private}\n".encode()).stdout.strip()


def take_into_use(router: LabRouter) -> None:
    """Give the router a tunnel with the key that it has made."""
    key = private_keys(router)["current"]
    router.execute(
        "uci set network.fleet=interface; uci set network.fleet.proto=wireguard; "
        f"uci set network.fleet.private_key={key}; uci commit network; reload_config"
    )


def test_a_router_makes_its_key_once(router: LabRouter, player: Player) -> None:
    announced = player.module("router_key", check=True)
    assert (announced.result["changed"], announced.result["public_key"]) == (True, None)
    assert left_behind(router, LEFT_BEHIND) == ""
    made = player.module("router_key", verbose=True, diff=True)
    assert made.result["changed"] is True
    (key,) = private_keys(router).values()
    assert made.result["public_key"] == public_key(router, key)
    assert router.execute(f"ls -l {FILE}").stdout.split()[0].startswith("-rw-------")
    again = player.module("router_key", verbose=True)
    assert (again.result["changed"], again.result["public_key"]) == (False, made.result["public_key"])
    assert len(announced.ssh) == len(made.ssh) == len(again.ssh) == 1
    assert key not in made.output + again.output
    assert router.execute(LEFT_BEHIND).stdout == "farsite.keys\n"


def test_the_key_of_uci_is_the_key(router: LabRouter, player: Player) -> None:
    router.execute("uci set network.fleet=interface; uci set network.fleet.private_key=generate; uci commit network")
    made = player.module("router_key").result["public_key"]
    assert public_key(router, private_keys(router)["current"]) == made
    own = router.execute("wg genkey").stdout.strip()
    router.execute(f"uci set network.fleet.private_key={own}; uci commit network")
    router.execute("uci set network.fleet.private_key=staged")
    found = player.module("router_key").result
    assert (found["changed"], found["public_key"]) == (False, public_key(router, own))
    # it would come back some day
    assert private_keys(router) == {}


def test_the_next_key_stays_until_it_is_switched_to(router: LabRouter, player: Player) -> None:
    refused = player.module("router_key", state="next").result
    assert "state present makes the first" in refused["msg"]
    first = player.module("router_key").result["public_key"]
    take_into_use(router)
    announced = player.module("router_key", state="next", check=True).result
    assert (announced["changed"], announced["next_public_key"]) == (True, None)
    made = player.module("router_key", state="next")
    upcoming = made.result["next_public_key"]
    assert (made.result["changed"], made.result["public_key"]) == (True, first)
    assert public_key(router, private_keys(router)["next"]) == upcoming != first
    again = player.module("router_key", state="next").result
    assert (again["changed"], again["next_public_key"]) == (False, upcoming)
    planned = player.module("router_key", state="switched", check=True, diff=True)
    assert planned.result["commands"] == ["set network.fleet.private_key='******** (new)'"]
    switched = player.module("router_key", state="switched", diff=True)
    assert switched.result["transaction"]["end"] == "confirmed", switched.output
    assert switched.result["diff"] == planned.result["diff"]
    assert (switched.result["public_key"], switched.result["next_public_key"]) == (upcoming, None)
    assert router.execute("wg show fleet public-key").stdout.strip() == upcoming
    assert left_behind(router, LEFT_BEHIND) == ""
    settled = player.module("router_key", state="switched")
    assert (settled.result["changed"], len(settled.ssh)) == (False, 1)
    assert player.module("router_key", state="next").result["next_public_key"] not in (None, first, upcoming)


def test_two_at_once_make_one_key(router: LabRouter, tmp_path: pathlib.Path) -> None:
    players = [Player(router, tmp_path / name) for name in ("one", "two", "three")]
    with concurrent.futures.ThreadPoolExecutor() as pool:
        plays = list(pool.map(lambda player: player.module("router_key"), players))
    assert len({play.result["public_key"] for play in plays}) == 1
    assert sum(play.result["changed"] for play in plays) == 1


def test_what_keeps_a_router_from_making_one_is_named(router: LabRouter, player: Player) -> None:
    router.execute("mv /usr/bin/wg /usr/bin/gw")
    assert "wireguard-tools" in player.module("router_key").result["msg"]
    router.execute("mv /usr/bin/gw /usr/bin/wg; mkdir /etc/farsite.tx; : >/etc/farsite.tx/state.armed")
    assert "under way" in player.module("router_key").result["msg"]
    router.execute("rm -r /etc/farsite.tx")
    router.fill_disk()
    assert "the flash may be full" in player.module("router_key").result["msg"]
    assert left_behind(router, LEFT_BEHIND) == ""
    router.free_disk()
    assert player.module("router_key").result["changed"] is True


BAD: tuple[tuple[dict[str, t.Any], str], ...] = (
    ({"interfaces": ["a b"]}, "interfaces[0]: found 'a b'"),
    ({"interfaces": []}, "interfaces: is empty"),
    ({"state": "switched", "rollback_timeout": 5}, "rollback_timeout: found 5"),
    ({"preshared_keys": {"fleet": "x"}}, "preshared_keys.fleet: is no WireGuard key"),
)


@pytest.mark.parametrize(("arguments", "expected"), BAD)
def test_bad_input_is_named(player: Player, arguments: dict[str, t.Any], expected: str) -> None:
    play = player.module("router_key", **arguments)
    assert expected in play.result["msg"]
    assert play.ssh == ()


def test_a_tunnel_with_a_key_that_is_none_is_named(router: LabRouter, player: Player) -> None:
    router.execute("uci set network.fleet=interface; uci set network.fleet.private_key=nonsense; uci commit network")
    play = player.module("router_key")
    assert "the private key of the interface fleet is none" in play.result["msg"]
    assert "nonsense" not in play.output
