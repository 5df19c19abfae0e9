# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the fleet does, shown in the lab: from routers that were just flashed to pictures of their cameras.

``python3 lab/lab_demo.py run | clean``, or ``make demo`` and ``make demo-clean``. Every claim is tried; the first that
is not so ends it.
"""

from __future__ import annotations

import argparse
import concurrent.futures
import contextlib
import pathlib
import re
import shlex
import shutil
import subprocess
import sys
import time
import typing as t

import lab_camera_image
import lab_hub_image
import lab_image
import lab_picture
from lab_flashed import ADDRESS
from lab_podman import LAB, LabError, attempt, state_folder
from lab_world import HUB, SITES, LabWorld

NAME = "demo"
ROOT = LAB.parent
FOLDER = ROOT / ".cache" / NAME
FLEET, FRAMES, LOG = FOLDER / "fleet", FOLDER / "frames", FOLDER / "playbooks.log"
OFFICE = FOLDER / "office"
"""A program that runs a command in the office, in the fleet's folder."""
TRIED = "quarry-north"
"""The site that the bad change is for; its camera has a forward."""
CAMERAS = {"quarry-north": "10.80.17.11", "quarry-south": "10.80.18.11"}
ROUTERS = {"quarry-north": "10.79.0.17", "quarry-south": "10.79.0.18"}
FORWARD = 20160
"""The port of the hub that leads to the web page of the camera at quarry-north."""
BAD_CHANGE = """\
router_uci:
  firewall:
    - {type: rule, name: tunnel_ssh, options: {target: DROP}}
"""
SSH, RTSP = 22, 554
Way = tuple[str, str, int]
"""Who asks, the address and the TCP port that are asked."""


class NotSoError(LabError):
    """Something that the demo claims is not so."""


def check(claim: object, words: str) -> None:
    """Raise NotSoError with *words* unless the claim holds."""
    if not claim:
        raise NotSoError(words)


@contextlib.contextmanager
def step(words: str) -> t.Iterator[None]:
    """Show what is done, and the seconds it took."""
    sys.stdout.write(f"  {words:.<76} ")
    sys.stdout.flush()
    start = time.monotonic()
    try:
        yield
    except BaseException:
        sys.stdout.write("no\n")
        raise
    sys.stdout.write(f"{time.monotonic() - start:5.1f} s\n")


def office(*command: str) -> subprocess.CompletedProcess[str]:
    """Run a command in the office; what it prints is kept in the log."""
    done = subprocess.run(  # noqa: S603
        [str(OFFICE), *command], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        check=False,
    )  # fmt: skip
    with LOG.open("a") as log:
        log.write(f"\n$ {shlex.join(command)}\n{done.stdout}")
    return done


def play(name: str, *options: str) -> str:
    """Run a playbook of the collection, which must succeed, and return what it printed."""
    done = office("ansible-playbook", f"farsite.fleet.{name}", *options)
    check(done.returncode == 0, f"the playbook {name} ended with {done.returncode}: {reason(done.stdout)}")
    return done.stdout


def reason(output: str) -> str:
    """Return the first error of what Ansible printed."""
    found = re.search(r"^(?:fatal|\[ERROR\]|ERROR!?).*", output, re.MULTILINE)
    return found[0] if found else "see the log"


def changes(output: str) -> dict[str, int]:
    """Return how many tasks have changed something, by host, as a playbook's recap tells."""
    return {host: int(count) for host, count in re.findall(r"^(\S+)\s+: ok=\d+\s+changed=(\d+)", output, re.MULTILINE)}


def prepare(world: LabWorld) -> None:
    """Make the fleet's folder as a user would: a copy, with a key of one's own. And the way into the office."""
    shutil.copytree(ROOT / "inventories" / "lab", FLEET)
    settings = FLEET / "fleet.yml"
    key = world.user_key.with_suffix(".pub").read_text().strip()
    settings.write_text(re.sub(r"ssh-ed25519 .*", key, settings.read_text()))
    tools, collections = pathlib.Path(sys.executable).parent, ROOT / ".cache" / "collections"
    world_program = [sys.executable, str(LAB / "lab_world.py"), "run", NAME, "office"]
    OFFICE.write_text(
        "#!/bin/sh\n"
        f"cd {shlex.quote(str(FLEET))} || exit\n"
        f"export FARSITE_LAB_STATE={shlex.quote(str(state_folder()))} ANSIBLE_NOCOLOR=1\n"
        f'export ANSIBLE_COLLECTIONS_PATH={shlex.quote(str(collections))} PATH={shlex.quote(str(tools))}:"$PATH"\n'
        f'exec {shlex.join(world_program)} "$@"\n'
    )
    OFFICE.chmod(0o755)


