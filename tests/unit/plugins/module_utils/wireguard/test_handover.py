# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import dataclasses
import typing as t

import pytest
from hypothesis import given

from ansible_collections.farsite.fleet.plugins.module_utils.wireguard.handover import Settled, Waiting, settle
from ansible_collections.farsite.fleet.plugins.module_utils.wireguard.seen import Sighting, handshake
from ansible_collections.farsite.fleet.tests.unit.plugins.module_utils.wireguard.cases import Case, cases
from ansible_collections.farsite.fleet.tests.unit.plugins.module_utils.wireguard.hosts import key, peer, secret

if t.TYPE_CHECKING:
    from ansible_collections.farsite.fleet.plugins.module_utils.wireguard.peers import Peer

SITE = ("10.79.0.1/32", "10.80.1.0/24")
NEW = peer(2, *SITE, name="yard")


def settled(old: Peer, old_seen: int, new_seen: int, *more: Peer, **seen: int) -> Settled:
    """Return what becomes of the wanted NEW where OLD runs."""
    sightings = {old.public_key: old_seen, NEW.public_key: new_seen}
    sightings.update({key(int(number[1:])): when for number, when in seen.items()})
    known = {one.public_key: one for one in (old, *more)}
    return settle([NEW], known, {one: Sighting(when) for one, when in sightings.items()})


OLD = {
    "of the same name": peer(1, *SITE, name="yard"),
    "of nobody": peer(1, *SITE, name=None),
    "that was kept before": peer(1, *SITE, name="yard", role="other"),
    "of another name": peer(1, *SITE, name="mill"),
    "with a wider prefix": peer(1, "10.80.0.0/16", name=None),
    "with a part": peer(1, "10.80.1.128/25", name=None),
}


@pytest.mark.parametrize("old", OLD.values(), ids=OLD)
@pytest.mark.parametrize(
    ("old_seen", "new_seen", "holds"), [(0, 0, "new"), (0, 5, "new"), (5, 6, "new"), (5, 0, "old"), (5, 5, "old")]
)
def test_addresses_follow_the_newest_handshake(old: Peer, old_seen: int, new_seen: int, holds: str) -> None:
    found = settled(old, old_seen, new_seen)
    if holds == "new":
        assert found == Settled({key(2): NEW}, (), (key(1),))
        return
    assert found.peers[key(2)] == dataclasses.replace(NEW, allowed_ips=())
    assert found.peers[key(1)].allowed_ips == old.allowed_ips
    assert found.peers[key(1)].role == "other"
    assert found.waiting == (Waiting("yard", key(2), "addresses", key(1)),)
    assert found.superseded == ()


def test_what_waits_stays_so_until_it_is_seen() -> None:
    first = settled(OLD["of the same name"], 5, 0)
    again = settle([NEW], first.peers, {key(1): Sighting(5)})
    assert again.peers == first.peers
    assert settle([NEW], first.peers, {key(1): Sighting(5), key(2): Sighting(6)}).superseded == (key(1),)


def test_the_announced_next_key_stays_announced() -> None:
    following = peer(3, name="yard", role="next")
    own = dataclasses.replace(NEW)
    found = settled(own, 5, 5, following)
    assert found.peers == {key(2): NEW, key(3): following}
    assert found.waiting == (Waiting("yard", key(3), "next_key", key(2)),)


def test_an_older_configuration_does_not_lock_a_rotated_site_out() -> None:
    """The hub moved the addresses to the next key; the task still has the old one."""
    following = peer(3, *SITE, name="yard", role="next")
    found = settled(dataclasses.replace(NEW, allowed_ips=(), role="other"), 0, 5, following, k3=9)
    assert found.peers[key(3)].allowed_ips == NEW.allowed_ips
    assert found.peers[key(2)] == dataclasses.replace(NEW, allowed_ips=())


def test_a_next_key_that_is_in_use_gets_the_addresses_though_nobody_follows() -> None:
    found = settled(NEW, 5, 5, peer(3, name="yard", role="next"), k3=6)
    assert found.peers[key(3)].allowed_ips == NEW.allowed_ips
    assert found.peers[key(2)].allowed_ips == ()


