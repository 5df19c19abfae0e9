# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A world for a whole fleet: internet, carrier, hub, two sites with cameras, the office, a person, and others outside.

``python3 lab/lab_world.py start NAME | describe NAME | bench NAME SITE | ship NAME SITE | power-cut NAME SITE |
power-on NAME SITE | reboot-hub NAME | run NAME HOST COMMAND… | stop NAME``

Hub, routers and cameras are the lab's, the rest are network namespaces. Two worlds have nothing in common.
"""

from __future__ import annotations

import argparse
import concurrent.futures
import dataclasses
import enum
import functools
import json
import os
import pathlib
import pwd
import shutil
import sys
import typing as t

import lab_camera
import lab_carrier
import lab_genuine
import lab_namespace
import lab_tunnel_host
from lab_alone import LoneHub
from lab_camera import LabCamera
from lab_carrier import Carrier
from lab_flashed import ADDRESS, BENCH_PORT, CAMERA_PORT, FlashedRouter
from lab_internet import Internet
from lab_machine import require_tools
from lab_namespace import Namespace, cable, has_device, inside
from lab_podman import LabError, run

HUB, CARRIER = LoneHub.ADDRESS, "192.0.2.20"
OFFICE, PERSON = "198.51.100.30", "192.0.2.40"
LISTED, UNLISTED = "198.51.100.66", "192.0.2.66"
"""Two who are strangers: one with an address of which cameras may be forwarded to, one without."""
DESK = "192.168.1.2/24"
"""The address of the office's computer on its bench."""
STICK = "usb0"
BOOT = 90
"""Seconds, at most."""

M = t.TypeVar("M", LoneHub, FlashedRouter)


@dataclasses.dataclass(frozen=True, slots=True)
class Site:
    """What is at a site besides its router: a camera, by its name, and a stick; the addresses are MAC addresses."""

    camera: str
    camera_mac: str
    stick_mac: str


SITES = {
    "quarry-north": Site("gate", "44:19:b6:00:00:01", "00:1e:10:1f:00:11"),
    "quarry-south": Site("crusher", "44:19:b6:00:00:02", "00:1e:10:1f:00:12"),
}


class Place(enum.StrEnum):
    """Where a router is: not plugged into anything, on the bench, or at its site."""

    SHELF = "shelf"
    BENCH = "bench"
    SITE = "site"


