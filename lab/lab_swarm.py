# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A swarm: hundreds of routers of the lab on one machine, with a hub, an internet, and the office where Ansible runs.

``python3 lab/lab_swarm.py start NAME COUNT | describe NAME | run NAME COMMAND… | stop NAME``, and with ``NAME SITE…``:
``power-cut | power-on | hang | unhang | freeze | thaw``
"""

from __future__ import annotations

import argparse
import concurrent.futures
import functools
import json
import os
import pathlib
import pwd
import shutil
import subprocess
import sys
import typing as t

import lab_image
import lab_swarm_fleet
import lab_tunnel_host
from lab_alone import LoneHub
from lab_flash import mounted
from lab_internet import Internet
from lab_machine import require_tools
from lab_namespace import Namespace, cable, has_device, inside, prefix
from lab_podman import LAB, LabError, podman, run, state_folder
from lab_swarm_router import LAN_PORT, LANS, WAN_PORT, HubPeer, SwarmRouter

OFFICE = "198.51.100.30"
BOOT = 180
"""Seconds, at most, while others boot too."""
AT_ONCE = 8
"""Routers that boot at a time: more would only wait for each other."""
COLLECTIONS = LAB.parent / ".cache/collections"
KEPT_VARIABLES = ("LANG", "LC_ALL", "PATH", "TERM")
"""What a command in the office gets of the environment here."""
ACTIONS = {
    "power-cut": "cut the power of routers",
    "power-on": "give it back",
    "hang": "let logins in, but end none of their commands",
    "unhang": "end that",
    "freeze": "stop all that runs in routers: they take connections and say nothing",
    "thaw": "let it go on",
}
"""What can be done to routers, by the command's name; the method has its name too."""
LIMITS = {"fs/inotify/max_user_instances": 16384, "net/ipv4/neigh/default/gc_thresh3": 16384}
"""Settings that all namespaces of this machine share: dnsmasq and wireguard-go need an inotify instance each."""
_MEGABYTES = (4, 100)
"""Of memory for the files of each router, at most, and of all of them."""


def swarms_folder() -> pathlib.Path:
    """Return where the swarms of this state folder have their files."""
    return state_folder() / "swarms"


