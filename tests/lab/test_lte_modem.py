# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""lte_modem and lte_modem_info on a router with a stick, in a mobile network of the lab."""

from __future__ import annotations

import json
import pathlib
import typing as t
import uuid

import pytest
from lab_carrier import Carrier, show_usb

from playbooks import Player

if t.TYPE_CHECKING:
    from collections.abc import Iterator

    from lab_router import LabRouter

ROWS = json.loads((pathlib.Path(__file__).parents[1] / "unit/data/modems.json").read_text("utf-8"))["modems"]
STICK = next(row for row in ROWS if row["pid"] == "14dc")
UPLINK = {"kind": "lte", "metric": 5}
CAMERAS = """
config interface 'cameras'
	option proto 'static'
	option device 'cameras0'
	option ipaddr '192.168.8.2'
	option netmask '255.255.255.0'
"""


@pytest.fixture
def carrier(router_image: str) -> Iterator[Carrier]:
    assert router_image
    carrier = Carrier.start(f"carrier-{uuid.uuid4().hex[:6]}")
    yield carrier
    carrier.remove()


@pytest.fixture
def player(router: LabRouter, tmp_path: pathlib.Path) -> Player:
    return Player(router, tmp_path / "play")


def test_a_stick_gets_its_bearer(router: LabRouter, carrier: Carrier, player: Player) -> None:
    """From nothing to a confirmed uplink behind carrier-grade NAT; the second run is one operation and no change."""
    carrier.plug(router, STICK)
    play = player.module("lte_modem", uplink=UPLINK)
    assert not play.result.get("failed"), play.output
    assert play.result["transaction"]["end"] == "confirmed"
    modem = play.result["modem"]
    assert (modem["state"], modem["proto"], modem["node"], modem["nat"]) == ("ok", "dhcp", "usb0", "cgnat")
    assert modem["bearer"].startswith("100.64.3.")
    assert (modem["uplink"]["name"], modem["uplink"]["up"], modem["problems"]) == ("lte", True, [])
    # observe, apply, confirm, and how it is now
    assert len(play.ssh) == 4
    assert "default via 100.64.0.1 dev usb0  metric 5" in router.execute("ip -4 route").stdout
    assert "lte" in router.execute("uci get firewall.@zone[1].network").stdout.split()

    again = player.module("lte_modem", uplink=UPLINK)
    assert (again.result["failed"], again.result["changed"], len(again.ssh)) == (False, False, 1), again.output
    told = player.module("lte_modem_info")
    assert len(told.ssh) == 1
    assert [modem["bearer"] for modem in told.result["modems"]] == [modem["bearer"]]


def test_the_playbook_sets_up_a_site_with_two_uplinks(
    router: LabRouter, carrier: Carrier, player: Player, tmp_path: pathlib.Path
) -> None:
    """The second one is LTE; the site's data says nothing of its modem but that it is there."""
    carrier.plug(router, STICK)
    uplinks = [
        {"kind": "ethernet", "name": "wan", "metric": 10},
        {"kind": "lte", "name": "lte", "metric": 20, "pin": "47110815"},
    ]
    groups = {"uplink_lte": {"hosts": {router.name: {"uplinks": uplinks}}}}
    (tmp_path / "site.yml").write_text(json.dumps(groups))
    play = player.playbook("farsite.fleet.modem", "-vvv", "-i", str(tmp_path / "site.yml"))
    assert play.status == 0, play.output
    assert "47110815" not in play.output
    assert "a stick that is a router itself. lte has 100.64.3." in play.output
    assert "(cgnat)" in play.output
    assert "default via 100.64.0.1 dev usb0  metric 20" in router.execute("ip -4 route").stdout
    again = player.playbook("farsite.fleet.modem", "-i", str(tmp_path / "site.yml"))
    assert (again.status, len(again.ssh)) == (0, 1), again.output
    assert "changed=0" in again.output


def test_check_mode_shows_it_and_does_nothing(router: LabRouter, carrier: Carrier, player: Player) -> None:
    carrier.plug(router, STICK)
    play = player.module("lte_modem", uplink=UPLINK, check=True)
    assert (play.result["failed"], play.result["changed"], len(play.ssh)) == (False, True, 1), play.output
    assert "set network.lte.proto='dhcp'" in play.result["commands"]
    assert router.execute("uci get network.lte").returncode


def test_without_a_bearer_the_router_undoes_it(router: LabRouter, player: Player) -> None:
    """The stick is there, its network is not: what was there stays, and the step is told."""
    show_usb(router, [STICK])
    router.execute("ip link add usb0 type bridge")
    before = router.read("/etc/config/network")
    play = player.module("lte_modem", uplink=UPLINK, rollback_timeout=30)
    assert play.result["failed"]
    assert (play.result["step"], play.result["transaction"]["end"]) == ("bearer", "undone")
    assert "uplink lte has no bearer yet" in play.result["msg"]
    assert "not confirmed yet: uplink lte has no bearer yet" in play.output
    assert router.read("/etc/config/network") == before


def test_a_stick_that_has_the_network_of_a_lan_is_refused(router: LabRouter, router_image: str, player: Player) -> None:
    assert router_image
    router.write("/etc/config/network", router.read("/etc/config/network") + CAMERAS.encode())
    router.execute("ip link add cameras0 type bridge; /etc/init.d/network reload")
    carrier = Carrier.start(
        f"clash-{uuid.uuid4().hex[:6]}",
        gateway="192.168.8.1",
        leases=("192.168.8.100", "192.168.8.200", "255.255.255.0"),
    )
    try:
        carrier.plug(router, STICK)
        play = player.module("lte_modem", uplink=UPLINK, rollback_timeout=40)
    finally:
        carrier.remove()
    assert play.result["failed"]
    assert play.result["transaction"]["end"] == "undone"
    assert "gives the network 192.168.8.0/24, which another interface has too" in play.result["msg"]


@pytest.mark.parametrize(
    ("product", "step", "words"),
    [
        ("9013", "detect", "wants firmware from the host first"),
        ("0800", "detect", "the RM500Q waits"),
        (None, "detect", "no modem is plugged in"),
    ],
)
def test_what_cannot_be_used_stops_before_anything_changes(
    shared_router: LabRouter, tmp_path: pathlib.Path, product: str | None, step: str, words: str
) -> None:
    rows = [row for row in ROWS if row["pid"] == product and row["openwrt"]["proto"] is None]
    show_usb(shared_router, rows)
    play = Player(shared_router, tmp_path / "play").module("lte_modem", uplink=UPLINK)
    assert play.result["failed"]
    assert (play.result["step"], len(play.ssh)) == (step, 1)
    assert (words if product != "0800" else "waits for its firmware") in play.result["msg"]
