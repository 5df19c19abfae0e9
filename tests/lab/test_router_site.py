# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""router_site as its user sees it: a stock router becomes a site of a fleet, by real Ansible over real SSH."""

from __future__ import annotations

import json
import pathlib
import typing as t
import uuid

import pytest
from fleets import SITE, SITE_KEY, FleetPlayer, camera
from lab_carrier import Carrier, show_usb
from ssh_transport import SshTransport
from waiting import left_behind

from ansible_collections.farsite.fleet.plugins.plugin_utils.adapter.fleet_files import load_folder
from ansible_collections.farsite.fleet.plugins.plugin_utils.adapter.intended_tree import render_hosts
from ansible_collections.farsite.fleet.plugins.plugin_utils.router.transaction import Change, End, FileChange, carry_out
from ansible_collections.farsite.fleet.plugins.plugin_utils.uci.parser import parse
from ansible_collections.farsite.fleet.plugins.plugin_utils.uci.semantics import SecretOptions

if t.TYPE_CHECKING:
    from collections.abc import Iterator

    from lab_router import LabRouter

    from ansible_collections.farsite.fleet.plugins.plugin_utils.uci.document import Section
    from playbooks import Play

ROWS = json.loads((pathlib.Path(__file__).parents[1] / "unit/data/modems.json").read_text("utf-8"))["modems"]
STICK = next(row for row in ROWS if row["pid"] == "14dc")
LEFT_BEHIND = "ls -d /etc/farsite.tx /etc/rc.d/*farsite* /etc/rc.d/.S* /etc/*/.farsite* 2>/dev/null"
FLOWS = "/etc/nftables.d/20-farsite-cameras.nft"
MAPPING = "/etc/nftables.d/20-farsite-lan-mapping.nft"
KEYS = "/etc/dropbear/authorized_keys"


@pytest.fixture
def player(router: LabRouter, tmp_path: pathlib.Path) -> FleetPlayer:
    return FleetPlayer(router, tmp_path / "play")


def run(player: FleetPlayer, **options: t.Any) -> Play:
    return player.module("router_site", **options)


def installed(router: LabRouter) -> set[str]:
    return set(router.execute("sed -n 's/^Package: //p' /usr/lib/opkg/status").stdout.split())


def mode(router: LabRouter, path: str) -> str:
    return router.execute(f"ls -ln {path}").stdout.partition(" ")[0]


def state(router: LabRouter) -> str:
    """Everything that a change of a site may write, with modes."""
    return router.execute(
        "cd /etc; for f in config/* nftables.d/* dropbear/authorized_keys hotplug.d/iface/*; do "
        '[ ! -f "$f" ] || { ls -ln "$f" | cut -d " " -f 1; echo "$f"; cat "$f"; }; done'
    ).stdout


def test_a_stock_router_becomes_the_site(router: LabRouter, player: FleetPlayer) -> None:
    before = state(router)
    announced = run(player, check=True, diff=True)
    assert (announced.status, len(announced.ssh)) == (0, 1), announced.output
    assert state(router) == before
    assert router.execute("ls /etc/farsite.keys").returncode
    first = run(player, diff=True)
    assert first.status == 0, first.output
    assert first.result["transaction"]["end"] == "confirmed"
    assert len(first.ssh) == 3
    for key in ("changed", "commands", "diff", "files", "packages", "services"):
        assert announced.result[key] == first.result[key], key
    assert first.result["packages"] == ["wireguard-tools"]
    assert first.result["installed"] == ["wireguard-tools"]
    assert first.result["files"] == [{"path": FLOWS, "action": "create"}, {"path": MAPPING, "action": "create"}]
    assert {"network", "firewall", "dnsmasq", "system", "dropbear"} <= set(first.result["services"])
    assert "wireguard-tools" in installed(router)
    assert left_behind(router, LEFT_BEHIND) == ""
    # its key: told is what it uses, and that the fleet has another one
    private = router.execute("uci get network.fleet.private_key").stdout.strip()
    assert router.execute(f"echo {private} | wg pubkey").stdout.strip() == first.result["public_key"]
    assert any(SITE_KEY in warning for warning in first.result["warnings"])
    assert private not in announced.output + first.output + str(first.results)
    # netifd learns of WireGuard only by a restart, where its script is new
    assert "restart" in [entry.action for entry in router.trace() if entry.service == "network"]
    assert router.execute("wg show fleet public-key").stdout.strip() == first.result["public_key"]
    for item in first.result["diff"]:
        path = item["after_header"].partition(" (")[0]
        if path.startswith("/etc/") and "********" not in item["after"]:
            assert router.read(path).decode() == item["after"], path
    second = run(player, diff=True)
    assert (second.result["changed"], len(second.ssh)) == (False, 1), second.output
    assert "diff" not in second.result
    assert second.result["public_key"] == first.result["public_key"]