class Swarm:
    """A swarm. ``start`` makes one, ``find`` takes hold of it again, ``remove`` leaves nothing of it."""

    def __init__(self, name: str, count: int, *, tunnels: bool, hub: bool) -> None:
        """Describe it; nothing is made."""
        self.name = name
        self.tunnels, self._has_hub = tunnels, hub
        self.folder = swarms_folder() / name
        self.fleet = self.folder / "fleet"
        self.sites = tuple(f"site-{number:03}" for number in range(1, count + 1))
        self.internet = Internet(f"{prefix()}swarm-{name}-internet")
        home = pathlib.Path(pwd.getpwuid(os.getuid()).pw_dir)
        self._keys = self.folder / "office/ssh"
        # Of their own: what is known of hosts, and shared connections, which go by addresses that every swarm has.
        folders = {str(home / ".ssh"): self._keys, str(home / ".ansible"): self.folder / "office/ansible"}
        variables = {"HOME": str(home), "ANSIBLE_HOME": str(home / ".ansible")}
        self.office = Namespace(f"{prefix()}swarm-{name}-office", folders, variables)
        self.user_key = self._keys / "id_ed25519"
        """The private key of whoever sits in the office; hub and routers let it in."""
        self._memory = self.folder / "memory"
        self._routers = {site: self._describe_router(site, number) for number, site in enumerate(self.sites, 1)}

    def _describe_router(self, site: str, number: int) -> SwarmRouter:
        record = self.folder / "routers" / f"{site}.json"
        return SwarmRouter(site, number, self._memory / "image", self._memory / "flash" / site, record)

    @classmethod
    def start(cls, name: str, count: int, *, tunnels: bool = True, hub: bool = True) -> Swarm:
        """Make one of *count* routers; return once all have booted. They are reached, and have no more than that needs.

        Without *tunnels* they have none, and without *hub* there is none: then Ansible takes the way to the LAN.
        Raise LabError if there is one of that name.
        """
        require_tools()
        reason = lab_tunnel_host.why_unusable()
        if reason:
            raise LabError(reason)
        swarm = cls(name, count, tunnels=tunnels, hub=hub)
        if swarm.folder.exists():
            raise LabError(f"there is a swarm {name}: stop it first, or take another name")
        try:
            swarm._start()
        except BaseException:
            swarm.remove()
            raise
        return swarm

    @classmethod
    def find(cls, name: str) -> Swarm:
        """Return the swarm of that name. Raise LabError if there is none."""
        record = swarms_folder() / name / "swarm.json"
        if not record.exists():
            there = sorted(path.parent.name for path in swarms_folder().glob("*/swarm.json"))
            raise LabError(f"there is no swarm {name}; there are: {', '.join(there) or 'none'}")
        return cls(name, **json.loads(record.read_text()))

    @classmethod
    def all(cls) -> list[Swarm]:
        """Return every swarm there is, by name."""
        return [cls.find(path.parent.name) for path in sorted(swarms_folder().glob("*/swarm.json"))]

    def _start(self) -> None:
        for path, least in LIMITS.items():
            _have_at_least(pathlib.Path("/proc/sys", path), least)
        self._keys.mkdir(parents=True, mode=0o700)
        (self.folder / "routers").mkdir()
        said = {"count": len(self.sites), "tunnels": self.tunnels, "hub": self._has_hub}
        (self.folder / "swarm.json").write_text(json.dumps(said))
        run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "you@office", "-f", str(self.user_key)])
        self._unpack()
        self._start_networks()
        with concurrent.futures.ThreadPoolExecutor(AT_ONCE) as pool:
            hub_begun = pool.submit(LoneHub.start, f"{self.name}-hub") if self._has_hub else None
            hub_private = run(["wg", "genkey"])
            peer = self._write_fleet(hub_private)
            list(pool.map(functools.partial(self._seed, peer), self.sites))
            list(pool.map(self.power_on, self.sites))
            if hub_begun:
                hub_begun.result()
        without = [site for site, router in self._routers.items() if self.tunnels and not router.has_tunnel()]
        if without:
            raise LabError(
                f"{', '.join(without)}: wireguard-go has not started there; this machine is out of something"
            )
        if self._has_hub:
            self._introduce_hub(hub_private)
        self._know_hosts()

    def _unpack(self) -> None:
        """Have the files of all routers in memory: one copy of the image, and the flash of each."""
        each, shared = _MEGABYTES
        self._memory.mkdir()
        size = f"size={shared + each * len(self.sites)}m"
        run(["mount", "-t", "tmpfs", "-o", f"{size},mode=700", "farsite-swarm", str(self._memory)])
        image = self._memory / "image"
        image.mkdir()
        container = podman("create", lab_image.build()).strip()
        try:
            archive = self._memory / "image.tar"
            podman("export", f"--output={archive}", container)
            run(["tar", "--extract", f"--file={archive}", f"--directory={image}"])
            archive.unlink()
        finally:
            podman("rm", container)

    def _start_networks(self) -> None:
        self.internet.start()
        self.office.make()
        for host in (self.internet.namespace, self.office):
            host.run("sysctl", "-q", "-w", "net.ipv6.conf.default.disable_ipv6=1")
        self.internet.join(self.office.name, "eth0", OFFICE)
        # What is for a LAN whose router has no power is lost, as it is on the way through the hub.
        for words in ("link add dark arp off type bridge", "link set dark up", f"route add {LANS} dev dark"):
            self.office.run("ip", *words.split())

    @property
    def _authorized_key(self) -> str:
        return self.user_key.with_suffix(".pub").read_text().strip()

    def _write_fleet(self, hub_private: bytes) -> HubPeer:
        public = run(["wg", "pubkey"], input_data=hub_private).decode().strip()
        direct = not (self.tunnels and self._has_hub)
        lab_swarm_fleet.write_fleet(self.fleet, LoneHub.ADDRESS, public, self._authorized_key, direct=direct)
        return HubPeer(public, LoneHub.ADDRESS, lab_swarm_fleet.HUB_PORT, lab_swarm_fleet.HUB_TUNNEL)

    def _seed(self, hub: HubPeer, site: str) -> None:
        router = self._routers[site]
        public = router.seed(self._authorized_key, hub if self.tunnels else None)
        lab_swarm_fleet.write_site(self.fleet, site, router.addresses, public)

    def _introduce_hub(self, private: bytes) -> None:
        """Let the user into the hub, and give it the key that the routers know it by."""
        self.hub.output("umask 077; cat >/etc/wireguard/fleet.key", input_data=private)
        self.hub.output("cat >>~/.ssh/authorized_keys", input_data=f"{self._authorized_key}\n".encode())
        self.connect_hub()

    def _know_hosts(self) -> None:
        lines = [f"{site} {router.host_key()}\n" for site, router in self._routers.items()]
        if self._has_hub:
            lines.append(self.hub.known_hosts.read_text().replace("*", LoneHub.ADDRESS, 1))
        (self._keys / "known_hosts").write_text("".join(lines))

    @functools.cached_property
    def hub(self) -> LoneHub:
        """The hub."""
        found = [hub for hub in LoneHub.all() if hub.name == f"{self.name}-hub"]
        if not found:
            raise LabError(f"the swarm {self.name} has no hub")
        return found[0]

    def connect_hub(self) -> None:
        """Plug the hub in if it is not, as after a loss of power."""
        if not has_device(process := str(self.hub.process_id()), "wan0"):
            self.internet.join(process, "wan0", LoneHub.ADDRESS)

    def router(self, site: str) -> SwarmRouter:
        """Return the router of a site."""
        if site not in self._routers:
            raise LabError(f"there is no site {site}; there are {self.sites[0]} to {self.sites[-1]}")
        return self._routers[site]

    def site_file(self, site: str) -> pathlib.Path:
        """Return the file of a site."""
        return lab_swarm_fleet.site_file(self.fleet, self.router(site).site)

    def run(self, *command: str, **variables: str) -> subprocess.CompletedProcess[str]:
        """Run a command in the office, in the fleet's folder, whatever its end; *variables* are its environment's."""
        return subprocess.run(  # noqa: S603
            self.office.command(*command), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            text=True, check=False, cwd=self.fleet, env=self.environment() | variables,
        )  # fmt: skip

    def environment(self) -> dict[str, str]:
        """Return the environment of a command in the office."""
        kept = {name: os.environ[name] for name in KEPT_VARIABLES if name in os.environ}
        path = f"{pathlib.Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
        return kept | {"ANSIBLE_COLLECTIONS_PATH": str(COLLECTIONS), "ANSIBLE_NOCOLOR": "1", "PATH": path}

    def output(self, site: str, command: str) -> str:
        """Return what a command of ``sh`` printed in a site's router, past SSH. Raise LabError if it fails."""
        return self.router(site).output(command)

    def is_up(self, site: str) -> bool:
        """Whether a site's router has power."""
        return self.router(site).is_up()

    def power_cut(self, site: str) -> None:
        """Cut the power of a site's router."""
        self.router(site).kill()

    def power_on(self, site: str) -> None:
        """Give a site's router power, and plug it in; return once it has booted."""
        router = self.router(site)
        if router.is_up():
            return
        begun = router.begin()
        self._plug_in(router)
        router.boot(begun, BOOT)

    def _plug_in(self, router: SwarmRouter) -> None:
        """Lay its cables: each router has its own to the internet, and one from its LAN to the office."""
        process, internet = str(router.process_id()), self.internet.namespace.name
        lan, uplink = router.addresses.lan, router.addresses.uplink
        ends = {internet: (WAN_PORT, f"{uplink[1]}/30"), self.office.name: (LAN_PORT, f"{lan[2]}/24")}
        for host, (port, address) in ends.items():
            cable(host, router.site, process, port)
            words = f"address add {address} dev {router.site}\nlink set {router.site} up\n"
            run([*inside(host), "ip", "-batch", "-"], input_data=words.encode())

    def hang(self, site: str) -> None:
        """Let SSH in at a site's router, and never end what is run there."""
        self.router(site).hang()

    def unhang(self, site: str) -> None:
        """End that."""
        self.router(site).unhang()

    def freeze(self, site: str) -> None:
        """Stop all that runs in a site's router: it takes connections, and says nothing."""
        self.router(site).freeze()

    def thaw(self, site: str) -> None:
        """Let it go on."""
        self.router(site).thaw()

    def act(self, action: str, sites: t.Iterable[str]) -> None:
        """Do one of ACTIONS to routers, to some at a time."""
        with concurrent.futures.ThreadPoolExecutor(AT_ONCE) as pool:
            list(pool.map(getattr(self, action.replace("-", "_")), sites))

    def remove(self) -> None:
        """Remove it: routers, hub, networks and files."""
        for router in self._routers.values():
            router.kill()
        for hub in LoneHub.all():
            if hub.name == f"{self.name}-hub":
                hub.remove()
        self.office.remove()
        self.internet.remove()
        if mounted(self._memory):
            run(["umount", "--lazy", str(self._memory)])
        shutil.rmtree(self.folder, ignore_errors=True)

    def describe(self) -> dict[str, t.Any]:
        """Return what a person or a test needs to use it."""
        return {
            "name": self.name,
            "fleet": str(self.fleet),
            "hub": {"address": LoneHub.ADDRESS, "container": self.hub.container} if self._has_hub else None,
            "user_key": str(self.user_key),
            "routers": {
                site: {
                    "lan_address": str(router.addresses.lan[1]),
                    "tunnel_address": str(router.addresses.tunnel),
                    "process": router.process_id(),
                }
                for site, router in self._routers.items()
            },
        }


