# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The lab's world before there is a fleet in it: who reaches whom, and what a router is like that was just flashed."""

from __future__ import annotations

import ipaddress
import time
import typing as t
import uuid

import pytest
from lab_carrier import GATEWAY, MAC
from lab_flashed import ADDRESS
from lab_podman import LabError, podman
from lab_tunnel_host import why_unusable
from lab_world import CARRIER, HUB, OFFICE, SITES, LabWorld, Place, main

if t.TYPE_CHECKING:
    from collections.abc import Iterator

    from lab_flashed import FlashedRouter

pytestmark = pytest.mark.skipif(why_unusable() is not None, reason=str(why_unusable()))

CARRIERS = ipaddress.IPv4Network("100.64.0.0/10")
NORTH, SOUTH = SITES
SSH = 22
LOGIN = ("ssh", "-o", "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=/dev/null", "-o", "BatchMode=yes")
WITHOUT_KEY = (*LOGIN, "-o", "IdentityFile=/dev/null", "-o", "IdentitiesOnly=yes", "-l", "root")


@pytest.fixture(scope="module")
def world(router_image: str, hub_image: str) -> Iterator[LabWorld]:
    """quarry-north's router is at its site with the stock firewall, and a stick that it asks for an address."""
    assert router_image
    assert hub_image
    world = LabWorld.start(f"w{uuid.uuid4().hex[:4]}")
    try:
        router = world.router(NORTH)
        router.output("uci set network.wan.device=usb0 && uci commit")
        world.ship(NORTH)
        world.bench(SOUTH)
        yield world
    finally:
        world.remove()


def says(router: FlashedRouter, command: str) -> str:
    return router.execute(command).stdout


def test_root_of_a_flashed_router_has_no_password(world: LabWorld) -> None:
    done = world.office.attempt(*WITHOUT_KEY, ADDRESS, "cat /etc/openwrt_release; ls /etc/dropbear/authorized_keys")
    assert "DISTRIB_RELEASE='24.10" in done.stdout, done.stderr
    assert "authorized_keys: No such file" in done.stderr


@pytest.mark.parametrize("option", ["PasswordAuth", "RootPasswordAuth"])
def test_it_lets_nobody_in_without_a_key_where_passwords_are_off(world: LabWorld, option: str) -> None:
    router = world.router(SOUTH)
    for value, comes_in in (("off", False), ("on", True)):
        router.output(f"uci set dropbear.main.{option}={value} && uci commit && /etc/init.d/dropbear restart")
        router.wait_for_ssh()
        done = world.office.attempt(*WITHOUT_KEY, ADDRESS, "true")
        assert (done.returncode == 0) is comes_in, done.stderr
        assert comes_in or "Permission denied (publickey" in done.stderr


def test_it_is_reached_from_its_bench_alone(world: LabWorld) -> None:
    assert world.connects("office", ADDRESS, SSH)
    devices = says(world.router(SOUTH), "ls /sys/class/net").split()
    assert set(devices) == {"br-lan", "lan2", "lo", "usb0"}
    assert "lan2" not in says(world.router(NORTH), "ls /sys/class/net")
    assert not world.connects("person", ADDRESS, SSH, timeout=1)


def wait_for_lease(world: LabWorld, site: str) -> ipaddress.IPv4Address:
    words = world.router(site).output(
        "n=0; until ip -4 -o address show dev usb0 | grep -q inet || [ $n -gt 20 ]; do n=$((n + 1)); sleep 1; done; "
        "ip -4 -o address show dev usb0"
    )
    return ipaddress.IPv4Interface(words.split()[3]).ip


def wait_for_journal(world: LabWorld, word: str, timeout: float = 30) -> str:
    """Return what the hub's SSH server has logged, once *word* is in it: it logs who went after they have gone."""
    end = time.monotonic() + timeout
    while word not in (said := world.hub.output(["journalctl", "--no-pager", "--unit=ssh", "--lines=50"])):
        assert time.monotonic() < end, said
        time.sleep(0.5)
    return said


