# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""All interfaces as they run, without a secret: what ``wg show all dump`` says. Pure; source: wg(8)."""

from __future__ import annotations

import dataclasses
import ipaddress
import typing as t

from ansible_collections.farsite.fleet.plugins.module_utils.wireguard.running import DumpError, parse_dump
from ansible_collections.farsite.fleet.plugins.module_utils.wireguard.seen import NEVER, Seen, joined

Information = dict[str, t.Any]


@dataclasses.dataclass(frozen=True, slots=True)
class Traffic:
    """Bytes since the interface came up."""

    received: int = 0
    sent: int = 0


def information(text: str, now: int, remembered: t.Mapping[str, Seen]) -> list[Information]:
    """Return the interfaces of the dump *text*, with their peers by public key. Raises DumpError.

    *now* is in seconds since 1970; *remembered* has what is known of earlier handshakes, by interface.
    """
    lines: dict[str, list[str]] = {}
    for line in text.splitlines():
        interface, _tab, rest = line.partition("\t")
        lines.setdefault(interface, []).append(rest)
    return [_interface(name, found, now, remembered.get(name, {})) for name, found in sorted(lines.items())]


def never_seen(found: t.Iterable[Information], addresses: t.Collection[str]) -> list[str]:
    """Return those of *addresses* that are in the allowed-ips of a peer which has never been seen, sorted."""
    wanted = {ipaddress.ip_network(address) for address in addresses}
    unseen = {
        ipaddress.ip_network(prefix)
        for interface in found
        for peer in interface["peers"]
        if peer["last_seen"] is None
        for prefix in peer["allowed_ips"]
    }
    return sorted(map(str, wanted & unseen))


def _interface(name: str, lines: list[str], now: int, remembered: Seen) -> Information:
    running = parse_dump("\n".join(lines))
    traffic = {words[0]: _traffic(words) for words in (line.split("\t") for line in lines[1:])}
    known = joined(running.seen, {key: remembered[key] for key in running.peers if key in remembered})
    return {
        "interface": name,
        "public_key": running.public_key,
        "listen_port": running.listen_port,
        "peers": [
            {
                "public_key": key,
                "endpoint": running.seen[key].endpoint,
                "allowed_ips": [str(prefix) for prefix in peer.allowed_ips],
                "handshake_age": _age(running.seen.get(key, NEVER).handshake, now),
                "last_seen": known[key].handshake or None,
                "received": traffic[key].received,
                "sent": traffic[key].sent,
            }
            for key, peer in sorted(running.peers.items())
        ],
    }


def _traffic(words: list[str]) -> Traffic:
    try:
        return Traffic(int(words[5]), int(words[6]))
    except (IndexError, ValueError) as error:
        raise DumpError(f"wg show all dump: {error}") from error


def _age(moment: int, now: int) -> int | None:
    # a clock that was set back gives no age before now
    return max(now - moment, 0) if moment else None