def build_images() -> None:
    """Build the images of the lab, as far as they are not there."""
    with concurrent.futures.ThreadPoolExecutor() as pool:
        for task in [pool.submit(kind.build) for kind in (lab_hub_image, lab_image, lab_camera_image)]:
            task.result()


def set_up(world: LabWorld) -> None:
    """Bring hub and routers into the fleet."""
    with step("playbook hub: a Debian server becomes the hub"):
        play("hub")
    for site in SITES:
        with step(f"{site}: the router lies on the bench, as it was flashed"):
            world.bench(site)
        with step(f"{site}: playbook bootstrap"):
            play("bootstrap", "--limit", site, "-e", f"bench={ADDRESS}")
        with step(f"{site}: shipped; stick and camera plugged in, power on"):
            world.ship(site)
        file = FLEET / "sites" / f"{site}.yml"
        file.write_text(file.read_text().replace("state: planned\n", ""))
    with step("anna gets a configuration for her VPN"):
        words = f"operator=anna dest={FOLDER / 'handover'} generate_key=true"
        done = office("ansible", "localhost", "-m", "farsite.fleet.operator_config", "-a", words)
        check(done.returncode == 0, f"operator_config: {reason(done.stdout)}")
    with step("playbook site: hub and routers, through the hub"):
        play("site")
    with step("playbook verify: the report"):
        said = play("verify", "-e", "report_strict=true")
        check((FLEET / "report/report.html").exists(), f"verify has written no report: {said[-500:]}")


def show_frames(world: LabWorld) -> list[pathlib.Path]:
    """Let Anna see each camera; the pictures' files."""
    FRAMES.mkdir()
    files = []
    with step("anna sees both cameras through hub and tunnel"), concurrent.futures.ThreadPoolExecutor() as pool:
        world.join_vpn(FOLDER / "handover" / "anna.conf")
        for site, grabbed in zip(CAMERAS, pool.map(world.frame, CAMERAS.values()), strict=True):
            name = SITES[site].camera
            check(grabbed.png, f"no frame of {name}: {grabbed.reason}")
            files.append(FRAMES / f"{name}.png")
            files[-1].write_bytes(grabbed.png)
            shown = [each for each, camera in world.cameras.items() if lab_picture.shows(grabbed.png, camera.name)]
            check(shown == [site], f"{files[-1]} is the picture of {shown or 'nobody'}, expected that of {site}")
    return files


def leading(ways: list[Way], connects: t.Callable[[str, str, int], bool]) -> list[Way]:
    """Return those of the ways that lead somewhere, all tried at once."""
    with concurrent.futures.ThreadPoolExecutor(len(ways)) as pool:
        return [way for way, leads in zip(ways, pool.map(lambda way: connects(*way), ways), strict=True) if leads]


def show_isolation(world: LabWorld) -> None:
    """Try what must not be possible, beside something like it that must."""
    allowed = ("listed", HUB, FORWARD)
    with step("from the internet one way leads to a camera: its forward, for who is listed"):
        targets = [(HUB, FORWARD), *((address, RTSP) for address in (HUB, *CAMERAS.values()))]
        found = leading([(host, *target) for host in ("listed", "unlisted") for target in targets], world.connects)
        check(found == [allowed], f"expected only {allowed} to lead somewhere, found {found}")

    with step("from a camera no way leads anywhere: internet, router, the other site"):
        for site in SITES:
            check(world.connects(site, HUB, SSH), f"the router of {site} itself does not reach {HUB}:{SSH}")
        targets = [(HUB, SSH), (ADDRESS, SSH), *((address, RTSP) for address in CAMERAS.values())]
        found = leading([(f"camera {site}", *target) for site in SITES for target in targets], world.connects)
        check(not found, f"cameras reach what they must not: {found}")


