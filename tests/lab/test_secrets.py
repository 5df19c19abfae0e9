# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A whole life of a fleet at -vvv: no secret of it is anywhere but where it belongs."""

from __future__ import annotations

import base64
import dataclasses
import json
import pathlib
import re
import secrets
import subprocess
import tempfile
import time
import typing as t
import uuid

import pytest
from lab_camera import LabCamera
from lab_demo import BAD_CHANGE
from lab_flashed import ADDRESS
from lab_podman import podman, state_folder
from lab_tunnel_host import why_unusable
from lab_world import SITES, LabWorld
from secret_search import Search, Watch, files_since
from world_fleet import WorldFleet

if t.TYPE_CHECKING:
    from collections.abc import Iterator

    from lab_machine import Machine

    from playbooks import Play

pytestmark = pytest.mark.skipif(why_unusable() is not None, reason=str(why_unusable()))

NORTH, SOUTH = SITES
GIVEN = {
    "PIN": f"{secrets.randbelow(10**8):08}",
    "preshared key": base64.b64encode(secrets.token_bytes(32)).decode(),
    "passphrase": f"pass {secrets.token_hex(8)}",
    "next passphrase": f'next "{secrets.token_hex(8)}',
    "camera password": f"Lens-{secrets.token_hex(8)}",
    "root's password": f"$6${secrets.token_hex(8)}${secrets.token_hex(43)}",
}
"""The values of the fleet's encrypted file; no other run has the same."""

Places = dict[str, set[str]]
"""Names of secrets by path, such as where they belong: there each has to be, and it is a leak on any other path."""
ON_CONTROLLER: Places = {
    "fleet/group_vars/all/secrets.yml": {*GIVEN},
    "handover/anna.conf": {"private key of anna"},
}
ON_HUB: Places = {"/etc/wireguard/fleet.key": {"private key of hub"}, "/etc/wireguard/fleet.conf": {"preshared key"}}
ON_ROUTER: dict[str, Places] = {
    NORTH: {
        "/etc/config/network": {f"private key of {NORTH}", "preshared key"},
        "/etc/shadow": {"root's password"},
    },
    SOUTH: {
        "/etc/config/network": {f"private key of {SOUTH}"},
        "/etc/config/wireless": {"passphrase"},
        "/etc/shadow": {"root's password"},
    },
}
NOT_FILES = {"proc", "sys", "dev", "overlay"}
"""Folders of a machine that are no files of its own, or show those of another folder."""


@dataclasses.dataclass(frozen=True)
class Life:
    """What a fleet's life has left behind, and a search for its secrets."""

    world: LabWorld
    fleet: WorldFleet
    temporary: pathlib.Path
    start: float
    plays: dict[str, Play]
    watch: Watch
    search: Search


def write_secrets(fleet: WorldFleet) -> None:
    values = {
        "vault_pins": {"quarry_north": GIVEN["PIN"]},
        "vault_preshared_keys": {"quarry_north": GIVEN["preshared key"]},
        "vault_wifi_keys": {"quarry_south": GIVEN["passphrase"]},
        "vault_next_key": GIVEN["next passphrase"],
        "vault_camera_password": GIVEN["camera password"],
        "router_root_password_hash": GIVEN["root's password"],
    }
    (fleet.fleet / "group_vars/all/secrets.yml").write_text(json.dumps(values))


def live(world: LabWorld, fleet: WorldFleet) -> dict[str, Play]:
    """Let the fleet live; what each run of Ansible printed."""
    plays: dict[str, Play] = {}

    def play(name: str, *options: str, fails: bool = False) -> None:
        plays[" ".join([name, *options])] = done = fleet.playbook(name, "-vvv", "--diff", *options)
        assert bool(done.status) == fails, done.output[-5000:]

    play("hub")
    for site in SITES:
        world.bench(site)
        play("bootstrap", "--limit", site, "-e", f"bench={ADDRESS}")
        world.ship(site)
        fleet.activate(site)
    words = f"operator=anna dest={fleet.folder / 'handover'} generate_key=true"
    plays["anna"] = fleet.run("ansible", "-vvv", "localhost", "-m", "farsite.fleet.operator_config", "-a", words)
    play("plan")
    play("site")
    play("verify")
    play("site", "--check")
    south = fleet.file(SOUTH)
    south.write_text(south.read_text().replace("vault_wifi_keys.quarry_south", "vault_next_key") + BAD_CHANGE)
    play("site", "--limit", SOUTH, "-e", "router_rollback_timeout=20", fails=True)
    assert "the router has undone the change" in plays["site --limit quarry-south -e router_rollback_timeout=20"].output
    return plays


