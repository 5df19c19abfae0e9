# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which of two keys has a site's addresses: that which was seen last. So no change of keys can lock a site out. Pure.

A key of the fleet's files gets its addresses where nobody else has them, where he who has them was never seen, and
where its own handshake is newer. Else it is *waiting*: a peer without addresses, whose handshake can be seen.
"""

from __future__ import annotations

import dataclasses
import typing as t

from ansible_collections.farsite.fleet.plugins.module_utils.wireguard.networks import Network, Prefixes, inside
from ansible_collections.farsite.fleet.plugins.module_utils.wireguard.peers import Peer
from ansible_collections.farsite.fleet.plugins.module_utils.wireguard.seen import Seen, handshake

Reason = t.Literal["addresses", "preshared_key", "next_key"]
Known = t.Mapping[str, Peer]


@dataclasses.dataclass(frozen=True)
class Waiting:
    """What waits: for addresses that ``holder`` has, with another preshared key, or as announced next key."""

    name: str | None
    public_key: str
    reason: Reason
    holder: str | None = None


@dataclasses.dataclass(frozen=True)
class Settled:
    """The peers as they will be, by key, each beside those of its name; the keys that are not needed any more."""

    peers: t.Mapping[str, Peer]
    waiting: tuple[Waiting, ...]
    superseded: tuple[str, ...]


def settle(wanted: t.Sequence[Peer], known: Known, seen: Seen, replaced_secrets: t.Collection[str] = ()) -> Settled:
    """Return what becomes of the *wanted* peers and of those *known* keys that are their rivals.

    *known* are the peers that run, without retired ones; no prefix is in two of them. Known keys that are nobody's
    rivals are in none of the results. *replaced_secrets* are the public keys whose preshared key may change though
    they were seen.
    """
    settling = _Settling(wanted, known, seen)
    for peer in wanted:
        settling.settle(settling.with_secret(peer, replaced_secrets))
    settling.finish()
    superseded = tuple(key for key in settling.rivals if key not in settling.peers)
    return Settled(settling.peers, tuple(settling.waiting), superseded)


class _Settling:
    def __init__(self, wanted: t.Sequence[Peer], known: Known, seen: Seen) -> None:
        self.known = known
        self.seen = seen
        keys = {peer.public_key for peer in wanted}
        others = [peer for peer in known.values() if peer.public_key not in keys]
        self.index = Prefixes((prefix, peer.public_key) for peer in others for prefix in peer.allowed_ips)
        self.marked: dict[str, list[str]] = {}
        for peer in others:
            if peer.name and peer.role in ("next", "other"):
                self.marked.setdefault(peer.name, []).append(peer.public_key)
        self.peers: dict[str, Peer] = {}
        self.waiting: list[Waiting] = []
        self.rivals: dict[str, None] = {}
        self.winners: dict[str, None] = {}
        self.lost: dict[str, set[Network]] = {}

    def when(self, key: str) -> int:
        return handshake(self.seen, key)

    def with_secret(self, peer: Peer, replaced: t.Collection[str]) -> Peer:
        """Keep the preshared key of a peer that was seen with it: the other end would have to change it too."""
        key = peer.public_key
        before = self.known.get(key)
        if not before or before.preshared_key == peer.preshared_key or key in replaced or not self.when(key):
            return peer
        self.waiting.append(Waiting(peer.name, key, "preshared_key", key))
        return dataclasses.replace(peer, preshared_key=before.preshared_key)

    def settle(self, peer: Peer) -> None:
        overlapping: dict[str, list[Network]] = {}
        for prefix in peer.allowed_ips:
            for _wider, key in self.index.overlapping(prefix):
                overlapping.setdefault(key, []).append(prefix)
        marked = self.marked.get(peer.name or "", [])
        family = sorted({*marked, *(key for key in overlapping if self.known[key].name == peer.name)})
        strangers = sorted(overlapping.keys() - set(family))
        self.rivals.update(dict.fromkeys([*family, *strangers]))
        best = self.best(peer, family, overlapping)
        stronger = [key for key in strangers if self.when(key) and self.when(key) >= self.when(best)]
        if stronger:
            self.winners.update(dict.fromkeys(stronger))
            self.leave(peer, family, stronger[0])
            return
        if best == peer.public_key:
            self.peers[best] = peer
        else:
            self.follow(peer, best)
        self.keep_announced(peer, family, best)
        self.take(self.peers[best], [key for key in (*family, *strangers) if key != best])

    def best(self, peer: Peer, family: t.Sequence[str], holders: t.Collection[str]) -> str:
        """Return the key that was seen last; of two at the same time he who has addresses; if none, the wanted one."""

        def rank(key: str) -> tuple[int, bool, bool]:
            when = self.when(key)
            return when, bool(when) and key in holders, key == peer.public_key

        return max([peer.public_key, *family], key=rank)

    def leave(self, peer: Peer, family: t.Sequence[str], holder: str) -> None:
        """Let nobody of this name gain or lose addresses, since somebody else who has them was seen later."""
        self.peers[peer.public_key] = self.without_gain(peer)
        self.peers.update({key: self.other(key, peer) for key in family})
        self.waiting.append(Waiting(peer.name, peer.public_key, "addresses", holder))

    def follow(self, peer: Peer, best: str) -> None:
        """Another key of the same site was seen later: it keeps its addresses; one that has none gets the site's."""
        other = self.other(best, peer)
        if other.allowed_ips:
            self.peers[peer.public_key] = self.without_gain(peer)
        else:
            self.peers[peer.public_key] = dataclasses.replace(peer, allowed_ips=())
            other = dataclasses.replace(other, allowed_ips=peer.allowed_ips)
        self.peers[best] = other
        self.waiting.append(Waiting(peer.name, peer.public_key, "addresses", best))

    def keep_announced(self, peer: Peer, family: t.Sequence[str], holder: str) -> None:
        for key in family:
            if key != holder and self.known[key].role == "next" and self.known[key].name == peer.name:
                self.peers[key] = dataclasses.replace(self.known[key], allowed_ips=())
                self.waiting.append(Waiting(peer.name, key, "next_key", holder))

    def other(self, key: str, peer: Peer) -> Peer:
        before = self.known[key]
        return dataclasses.replace(before, name=peer.name, role=before.role if before.role == "next" else "other")

    def without_gain(self, peer: Peer) -> Peer:
        before = self.known.get(peer.public_key)
        held = set(before.allowed_ips) if before else set()
        return dataclasses.replace(peer, allowed_ips=tuple(prefix for prefix in peer.allowed_ips if prefix in held))

    def take(self, holder: Peer, others: t.Sequence[str]) -> None:
        """Note what those who were not seen as late as *holder* lose to him, should they stay for another's sake."""
        for key in others:
            self.lost.setdefault(key, set()).update(
                prefix
                for prefix in self.known[key].allowed_ips
                if any(inside(prefix, taken) for taken in holder.allowed_ips)
            )

    def finish(self) -> None:
        """Keep the strangers who were seen later than somebody who wants their addresses, without what others took."""
        for key in sorted(self.winners.keys() - self.peers.keys()):
            before = self.known[key]
            self.peers[key] = dataclasses.replace(before, role=before.role if before.role == "next" else "other")
        for key, lost in self.lost.items():
            if key in self.peers:
                kept = tuple(prefix for prefix in self.peers[key].allowed_ips if prefix not in lost)
                self.peers[key] = dataclasses.replace(self.peers[key], allowed_ips=kept)
