# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the benchmark of playbooks measures on: a swarm of the lab, bad links before its routers, runs of Ansible."""

from __future__ import annotations

import contextlib
import dataclasses
import ipaddress
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import typing as t

from ansible_collections.farsite.fleet.bench import measured
from ansible_collections.farsite.fleet.bench.community import (
    READ_FILES,
    Installed,
    give_libubox,
    split_files,
    write_files,
)
from ansible_collections.farsite.fleet.bench.results import Measured
from ansible_collections.farsite.fleet.bench.scenarios import (
    COMMUNITY_PLAYBOOK,
    FLOOR_PLAYBOOK,
    Scenario,
    add_off_line_sites,
    problems,
    with_cameras,
    with_port,
)

BENCH = pathlib.Path(measured.__file__).parent
sys.path.insert(0, str(BENCH.parent / "lab"))

from lab_namespace import inside  # noqa: E402
from lab_swarm import Swarm  # noqa: E402
from lab_swarm_fleet import HUB_NAME  # noqa: E402

if t.TYPE_CHECKING:
    from types import TracebackType

HUB = "127.78.0.1"
FIRST_ROUTER = ipaddress.IPv4Address("127.77.0.1")
SSH_PORT = 22
PORTS: t.Final = {"direct": 22, "hub": 2222}
"""Of the proxies, by the way: the hub's firewall lets in the port that Ansible knows; in the hub that one is taken."""
FIRST_PORT = 8080
COUNTING_SSH = """\
#!/bin/sh
# every ssh of Ansible but the local "-O" calls that close a shared connection
case " $* " in *' -O '*) ;; *) echo "$*" >>"$FARSITE_SSH_LOG" ;; esac
exec ssh "$@"
"""
_LAST_LINES = 30
_PATIENT = ("-e", "hub_rollback_timeout=300")
"""The hub is set up while hundreds of routers have booted just now."""


class RigError(Exception):
    """A run was not what it was to be: says which, and what came instead."""