class LabWorld:
    """A world. ``start`` makes one, ``find`` takes hold of it again, ``remove`` leaves nothing of it."""

    def __init__(self, name: str) -> None:
        """Describe it; nothing is made."""
        self.name = name
        self.folder = lab_namespace.worlds_folder() / name
        self.internet = Internet(self._full("internet"))
        home, key_folder = pathlib.Path(pwd.getpwuid(os.getuid()).pw_dir), self.folder / "office" / "ssh"
        # Of their own: what is known of hosts, and shared connections, which go by addresses that every world has.
        folders = {str(home / ".ssh"): key_folder, str(home / ".ansible"): self.folder / "office" / "ansible"}
        variables = {"HOME": str(home), "ANSIBLE_HOME": str(home / ".ansible")}
        self.office = Namespace(self._full("office"), folders, variables)
        self.user_key = key_folder / "id_ed25519"
        """The private key of whoever sits in the office; the hub lets it in."""
        folders = {"/run": self.folder / "person/run", "/etc/wireguard": self.folder / "person/wireguard"}
        self.person = Namespace(self._full("person"), folders)
        self.listed = Namespace(self._full("listed"))
        self.unlisted = Namespace(self._full("unlisted"))
        self.hosts = {"office": self.office, "person": self.person, "listed": self.listed, "unlisted": self.unlisted}
        """The computers of people, by name."""
        self.carrier = Carrier(lab_carrier.container_name(f"{name}-carrier"))
        self.cameras = {site: LabCamera(f"{name}-{there.camera}") for site, there in SITES.items()}

    def _full(self, purpose: str) -> str:
        return f"{lab_namespace.prefix()}{self.name}-{purpose}"

    @staticmethod
    def require() -> None:
        """Raise LabError, with what to do, unless there can be a world on this machine."""
        require_tools()
        rootfs = os.environ.get("ROUTER_ROOTFS")
        reason = lab_tunnel_host.why_unusable() or (lab_genuine.why_unfit(pathlib.Path(rootfs)) if rootfs else None)
        if reason:
            raise LabError(reason)

    @classmethod
    def start(cls, name: str) -> LabWorld:
        """Make one. The routers are flashed and lie on the shelf; the cameras wait for their cables.

        The images are built if they are not there. Raise LabError if there is a world of that name.
        """
        cls.require()
        world = cls(name)
        if world.folder.exists():
            raise LabError(f"there is a world {name}: stop it first, or take another name")
        try:
            world.folder.mkdir(parents=True, mode=0o700)
            world._keep(dict.fromkeys(SITES, Place.SHELF))
            world._start_machines()
            world._start_hosts()
            world.connect()
        except BaseException:
            world.remove()
            raise
        return world

    @classmethod
    def find(cls, name: str) -> LabWorld:
        """Return the world of that name. Raise LabError if there is none."""
        world = cls(name)
        if not world.folder.exists():
            there = sorted(path.name for path in world.folder.parent.glob("*"))
            raise LabError(f"there is no world {name}; there are: {', '.join(there) or 'none'}")
        return world

    def _start_machines(self) -> None:
        with concurrent.futures.ThreadPoolExecutor() as pool:
            tasks: list[concurrent.futures.Future[t.Any]] = [
                pool.submit(LoneHub.start, f"{self.name}-hub"),
                pool.submit(Carrier.start, f"{self.name}-carrier"),
                *(pool.submit(FlashedRouter.start, f"{self.name}-{site}") for site in SITES),
                *(pool.submit(LabCamera.start_alone, camera.name) for camera in self.cameras.values()),
            ]
        for task in tasks:
            task.result()

    def _start_hosts(self) -> None:
        self.internet.start()
        for host, address in zip(self.hosts.values(), (OFFICE, PERSON, LISTED, UNLISTED), strict=True):
            host.make()
            self.internet.join(host.name, "eth0", address)
        run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "you@office", "-f", str(self.user_key)])
        self.hub.output(
            "umask 077; cat >~/.ssh/authorized_keys", input_data=self.user_key.with_suffix(".pub").read_bytes()
        )
        _star, kind, key = self.hub.known_hosts.read_text().split()
        self.user_key.with_name("known_hosts").write_text(f"{HUB} {kind} {key}\n")
        self.carrier.connect(self.internet, CARRIER)

    @functools.cached_property
    def hub(self) -> LoneHub:
        """The hub, whose address in this world is :data:`HUB`."""
        return self._mine(LoneHub.all(), "hub")

    def router(self, site: str) -> FlashedRouter:
        """Return the router of a site, wherever it is."""
        if site not in SITES:
            raise LabError(f"there is no site {site}; there are: {', '.join(SITES)}")
        return self._routers[site]

    @functools.cached_property
    def _routers(self) -> dict[str, FlashedRouter]:
        return {site: self._mine(FlashedRouter.all(), site) for site in SITES}

    def _mine(self, machines: list[M], purpose: str) -> M:
        name = f"{self.name}-{purpose}"
        found = [machine for machine in machines if machine.name == name]
        if not found:
            raise LabError(f"the world {self.name} is not whole, {name} is missing: stop it, and start it again")
        return found[0]

    def places(self) -> dict[str, Place]:
        """Return where the router of each site is."""
        kept = json.loads((self.folder / "places.json").read_text())
        return {site: Place(place) for site, place in kept.items()}

    def _keep(self, places: dict[str, Place]) -> None:
        (self.folder / "places.json").write_text(json.dumps(places))

    def _move(self, site: str, place: Place) -> None:
        """Carry a router from one place to another, without power, and switch it on there."""
        router = self.router(site)
        if router.running():
            router.kill()
        self._keep(self.places() | {site: place})
        self.power_on(site)

    def bench(self, site: str) -> None:
        """Put a site's router on the bench, with its stick; what was there goes to the shelf.

        It is switched on there, and the office reaches it as 192.168.1.1.
        """
        for other, place in self.places().items():
            if place is Place.BENCH and other != site:
                self._move(other, Place.SHELF)
        self._move(site, Place.BENCH)

    def ship(self, site: str) -> None:
        """Carry a site's router to its site, and plug in stick and camera; it is switched on there."""
        self._move(site, Place.SITE)

    def power_cut(self, site: str) -> None:
        """Cut the power of a site's router."""
        self.router(site).kill()

    def power_on(self, site: str) -> None:
        """Give a site's router power again, wherever it is; return once it has booted and all is plugged in."""
        router = self.router(site)
        router.power_on()
        router.wait_for_boot(BOOT)
        self.connect()

    def reboot_hub(self) -> None:
        """Shut the hub down and start it again."""
        self.hub.reboot()
        self.connect()

    def connect(self) -> None:
        """Plug in all that belongs somewhere and is not there, as after a loss of power."""
        if self.hub.running() and not has_device(process := str(self.hub.process_id()), "wan0"):
            self.internet.join(process, "wan0", HUB)
        for site, place in self.places().items():
            if place is not Place.SHELF and self.router(site).running():
                self._connect_router(site, place)

    def _connect_router(self, site: str, place: Place) -> None:
        router, there = self.router(site), SITES[site]
        process = str(router.process_id())
        if has_device(process, STICK):
            return
        if place is Place.SITE:
            self.cameras[site].plug(router, there.camera_mac, CAMERA_PORT)
        else:
            cable(self.office.name, "bench", process, BENCH_PORT)
            run([*inside(self.office.name), "ip", "address", "add", DESK, "dev", "bench"])
            run([*inside(self.office.name), "ip", "link", "set", "bench", "up"])
            router.join_lan(BENCH_PORT)
        self.carrier.plug(router, lab_carrier.HILINK, STICK, mac=there.stick_mac)
        # netifd is told by the kernel of a new device, its stand-in is not.
        router.output("/etc/init.d/network reload")

    def join_vpn(self, configuration: pathlib.Path) -> None:
        """Let the person use a configuration file that the fleet's operator made: its tunnel goes up."""
        place = self.folder / "person/wireguard" / configuration.name
        if place.exists():
            self.person.run("wg-quick", "down", configuration.stem)
        place.touch(0o600)
        place.write_bytes(configuration.read_bytes())
        self.person.run("wg-quick", "up", configuration.stem)

    def frame(self, address: str, *, host: str = "person") -> lab_camera.Grabbed:
        """Return what the computer *host* sees of the camera at *address*."""
        network = f"ns:{lab_namespace.PLACE / self.hosts[host].name}"
        return lab_camera.grab_frame(f"rtsp://{address}{lab_camera.STREAM}", network=network)

    def connects(self, host: str, address: str, port: int, *, timeout: float = 3) -> bool:
        """Whether *host*, a computer, a site's router or ``camera SITE``, gets a TCP connection there."""
        kind, _space, site = host.rpartition(" ")
        if host in self.hosts:
            there = self.hosts[host].name
        else:
            there = str(self.cameras[site].process_id() if kind == "camera" else self.router(site).process_id())
        return lab_namespace.connects(there, address, port, timeout=timeout)

    def remove(self) -> None:
        """Remove it: machines, hosts and files."""
        for camera in self.cameras.values():
            camera.remove()
        self.carrier.remove()
        mine = [f"{self.name}-{name}" for name in ("hub", *SITES)]
        for machine in (*LoneHub.all(), *FlashedRouter.all()):
            if machine.name in mine:
                machine.remove()
        for host in self.hosts.values():
            host.remove()
        self.internet.remove()
        shutil.rmtree(self.folder, ignore_errors=True)

    def describe(self) -> dict[str, t.Any]:
        """Return what a person, a test or a playbook needs to use it."""
        return {
            "name": self.name,
            "hub": {"address": HUB, "container": self.hub.container},
            "user_key": str(self.user_key),
            "office": OFFICE,
            "bench": ADDRESS,
            "hosts": [*self.hosts],
            "routers": {
                site: {"place": place, "container": self.router(site).container, "running": self.router(site).running()}
                for site, place in self.places().items()
            },
            "cameras": {site: camera.describe() for site, camera in self.cameras.items()},
        }