def test_a_router_that_took_its_change_back_gets_its_addresses_back() -> None:
    following = peer(3, *SITE, name="yard", role="next")
    found = settled(peer(2, name="yard", role="other"), 9, 9, following, k3=8)
    assert found.peers == {key(2): NEW, key(3): dataclasses.replace(following, allowed_ips=())}


@pytest.mark.parametrize(
    ("seen", "replaced", "kept"), [(0, [], False), (1, [], True), (1, [key(2)], False), (1, [key(1)], True)]
)
@pytest.mark.parametrize("wanted", [None, secret(2)])
def test_a_preshared_key_in_use_stays(wanted: str | None, seen: int, replaced: list[str], kept: bool) -> None:  # noqa: FBT001
    known = {key(2): dataclasses.replace(NEW, preshared_key=secret(1))}
    found = settle([dataclasses.replace(NEW, preshared_key=wanted)], known, {key(2): Sighting(seen)}, replaced)
    assert found.peers[key(2)].preshared_key == (secret(1) if kept else wanted)
    assert found.waiting == ((Waiting("yard", key(2), "preshared_key", key(2)),) if kept else ())


def test_addresses_change_hands_between_wanted_peers() -> None:
    one, other = peer(1, "10.80.1.0/24"), peer(2, "10.80.2.0/24")
    known = {
        key(1): dataclasses.replace(one, allowed_ips=other.allowed_ips),
        key(2): dataclasses.replace(other, allowed_ips=one.allowed_ips),
    }
    found = settle([one, other], known, {key(1): Sighting(5), key(2): Sighting(9)})
    assert found == Settled({key(1): one, key(2): other}, (), ())


@given(cases())
def test_nothing_is_taken_from_a_rival_who_was_seen_later(case: Case) -> None:
    found = settle(case.wanted, case.known, case.seen)
    keys = {one.public_key for one in case.wanted}
    for one in found.peers.values():
        before = case.known.get(one.public_key)
        gained = [prefix for prefix in one.allowed_ips if not before or prefix not in before.allowed_ips]
        for rival in case.known.values():
            if rival.public_key in keys or rival.public_key == one.public_key:
                continue
            taken = [prefix for prefix in gained if any(prefix.overlaps(own) for own in rival.allowed_ips)]
            when = handshake(case.seen, rival.public_key)
            assert not taken or not when or handshake(case.seen, one.public_key) > when


@given(cases())
def test_a_prefix_never_belongs_to_two(case: Case) -> None:
    found = settle(case.wanted, case.known, case.seen)
    held = [prefix for one in found.peers.values() for prefix in one.allowed_ips]
    assert len(held) == len(set(held))


@given(cases())
def test_every_wanted_peer_is_there_with_its_addresses_or_waits(case: Case) -> None:
    found = settle(case.wanted, case.known, case.seen)
    waiting = {one.public_key for one in found.waiting if one.reason == "addresses"}
    for one in case.wanted:
        assert set(found.peers[one.public_key].allowed_ips) <= set(one.allowed_ips)
        assert (found.peers[one.public_key].allowed_ips == one.allowed_ips) or one.public_key in waiting


@given(cases())
def test_who_is_nobodys_rival_is_left_out(case: Case) -> None:
    found = settle(case.wanted, case.known, case.seen)
    names = {one.name for one in case.wanted}
    for one in case.known.values():
        is_rival = any(
            own.overlaps(prefix) for own in one.allowed_ips for peer in case.wanted for prefix in peer.allowed_ips
        )
        if not is_rival and one.name not in names and one.public_key not in {peer.public_key for peer in case.wanted}:
            assert one.public_key not in found.peers
            assert one.public_key not in found.superseded


@given(cases(wide=False))
def test_nothing_seen_means_that_the_files_win(case: Case) -> None:
    found = settle(case.wanted, case.known, {})
    expected: dict[str, t.Any] = {one.public_key: one.allowed_ips for one in case.wanted}
    assert {one: found.peers[one].allowed_ips for one in expected} == expected
