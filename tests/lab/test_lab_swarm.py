# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A swarm of the lab: its routers are reached both ways, converge, and fail in the ways that a swarm can make them."""

from __future__ import annotations

import json
import pathlib
import re
import typing as t
import uuid

import pytest
from lab_commands import clean
from lab_namespace import PLACE, connects
from lab_podman import LabError
from lab_swarm import ACTIONS, Swarm, main, swarms_folder
from lab_tunnel_host import why_unusable

if t.TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.skipif(why_unusable() is not None, reason=str(why_unusable()))

ONE, TWO, THREE = SITES = ("site-001", "site-002", "site-003")
LAN = {site: f"10.80.{number}.1" for number, site in enumerate(SITES, 1)}
DIRECT = ("-e", "fleet_direct=true", "-e", "ansible_host={{ lan_address }}")
SSH = 22
NO_ANSWER = ("UNREACHABLE!", "FAILED")
"""The latter where a connection was open already: ssh does not notice that it leads nowhere any more."""
PLAY = [{"hosts": "sites", "gather_facts": False, "roles": ["farsite.fleet.router"]}]


@pytest.fixture(scope="module")
def swarm(router_image: str, hub_image: str) -> Iterator[Swarm]:
    """Three routers and a hub that the playbook has not seen yet."""
    assert router_image
    assert hub_image
    swarm = Swarm.start(f"s{uuid.uuid4().hex[:4]}", len(SITES))
    try:
        yield swarm
    finally:
        swarm.remove()


@pytest.fixture(autouse=True)
def _power(request: pytest.FixtureRequest) -> None:
    """Begin with power everywhere, whatever a test that failed has left."""
    if "swarm" in request.fixturenames:
        request.getfixturevalue("swarm").act("power-on", SITES)


@pytest.fixture(scope="module")
def converged(swarm: Swarm) -> str:
    """Hub and routers as the files say; what the playbook printed."""
    left_out = [word for part in ("updates", "ssh") for word in ("-e", f"hub_manage_{part}=false")]
    done = swarm.run("ansible-playbook", "farsite.fleet.site", *left_out)
    assert done.returncode == 0, done.stdout
    return done.stdout


def answers(swarm: Swarm, sites: str, *options: str, patience: int = 30) -> dict[str, str]:
    """Return how a raw task ended at each site: CHANGED; UNREACHABLE! after some seconds; FAILED some later."""
    words = ("-m", "raw", "-a", "uptime", "--task-timeout", f"{patience + 4}", *options)
    done = swarm.run("ansible", sites, *words, ANSIBLE_TIMEOUT=f"{patience}")
    return dict(re.findall(r"^(site-\d+) \| (\S+)", done.stdout, re.MULTILINE))


def recap(output: str, count: str) -> dict[str, int]:
    """Return what the playbook's recap counts of each site."""
    return {site: int(number) for site, number in re.findall(rf"^(site-\d+)\s.*\b{count}=(\d+)", output, re.MULTILINE)}


def test_every_router_is_reached_past_the_hub_as_itself(swarm: Swarm) -> None:
    assert swarm.sites == SITES
    done = swarm.run("ansible", "sites", "-m", "raw", "-a", "ip -4 -o address show dev br-lan", *DIRECT)
    found = re.findall(r"^(site-\d+) \| CHANGED.*\n.* inet (\S+)/24 ", done.stdout, re.MULTILINE)
    assert dict(found) == LAN, done.stdout
    for site in SITES:
        address = LAN[site]
        (key,) = re.findall(rf"^{site} (\S+ \S+)$", (swarm.user_key.with_name("known_hosts")).read_text(), re.MULTILINE)
        scanned = swarm.run("ssh-keyscan", "-t", "ed25519", address).stdout
        assert f"{address} {key}" in scanned


def test_each_has_a_machine_of_its_own(swarm: Swarm) -> None:
    swarm.output(ONE, "echo only-here >/etc/only-here; echo renamed >/proc/sys/kernel/hostname")
    for site in (TWO, THREE):
        assert swarm.output(site, "ls /etc/only-here /rom/etc/only-here 2>/dev/null; uname -n").strip() == "OpenWrt"
    assert swarm.output(TWO, "cat /proc/1/cmdline").replace("\0", " ").strip() == "/bin/sh /sbin/init booted"
    assert not {"home", "work", "boot"} & set(swarm.output(TWO, "ls / /rom /mnt").split())
    refused = swarm.run("ansible", TWO, "-m", "raw", "-a", "mknod /tmp/disk b 7 0", *DIRECT)
    assert "Operation not permitted" in refused.stdout
    assert not connects(swarm.office.name, "198.18.0.6", 23, timeout=1)


def test_the_playbook_brings_hub_and_routers_up_and_then_has_nothing_to_do(
    swarm: Swarm, converged: str, tmp_path: pathlib.Path
) -> None:
    assert recap(converged, "changed") == dict.fromkeys(SITES, 1)
    play = tmp_path / "play.yml"
    play.write_text(json.dumps(PLAY))
    second = swarm.run("ansible-playbook", str(play))
    assert second.returncode == 0, second.stdout
    assert recap(second.stdout, "changed") == dict.fromkeys(SITES, 0), second.stdout
    handshakes = swarm.hub.output("wg show fleet latest-handshakes").split()
    assert len(handshakes) == 2 * len(SITES)
    assert "0" not in handshakes[1::2]
    for site in SITES:
        published = (swarm.fleet / "keys" / f"{site}.pub").read_text().strip()
        assert swarm.output(site, "wg show fleet public-key").strip() == published
        private = swarm.output(site, "uci get network.fleet.private_key").strip()
        folder = [path for path in swarm.fleet.rglob("*") if path.is_file()]
        assert not [path for path in folder if private in path.read_text()]


