# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How long validating and planning a fleet takes, and how much memory, by its number of sites.

Run with the Python whose environment has ansible-core: ``python bench/plan.py``. Three ways are measured: the command
``scripts/validate_fleet.py``; validating and rendering in plain Python; and the playbook ``farsite.fleet.plan``, once
when every file is written, and once when none is. CPU time is that of all processes, memory that of the largest one.
"""

from __future__ import annotations

import argparse
import base64
import dataclasses
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[1]
SITES = (10, 100, 1000, 4000)

FLEET = """\
---
plugin: farsite.fleet.sites
name: bench
hub: {address: 192.0.2.10}
operator_groups:
  technicians: {sites: all, reach: everything}
  guards: {sites: all}
defaults:
  router: {model: tplink_tl-mr3020-v3, release: "24.10"}
  system: {time_zone: Europe/Berlin}
  ssh:
    authorized_keys:
      - ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIG1hZGUtdXAga2V5IG9mIGFuIG9wZXJhdG9yLi4uLi4u operator@example.net
"""
SITE = """\
---
id: {number}
wave: {wave}
{uplink}
{lan}cameras:
  - {{name: gate, mac: "44:19:b6:{high:02x}:{low:02x}:01", vendor: hikvision}}
  - name: yard
    mac: "44:19:b6:{high:02x}:{low:02x}:02"
    forward: {{from: [198.51.100.0/24], port: 80}}
"""
GROUPS = ("technicians", "guards")
PEOPLE = 10
UPLINKS = (
    'uplink: {{kind: lte, apn: auto, pin: "{{{{ vault_pins.site_{number} }}}}"}}',
    "uplink: [{{kind: ethernet}}, {{kind: lte, modem: qmi, apn: internet}}]",
    'uplink: {{kind: wifi, ssid: guests, key: "{{{{ vault_wifi_keys.site_{number} }}}}"}}',
)
RENDER = """
import pathlib, sys
from ansible_collections.farsite.fleet.plugins.plugin_utils.adapter.fleet_files import load_folder
from ansible_collections.farsite.fleet.plugins.plugin_utils.adapter.intended_tree import host_names, render_hosts
fleet = load_folder(pathlib.Path(sys.argv[1])).fleet
render_hosts(fleet, host_names(fleet))
"""


@dataclasses.dataclass(frozen=True)
class Measured:
    """One run: seconds of wall clock and of processor, MiB of memory."""

    what: str
    sites: int
    wall: float
    cpu: float
    memory: float


def make_fleet(folder: pathlib.Path, sites: int) -> None:
    """Write a fleet of that many sites, and of some people."""
    (folder / "sites").mkdir(parents=True)
    (folder / "keys").mkdir()
    (folder / "fleet.yml").write_text(FLEET, "utf-8")
    (folder / "keys" / "hub-1.pub").write_text(key(0), "utf-8")
    for number in range(1, sites + 1):
        uplink = UPLINKS[number % len(UPLINKS)].format(number=number)
        lan = "lan: {prefix: 192.168.3.0/24}\n" if number % 2 else ""
        text = SITE.format(
            number=number, wave=number % 5 + 1, uplink=uplink, lan=lan, high=number >> 8, low=number & 0xFF
        )
        (folder / "sites" / f"site-{number}.yml").write_text(text, "utf-8")
        (folder / "keys" / f"site-{number}.pub").write_text(key(number), "utf-8")
    (folder / "operators").mkdir()
    for number in range(1, PEOPLE + 1):
        text = f"---\nid: {number}\ngroups: {GROUPS[number % len(GROUPS)]}\n"
        (folder / "operators" / f"person-{number}.yml").write_text(text, "utf-8")
        (folder / "operators" / f"person-{number}.pub").write_text(key(100_000 + number), "utf-8")


def key(number: int) -> str:
    """Return a public key that nobody has."""
    return base64.b64encode(b"a key of the benchmark: " + number.to_bytes(8, "big")).decode() + "\n"


def measure(what: str, sites: int, command: list[str], environment: dict[str, str]) -> Measured:
    """Run the command; end the program if it fails."""
    started = time.monotonic()
    process = subprocess.Popen(command, env=os.environ | environment, stdout=subprocess.DEVNULL)  # noqa: S603
    _pid, status, usage = os.wait4(process.pid, 0)
    wall = time.monotonic() - started
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        sys.exit(f"{what} of {sites} sites: exit code {process.returncode}")
    return Measured(
        what, sites, round(wall, 2), round(usage.ru_utime + usage.ru_stime, 2), round(usage.ru_maxrss / 1024)
    )


def measure_all(place: pathlib.Path, sites: int) -> list[Measured]:
    """Return what a fleet of that many sites costs."""
    folder = place / f"fleet-{sites}"
    make_fleet(folder, sites)
    collections = {
        "PYTHONPATH": str(place),
        "ANSIBLE_COLLECTIONS_PATH": str(place),
        "ANSIBLE_HOME": str(place / "home"),
    }
    playbook = [str(pathlib.Path(sys.executable).with_name("ansible-playbook")), "-i", str(folder / "fleet.yml")]
    return [
        measure("validate", sites, [sys.executable, str(ROOT / "scripts/validate_fleet.py"), str(folder)], {}),
        measure("validate and render", sites, [sys.executable, "-c", RENDER, str(folder)], collections),
        measure("playbook plan", sites, [*playbook, "farsite.fleet.plan"], collections),
        measure("playbook plan, nothing new", sites, [*playbook, "farsite.fleet.plan"], collections),
    ]


def main() -> None:
    """Measure, print a table, and write it as JSON if asked to."""
    parser = argparse.ArgumentParser(description="Measure validating and planning fleets.")
    parser.add_argument("--sites", type=int, nargs="+", default=SITES, help="numbers of sites")
    parser.add_argument("--json", type=pathlib.Path, metavar="FILE", help="write the results there too")
    options = parser.parse_args()
    results = []
    print(f"{'what':28}{'sites':>7}{'wall s':>9}{'CPU s':>9}{'MiB':>7}")  # noqa: T201
    with tempfile.TemporaryDirectory(prefix="farsite-bench-") as name:
        place = pathlib.Path(name)
        (place / "ansible_collections" / "farsite").mkdir(parents=True)
        (place / "ansible_collections" / "farsite" / "fleet").symlink_to(ROOT)
        for sites in options.sites:
            for one in measure_all(place, sites):
                print(f"{one.what:28}{one.sites:7}{one.wall:9.2f}{one.cpu:9.2f}{one.memory:7.0f}", flush=True)  # noqa: T201
                results.append(dataclasses.asdict(one))
    if options.json:
        options.json.write_text(json.dumps(results, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
