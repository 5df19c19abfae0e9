# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The peers that an interface has and those that it is to have: what differs, and whether that may be. Pure."""

from __future__ import annotations

import dataclasses
import typing as t

from ansible_collections.farsite.fleet.plugins.module_utils.shares import most
from ansible_collections.farsite.fleet.plugins.module_utils.wireguard.handover import Known, Waiting, settle
from ansible_collections.farsite.fleet.plugins.module_utils.wireguard.networks import Prefixes
from ansible_collections.farsite.fleet.plugins.module_utils.wireguard.peers import Peer, PeersError
from ansible_collections.farsite.fleet.plugins.module_utils.wireguard.running import same_in_wireguard

if t.TYPE_CHECKING:
    from ansible_collections.farsite.fleet.plugins.module_utils.wireguard.seen import Seen

Unmanaged = t.Literal["keep", "remove"]


@dataclasses.dataclass(frozen=True)
class Wishes:
    """What a task wants of the peers besides themselves; the keys are public ones."""

    unmanaged: Unmanaged = "remove"
    retire: t.Collection[str] = ()
    replaced_secrets: t.Collection[str] = ()
    max_removals: str = "100%"


@dataclasses.dataclass(frozen=True)
class PeerPlan:
    """The peers as they will be, by public key in the order of the file, and the keys of those that differ.

    ``superseded`` are gone too: retired ones, and those whose addresses a newer key has.
    """

    peers: t.Mapping[str, Peer]
    added: tuple[str, ...]
    changed: tuple[str, ...]
    removed: tuple[str, ...]
    superseded: tuple[str, ...]
    waiting: tuple[Waiting, ...]


def known_peers(running: Known, on_disk: Known) -> dict[str, Peer]:
    """Return the peers that run or are on disk: as they run, with the names, roles and endpoints of the file.

    A peer that is on disk only has none of the addresses that another one runs with.
    """
    taken = {prefix for peer in running.values() for prefix in peer.allowed_ips}
    known = {}
    for key, peer in on_disk.items():
        free = tuple(prefix for prefix in peer.allowed_ips if prefix not in taken)
        known[key] = dataclasses.replace(peer, allowed_ips=free)
    for key, peer in running.items():
        written = on_disk.get(key)
        known[key] = (
            dataclasses.replace(peer, name=written.name, role=written.role, endpoint=written.endpoint)
            if written
            else peer
        )
    return known


@dataclasses.dataclass(frozen=True)
class Before:
    """What there is: all ``known`` peers, of these the ``present`` keys and those ``managed``, written by us.

    Present are those that run; where the interface does not run, those on disk.
    """

    known: Known
    present: t.Collection[str]
    managed: t.Collection[str]
    seen: Seen


def plan_peers(wanted: t.Sequence[Peer], before: Before, wishes: Wishes) -> PeerPlan:
    """Return what makes the peers *before* the *wanted* ones.

    With ``unmanaged`` ``keep`` only managed ones are removed. Raises PeersError where a wanted peer claims addresses
    of one that is to be kept, or is retired, and where more than ``max_removals`` would go.
    """
    known = before.known
    keys = {peer.public_key for peer in wanted}
    _refuse_retired(wanted, wishes.retire)
    others = {
        key: dataclasses.replace(known[key], role="kept")
        for key in sorted(known)
        if wishes.unmanaged == "keep" and key not in keys and key not in before.managed and key not in wishes.retire
    }
    _refuse_claims(wanted, others)
    candidates = {key: peer for key, peer in known.items() if key not in others and key not in wishes.retire}
    settled = settle(wanted, candidates, before.seen, wishes.replaced_secrets)
    peers = {**settled.peers, **others}
    gone = [key for key in known if key not in peers]
    superseded = {key for key in gone if key in wishes.retire or key in settled.superseded or _without_use(known[key])}
    plan = PeerPlan(
        peers,
        tuple(key for key in peers if key not in before.present),
        tuple(key for key, peer in peers.items() if key in before.present and _differs(peer, known[key])),
        tuple(sorted(set(gone) - superseded)),
        tuple(sorted(superseded)),
        settled.waiting,
    )
    _refuse_removals(plan, len(known), wishes.max_removals)
    return plan


def _without_use(peer: Peer) -> bool:
    """Return whether it is a second key of a site that is gone, or done with its handover."""
    return not peer.allowed_ips and peer.role in ("next", "other")


def _differs(peer: Peer, before: Peer) -> bool:
    """Compare all that is written to the file."""
    return not same_in_wireguard(peer, before) or (peer.endpoint, peer.name, peer.role) != (
        before.endpoint,
        before.name,
        before.role,
    )


def _refuse_retired(wanted: t.Sequence[Peer], retire: t.Collection[str]) -> None:
    problems = [
        f"peers: the key of {peer.name} is in retire; a retired key is never used again"
        for peer in wanted
        if peer.public_key in retire
    ]
    if problems:
        raise PeersError(problems)


def _refuse_claims(wanted: t.Sequence[Peer], others: Known) -> None:
    index = Prefixes((prefix, key) for key, peer in others.items() for prefix in peer.allowed_ips)
    problems = [
        f"peers: {peer.name} claims {prefix}, which overlaps {theirs} of the peer {key}, which is kept "
        "(unmanaged: keep); name that key in retire if it is not needed"
        for peer in wanted
        for prefix in peer.allowed_ips
        for theirs, key in index.overlapping(prefix)
    ]
    if problems:
        raise PeersError(problems)


def _refuse_removals(plan: PeerPlan, known: int, limit: str) -> None:
    try:
        allowed = most(limit, known)
    except ValueError as error:
        raise PeersError([f"max_removals: {error}"]) from error
    if len(plan.removed) > allowed:
        raise PeersError(
            [
                (
                    f"peers: {len(plan.removed)} of {known} would be removed, {allowed} may (max_removals: {limit}). "
                    "Nothing was changed. If the fleet's data is right, allow more"
                )
            ]
        )
