# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""An internet for the lab: networks of the addresses that are for documentation, and one router between them."""

from __future__ import annotations

import ipaddress
import uuid

from lab_namespace import Namespace, cable, inside
from lab_podman import LabError, run

NETWORKS = tuple(map(ipaddress.IPv4Network, ("203.0.113.0/24", "198.51.100.0/24", "192.0.2.0/24")))


class Internet:
    """A namespace that routes; it knows no private addresses, so what has those is not reached."""

    def __init__(self, name: str) -> None:
        """Describe it; nothing is made."""
        self.namespace = Namespace(name)

    def start(self) -> None:
        """Make it."""
        self.namespace.make()
        for number, network in enumerate(NETWORKS):
            bridge = f"network{number}"
            # One of its own, or it would be that of a port, and another one with each that joins or leaves.
            self.namespace.run("ip", "link", "add", bridge, "address", f"02:00:00:00:00:{number:02x}", "type", "bridge")
            self.namespace.run("ip", "address", "add", f"{network[1]}/{network.prefixlen}", "dev", bridge)
            self.namespace.run("ip", "link", "set", bridge, "up")
        self.namespace.run("sysctl", "-q", "-w", "net.ipv4.ip_forward=1")

    def join(self, host: str, device: str, address: str) -> None:
        """Give *host* a network device with a public address, and its default route.

        *host* is a namespace by its name, or a container by the id of a process of it.
        """
        found = [number for number, network in enumerate(NETWORKS) if ipaddress.IPv4Address(address) in network]
        if not found:
            raise LabError(f"{address} is in none of the internet's networks: {', '.join(map(str, NETWORKS))}")
        network, port = NETWORKS[found[0]], f"port{uuid.uuid4().hex[:8]}"
        cable(host, device, self.namespace.name, port)
        self.namespace.run("ip", "link", "set", port, "master", f"network{found[0]}", "up")
        for words in (
            ["address", "add", f"{address}/{network.prefixlen}", "dev", device],
            ["link", "set", device, "up"],
            ["route", "replace", "default", "via", str(network[1])],
        ):
            run([*inside(host), "ip", *words])

    def remove(self) -> None:
        """Remove it; every host on it loses its device."""
        self.namespace.remove()