def parser() -> argparse.ArgumentParser:
    """Return what reads the arguments."""
    made = argparse.ArgumentParser(description="Worlds of the lab: all that a fleet needs around it.")
    commands = made.add_subparsers(dest="command", required=True)
    named = {
        "start": "make a world; prints what is in it",
        "describe": "print what is in it",
        "reboot-hub": "shut the hub down and start it again",
        "stop": "remove a world",
    }
    of_site = {
        "bench": "put the router of a site on the bench and switch it on",
        "ship": "carry the router of a site there and switch it on",
        "power-cut": "cut the power of a site's router",
        "power-on": "give it power again",
    }
    for command, text in (named | of_site).items():
        one = commands.add_parser(command, help=text)
        one.add_argument("name")
        if command in of_site:
            one.add_argument("site", choices=SITES)
    there = commands.add_parser("run", help="run a command on the computer of the office or of a person")
    there.add_argument("name")
    there.add_argument("host")
    there.add_argument("words", nargs=argparse.REMAINDER, metavar="COMMAND")
    return made


def main(arguments: list[str]) -> None:
    """Run the command line."""
    options = parser().parse_args(arguments)
    world = LabWorld.start(options.name) if options.command == "start" else LabWorld.find(options.name)
    match options.command:
        case "start" | "describe":
            sys.stdout.write(json.dumps(world.describe(), indent=2) + "\n")
        case "run":
            if options.host not in world.hosts:
                raise LabError(f"there is no computer {options.host}; there are: {', '.join(world.hosts)}")
            command = world.hosts[options.host].command(*options.words)
            os.execvp(command[0], command)  # noqa: S606
        case "stop":
            world.remove()
        case "reboot-hub":
            world.reboot_hub()
        case "bench":
            world.bench(options.site)
        case "ship":
            world.ship(options.site)
        case "power-cut":
            world.power_cut(options.site)
        case "power-on":
            world.power_on(options.site)


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except LabError as error:
        sys.exit(f"lab: {error}")