def private_keys(world: LabWorld, fleet: WorldFleet) -> dict[str, str]:
    """Return the keys that were made on the way, as the devices have them."""
    keys = {"private key of hub": world.hub.read("/etc/wireguard/fleet.key").decode().strip()}
    for site in SITES:
        keys[f"private key of {site}"] = world.router(site).output("uci get network.fleet.private_key").strip()
    anna = re.search(r"^PrivateKey = (.*)$", (fleet.folder / "handover/anna.conf").read_text(), re.MULTILINE)
    assert anna
    return keys | {"private key of anna": anna[1]}


@pytest.fixture(scope="module")
def life(router_image: str, hub_image: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Life]:
    assert router_image
    assert hub_image
    start = time.time()
    world = LabWorld.start(f"s{uuid.uuid4().hex[:4]}")
    try:
        for camera in world.cameras.values():
            camera.remove()
            LabCamera.start_alone(camera.name, password=GIVEN["camera password"])
        with tempfile.TemporaryDirectory(prefix="farsite-") as place:
            temporary, folder = pathlib.Path(place), tmp_path_factory.mktemp("life") / "world"
            fleet = WorldFleet(world, folder, TMPDIR=place, ANSIBLE_LOG_PATH=str(folder / "ansible.log"))
            fleet.prepare()
            write_secrets(fleet)
            folders = [temporary, world.folder / "office", *hub_folders(world, "tmp", "root", "var/tmp")]
            with Watch(folders, [camera.process_id() for camera in world.cameras.values()]) as watch:
                plays = live(world, fleet)
            search = Search(GIVEN | private_keys(world, fleet))
            yield Life(world, fleet, temporary, start, plays, watch, search)
    finally:
        world.remove()


def hub_folders(world: LabWorld, *names: str) -> list[pathlib.Path]:
    return [pathlib.Path(f"/proc/{world.hub.process_id()}/root/{name}") for name in names]


def leaks(texts: t.Mapping[str, bytes], search: Search) -> Places:
    """Return the secrets in *texts*, by their names."""
    found = {name: search.found(text) for name, text in texts.items()}
    return {name: names for name, names in found.items() if names}


def found_in(life: Life, machine: Machine) -> Places:
    """Return the secrets on a machine, by path."""
    root = pathlib.Path(f"/proc/{machine.process_id()}/root")
    found: Places = {}
    for folder in root.iterdir():
        if folder.name not in NOT_FILES and folder.is_dir() and not folder.is_symlink():
            for path in files_since(folder, life.start):
                found[f"/{path.relative_to(root)}"] = life.search.in_file(path)
    return {path: names for path, names in found.items() if names}


def test_nothing_is_printed(life: Life) -> None:
    assert leaks({name: play.output.encode() for name, play in life.plays.items()}, life.search) == {}


def test_no_process_was_started_with_one_and_no_temporary_file_had_one(life: Life) -> None:
    places = [*life.watch.kept.values()]
    for started in ("ansible-playbook farsite.fleet.site", "ssh -C", "sh -s", "python3"):
        assert any(started in place for place in places), started
    assert leaks({place: text for text, place in life.watch.kept.items()}, life.search) == {}


def test_the_controller_has_them_where_they_belong(life: Life) -> None:
    found = {
        str(path.relative_to(life.fleet.folder)): life.search.in_file(path)
        for path in files_since(life.fleet.folder, 0)
    }
    assert {path: names for path, names in found.items() if names} == ON_CONTROLLER


