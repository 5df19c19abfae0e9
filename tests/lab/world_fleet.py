# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The fleet of inventories/lab in a world of the lab: its folder, and Ansible run in the office as a user does.

``world_fleet.py prepare WORLD FOLDER | activate WORLD FOLDER SITE | run WORLD FOLDER COMMAND…``, for Molecule.
"""

from __future__ import annotations

import dataclasses
import json
import os
import pathlib
import re
import shlex
import shutil
import subprocess
import sys
import time

from lab_demo import ROUTERS
from lab_namespace import connects
from lab_world import LabWorld

from playbooks import COLLECTIONS, COUNTING_SSH, Play

INVENTORY = pathlib.Path(__file__).parents[2] / "inventories" / "lab"
KEPT_VARIABLES = ("LANG", "LC_ALL", "PATH")
"""What a command gets of the environment here: neither Molecule's settings of Ansible nor an agent's keys."""
FIRST_PORT = 8080
RULE = """\
router_uci:
  firewall:
    - {{type: rule, name: lab_rule, options: {{name: Lab, src: lan, proto: tcp, dest_port: '{port}', target: ACCEPT}}}}
"""


class WorldFleet:
    """A fleet's folder, as ``folder / "fleet"``, and what was run there."""

    def __init__(self, world: LabWorld, folder: pathlib.Path, **variables: str) -> None:
        """Describe it; nothing is made. *variables* are those of every command's environment."""
        self.world = world
        self.folder = folder
        self.variables = variables
        self.fleet = folder / "fleet"
        self.log = folder / "playbooks.log"
        self._ssh, self._ssh_log, self._last = folder / "ssh", folder / "ssh.log", folder / "last.json"

    def prepare(self) -> None:
        """Copy the fleet and put the user's key in."""
        self.folder.mkdir(parents=True)
        shutil.copytree(INVENTORY, self.fleet)
        key = self.world.user_key.with_suffix(".pub").read_text().strip()
        settings = self.fleet / "fleet.yml"
        settings.write_text(re.sub(r"ssh-ed25519 .*", key, settings.read_text()))
        self._ssh.write_text(COUNTING_SSH)
        self._ssh.chmod(0o755)

    def run(self, *command: str) -> Play:
        """Run a command in the office, in the fleet's folder; the output is kept in the log."""
        self._ssh_log.write_text("")
        environment = {name: os.environ[name] for name in KEPT_VARIABLES if name in os.environ}
        environment |= {
            "ANSIBLE_COLLECTIONS_PATH": str(COLLECTIONS),
            "ANSIBLE_NOCOLOR": "1",
            "ANSIBLE_SSH_EXECUTABLE": str(self._ssh),
            "FARSITE_SSH_LOG": str(self._ssh_log),
            "PATH": f"{pathlib.Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        }
        done = subprocess.run(
            self.world.office.command(*command),
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False,
            cwd=self.fleet, env=environment | self.variables,
        )  # fmt: skip
        with self.log.open("a") as log:
            log.write(f"\n$ {shlex.join(command)}\n{done.stdout}")
        play = Play(done.returncode, done.stdout, (), tuple(self._ssh_log.read_text().splitlines()))
        self._last.write_text(json.dumps(dataclasses.asdict(play)))
        return play

    def last(self) -> Play:
        """Return how the last command ended, also one of another process."""
        return Play(**json.loads(self._last.read_text()))

    def playbook(self, name: str, *options: str) -> Play:
        """Run a playbook of the collection, whatever its end."""
        return self.run("ansible-playbook", f"farsite.fleet.{name}", *options)

    def file(self, site: str) -> pathlib.Path:
        """Return the file of a site."""
        return self.fleet / "sites" / f"{site}.yml"

    def activate(self, site: str) -> None:
        """Say that a site is no longer planned."""
        text = self.file(site).read_text()
        self.file(site).write_text(text.replace("state: planned\n", ""))

    def open_another_port(self, site: str) -> str:
        """Let the site's router accept a port of its LAN, other than by now; the port. A change that is easily seen."""
        port = str(int(self.opened_port(site) or FIRST_PORT) + 1)
        text = self.file(site).read_text().partition("router_uci:")[0]
        self.file(site).write_text(text + RULE.format(port=port))
        return port

    def opened_port(self, site: str) -> str:
        """Return the port that ``open_another_port`` has opened in the router, empty where there is none."""
        return self.world.router(site).execute("uci -q get firewall.lab_rule.dest_port").stdout.strip()

    def configuration(self, site: str) -> str:
        """Return all that a site's router is configured by."""
        return self.world.router(site).output(
            "cd /etc; for f in config/* nftables.d/* dropbear/authorized_keys shadow hotplug.d/*/*; do "
            '[ ! -f "$f" ] || { ls -ln "$f" | cut -d " " -f 1; echo "$f"; cat "$f"; }; done'
        )

    def wait_for_tunnel(self, site: str, timeout: float = 60) -> float:
        """Return the seconds until the hub has reached a site's router through the tunnel."""
        start = time.monotonic()
        while not connects(str(self.world.hub.process_id()), ROUTERS[site], 22, timeout=1):
            assert time.monotonic() < start + timeout, f"{site} is not reached through the tunnel in {timeout} s"
        return time.monotonic() - start


def recap(play: Play) -> dict[str, dict[str, int]]:
    """Return what the playbook's recap counts, by host: ok, changed, failed, unreachable and so on."""
    lines = re.findall(r"^(\S+)\s+: (ok=\d+.*)$", play.output, re.MULTILINE)
    return {host: {name: int(count) for name, count in re.findall(r"(\w+)=(\d+)", words)} for host, words in lines}


def changed(play: Play) -> dict[str, int]:
    """Return how many tasks have changed something, by host."""
    return {host: counts["changed"] for host, counts in recap(play).items()}


def operations(play: Play, site: str) -> int:
    """Return how many SSH operations the router of a site took."""
    return sum(ROUTERS[site] in line.split() for line in play.ssh)


def main(command: str, world: str, folder: str, *words: str) -> int:
    """Run the command line and return its exit status."""
    fleet = WorldFleet(LabWorld.find(world), pathlib.Path(folder))
    if command == "run":
        play = fleet.run(*words)
        sys.stdout.write(play.output)
        return play.status
    if command == "prepare":
        fleet.prepare()
    else:
        fleet.activate(*words)
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
