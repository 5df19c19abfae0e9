# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How long a hub's peers take, and how much memory, by their number: the module farsite.fleet.wireguard_peers.

Run as root with the Python whose environment has ansible-core: ``python bench/hub.py``. The tunnel is wireguard-go in a
network namespace of its own; the kernel's WireGuard is faster. Measured is the module as it runs on the hub, without
what Ansible's controller adds. ``start`` makes and starts the interface, ``growth`` brings a running one from one peer
to all of them. CPU time is that of the module and the programs it starts, without wireguard-go; memory is the module's.
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
import typing as t

ROOT = pathlib.Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "lab"))

from lab_tunnel_host import TunnelHost, module_command, why_unusable  # noqa: E402

PEERS = (100, 1000, 5000)


@dataclasses.dataclass(frozen=True)
class Measured:
    """One run: seconds of wall clock and of processor, MiB of memory."""

    what: str
    peers: int
    wall: float
    cpu: float
    memory: float


def key(kind: str, number: int) -> str:
    """Return a key that nobody has."""
    return base64.b64encode(f"{kind:24}".encode() + number.to_bytes(8, "big")).decode()


def make_peers(count: int) -> list[dict[str, t.Any]]:
    """Return the peers of that many sites, each with a preshared key."""
    return [
        {
            "name": f"site-{number}",
            "public_key": key("a public key", number),
            "preshared_key": key("a preshared key", number),
            "allowed_ips": [
                f"10.79.{number >> 8}.{number & 255}/32",
                f"10.{80 + (number >> 8)}.{number & 255}.0/24",
                f"fdaa:0:0:{number:x}::/64",
            ],
        }
        for number in range(1, count + 1)
    ]


def measure(host: TunnelHost, what: str, peers: list[dict[str, t.Any]], *, changed: bool) -> Measured:
    """Run the module; end the program if it fails or does not say *changed*."""
    arguments = {"addresses": ["10.79.255.254/32", "fdaa:0:0:ffff::1/128"], "peers": peers}
    command, data = module_command("wireguard_peers", arguments)
    with tempfile.TemporaryFile("w+") as given, tempfile.TemporaryFile("w+") as told:
        given.write(data)
        given.seek(0)
        started = time.monotonic()
        process = subprocess.Popen(  # noqa: S603
            host.command(*command), stdin=given, stdout=told
        )
        _pid, status, usage = os.wait4(process.pid, 0)
        wall = time.monotonic() - started
        process.returncode = os.waitstatus_to_exitcode(status)
        told.seek(0)
        result = json.load(told)
    if result.get("changed") is not changed or result.get("peers") != len(peers):
        sys.exit(f"{what} of {len(peers)} peers: {result.get('msg', 'not what was expected')}")
    cpu, memory = usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024
    return Measured(what, len(peers), round(wall, 2), round(cpu, 2), round(memory))


def measure_all(count: int) -> t.Iterator[Measured]:
    """Measure with that many peers, first started with all of them, then grown from one."""
    peers = make_peers(count + 1)
    with TunnelHost("bench") as host:
        host.module("wireguard_key", {"path": "/etc/wireguard/fleet.key"})
        yield measure(host, "start", peers[:-1], changed=True)
        yield measure(host, "no change", peers[:-1], changed=False)
        yield measure(host, "one peer more", peers, changed=True)
    with TunnelHost("bench") as host:
        host.module("wireguard_key", {"path": "/etc/wireguard/fleet.key"})
        measure(host, "first", peers[:1], changed=True)
        yield measure(host, "growth", peers[:-1], changed=True)


def main() -> None:
    """Measure, print a table, and write it as JSON if asked to."""
    parser = argparse.ArgumentParser(description="Measure a hub's peers.")
    parser.add_argument("--peers", type=int, nargs="+", default=PEERS, help="numbers of peers")
    parser.add_argument("--json", type=pathlib.Path, metavar="FILE", help="write the results there too")
    options = parser.parse_args()
    reason = why_unusable()
    if reason:
        sys.exit(reason)
    results = []
    print(f"{'what':16}{'peers':>7}{'wall s':>9}{'CPU s':>9}{'MiB':>7}")  # noqa: T201
    with tempfile.TemporaryDirectory(prefix="farsite-bench-") as name:
        place = pathlib.Path(name)
        (place / "ansible_collections" / "farsite").mkdir(parents=True)
        (place / "ansible_collections" / "farsite" / "fleet").symlink_to(ROOT)
        os.environ["PYTHONPATH"] = name
        for count in options.peers:
            for one in measure_all(count):
                print(f"{one.what:16}{one.peers:7}{one.wall:9.2f}{one.cpu:9.2f}{one.memory:7.0f}", flush=True)  # noqa: T201
                results.append(dataclasses.asdict(one))
    if options.json:
        options.json.write_text(json.dumps(results, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