def test_the_router_has_what_is_rendered(router: LabRouter, player: FleetPlayer) -> None:
    assert run(player).status == 0
    fleet = load_folder(player.fleet).fleet
    assert fleet
    tree = render_hosts(fleet, [SITE])[SITE]
    for path, text in tree.items():
        if path.startswith("etc/config/"):
            name = path.removeprefix("etc/config/")
            live = parse(router.execute(f"cat /{path} 2>/dev/null").stdout, name).sections
            for section in parse(text, name).sections:
                assert any(other.type == section.type and has(other, section) for other in live), (name, section)
        elif path.startswith("etc/"):
            assert router.read(f"/{path}").decode() == text
    assert set(tree["packages.txt"].split()) <= installed(router)
    assert (mode(router, FLOWS), mode(router, KEYS)) == ("-rw-r--r--", "-rw-------")


def has(live: Section, section: Section) -> bool:
    """Whether it has the options of one that is rendered; only the router knows what a placeholder stands for."""
    return all(live.get(name) == value or str(value).startswith("<") for name, value in section.options)


def test_the_router_of_another_site_is_left_alone(router: LabRouter, player: FleetPlayer) -> None:
    key = run(player).result["public_key"]
    player.change_site(cameras=[camera("gate", 1), camera("yard", 2)])
    (player.fleet / "keys/harbour.pub").write_text(f"{key}\n")
    harbour = {"id": 1, "router": player.site["router"], "uplink": {"kind": "ethernet"}, "ssh": player.site["ssh"]}
    (player.fleet / "sites/harbour.yml").write_text(json.dumps(harbour))
    before = state(router)
    play = run(player)
    assert (play.result["failed"], len(play.ssh)) == (True, 1), play.output
    assert (
        f"this is the router of the site harbour, by its WireGuard key {key}; nothing on it was" in play.result["msg"]
    )
    assert state(router) == before
    (player.fleet / "sites/harbour.yml").unlink()
    (player.fleet / "keys/harbour.pub").unlink()
    play = run(player, require_key=True)
    assert f"has the WireGuard key {key}, keys/quarry.pub has " in play.result["msg"]
    assert state(router) == before


def test_a_camera_more_takes_three_operations(router: LabRouter, player: FleetPlayer) -> None:
    assert run(player).status == 0
    player.change_site(cameras=[camera("gate", 1), camera("yard", 2)])
    announced = run(player, check=True, diff=True)
    play = run(player, diff=True)
    assert (play.status, len(play.ssh)) == (0, 3), play.output
    assert announced.result["diff"] == play.result["diff"]
    assert {item["after_header"].partition(" (")[0] for item in play.result["diff"]} == {
        "/etc/config/dhcp",
        "/etc/config/firewall",
        FLOWS,
    }
    assert play.result["files"] == [{"path": FLOWS, "action": "replace"}]
    assert "44:19:b6:00:00:02" in router.execute("nft list set inet fw4 farsite_cameras").stdout
    again = run(player)
    assert (again.result["changed"], len(again.ssh)) == (False, 1)


def test_what_was_changed_by_hand_is_put_back(router: LabRouter, player: FleetPlayer) -> None:
    player.change_site(lan={}, cameras=[{"name": "gate", "mac": "44:19:b6:00:00:01"}])
    # a LAN that moves would take the way in away
    player.change_site(router_uci={"network": [stay(router)]})
    assert run(player).status == 0
    right = state(router)
    router.execute(f"echo '# mine' >>{FLOWS}; echo 'chain x {{ }}' >{MAPPING}; chmod 644 {KEYS}")
    play = run(player, diff=True)
    assert (play.status, len(play.ssh)) == (0, 3), play.output
    assert play.result["files"] == [
        {"path": KEYS, "action": "mode"},
        {"path": FLOWS, "action": "replace"},
        {"path": MAPPING, "action": "remove"},
    ]
    assert play.result["commands"] == []
    assert play.result["services"] == ["firewall"]
    assert "-# mine" in play.output
    assert state(router) == right
    assert router.execute(f"ls {MAPPING}").returncode


def stay(router: LabRouter) -> dict[str, t.Any]:
    return {"type": "interface", "name": "lan", "options": {"ipaddr": [f"{router.address}/24"]}}


def test_an_undone_change_leaves_nothing(router: LabRouter, player: FleetPlayer) -> None:
    """The confirmation goes to an address that the router does not get."""
    router.write(FLOWS, b"# of somebody\n", 0o600)
    router.execute("mv /usr/bin/wg /usr/bin/wg-away")
    before = state(router)
    play = run(player, confirm_host="192.0.2.77", rollback_timeout=20)
    assert play.result["failed"]
    assert play.result["transaction"]["end"] == "undone"
    assert play.result["msg"].startswith(
        "the router has undone the change and has its old configuration: no confirmation"
    )
    assert play.result["msg"].endswith("these packages are installed, and stay: wireguard-tools")
    assert "\n" not in play.result["msg"]
    assert play.result["installed"] == ["wireguard-tools"]
    assert state(router) == before
    assert left_behind(router, LEFT_BEHIND) == ""
    router.execute("mv /usr/bin/wg-away /usr/bin/wg")
    told = run(player)
    assert (told.status, told.result["changed"], told.result["installed"]) == (0, True, []), told.output
    assert any("has undone its last change" in warning for warning in told.result["warnings"])