def test_nothing_is_left_elsewhere_on_the_controller(life: Life) -> None:
    found: Places = {}
    skipped = {state_folder(), life.fleet.folder}
    for folder in (
        life.temporary,
        life.world.folder / "office",
        pathlib.Path("/tmp"),
        pathlib.Path("/var/tmp"),
        pathlib.Path.home(),
    ):
        for path in files_since(folder, life.start, skipped):
            found[str(path)] = life.search.in_file(path)
    assert {path: names for path, names in found.items() if names} == {}


def test_the_hub_has_them_where_they_belong(life: Life) -> None:
    assert found_in(life, life.world.hub) == ON_HUB


@pytest.mark.parametrize("site", SITES)
def test_a_router_has_them_where_they_belong(life: Life, site: str) -> None:
    assert found_in(life, life.world.router(site)) == ON_ROUTER[site]


def test_no_log_of_a_machine_has_one(life: Life) -> None:
    logs = {"journal": life.world.hub.output("journalctl --no-pager --output=json; journalctl --no-pager")}
    for site in SITES:
        router = life.world.router(site)
        logs[f"log of {site}"] = router.output("logread")
        logs[f"console of {site}"] = podman("logs", router.container)
    assert "Accepted publickey" in logs["journal"]
    assert leaks({name: text.encode() for name, text in logs.items()}, life.search) == {}


SECRET = base64.b64encode(bytes(range(200, 232))).decode()
BESIDE = [(before, after) for before in range(3) for after in range(3)]


@pytest.mark.parametrize(
    "text",
    [
        SECRET.encode(),
        base64.b64decode(SECRET),
        b"private_key=" + base64.b64decode(SECRET).hex().encode(),
        *(base64.b64encode(b"x" * before + SECRET.encode() + b"y" * after) for before, after in BESIDE),
        base64.encodebytes(b"some words before it " * 3 + SECRET.encode()),
        json.dumps({"stdout": base64.encodebytes(b"12345" * 11 + SECRET.encode()).decode()}).encode(),
    ],
)
def test_a_secret_is_found_in_each_form(text: bytes) -> None:
    assert Search({"key": SECRET, "another": SECRET[::-1]}).found(b"before " + text + b" after") == {"key"}


def test_a_number_is_found_alone() -> None:
    search = Search({"PIN": "47110815"})
    assert search.found(b"pin='47110815'") == {"PIN"}
    assert search.found(b"471108155") == set()


def test_what_is_planted_is_found(life: Life) -> None:
    """Each of the searches above, with a secret where it does not belong."""
    pin, hub, router = GIVEN["PIN"], life.world.hub, life.world.router(NORTH)
    with Watch([life.temporary]) as watch:
        subprocess.run(["sleep", "3"], check=True, env={"NOTE": f"pin={pin}"})
        hub.output(["sh", "-c", f"sleep 3; : {pin}"])
        router.output(["sh", "-c", f"sleep 4; : {pin}"])
        file = life.temporary / "gone.txt"
        file.write_text(base64.b64encode(f"the PIN is {pin}".encode()).decode())
        time.sleep(3)
        file.unlink()
    found = [place for text, place in watch.kept.items() if life.search.found(text)]
    for place in (
        "environment of sleep 3",
        f"arguments of sh -c sleep 3; : {pin}",
        f"arguments of sh -c sleep 4; : {pin}",
        str(file),
    ):
        assert place in [one.strip() for one in found]
    router.output(f"echo {pin} >/tmp/planted; ln -s {pin} /tmp/pointer")
    hub.output(f"echo {pin} >/var/log/planted; logger {pin}")
    assert found_in(life, router) == ON_ROUTER[NORTH] | {"/tmp/planted": {"PIN"}, "/tmp/pointer": {"PIN"}}
    assert found_in(life, hub)["/var/log/planted"] == {"PIN"}
    assert life.search.found(hub.output("journalctl --no-pager").encode()) == {"PIN"}