def test_one_that_hangs_lets_in_and_ends_nothing(swarm: Swarm) -> None:
    assert answers(swarm, f"{ONE},{TWO}", *DIRECT) == {ONE: "CHANGED", TWO: "CHANGED"}
    swarm.hang(ONE)
    swarm.hang(ONE)
    assert answers(swarm, ONE, *DIRECT, patience=3) == {ONE: "FAILED"}
    assert answers(swarm, TWO, *DIRECT) == {TWO: "CHANGED"}
    assert "2147483647" in swarm.output(ONE, "ps")
    swarm.unhang(ONE)
    assert answers(swarm, ONE, *DIRECT) == {ONE: "CHANGED"}
    assert "2147483647" not in swarm.output(ONE, "ps")
    assert "lab/hang" not in swarm.output(ONE, "cat /etc/passwd /etc/shells")
    swarm.unhang(ONE)


@pytest.mark.usefixtures("converged")
@pytest.mark.parametrize("options", [(), DIRECT], ids=["through the hub", "directly"])
def test_one_that_is_frozen_takes_connections_and_says_nothing(swarm: Swarm, options: tuple[str, ...]) -> None:
    swarm.freeze(TWO)
    try:
        assert swarm.is_up(TWO)
        assert connects(swarm.office.name, LAN[TWO], SSH)
        assert connects(str(swarm.hub.process_id()), "10.79.0.2", SSH)
        assert answers(swarm, TWO, *options, patience=3)[TWO] in NO_ANSWER
        assert answers(swarm, THREE, *options) == {THREE: "CHANGED"}
    finally:
        swarm.thaw(TWO)
    assert answers(swarm, TWO, *options) == {TWO: "CHANGED"}


@pytest.mark.usefixtures("converged")
def test_a_power_cut_takes_what_is_not_on_flash(swarm: Swarm) -> None:
    boot = swarm.output(THREE, "echo kept >/etc/kept; echo lost >/tmp/lost; cat /proc/sys/kernel/random/boot_id")
    swarm.power_cut(THREE)
    assert not swarm.is_up(THREE)
    assert not connects(swarm.office.name, LAN[THREE], SSH, timeout=1)
    with pytest.raises(LabError, match=f"{THREE}: its router has no power"):
        swarm.output(THREE, "true")
    swarm.power_cut(THREE)
    assert answers(swarm, THREE, patience=3)[THREE] in NO_ANSWER
    assert answers(swarm, f"{ONE},{TWO}") == {ONE: "CHANGED", TWO: "CHANGED"}
    swarm.act("power-on", [THREE])
    assert swarm.output(THREE, "cat /etc/kept; ls /tmp/lost 2>/dev/null; true") == "kept\n"
    assert swarm.output(THREE, "cat /proc/sys/kernel/random/boot_id") != boot
    assert answers(swarm, THREE, *DIRECT) == {THREE: "CHANGED"}
    # the hub hears of it as soon as it calls
    swarm.output(THREE, "ping -c 1 -W 10 10.79.255.254")
    assert answers(swarm, THREE) == {THREE: "CHANGED"}


def test_a_reboot_leaves_its_cables_plugged_in(swarm: Swarm) -> None:
    process = swarm.router(ONE).process_id()
    swarm.output(ONE, "rm /tmp/lab/booted")
    swarm.run("ansible", ONE, "-m", "raw", "-a", "reboot", *DIRECT)
    swarm.router(ONE).wait_for_boot(60)
    assert swarm.router(ONE).process_id() == process
    assert answers(swarm, ONE, *DIRECT) == {ONE: "CHANGED"}


def test_the_command_line(swarm: Swarm, capfd: pytest.CaptureFixture[str]) -> None:
    main(["power-cut", swarm.name, ONE, TWO])
    main(["describe", swarm.name])
    described = json.loads(capfd.readouterr().out)
    assert [described["routers"][site]["process"] > 0 for site in SITES] == [False, False, True]
    main(["power-on", swarm.name, ONE, TWO])
    assert all(map(swarm.is_up, SITES))
    assert set(ACTIONS) <= {name.replace("_", "-") for name in dir(Swarm)}


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["power-cut", "{}", "site-004"], "there is no site site-004; there are site-001 to site-003"),
        (["describe", "nobody"], "there is no swarm nobody; there are: {}"),
        (["start", "{}", "1"], "there is a swarm {}: stop it first"),
    ],
)
def test_what_cannot_be_done_is_told(swarm: Swarm, arguments: list[str], words: str) -> None:
    with pytest.raises(LabError, match=words.format(swarm.name)):
        main([word.format(swarm.name) for word in arguments])
    assert all(map(swarm.is_up, SITES))


def test_nothing_of_one_without_tunnels_and_hub_is_left(
    router_image: str, tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert router_image
    monkeypatch.setenv("FARSITE_LAB_STATE", str(tmp_path))
    swarm = Swarm.start("bare", 1, tunnels=False, hub=False)
    try:
        assert answers(swarm, "sites") == {ONE: "CHANGED"}
        assert "fleet" not in swarm.output(ONE, "ls /sys/class/net")
        with pytest.raises(LabError, match="the swarm bare has no hub"):
            assert swarm.hub
        process = swarm.router(ONE).process_id()
        namespaces = [swarm.office.name, swarm.internet.namespace.name]
        assert all((PLACE / name).exists() for name in namespaces)
    finally:
        clean()
    assert not pathlib.Path(f"/proc/{process}/root/").exists()
    assert not any((PLACE / name).exists() for name in namespaces)
    assert str(tmp_path) not in pathlib.Path("/proc/self/mounts").read_text()
    assert not list(swarms_folder().iterdir())