def test_a_shipped_router_is_behind_the_carriers_nat(world: LabWorld) -> None:
    leased = wait_for_lease(world, NORTH)
    assert leased in CARRIERS
    router = world.router(NORTH)
    assert f"default via {GATEWAY} dev usb0" in says(router, "ip route")
    knock = f"nc -w 5 {HUB} {SSH} </dev/null"
    assert says(router, knock).startswith("SSH-")
    assert MAC in says(router, "ip neigh")
    # whom the hub has seen
    router.execute(f"nc -w 5 {HUB} 9 </dev/null")
    said = wait_for_journal(world, CARRIER)
    assert str(leased) not in said


def test_nothing_from_the_internet_gets_to_it(world: LabWorld) -> None:
    leased = str(wait_for_lease(world, NORTH))
    router = world.router(NORTH)
    router.output("nft flush ruleset")
    # a neighbour of the carrier that takes it as its way there
    world.unlisted.run("ip", "route", "replace", str(CARRIERS), "via", CARRIER)
    assert not world.connects("unlisted", leased, SSH, timeout=1)
    for address in (CARRIER, leased):
        assert not world.connects("listed", address, SSH, timeout=1)
    assert world.connects("listed", HUB, SSH)
    # the carrier's own machine does: it is not the router that keeps silent
    assert podman("exec", world.carrier.container, "nc", "-w", "5", leased, str(SSH)).startswith("SSH-")


def test_sticks_do_not_reach_each_other(world: LabWorld) -> None:
    leased = wait_for_lease(world, NORTH)
    other = world.router(SOUTH)
    other.output("uci set network.wan.device=usb0 && uci commit && /etc/init.d/network reload")
    assert wait_for_lease(world, SOUTH) != leased
    assert says(other, f"nc -w 5 {HUB} {SSH} </dev/null").startswith("SSH-")
    world.router(NORTH).output("nft flush ruleset")
    assert says(other, f"nc -w 2 {leased} {SSH} </dev/null") == ""


def test_the_camera_has_an_address_of_its_router(world: LabWorld) -> None:
    address = world.cameras[NORTH].wait_for_address()
    assert ipaddress.IPv4Address(address) in ipaddress.IPv4Network("192.168.1.0/24")
    knock = f"nc -w 2 {ADDRESS} {SSH} </dev/null"
    assert world.cameras[NORTH].execute(knock).stdout.startswith("SSH-")
    assert world.cameras[SOUTH].addresses() == []


def test_all_is_plugged_in_again_after_a_power_cut(world: LabWorld) -> None:
    world.power_cut(NORTH)
    assert not world.describe()["routers"][NORTH]["running"]
    world.power_on(NORTH)
    assert wait_for_lease(world, NORTH) in CARRIERS
    assert world.places() == {NORTH: Place.SITE, SOUTH: Place.BENCH}
    world.cameras[NORTH].wait_for_address()


def test_the_hub_is_on_the_internet_again_after_a_restart(world: LabWorld) -> None:
    done = world.office.run("ssh", "-o", "BatchMode=yes", f"root@{HUB}", "echo $SSH_CONNECTION")
    assert done.split()[0] == OFFICE
    world.reboot_hub()
    assert world.connects("person", HUB, SSH)


def test_a_world_is_found_again_and_made_once(world: LabWorld, capsys: pytest.CaptureFixture[str]) -> None:
    main(["describe", world.name])
    assert f'"container": "{world.hub.container}"' in capsys.readouterr().out
    with pytest.raises(LabError, match=f"there is a world {world.name}"):
        LabWorld.start(world.name)
    assert LabWorld.find(world.name).places() == world.places()


def test_two_worlds_have_nothing_in_common(world: LabWorld) -> None:
    other = LabWorld.start(f"{world.name}-other")
    try:
        other.bench(NORTH)
        assert other.connects("office", HUB, SSH)
        keys = [each.office.run("ssh-keyscan", "-t", "ed25519", HUB) for each in (world, other)]
        assert all(keys)
        assert keys[0] != keys[1]
        benches = [world.router(SOUTH), other.router(NORTH)]
        keys = [each.output("dropbearkey -y -f /etc/dropbear/dropbear_ed25519_host_key") for each in benches]
        for each, key in zip((world, other), keys, strict=True):
            told = each.office.run("ssh-keyscan", "-t", "ed25519", ADDRESS)
            assert told.split()[2] in key
    finally:
        other.remove()
    assert world.connects("office", HUB, SSH)
    assert not other.folder.exists()
