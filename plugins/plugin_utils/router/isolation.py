# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether a router's firewall holds its cameras, from the ruleset that runs. Pure.

What counts is not that there is a rule, but that no packet which a camera begins gets past it: each kind of packet is
followed through the ruleset as nft lists it. Packets of connections that are known already are not looked at; what ends
those is a file of its own (``features/camera_flows.py``).
"""

from __future__ import annotations

import dataclasses
import typing as t

from ansible_collections.farsite.fleet.plugins.module_utils.nftables.chains import judge
from ansible_collections.farsite.fleet.plugins.module_utils.nftables.flows import Packet
from ansible_collections.farsite.fleet.plugins.module_utils.nftables.listing import Rule, Table, objects, tables

if t.TYPE_CHECKING:
    from collections.abc import Iterator

Held = dict[str, t.Any]

LAN = "br-lan"
_ANY = {"ip": ((0, 2**32 - 1),), "ip6": ((0, 2**128 - 1),)}
_NEEDED = (67, 123, 547)
"""UDP ports of the router that a camera may need: DHCP, NTP, DHCPv6."""
_OTHER_PORTS = tuple(
    (low + 1, high - 1) for low, high in zip((0, *_NEEDED), (*_NEEDED, 65536), strict=True) if low + 1 < high
)


def isolation(text: str, device: str = LAN) -> dict[str, Held]:
    """Return for each MAC address that rules of the listing *text* (``nft -j list``) name what its packets may do.

    ``beyond``: the networks that are not the LAN; ``router``: its services apart from DHCP and NTP. Each is
    ``dropped``, ``accepted`` or ``cannot tell``. ``refused`` is the number of packets that rules have dropped.
    *device* is the LAN's. Raises ListingError.
    """
    listed = tables(objects(text))
    addresses = sorted({mac for table in listed.values() for mac in _named(table)})
    return {mac: _held(mac, list(listed.values()), device) for mac in addresses}


def _held(mac: str, listed: list[Table], device: str) -> Held:
    seen = [_as_seen_by(mac, table) for table in listed]
    return {
        "beyond": _verdict(seen, "forward", list(_packets(device, local=False))),
        "router": _verdict(seen, "input", list(_packets(device, local=True))),
        "refused": sum(_dropped(mac, table) for table in listed),
    }


def _packets(device: str, *, local: bool) -> Iterator[Packet]:
    families: tuple[t.Literal["ip", "ip6"], ...] = ("ip", "ip6")
    for family in families:
        protocols = {"tcp": None, "udp": _OTHER_PORTS if local else None, "icmp" if family == "ip" else "": None}
        for protocol, ports in protocols.items():
            # IPv6 needs ICMPv6 between neighbours, so it is no sign of anything
            if protocol:
                yield Packet(
                    family,
                    protocol,
                    "new",
                    incoming=frozenset({device}),
                    sources=_ANY[family],
                    ports=ports,
                    local=local,
                )


def _verdict(listed: list[Table], hook: str, packets: list[Packet]) -> str:
    """Return what becomes of the packet that gets farthest. One chain that drops it is enough."""
    worst = "dropped"
    for packet in packets:
        verdicts = {
            judge(chain, table, packet).verdict
            for table in listed
            if table.family in (packet.family, "inet")
            for chain in table.chains.values()
            if chain.hook == hook
        }
        if "dropped" in verdicts:
            continue
        if "cannot tell" not in verdicts:
            return "accepted"
        worst = "cannot tell"
    return worst


def _as_seen_by(mac: str, table: Table) -> Table:
    """Return *table* without its questions for the sender's MAC address, answered for *mac*."""
    chains = {}
    for name, chain in table.chains.items():
        rules = []
        for rule in chain.rules:
            answers = [_is_sender(statement, mac, table) for statement in rule.statements]
            if False not in answers:
                left = [said for said, answer in zip(rule.statements, answers, strict=True) if answer is None]
                rules.append(Rule(rule.handle, tuple(left)))
        chains[name] = dataclasses.replace(chain, rules=rules)
    return Table(table.family, table.name, chains, table.sets)


def _is_sender(statement: t.Any, mac: str, table: Table) -> bool | None:
    """Return whether the statement is a match on *mac* that is true; None if it asks for something else."""
    asked = _senders(statement, table)
    if asked is None:
        return None
    found = mac in asked
    return not found if statement["match"]["op"] == "!=" else found


def _senders(statement: t.Any, table: Table) -> set[str] | None:
    match = statement.get("match") if isinstance(statement, dict) else None
    if not match or match["left"] != {"payload": {"protocol": "ether", "field": "saddr"}}:
        return None
    right = match["right"]
    if isinstance(right, str) and right.startswith("@"):
        right = table.sets.get(right[1:], [])
    elif isinstance(right, dict):
        right = right.get("set", [])
    return {_address(item) for item in (right if isinstance(right, list) else [right])}


def _address(element: t.Any) -> str:
    if isinstance(element, dict) and "elem" in element:
        element = element["elem"]["val"]
    return str(element).lower()


def _named(table: Table) -> Iterator[str]:
    for chain in table.chains.values():
        for rule in chain.rules:
            for statement in rule.statements:
                yield from _senders(statement, table) or ()


def _dropped(mac: str, table: Table) -> int:
    total = 0
    for chain in table.chains.values():
        for rule in chain.rules:
            senders = [asked for said in rule.statements if (asked := _senders(said, table)) is not None]
            # a rule for several does not say whose packets it has counted
            if senders == [{mac}] and _drops(rule):
                total += sum(_counted(statement) for statement in rule.statements)
    return total


def _drops(rule: Rule) -> bool:
    return any(isinstance(said, dict) and ("drop" in said or "reject" in said) for said in rule.statements)


def _counted(statement: t.Any) -> int:
    counter = statement.get("counter") if isinstance(statement, dict) else None
    return int(counter["packets"]) if isinstance(counter, dict) else 0
