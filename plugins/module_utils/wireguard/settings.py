# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What ip(8) keeps of an interface: addresses, MTU, whether it is up, our routes. Pure; source: ip-address(8)."""

from __future__ import annotations

import dataclasses
import ipaddress
import json
import typing as t

from ansible_collections.farsite.fleet.plugins.module_utils.wireguard.configuration import PROTOCOL
from ansible_collections.farsite.fleet.plugins.module_utils.wireguard.networks import (
    Network,
    in_order,
    loose_network,
    network,
)
from ansible_collections.farsite.fleet.plugins.module_utils.wireguard.peers import PeersError

MTUS = range(1280, 9001)
"""IPv6 needs 1280."""
_PORTS = range(1, 65536)


@dataclasses.dataclass(frozen=True)
class Settings:
    """Addresses with their prefix lengths, as ip names them, and routes in order."""

    addresses: tuple[str, ...]
    mtu: int
    is_up: bool
    routes: tuple[Network, ...]


def read_addresses(texts: t.Sequence[str]) -> tuple[str, ...]:
    """Return the interface's own addresses as ip(8) writes them. Raises PeersError with all problems."""
    found: list[str] = []
    problems = []
    for index, text in enumerate(texts):
        path = f"addresses[{index}]"
        try:
            address = str(ipaddress.ip_interface(text))
        except ValueError:
            problems.append(f"{path}: found {text!r}, expected an address with its prefix such as 10.79.255.254/32")
            continue
        if address in found:
            problems.append(f"{path}: {address} is given twice")
        found.append(address)
    if not texts:
        problems.append("addresses: is empty, expected at least one address of the hub's own in the tunnel")
    if problems:
        raise PeersError(problems)
    return tuple(found)


def number_problems(listen_port: int, mtu: int) -> list[str]:
    """Return what is wrong with these numbers."""
    problems = []
    if listen_port not in _PORTS:
        problems.append(f"listen_port: found {listen_port}, expected 1 to 65535")
    if mtu not in MTUS:
        problems.append(f"mtu: found {mtu}, expected {MTUS.start} to {MTUS.stop - 1}")
    return problems


def parse_settings(link: str, routes: t.Sequence[str]) -> Settings:
    """Return what ``ip -json address show dev X`` and ``ip -json [-6] route show dev X proto 171`` say.

    Link-local addresses, which the kernel adds by itself, are left out.
    """
    (described,) = [entry for entry in json.loads(link) if entry]
    addresses = [
        ipaddress.ip_interface(f"{entry['local']}/{entry['prefixlen']}")
        for entry in described["addr_info"]
        if entry["scope"] != "link"
    ]
    found = [network(entry["dst"]) for text in routes for entry in json.loads(text or "[]")]
    return Settings(
        tuple(map(str, addresses)),
        described["mtu"],
        "UP" in described["flags"],
        in_order(found),
    )


def parse_networks(routes: t.Sequence[str], interface: str) -> dict[Network, str]:
    """Return the networks that the host is in with other interfaces than this, by ``ip -json [-6] route show``."""
    return {
        loose_network(entry["dst"]): entry["dev"]
        for text in routes
        for entry in json.loads(text or "[]")
        if entry["dst"] != "default" and entry.get("dev", interface) != interface
    }


def commands(interface: str, wanted: Settings, running: Settings) -> list[str]:
    """Return the lines for ``ip -batch`` that make the *running* settings the *wanted* ones, what is new first."""
    added = [address for address in wanted.addresses if address not in running.addresses]
    # ip names the first address of a network before those that go with it
    removed = [address for address in reversed(running.addresses) if address not in wanted.addresses]
    mine, theirs = set(wanted.routes), set(running.routes)
    lines = [f"address add {address} dev {interface}" for address in added]
    if (wanted.mtu, wanted.is_up) != (running.mtu, running.is_up):
        lines.append(f"link set mtu {wanted.mtu} up dev {interface}")
    end = f"dev {interface} proto {PROTOCOL}"
    lines += [f"route add {prefix} {end}" for prefix in wanted.routes if prefix not in theirs]
    lines += [f"route del {prefix} {end}" for prefix in running.routes if prefix not in mine]
    return lines + [f"address del {address} dev {interface}" for address in removed]


def same_settings(wanted: Settings, running: Settings) -> bool:
    """Compare them; the order of addresses does not count."""
    return dataclasses.replace(wanted, addresses=tuple(sorted(wanted.addresses))) == dataclasses.replace(
        running, addresses=tuple(sorted(running.addresses))
    )