def configuration(world: LabWorld) -> str:
    """Return all that the tried router is configured by."""
    return world.router(TRIED).output(
        "cd /etc && cat config/* nftables.d/* dropbear/authorized_keys && wg show fleet peers"
    )


def show_changes(world: LabWorld) -> None:
    """Run the playbook again, then with a change that cuts the router off."""
    with step("playbook site again: it changes nothing"):
        found = changes(play("site"))
        check(len(found) == 1 + len(SITES), f"a host is missing: {found}")
        check(not any(found.values()), f"the second run has changed something: {found}")
    file = FLEET / "sites" / f"{TRIED}.yml"
    good, before = file.read_text(), configuration(world)
    with step(f"a bad change: {TRIED} is to drop SSH from the tunnel; it is undone"):
        file.write_text(good + BAD_CHANGE)
        done = office("ansible-playbook", "farsite.fleet.site", "--limit", TRIED, "-e", "router_rollback_timeout=20")
        check(done.returncode, "the playbook takes the bad change for a good one")
        check("the router has undone the change" in done.stdout, f"it is not undone: {reason(done.stdout)}")
        check(configuration(world) == before, f"the router of {TRIED} has not its old configuration")
    with step("the file is put right: the router is reached, and has nothing to change"):
        file.write_text(good)
        found = changes(play("site", "--limit", TRIED))
        check(found == {TRIED: 0}, f"expected no change of {TRIED} alone, found {found}")


def tell(frames: list[pathlib.Path], seconds: float) -> None:
    """Print what was shown, and how to go on."""
    here = [*frames, FLEET / "report/report.html", LOG, OFFICE]
    gate, crusher, report, log, program = (path.relative_to(ROOT) for path in here)
    sys.stdout.write(f"""
All of it in {seconds:.0f} s, and each line was tried:
  - two sites with the same LAN, behind a carrier's NAT, from routers that were just flashed
  - pictures of both cameras:  {gate}  {crusher}
  - no way from the internet to a camera but the forward for who is listed, no way from a camera to anywhere
  - a second run changed nothing; a change that cut a router off undid itself
  - the report:                {report}
  - what the playbooks said:   {log}

It is still there. Go on by hand, such as after an edit in {FLEET.relative_to(ROOT)}:
  {program} ansible-playbook farsite.fleet.site --check --diff
  {program} ansible-playbook farsite.fleet.verify
To log in to a router:
  {program} ssh -J root@{HUB} -o HostKeyAlias={TRIED} root@{ROUTERS[TRIED]}
To cut the power of one, and give it back:
  python3 lab/lab_world.py power-cut {NAME} {TRIED}
  python3 lab/lab_world.py power-on {NAME} {TRIED}
To remove all of it:
  make demo-clean
""")


def run() -> None:
    """Show everything. Raise LabError where something cannot be done or is not so."""
    LabWorld.require()
    remove()
    FOLDER.mkdir(parents=True)
    try:
        show()
    except LabError as error:
        raise LabError(f"{error}\nWhat the playbooks said: {LOG}" if LOG.exists() else str(error)) from error


def show() -> None:
    """Show everything, where there is nothing yet."""
    start = time.monotonic()
    sys.stdout.write("A fleet from nothing, in the lab\n")
    with step("images of hub, router and camera, from the distribution's packages"):
        build_images()
    with step("internet, carrier, hub, office, two routers, two cameras"):
        world = LabWorld.start(NAME)
    prepare(world)
    set_up(world)
    frames = show_frames(world)
    show_isolation(world)
    show_changes(world)
    tell(frames, time.monotonic() - start)


def remove() -> None:
    """Remove the world and the files of an earlier demo."""
    LabWorld(NAME).remove()
    if FOLDER.exists():
        shutil.rmtree(FOLDER)


def clean() -> None:
    """Remove what the demo has made: also the lab's images, unless others use them."""
    remove()
    for repository in (lab_hub_image.REPOSITORY, lab_image.REPOSITORY, lab_camera_image.REPOSITORY):
        images = attempt(["images", "--quiet", "--filter", f"reference={repository}"]).stdout.decode().split()
        for image in images:
            attempt(["rmi", image])


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Show what the fleet does, in the lab.")
    parser.add_argument("command", choices=("run", "clean"))
    try:
        {"run": run, "clean": clean}[parser.parse_args().command]()
    except LabError as error:
        sys.exit(f"demo: {error}")
