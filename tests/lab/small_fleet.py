# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A fleet of one hub and one site in the lab: its folder, its machines, and the playbooks run as a user would."""

from __future__ import annotations

import contextlib
import json
import os
import pathlib
import shlex
import subprocess
import sys
import tempfile
import time
import typing as t

from lab_hub import LabHub
from lab_router import LabRouter

from playbooks import COLLECTIONS

PINGS = pathlib.Path(__file__).with_name("pings.py")
SITE, HUB = "quarry-north", "hub-1"
TUNNEL, HUB_TUNNEL = "10.79.0.17", "10.79.255.254"
AUTHORIZED_KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJxk0G7zqgU5VOzqVQnRk1hN1m3bQO3mJH4s0e0L3x7Z operator"
PEERS: t.Final = {
    "farsite.fleet.wireguard_peers": {
        "interface": "{{ hub_interface }}",
        "listen_port": "{{ hub_port }}",
        "addresses": "{{ hub_addresses }}",
        "pools": "{{ hub_pools }}",
        "peers": "{{ hub_peers }}",
        "retire": "{{ hub_retired_keys }}",
    }
}
"""The task that brings the hub's peers up to date."""
_SECONDS = 30


class Gaps(t.TypedDict):
    """What a run of pings found; ``longest`` is in seconds, without an answer."""

    sent: int
    answered: int
    longest: float


