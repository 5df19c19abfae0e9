# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What one task of farsite.fleet.wireguard_handover does: announce next keys, and let the addresses follow them."""

from __future__ import annotations

import dataclasses
import time
import typing as t

from ansible_collections.farsite.fleet.plugins.module_utils.wireguard import change as changes
from ansible_collections.farsite.fleet.plugins.module_utils.wireguard import rotation
from ansible_collections.farsite.fleet.plugins.module_utils.wireguard.configuration import Configuration, render, routes
from ansible_collections.farsite.fleet.plugins.module_utils.wireguard.description import Picture, describe
from ansible_collections.farsite.fleet.plugins.module_utils.wireguard.device import DeviceError
from ansible_collections.farsite.fleet.plugins.module_utils.wireguard.private_files import locked, write_private
from ansible_collections.farsite.fleet.plugins.module_utils.wireguard.seen import handshake, joined, render_seen
from ansible_collections.farsite.fleet.plugins.module_utils.wireguard.task import PATIENCE

if t.TYPE_CHECKING:
    from ansible_collections.farsite.fleet.plugins.module_utils.wireguard.device import Device
    from ansible_collections.farsite.fleet.plugins.module_utils.wireguard.handover import Known
    from ansible_collections.farsite.fleet.plugins.module_utils.wireguard.peers import Peer
    from ansible_collections.farsite.fleet.plugins.module_utils.wireguard.running import Running

PAUSE = 0.2
"""Seconds between two looks at the handshakes."""

Result = dict[str, t.Any]


def announce(pairs: t.Sequence[rotation.Pair], device: Device, *, check_mode: bool, with_diff: bool) -> Result:
    """Add the next keys as peers without addresses. Returns the module's result.

    Raises PeersError, DeviceError, DumpError, ConfigurationError and OSError.
    """
    if check_mode:
        return _announce(pairs, device, check_mode=True, with_diff=with_diff)
    with locked(device.lock_path, PATIENCE):
        return _announce(pairs, device, check_mode=False, with_diff=with_diff)


def _announce(pairs: t.Sequence[rotation.Pair], device: Device, *, check_mode: bool, with_diff: bool) -> Result:
    observed, running, ours = _observe(device)
    known = _known(pairs, observed)
    peers = rotation.announced(pairs, known)
    change = changes.plan_change(observed, dataclasses.replace(ours, peers=tuple(peers.values())), device.interface)
    result = {"changed": change.differs, "moved": _told(pairs, peers)}
    if with_diff:
        before = Picture((), running.listen_port, None, {key: known[key] for key in observed.before.present})
        result["diff"] = describe(before, Picture((), ours.listen_port, None, peers))
    if change.differs and not check_mode:
        if running.private_key is None:
            raise DeviceError(f"{device.interface} has no private key; run farsite.fleet.wireguard_peers first")
        changes.apply(device, observed, change, running.private_key)
    return result


def _observe(device: Device) -> tuple[changes.Observed, Running, Configuration]:
    observed = changes.observe(device)
    ours = observed.on_disk.ours if observed.on_disk else None
    if observed.running is None or ours is None:
        raise DeviceError(
            f"{device.interface} does not run, or its file was not written by farsite.fleet.wireguard_peers; run that "
            "first"
        )
    return observed, observed.running, ours


def _known(pairs: t.Sequence[rotation.Pair], observed: changes.Observed) -> dict[str, Peer]:
    """Return the peers that run or are on disk. One that somebody added by hand is written as what it is: not ours."""
    written = observed.on_disk.peers if observed.on_disk else {}
    ours = {*written, *(pair.running for pair in pairs), *(pair.next for pair in pairs)}
    known = observed.before.known
    return {key: peer if key in ours else dataclasses.replace(peer, role="kept") for key, peer in known.items()}


