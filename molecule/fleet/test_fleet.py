# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a fleet of two sites does, and what faults do to it; verify.yml runs it in converge.yml's world, in order."""

from __future__ import annotations

import concurrent.futures
import functools
import os
import pathlib
import re
import time
import typing as t

import pytest
from lab_demo import CAMERAS, FORWARD, ROUTERS, leading
from lab_picture import shows
from lab_world import HUB, SITES, LabWorld
from waiting import wait_until
from world_fleet import WorldFleet, changed, operations, recap

if t.TYPE_CHECKING:
    from playbooks import Play

NORTH, SOUTH = SITES
EPHEMERAL = pathlib.Path(os.environ["MOLECULE_EPHEMERAL_DIRECTORY"])
SSH, RTSP, HTTP = 22, 554, 80
HUB_TUNNEL = "10.79.255.254"
FAST = ("-e", "router_rollback_timeout=20")
ARMED = "etc/farsite.tx/state.armed"


@pytest.fixture(scope="module")
def world() -> LabWorld:
    return LabWorld.find(EPHEMERAL.name)


@pytest.fixture(scope="module")
def fleet(world: LabWorld) -> WorldFleet:
    return WorldFleet(world, EPHEMERAL / "world")


def succeeded(play: Play) -> Play:
    assert play.status == 0, play.output
    return play


def look_at_cameras(world: LabWorld) -> None:
    """Check that the person sees each camera, and that each picture is of this camera."""
    with concurrent.futures.ThreadPoolExecutor() as pool:
        frames = dict(zip(CAMERAS, pool.map(world.frame, CAMERAS.values()), strict=True))
    for site, frame in frames.items():
        assert frame.png, f"no frame of the camera of {site}: {frame.reason}"
        assert [each for each, camera in world.cameras.items() if shows(frame.png, camera.name)] == [site]


def hub_state(world: LabWorld) -> str:
    """Return the peers of the hub and its firewall, without counters."""
    commands = ("wg show fleet allowed-ips", "nft --stateless list ruleset")
    return "\n".join("\n".join(sorted(world.hub.output(command).splitlines())) for command in commands)


def test_the_second_run_of_site_changed_nothing(fleet: WorldFleet) -> None:
    """The idempotence step was the last to run a playbook."""
    last = fleet.last()
    found = recap(last)
    assert set(found) == {"hub-1", *SITES}, last.output
    assert {(counts["changed"], counts["failed"], counts["unreachable"]) for counts in found.values()} == {(0, 0, 0)}
    assert {site: operations(last, site) for site in SITES} == dict.fromkeys(SITES, 1)


def test_everything_is_in_order(fleet: WorldFleet) -> None:
    succeeded(fleet.playbook("verify", "-e", "report_strict=true"))
    assert (fleet.fleet / "report/report.html").exists()


def test_an_operator_sees_both_cameras(world: LabWorld, fleet: WorldFleet) -> None:
    world.join_vpn(fleet.folder / "handover/anna.conf")
    look_at_cameras(world)


def test_the_internet_reaches_a_camera_by_its_forward_alone(world: LabWorld) -> None:
    targets = [(HUB, FORWARD), *((address, port) for address in (HUB, *CAMERAS.values()) for port in (RTSP, HTTP))]
    ways = [(host, *target) for host in ("listed", "unlisted") for target in targets]
    assert leading(ways, world.connects) == [("listed", HUB, FORWARD)]


def test_a_camera_reaches_nothing(world: LabWorld) -> None:
    for site in SITES:
        assert world.connects(site, HUB, SSH), f"the router of {site} itself does not reach the hub"
    routers = [("192.168.1.1", port) for port in (SSH, HTTP)]
    targets = [(HUB, SSH), (HUB_TUNNEL, SSH), *routers, *((address, RTSP) for address in CAMERAS.values())]
    assert leading([(f"camera {site}", *target) for site in SITES for target in targets], world.connects) == []