def test_a_router_without_the_tools_makes_its_key(router: LabRouter, player: FleetPlayer) -> None:
    router.execute("mkdir -p /usr/share/lab/hidden; mv /usr/bin/wg /usr/share/lab/hidden/wg")
    play = run(player)
    assert (play.status, len(play.ssh)) == (0, 3), play.output
    private = router.execute("uci get network.fleet.private_key").stdout.strip()
    assert router.execute(f"echo {private} | wg pubkey").stdout.strip() == play.result["public_key"]
    assert run(player).result["changed"] is False


def test_a_configuration_that_a_package_brings_is_planned_with(router: LabRouter, player: FleetPlayer) -> None:
    player.variables(vault_word="hide me, please")
    ddns = {"service": "dyndns.org", "domain": "q.example.net", "username": "u", "password": "{{ vault_word }}"}
    player.change_site(ddns=ddns)
    play = run(player, verbose=True, diff=True)
    assert play.result["transaction"]["end"] == "confirmed", play.output
    # what came with the package stays, as it would if it had been there before
    assert router.execute("uci get ddns.@ddns[0].brought").stdout == "1\n"
    assert router.execute("uci get ddns.site.password").stdout == "hide me, please\n"
    assert set(play.result["installed"]) == {"wireguard-tools", "ddns-scripts", "ddns-scripts-services", "ca-bundle"}
    # asked, handed over, and because of what came with it all three again
    assert len(play.ssh) == 5
    again = run(player, verbose=True)
    assert (again.result["changed"], len(again.ssh)) == (False, 1), again.output
    assert "hide me" not in play.output + again.output + str(play.results)


def test_packages_that_cannot_be_had_change_nothing(router: LabRouter, player: FleetPlayer) -> None:
    player.change_site(packages=["lab-nowhere"])
    before = state(router)
    play = run(player)
    assert play.result["failed"]
    assert play.result["transaction"]["end"] == "refused"
    assert "lab-nowhere: no package of that name is in the router's index" in play.result["msg"]
    assert play.result["changed"] is False
    player.change_site(packages=["lab-big", "lab-bulky"])
    play = run(player)
    assert "bytes free, and lab-big lab-bulky wireguard-tools may need" in play.result["msg"]
    player.change_site(packages=["lab-broken"])
    play = run(player)
    assert play.result["transaction"]["end"] == "undone", play.output
    assert "postinst" in play.result["msg"]
    assert installed(router) & {"lab-broken", "lab-library", "wireguard-tools"} == set()
    assert state(router) == before
    assert left_behind(router, LEFT_BEHIND) == ""


def test_rules_that_nft_does_not_take_are_refused(router: LabRouter) -> None:
    broken = FileChange("/etc/nftables.d/20-x.nft", "-", "-", b"chain x { no such thing }\n", 0o644)
    change = Change((broken,), ("firewall",), (), "salt", SecretOptions(frozenset()), rollback_timeout=30)
    outcome = carry_out(SshTransport(router), change)
    assert outcome.end is End.REFUSED
    assert outcome.reason.startswith("preflight firewall: /etc/nftables.d/20-x.nft: Error: ")
    assert router.execute("ls /etc/nftables.d/20-x.nft").returncode
    good = FileChange("/etc/nftables.d/20-x.nft", "-", "-", b"chain x {\n}\n", 0o644)
    change = Change((good,), ("firewall",), (), "salt", SecretOptions(frozenset()), rollback_timeout=30)
    assert carry_out(SshTransport(router), change).end is End.CONFIRMED
    assert "chain x" in router.execute("nft list chain inet fw4 x").stdout


@pytest.fixture
def carrier(router_image: str) -> Iterator[Carrier]:
    assert router_image
    carrier = Carrier.start(f"carrier-{uuid.uuid4().hex[:6]}")
    yield carrier
    carrier.remove()


def test_a_modem_is_found_out_in_the_same_exec(router: LabRouter, player: FleetPlayer, carrier: Carrier) -> None:
    carrier.plug(router, STICK)
    player.variables(vault_pin="47110815")
    player.change_site(uplink={"kind": "lte", "pin": "{{ vault_pin }}"})
    play = run(player, verbose=True)
    assert (play.result.get("failed"), len(play.ssh)) == (False, 3), play.output
    modem = play.result["modems"]["lte"]
    assert (modem["proto"], modem["node"]) == ("dhcp", "usb0")
    assert router.execute("uci get network.lte.proto; uci get network.lte.device").stdout == "dhcp\nusb0\n"
    assert "default via 100.64.0.1 dev usb0  metric 10" in router.execute("ip -4 route").stdout
    again = run(player, verbose=True)
    assert (again.result["changed"], len(again.ssh)) == (False, 1), again.output
    assert "47110815" not in play.output + again.output + str(play.results)
    # a modem that is gone does not keep the site from being changed
    show_usb(router, [])
    router.execute("ip link set usb0 down")
    player.change_site(cameras=[camera("gate", 1), camera("yard", 2)])
    changed = run(player)
    assert changed.result["transaction"]["end"] in ("confirmed", "undone")