class SmallFleet:
    """The machines and the folder; ``remove`` leaves nothing of them."""

    def __init__(self, name: str, folder: pathlib.Path) -> None:
        self.folder = folder
        self.sockets = tempfile.TemporaryDirectory(prefix="farsite-")
        self.hub = LabHub.start(f"{name}-hub")
        try:
            self.router = LabRouter.start(f"{name}-site")
        except BaseException:
            self.hub.remove()
            raise
        self._write_files()

    def remove(self) -> None:
        self.router.remove()
        self.hub.remove()
        self.sockets.cleanup()

    def _write_files(self) -> None:
        self.write("fleet.yml", {
            "plugin": "farsite.fleet.sites",
            "name": "lab",
            "hub": {"address": self.hub.address},
            "defaults": {
                "router": {"model": "tplink_tl-mr3020-v3", "release": "24.10"},
                "ssh": {"authorized_keys": [AUTHORIZED_KEY]},
            },
        })  # fmt: skip
        self.site(state="planned")
        hub = {"ansible_user": "root", "ansible_ssh_common_args": shlex.join(shared(self.hub))}
        self.write("host_vars/hub-1.yml", hub)
        self.write(f"host_vars/{SITE}.yml", {"ansible_ssh_extra_args": shlex.join(shared(self.router))})

    def write(self, name: str, data: dict[str, t.Any]) -> None:
        """Write a file of the fleet's folder; JSON is YAML too."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(data, indent=2) + "\n", "utf-8")

    def site(self, **settings: t.Any) -> None:
        """Write the file of the site."""
        self.write(f"sites/{SITE}.yml", {"id": 17, "uplink": {"kind": "ethernet"}, **settings})

    def playbook(self, name: str, *options: str) -> subprocess.CompletedProcess[str]:
        """Run a playbook of the collection, or a file."""
        environment = {name: value for name, value in os.environ.items() if not name.startswith("ANSIBLE_")}
        environment |= {
            "ANSIBLE_COLLECTIONS_PATH": str(COLLECTIONS),
            "ANSIBLE_NOCOLOR": "1",
            "ANSIBLE_SSH_CONTROL_PATH_DIR": self.sockets.name,
            "ANSIBLE_TIMEOUT": "5",
            "ANSIBLE_INVENTORY_ENABLED": "farsite.fleet.sites",
            "PYTHONPATH": str(COLLECTIONS),
        }
        program = pathlib.Path(sys.executable).with_name("ansible-playbook")
        command = [str(program), "-i", str(self.folder / "fleet.yml"), name, *options]
        return subprocess.run(command, capture_output=True, text=True, check=False, env=environment)

    def tasks(self, hosts: str, *tasks: dict[str, t.Any]) -> subprocess.CompletedProcess[str]:
        """Run tasks that must succeed."""
        play = self.folder.parent / "tasks.json"
        play.write_text(json.dumps([{"hosts": hosts, "gather_facts": False, "tasks": list(tasks)}]))
        done = self.playbook(str(play))
        assert done.returncode == 0, done.stdout + done.stderr
        return done

    def public_key(self, name: str) -> str:
        """Return the public key in the fleet's files."""
        return (self.folder / "keys" / f"{name}.pub").read_text("utf-8").strip()

    def running_key(self) -> str:
        """Return the public key that the router's tunnel has now."""
        return self.router.output(["wg", "show", "fleet", "public-key"]).strip()

    def holder(self) -> str | None:
        """Return the key of the peer that has the site's tunnel address on the hub."""
        lines = self.hub.output(["wg", "show", "fleet", "allowed-ips"]).splitlines()
        found = [key for key, _tab, allowed in (line.partition("\t") for line in lines) if f"{TUNNEL}/32" in allowed]
        return found[0] if found else None

    def private_keys(self) -> set[str]:
        """Return every private key that the router has."""
        text = self.router.output("cat /etc/config/network /etc/farsite.keys 2>/dev/null; true")
        return {word.strip("'") for line in text.splitlines() if "private_key" in line for word in line.split()[2:]}

    def connect(self) -> None:
        """Enroll both, let the hub know the site, and give the router its tunnel with the key that it has made."""
        done = self.playbook("farsite.fleet.enroll", "-e", f"bench={self.router.address}")
        assert done.returncode == 0, done.stdout + done.stderr
        self.site(state="active")
        self.tasks("hub", PEERS)
        (key,) = self.private_keys()
        sections = f"""
config interface 'fleet'
	option proto 'wireguard'
	option private_key '{key}'
	option mtu '1280'
	list addresses '{TUNNEL}/32'

config wireguard_fleet 'wireguard_hub_peer'
	option public_key '{self.public_key(HUB)}'
	option endpoint_host '{self.hub.address}'
	option endpoint_port '51820'
	option persistent_keepalive '25'
	list allowed_ips '{HUB_TUNNEL}/32'
	list allowed_ips '10.78.0.0/18'

config route 'route_to_hub_tunnel'
	option interface 'fleet'
	option target '{HUB_TUNNEL}/32'
"""
        self.router.output("cat >>/etc/config/network", input_data=sections.encode())
        self.router.output("uci add_list firewall.@zone[0].network=fleet; uci commit firewall; reload_config")
        self.wait_for_tunnel()

    def wait_for_tunnel(self) -> None:
        """Wait until the hub reaches the router through the tunnel."""
        end = time.monotonic() + _SECONDS
        while not self._reached():
            assert time.monotonic() < end, "the router is not reached through the tunnel"

    def _reached(self) -> bool:
        with self.pinging() as found:
            time.sleep(0.5)
        return found["answered"] > 0

    @contextlib.contextmanager
    def pinging(self, milliseconds: int = 10) -> t.Iterator[Gaps]:
        """Ping the router from the hub meanwhile; what came of it is in the dictionary afterwards."""
        found: Gaps = {"sent": 0, "answered": 0, "longest": 0.0}
        inside = ["nsenter", f"--target={self.hub.process_id()}", "--net"]
        process = subprocess.Popen(
            [*inside, sys.executable, str(PINGS), TUNNEL, str(milliseconds)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        try:
            yield found
        finally:
            output, _errors = process.communicate("\n")
        found.update(json.loads(output))


def shared(machine: LabHub | LabRouter) -> list[str]:
    """Return a machine's options of ssh, without those that forbid a shared connection."""
    options = machine.ssh_options()
    for unwanted in ("ControlMaster=no", "ControlPath=none"):
        at = options.index(unwanted)
        del options[at - 1 : at + 1]
    return options
