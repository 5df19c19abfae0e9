# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import dataclasses
import typing as t

import pytest
from hypothesis import assume, given

from ansible_collections.farsite.fleet.plugins.module_utils.wireguard.networks import network
from ansible_collections.farsite.fleet.plugins.module_utils.wireguard.peers import Peer, PeersError
from ansible_collections.farsite.fleet.plugins.module_utils.wireguard.plan import (
    Before,
    PeerPlan,
    Wishes,
    known_peers,
    plan_peers,
)
from ansible_collections.farsite.fleet.plugins.module_utils.wireguard.seen import Sighting
from ansible_collections.farsite.fleet.tests.unit.plugins.module_utils.wireguard.cases import Case, cases
from ansible_collections.farsite.fleet.tests.unit.plugins.module_utils.wireguard.hosts import key, peer, secret


def sites(*numbers: int) -> tuple[Peer, ...]:
    return tuple(peer(number, f"10.80.{number}.0/24") for number in numbers)


def plan(
    wanted: t.Sequence[Peer], known: t.Sequence[Peer], managed: t.Collection[str] | None = None, **wishes: t.Any
) -> PeerPlan:
    by_key = {one.public_key: one for one in known}
    return plan_peers(
        wanted, Before(by_key, tuple(by_key), by_key if managed is None else managed, {}), Wishes(**wishes)
    )


def test_what_differs_is_told() -> None:
    changed = dataclasses.replace(sites(2)[0], keepalive=25)
    found = plan([*sites(1), changed, *sites(3)], sites(1, 2, 4))
    assert (found.added, found.changed, found.removed) == ((key(3),), (key(2),), (key(4),))
    assert list(found.peers) == [key(1), key(2), key(3)]


@pytest.mark.parametrize("changed", [{"name": "other"}, {"endpoint": "192.0.2.1:5"}, {"preshared_key": secret(1)}])
def test_what_is_written_counts_as_changed(changed: dict[str, t.Any]) -> None:
    assert plan([dataclasses.replace(sites(1)[0], **changed)], sites(1)).changed == (key(1),)


@pytest.mark.parametrize(
    ("limit", "gone", "refused"),
    [
        ("10%", 1, False),
        ("10%", 2, False),
        ("10%", 3, True),
        ("0%", 1, True),
        ("0", 1, True),
        ("2", 2, False),
        ("2", 3, True),
        ("50%", 10, False),
        ("50%", 11, True),
        ("100%", 19, False),
    ],
)
def test_more_removals_than_allowed_are_refused(limit: str, gone: int, refused: bool) -> None:  # noqa: FBT001
    known = sites(*range(20))
    if not refused:
        assert len(plan(known[gone:], known, max_removals=limit).removed) == gone
        return
    with pytest.raises(PeersError, match=f"{gone} of 20 would be removed"):
        plan(known[gone:], known, max_removals=limit)


def test_of_few_peers_one_may_go() -> None:
    assert plan(sites(1), sites(1, 2), max_removals="10%").removed == (key(2),)


def test_a_limit_that_is_none_is_refused() -> None:
    with pytest.raises(PeersError, match="max_removals: found 'half'"):
        plan(sites(1), sites(1), max_removals="half")


def test_retired_superseded_and_spare_keys_do_not_count() -> None:
    spare = peer(5, name="gone", role="next")
    rival = peer(6, "10.80.1.0/24", name="site 1")
    found = plan(sites(1), [*sites(2), spare, rival], retire=[key(2), key(9)], max_removals="0")
    assert found.removed == ()
    assert sorted(found.superseded) == sorted([key(2), key(5), key(6)])


def test_a_retired_rival_loses_its_addresses_though_it_was_seen() -> None:
    rival = peer(6, "10.80.1.0/24", name="site 1")
    before = Before({key(6): rival}, (key(6),), (), {key(6): Sighting(5)})
    waiting = plan_peers(sites(1), before, Wishes())
    assert waiting.peers[key(1)].allowed_ips == ()
    assert plan_peers(sites(1), before, Wishes(retire=[key(6)])).peers == {key(1): sites(1)[0]}


def test_a_retired_key_cannot_be_wanted() -> None:
    with pytest.raises(PeersError, match="the key of site 1 is in retire"):
        plan(sites(1), (), retire=[key(1)])


def test_peers_of_others_are_kept_where_that_is_asked_for() -> None:
    known = sites(1, 2, 3)
    found = plan(sites(1), known, managed=[key(1), key(2)], unmanaged="keep")
    assert found.removed == (key(2),)
    assert found.peers[key(3)] == dataclasses.replace(known[2], role="kept")


def test_what_a_kept_peer_has_cannot_be_claimed() -> None:
    other = peer(7, "10.80.0.0/20", name=None)
    with pytest.raises(PeersError, match=r"site 1 claims 10\.80\.1\.0/24, which overlaps 10\.80\.0\.0/20"):
        plan(sites(1), [other], managed=(), unmanaged="keep")
    assert plan(sites(1), [other], managed=(), unmanaged="keep", retire=[key(7)]).superseded == (key(7),)


def test_known_are_those_that_run_with_what_the_file_adds() -> None:
    runs = peer(1, "10.80.1.0/24", name=None, keepalive=5)
    written = peer(1, "10.80.9.0/24", name="yard", role="other", endpoint="192.0.2.1:5")
    only_written = peer(2, "10.80.1.0/24", "10.80.2.0/24")
    known = known_peers({key(1): runs, key(3): runs}, {key(1): written, key(2): only_written})
    assert known[key(1)] == dataclasses.replace(runs, name="yard", role="other", endpoint="192.0.2.1:5")
    assert known[key(2)].allowed_ips == (network("10.80.2.0/24"),)
    assert known[key(3)] == runs


def test_what_is_only_on_disk_is_added_to_what_runs() -> None:
    known = {one.public_key: one for one in sites(1, 2)}
    found = plan_peers(sites(1, 2), Before(known, (key(1),), tuple(known), {}), Wishes())
    assert found.added == (key(2),)


@given(cases(wide=False))
def test_a_second_plan_has_nothing_to_do(case: Case) -> None:
    def planned(known: dict[str, Peer]) -> PeerPlan:
        return plan_peers(case.wanted, Before(known, tuple(known), tuple(known), case.seen), Wishes())

    first = planned(case.known)
    assume(not first.waiting)
    second = planned(dict(first.peers))
    assert second == dataclasses.replace(first, added=(), changed=(), removed=(), superseded=())


@given(cases())
def test_all_that_was_known_is_there_or_told_as_gone(case: Case) -> None:
    found = plan_peers(case.wanted, Before(case.known, tuple(case.known), tuple(case.known), case.seen), Wishes())
    assert set(case.known) - set(found.peers) == {*found.removed, *found.superseded}
    assert not set(found.removed) & set(found.superseded)
    assert set(found.peers) - set(case.known) == set(found.added)


@given(cases())
def test_who_waits_does_so_until_something_is_seen(case: Case) -> None:
    """A few runs after one another come to rest."""
    known = case.known
    for _run in range(4):
        found = plan_peers(case.wanted, Before(known, tuple(known), tuple(known), case.seen), Wishes())
        known = dict(found.peers)
    last = plan_peers(case.wanted, Before(known, tuple(known), tuple(known), case.seen), Wishes())
    assert (last.added, last.changed, last.removed, last.superseded) == ((), (), (), ())