def _have_at_least(setting: pathlib.Path, value: int) -> None:
    if int(setting.read_text()) < value:
        setting.write_text(str(value))


def parser() -> argparse.ArgumentParser:
    """Return what reads the arguments."""
    made = argparse.ArgumentParser(description="Swarms of the lab: hundreds of routers and a hub.")
    commands = made.add_subparsers(dest="command", required=True)
    start = commands.add_parser("start", help="make a swarm; prints what is in it")
    start.add_argument("name")
    start.add_argument("count", type=int)
    start.add_argument("--no-tunnels", action="store_true", help="the routers have no tunnel")
    start.add_argument("--no-hub", action="store_true", help="there is no hub")
    for command, text in {"describe": "print what is in it", "stop": "remove a swarm"}.items():
        commands.add_parser(command, help=text).add_argument("name")
    for command, text in ACTIONS.items():
        one = commands.add_parser(command, help=text)
        one.add_argument("name")
        one.add_argument("sites", nargs="+", metavar="SITE")
    there = commands.add_parser("run", help="run a command in the office, in the fleet's folder")
    there.add_argument("name")
    there.add_argument("words", nargs=argparse.REMAINDER, metavar="COMMAND")
    return made


def main(arguments: list[str]) -> None:
    """Run the command line."""
    options = parser().parse_args(arguments)
    if options.command == "start":
        swarm = Swarm.start(options.name, options.count, tunnels=not options.no_tunnels, hub=not options.no_hub)
    else:
        swarm = Swarm.find(options.name)
    match options.command:
        case "start" | "describe":
            sys.stdout.write(json.dumps(swarm.describe(), indent=2) + "\n")
        case "run":
            os.chdir(swarm.fleet)
            command = swarm.office.command(*options.words)
            os.execvpe(command[0], command, swarm.environment())  # noqa: S606
        case "stop":
            swarm.remove()
        case _:
            swarm.act(options.command, options.sites)


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except LabError as error:
        sys.exit(f"lab: {error}")