def _told(pairs: t.Sequence[rotation.Pair], peers: Known) -> list[dict[str, str | None]]:
    told = []
    for pair in pairs:
        holder = rotation.holder(pair, peers)
        told.append(
            {
                "name": pair.name,
                "public_key": pair.running,
                "next_public_key": pair.next,
                "holder": holder,
                "reason": rotation.why_none(pair, peers) if holder == "none" else None,
            }
        )
    return told


def follow(
    pairs: t.Sequence[rotation.Pair], device: Device, *, timeout: float, settle: float, check_mode: bool
) -> Result:
    """Move the addresses to whichever key was seen last, until all are on the next ones for *settle* seconds.

    It ends after *timeout* seconds at the latest; in check mode at once. Raises as ``announce``.
    """
    following = _Following(pairs, device)
    end = time.monotonic() + timeout
    if check_mode:
        return {"changed": bool(following.moves()), "moved": _told(pairs, following.peers)}
    while True:
        if following.moves():
            with locked(device.lock_path, PATIENCE):
                following.move()
        if following.is_settled(settle) or time.monotonic() > end:
            return {"changed": following.has_moved, "moved": _told(pairs, following.peers)}
        time.sleep(PAUSE)
        following.look()


def _after(moves: t.Mapping[rotation.Pair, rotation.Holder], peers: Known) -> dict[str, Peer]:
    after = dict(peers)
    for pair, to in moves.items():
        after.update(rotation.moved(pair, to, after))
    return after


class _Following:
    def __init__(self, pairs: t.Sequence[rotation.Pair], device: Device) -> None:
        self.pairs = pairs
        self.device = device
        observed, running, _ours = _observe(device)
        self.peers: Known = running.peers
        self.has_moved = False
        seen = observed.before.seen
        self.watches = {
            pair: rotation.Watch(handshake(seen, pair.running), handshake(seen, pair.next)) for pair in pairs
        }
        now = time.monotonic()
        self.since = {pair: (rotation.holder(pair, self.peers), now) for pair in pairs}

    def look(self) -> None:
        try:
            handshakes = self.device.handshakes()
        except DeviceError:
            # it is being restarted: no news
            return
        for pair, watch in self.watches.items():
            watch.look(handshakes.get(pair.running, 0), handshakes.get(pair.next, 0))

    def moves(self) -> dict[rotation.Pair, rotation.Holder]:
        """Return the pairs whose addresses belong to the other key."""
        return {
            pair: watch.latest
            for pair, watch in self.watches.items()
            if pair.running in self.peers
            and pair.next in self.peers
            and "none" not in (watch.latest, rotation.holder(pair, self.peers))
            and watch.latest != rotation.holder(pair, self.peers)
        }

    def move(self) -> None:
        """Move them, as the interface is now: somebody else may have changed it since the last look."""
        running = self.device.running()
        if running is None:
            return
        self.peers = running.peers
        moves = self.moves()
        if moves:
            after = _after(moves, self.peers)
            self.device.move({key: after[key].allowed_ips for pair, to in moves.items() if (key := pair.key(to))})
            self.peers = after
            self.has_moved = True
            self.write(moves)
        now = time.monotonic()
        for pair in self.pairs:
            holder = rotation.holder(pair, self.peers)
            if self.since[pair][0] != holder:
                self.since[pair] = holder, now

    def write(self, moves: t.Mapping[rotation.Pair, rotation.Holder]) -> None:
        observed, running, ours = _observe(self.device)
        after = _after(moves, _known(self.pairs, observed))
        configuration = dataclasses.replace(ours, peers=tuple(after.values()))
        text = render(configuration, self.device.interface, routes(configuration.peers))
        changes.check(text, configuration)
        write_private(self.device.configuration_path, text)
        seen = joined(running.seen, observed.before.seen)
        write_private(self.device.seen_path, render_seen(seen, after))

    def is_settled(self, seconds: float) -> bool:
        """Return whether every pair that has addresses is on its next key for that long."""
        now = time.monotonic()
        return all(
            holder == "none" or (holder == "next" and now - since >= seconds) for holder, since in self.since.values()
        )