class Proxy:
    """A lag proxy in the network of a host; ``end`` ends it."""

    def __init__(self, enter: t.Sequence[str], port: int) -> None:
        """Start it on that port; *enter* are the words that run a program in that network."""
        command = [*enter, sys.executable, str(BENCH / "lag.py"), str(port)]
        self._process = subprocess.Popen(  # noqa: S603
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def request(self, **message: t.Any) -> dict[str, t.Any]:
        """Send it a request and return the answer. Raise RigError where it has ended."""
        given, told = t.cast("t.IO[str]", self._process.stdin), t.cast("t.IO[str]", self._process.stdout)
        given.write(json.dumps(message) + "\n")
        given.flush()
        line = told.readline()
        if not line:
            raise RigError(f"the lag proxy has ended with exit status {self._process.wait()}")
        answer: dict[str, t.Any] = json.loads(line)
        return answer

    def end(self) -> None:
        """End it."""
        self._process.communicate()


@dataclasses.dataclass(frozen=True)
class Link:
    """How one router is reached: the proxy's address before it, and its own on either way."""

    address: str
    direct: str
    hub: str


class Rig:
    """A swarm with a proxy in the office and one in the hub. It is a context; in the end nothing of it is left."""

    def __init__(
        self, name: str, count: int, hub_rtt: int, forks: int | None = None, collections: pathlib.Path | None = None
    ) -> None:
        """Describe it; the hub is as far away as the routers, but no further than *hub_rtt* ms.

        *forks* are Ansible's, by default those of the example's ansible.cfg; in the folder *collections* is what is
        measured, by default this checkout.
        """
        self.name, self.count, self.hub_rtt, self.forks = name, count, hub_rtt, forks
        self._environment = {"ANSIBLE_COLLECTIONS_PATH": str(collections.absolute())} if collections else {}
        self.sites: list[str] = []
        self._off_line: list[str] = []
        self._links: dict[str, Link] = {}
        self._port = FIRST_PORT
        self._community: list[str] = []
        self._stack = contextlib.ExitStack()

    def __enter__(self) -> t.Self:
        """Start it, with the hub set up and the routers as they come out of the swarm."""
        with self._stack:
            self.swarm = Swarm.start(self.name, self.count)
            self._stack.callback(self.swarm.remove)
            self.place = pathlib.Path(self._stack.enter_context(tempfile.TemporaryDirectory(prefix="farsite-bench-")))
            (self.place / "ssh").write_text(COUNTING_SSH)
            (self.place / "ssh").chmod(0o755)
            for number, site in enumerate(self.swarm.sites, 1):
                file = self.swarm.site_file(site)
                file.write_text(with_port(with_cameras(file.read_text(), number), self._port))
            self.sites = list(self.swarm.sites)
            self._proxies = {
                "direct": Proxy(self.swarm.office.command(), PORTS["direct"]),
                "hub": Proxy(inside(str(self.swarm.hub.process_id())), PORTS["hub"]),
            }
            for proxy in self._proxies.values():
                self._stack.callback(proxy.end)
            self.read_inventory()
            self.set_up_hub()
            self._stack = self._stack.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Remove it."""
        self._stack.close()

    def read_inventory(self) -> None:
        """Learn the routers' addresses, and write an inventory that leads to the proxies, for each way."""
        done = self.swarm.run("ansible-inventory", "--list", **self._environment)
        if done.returncode:
            raise RigError(f"ansible-inventory: {done.stdout}")
        hosts = json.loads(done.stdout[done.stdout.index("{") :])["_meta"]["hostvars"]
        for number, site in enumerate(self.sites):
            own = hosts[site]
            self._links[site] = Link(str(FIRST_ROUTER + number), own["lan_address"], own["tunnel_address"])
        hub = {
            "ansible_host": HUB,
            "ansible_ssh_common_args": f"-o HostKeyAlias={self.swarm.hub.ADDRESS}",
        }
        for way, more in {"direct": {"fleet_jump_host": ""}, "hub": {}}.items():
            sites = {
                site: {"ansible_host": link.address, "ansible_port": PORTS[way]} | more
                for site, link in self._links.items()
            }
            inventory = {"all": {"hosts": sites | {HUB_NAME: hub}}}
            self._inventory(way).write_text(json.dumps(inventory))

    def _inventory(self, way: str) -> pathlib.Path:
        return self.place / f"{way}.yml"

    def set_up_hub(self) -> None:
        """Have the hub know all sites; it is not measured."""
        self._set_links("direct", 0)
        self._succeed("the hub", *self._playbook("direct", "farsite.fleet.hub"), *_PATIENT)

    def add_off_line(self, count: int) -> None:
        """Have that many sites in all, of which those that are more than the swarm has are off-line."""
        self._off_line = add_off_line_sites(self.swarm.fleet, range(self.count + 1, count + 1))
        self.sites += self._off_line
        self.read_inventory()
        self.set_up_hub()

    def settle(self) -> None:
        """Have every router right, and what Ansible caches cached; it is not measured."""
        self._succeed("all sites", *self._playbook("direct", "farsite.fleet.site"))

    def add_community(self, installed: Installed, rootfs: pathlib.Path) -> None:
        """Have the collection community.openwrt, what it needs, and the routers' files for its playbook."""
        collections, files = self.place / "collections", self.place / "files"
        installed.copy_to(collections)
        for site in self.swarm.sites:
            give_libubox(rootfs, pathlib.Path(f"/proc/{self.swarm.router(site).process_id()}/root"))
            write_files(files / site, split_files(self.swarm.output(site, READ_FILES)))
        path = self.swarm.environment()["ANSIBLE_COLLECTIONS_PATH"]
        own = self._environment.get("ANSIBLE_COLLECTIONS_PATH", path)
        self._environment["ANSIBLE_COLLECTIONS_PATH"] = f"{own}{os.pathsep}{collections}"
        self._community = ["-e", f"bench_files={files}"]

    def run(self, scenario: Scenario, way: str, rtt: int, *, count_ssh: bool) -> Measured:
        """Run a scenario with cold connections and return what it has cost.

        To count the processes of ssh takes time: a millisecond each. Raise RigError where the run was another one.
        """
        if scenario.changes_files:
            self._port += 1
            for site in self.swarm.sites:
                file = self.swarm.site_file(site)
                file.write_text(with_port(file.read_text(), self._port))
        self._set_links(way, rtt)
        self._proxies[way].request(take=True)
        usage, log = self.place / "usage.json", self.place / "ssh.log"
        log.write_text("")
        counting = {"ANSIBLE_SSH_EXECUTABLE": str(self.place / "ssh"), "FARSITE_SSH_LOG": str(log)}
        more = self._community if scenario.playbook == COMMUNITY_PLAYBOOK else []
        with tempfile.TemporaryDirectory(prefix="fb-") as sockets:
            done = self.swarm.run(
                sys.executable, str(BENCH / "measured.py"), str(usage),
                *self._playbook(way, scenario.playbook), *scenario.options, *more,
                **self._environment, ANSIBLE_SSH_CONTROL_PATH_DIR=sockets, **(counting if count_ssh else {}),
            )  # fmt: skip
        what = f"{scenario.name}, {len(self.sites)} sites, {rtt} ms, {way}"
        expected_failure = bool(self._off_line) and scenario.name == "floor"
        wrong = problems(scenario, self.swarm.sites, done.stdout)
        if (done.returncode and not expected_failure) or wrong:
            raise RigError("\n".join([what, *wrong[:5], *done.stdout.splitlines()[-_LAST_LINES:]]))
        cost = json.loads(usage.read_text())
        traffic = self._proxies[way].request(take=True)
        routers = [traffic[link.address] for site, link in self._links.items() if link.address in traffic]
        hosts = len(self.sites)
        addresses = {link.address for link in self._links.values()}
        calls = [set(line.split()) for line in log.read_text().splitlines()]
        return Measured(
            wall=cost["wall"],
            cpu=cost["cpu"],
            memory=cost["memory"],
            connections=sum(one["connections"] for one in routers) / hosts,
            up=sum(one["up"] for one in routers) / hosts,
            down=sum(one["down"] for one in routers) / hosts,
            operations=sum(bool(addresses & words) for words in calls) / hosts if count_ssh else None,
            hub_operations=sum(HUB in words for words in calls) if count_ssh else None,
        )

    def _set_links(self, way: str, rtt: int) -> None:
        routers = {
            link.address: {"host": getattr(link, way), "port": SSH_PORT, "rtt": rtt}
            for site, link in self._links.items()
            if site not in self._off_line
        }
        hub = {HUB: {"host": self.swarm.hub.ADDRESS, "port": SSH_PORT, "rtt": min(rtt, self.hub_rtt)}}
        self._proxies["direct"].request(routes=hub | (routers if way == "direct" else {}))
        self._proxies["hub"].request(routes=routers if way == "hub" else {})

    def _playbook(self, way: str, name: str) -> list[str]:
        file = str(BENCH / name) if name in (FLOOR_PLAYBOOK, COMMUNITY_PLAYBOOK) else name
        forks = [f"--forks={self.forks}"] if self.forks else []
        return ["ansible-playbook", "-i", "fleet.yml", "-i", str(self._inventory(way)), *forks, file]

    def _succeed(self, what: str, *command: str) -> None:
        done = self.swarm.run(*command, **self._environment)
        if done.returncode:
            raise RigError("\n".join([f"{what}: exit {done.returncode}", *done.stdout.splitlines()[-_LAST_LINES:]]))
