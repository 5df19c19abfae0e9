# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The lab's own network: a bridge of podman's that leads nowhere else, and who has which address on it."""

from __future__ import annotations

import ipaddress
import json
import pathlib

from lab_podman import LABEL, LabError, attempt, podman, run, state_name

CANDIDATES = [ipaddress.IPv4Network(f"10.231.{third}.0/24") for third in range(256)]
INTERFACES = pathlib.Path("/sys/class/net")
ROUTERS = range(10, 200)
"""Last bytes of the addresses routers start with; those from 200 on are free for tests that change an address."""


def network_name() -> str:
    """Return the name of this state folder's network."""
    return f"farsite-lab-{state_name()}"


def subnet() -> ipaddress.IPv4Network:
    """Return the network's prefix; make the network if absent: with the first free prefix, without a way out."""
    name = network_name()
    found = attempt(["network", "inspect", name])
    if found.returncode == 0:
        return ipaddress.IPv4Network(json.loads(found.stdout)[0]["subnets"][0]["subnet"])
    start = int(state_name(), 16) % len(CANDIDATES)
    words = ""
    for candidate in CANDIDATES[start:] + CANDIDATES[:start]:
        command = ["network", "create", "--internal", "--disable-dns", f"--label={LABEL}={state_name()}"]
        made = attempt([*command, f"--subnet={candidate}", name])
        if made.returncode == 0:
            return candidate
        words = made.stderr.decode(errors="replace").strip()
        if "already used" not in words and "overlap" not in words:
            break
    raise LabError(f"podman network create {name}: {words}")


def host_joins() -> None:
    """Give this machine the first address of the network, on its bridge: an internal network has none of itself.

    What it knows of the routers' MAC addresses is forgotten: a router has another one each time it gets power, and an
    address may belong to another router than a second ago.
    """
    network = subnet()
    name = bridge_name()
    _keep_bridge(name)
    run(["ip", "address", "replace", f"{network[1]}/{network.prefixlen}", "dev", name])
    neighbours = pathlib.Path("/proc/sys/net/ipv4/neigh", name)
    (neighbours / "base_reachable_time_ms").write_text("1000")
    (neighbours / "delay_first_probe_time").write_text("1")
    run(["ip", "neighbour", "flush", "dev", name])


def bridge_name() -> str:
    """Return the name of the network's bridge on this machine."""
    return str(json.loads(podman("network", "inspect", network_name()))[0]["network_interface"])


def _keep_bridge(bridge: str) -> None:
    """Put a port of our own into the bridge.

    Netavark removes a bridge with its last port, even while it is being joined: a router that starts just as the only
    other one stops would have no network.
    """
    ours, other_end = f"fs-{state_name()}", f"fp-{state_name()}"
    if not (INTERFACES / ours).exists():
        run(["ip", "link", "add", ours, "type", "veth", "peer", "name", other_end])
    if not (INTERFACES / ours / "master").exists():
        run(["ip", "link", "set", ours, "master", bridge, "up"])


def free_address(taken: set[str]) -> str:
    """Return an address for a new router."""
    network = subnet()
    for last in ROUTERS:
        address = str(network[last])
        if address not in taken:
            return address
    raise LabError(f"no free address in {network}: remove routers with `python3 lab/lab_router.py stop NAME`")


def remove_network() -> None:
    """Remove the network if no container is on it."""
    if attempt(["network", "exists", network_name()]).returncode == 0:
        name = bridge_name()
        podman("network", "rm", network_name())
        for link in (f"fs-{state_name()}", name):
            if (INTERFACES / link).exists():
                run(["ip", "link", "delete", link])
