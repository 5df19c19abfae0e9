# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""An interface in words, before and after, for people who look at a diff: no secret is in it. Pure."""

from __future__ import annotations

import dataclasses
import typing as t

if t.TYPE_CHECKING:
    from ansible_collections.farsite.fleet.plugins.module_utils.wireguard.peers import Peer
    from ansible_collections.farsite.fleet.plugins.module_utils.wireguard.settings import Settings

_ROLES = {"next": "next key", "other": "other key, until the right one is seen", "kept": "not of the fleet"}


@dataclasses.dataclass(frozen=True)
class Picture:
    """What is told of one state of an interface. ``state`` are lines such as ``unit: enabled``."""

    state: tuple[str, ...]
    listen_port: int | None
    settings: Settings | None
    peers: t.Mapping[str, Peer]


def describe(before: Picture, after: Picture) -> dict[str, str]:
    """Return Ansible's ``before`` and ``after``: all of the interface, and those routes and peers that differ."""
    keys = [key for key in dict.fromkeys([*after.peers, *sorted(before.peers)]) if _differ(key, before, after)]
    old = set(before.settings.routes if before.settings else ())
    new = set(after.settings.routes if after.settings else ())
    return {
        "before": _text(before, _peers(before, keys, {}), old - new),
        "after": _text(after, _peers(after, keys, before.peers), new - old),
    }


def _differ(key: str, before: Picture, after: Picture) -> bool:
    return before.peers.get(key) != after.peers.get(key)


def _text(picture: Picture, peers: t.Sequence[str], own_routes: t.Collection[object]) -> str:
    lines = list(picture.state)
    if picture.listen_port is not None:
        lines.append(f"listen port: {picture.listen_port}")
    if picture.settings:
        lines += [f"address: {address}" for address in sorted(picture.settings.addresses)]
        lines.append(f"mtu: {picture.settings.mtu}{'' if picture.settings.is_up else ', down'}")
        lines += [f"route: {route}" for route in picture.settings.routes if route in own_routes]
    return "".join(f"{line}\n" for line in [*lines, *peers])


def _peers(picture: Picture, keys: t.Sequence[str], before: t.Mapping[str, Peer]) -> list[str]:
    return [line for key in keys if key in picture.peers for line in _peer(picture.peers[key], before.get(key))]


def _peer(peer: Peer, before: Peer | None) -> list[str]:
    lines = [f"peer: {peer.name or 'without a name'}", f"  public key: {peer.public_key}"]
    if peer.role:
        lines.append(f"  is: {_ROLES[peer.role]}")
    lines.append(f"  allowed ips: {', '.join(map(str, peer.allowed_ips)) or 'none, waiting'}")
    if peer.preshared_key:
        other = before is not None and before.preshared_key not in (None, peer.preshared_key)
        lines.append(f"  preshared key: {'(set, other)' if other else '(set)'}")
    if peer.endpoint:
        lines.append(f"  endpoint: {peer.endpoint}")
    if peer.keepalive:
        lines.append(f"  persistent keepalive: {peer.keepalive}")
    return lines