def test_a_dead_site_does_not_stop_the_other(world: LabWorld, fleet: WorldFleet) -> None:
    again = fleet.fleet / "report/again.txt"
    ports = {site: fleet.open_another_port(site) for site in SITES}
    world.power_cut(SOUTH)
    play = fleet.playbook("site", *FAST)
    assert play.status != 0
    assert (changed(play)[NORTH], fleet.opened_port(NORTH)) == (1, ports[NORTH]), play.output
    assert world.router(NORTH).execute("ls /etc/farsite.tx").returncode != 0
    assert re.search(rf'"{SOUTH}": "last seen [^"]*', play.output), play.output
    assert again.read_text() == f"{SOUTH}\n"
    world.power_on(SOUTH)
    fleet.wait_for_tunnel(SOUTH)
    play = succeeded(fleet.playbook("site", "--limit", f"@{again.relative_to(fleet.fleet)}", *FAST))
    assert (changed(play), fleet.opened_port(SOUTH)) == ({SOUTH: 1}, ports[SOUTH]), play.output
    assert not again.exists()


def test_a_limit_leaves_the_others_peer_and_forwards_alone(world: LabWorld, fleet: WorldFleet) -> None:
    before, port = hub_state(world), fleet.opened_port(SOUTH)
    # both are there: nothing would be left alone otherwise
    assert all(f"{address}/32" in before for address in ROUTERS.values())
    assert str(FORWARD) in before
    fleet.open_another_port(NORTH)
    play = succeeded(fleet.playbook("site", "--limit", NORTH, *FAST))
    assert changed(play) == {NORTH: 1}
    assert hub_state(world) == before
    play = succeeded(fleet.playbook("hub", "--limit", "hub-1"))
    assert changed(play) == {"hub-1": 0}
    assert hub_state(world) == before
    assert fleet.opened_port(SOUTH) == port


def test_a_router_restarted_in_the_middle_of_apply(world: LabWorld, fleet: WorldFleet) -> None:
    router = world.router(NORTH)
    old = fleet.configuration(NORTH)
    port = fleet.open_another_port(NORTH)
    with concurrent.futures.ThreadPoolExecutor(1) as pool:
        running = pool.submit(fleet.playbook, "site", "--limit", NORTH, *FAST)
        while not (router.flash.upper / ARMED).exists():
            assert not running.done(), running.result().output
            time.sleep(0.01)
        world.power_cut(NORTH)
        assert (router.flash.upper / ARMED).exists(), "the change was over before the power was cut"
        world.power_on(NORTH)
        interrupted = running.result()
    fleet.wait_for_tunnel(NORTH)
    found = fleet.configuration(NORTH)
    play = succeeded(fleet.playbook("site", "--limit", NORTH, *FAST))
    new = fleet.configuration(NORTH)
    assert found in (old, new)
    assert (found == new) == (interrupted.status == 0), interrupted.output
    assert fleet.opened_port(NORTH) == port
    assert changed(play) == {NORTH: int(found == old)}
    assert router.execute("ls /etc/farsite.tx").returncode != 0
    assert operations(succeeded(fleet.playbook("site", "--limit", NORTH)), NORTH) == 1


def test_all_of_it_works_after_a_restart_of_the_hub(world: LabWorld, fleet: WorldFleet) -> None:
    before = hub_state(world)
    world.reboot_hub()
    for site in SITES:
        # A session that the hub has lost is made anew once somebody has something to say.
        world.router(site).execute(f"ping -c 1 -W 1 {HUB_TUNNEL}")
        fleet.wait_for_tunnel(site)
    assert hub_state(world) == before
    # So is the person's, after the 15 s in which no answer came.
    assert all(wait_until(functools.partial(world.connects, "person", camera, RTSP)) for camera in CAMERAS.values())
    look_at_cameras(world)
    assert leading([(host, HUB, FORWARD) for host in ("listed", "unlisted")], world.connects) == [
        ("listed", HUB, FORWARD)
    ]
