# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""An interface as it runs: what ``wg show INTERFACE dump`` says. Pure; source: wg(8)."""

from __future__ import annotations

import dataclasses
import typing as t

from ansible_collections.farsite.fleet.plugins.module_utils.wireguard.networks import in_order, network
from ansible_collections.farsite.fleet.plugins.module_utils.wireguard.peers import Peer
from ansible_collections.farsite.fleet.plugins.module_utils.wireguard.seen import Sighting

_INTERFACE_FIELDS = 4
_PEER_FIELDS = 8


@dataclasses.dataclass(frozen=True)
class Running:
    """An interface with its peers, by public key; their endpoints, learned or not, are in ``seen``."""

    private_key: str | None = dataclasses.field(repr=False)
    public_key: str | None
    listen_port: int
    fwmark: str | None
    """Hexadecimal, such as ``0xca6c``."""
    peers: t.Mapping[str, Peer]
    seen: t.Mapping[str, Sighting]


class DumpError(ValueError):
    """A dump that cannot be read; no secret of it is told."""


def parse_dump(text: str) -> Running:
    """Return the interface of which *text* is the dump. Raises DumpError."""
    lines = [line.split("\t") for line in text.splitlines()]
    if not lines or len(lines[0]) != _INTERFACE_FIELDS or any(len(line) != _PEER_FIELDS for line in lines[1:]):
        raise DumpError("wg show dump: expected a line of 4 fields, then lines of 8; is this another version of wg?")
    private_key, public_key, listen_port, fwmark = lines[0]
    peers, seen = {}, {}
    try:
        for key, secret, endpoint, allowed_ips, latest, _received, _sent, keepalive in lines[1:]:
            peers[key] = Peer(
                key,
                in_order(network(item) for item in allowed_ips.split(",")) if allowed_ips != "(none)" else (),
                _given(secret),
                None,
                int(keepalive) if keepalive != "off" else None,
            )
            seen[key] = Sighting(int(latest), _given(endpoint))
        port = int(listen_port)
    except ValueError as error:
        raise DumpError(f"wg show dump: {error}") from error
    return Running(
        _given(private_key), _given(public_key), port, fwmark if fwmark not in ("off", "0x0") else None, peers, seen
    )


def same_in_wireguard(one: Peer, other: Peer) -> bool:
    """Compare what WireGuard itself keeps of a peer, besides endpoints, which it learns."""
    return (one.allowed_ips, one.preshared_key, one.keepalive) == (
        other.allowed_ips,
        other.preshared_key,
        other.keepalive,
    )


def _given(text: str) -> str | None:
    return text if text != "(none)" else None
