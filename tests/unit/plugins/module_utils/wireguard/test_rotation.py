# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import dataclasses
import typing as t

import pytest

from ansible_collections.farsite.fleet.plugins.module_utils.wireguard.peers import PeersError
from ansible_collections.farsite.fleet.plugins.module_utils.wireguard.rotation import (
    Holder,
    Pair,
    Watch,
    announced,
    holder,
    moved,
    read_pairs,
    why_none,
)
from ansible_collections.farsite.fleet.tests.unit.plugins.module_utils.wireguard.hosts import key, peer, secret

PAIR = Pair("yard", key(1), key(2), secret(2))
OWN = peer(1, "10.79.0.1/32", "10.80.1.0/24", name="yard", keepalive=25)
OTHER = peer(3, "10.80.3.0/24")
NEXT = peer(2, name="yard", role="next", preshared_key=secret(2), keepalive=25)


def entry(**changed: t.Any) -> dict[str, t.Any]:
    return {"name": "yard", "public_key": key(1), "next_public_key": key(2), "next_preshared_key": secret(2), **changed}


def test_pairs_are_read() -> None:
    assert read_pairs([entry()]) == (PAIR,)
    assert (PAIR.key("running"), PAIR.key("next"), PAIR.key("none")) == (key(1), key(2), None)
    assert secret(2) not in repr(PAIR)


@pytest.mark.parametrize(
    ("entries", "expected"),
    [
        ([], "keys: is empty"),
        ([entry(name="(x")], "keys[0].name: begins with"),
        ([entry(public_key="x")], "keys[0].public_key: is no base64"),
        ([entry(next_public_key=key(1))], "keys[0].next_public_key: is keys[0].public_key too"),
        ([entry(), entry(public_key=key(5))], "keys[1].next_public_key: is keys[0].next_public_key too"),
        ([entry(next_preshared_key="c2hvcnQ=")], "keys[0].next_preshared_key: has 5 bytes"),
    ],
)
def test_malformed_pairs_are_refused(entries: list[dict[str, t.Any]], expected: str) -> None:
    with pytest.raises(PeersError) as caught:
        read_pairs(entries)
    assert len(caught.value.problems) == 1
    assert caught.value.problems[0].startswith(expected)


def test_a_next_key_is_announced_behind_the_sites_own_and_again_changes_nothing() -> None:
    known = {key(1): OWN, key(3): OTHER}
    found = announced([PAIR], known)
    assert list(found.items()) == [(key(1), OWN), (key(2), NEXT), (key(3), OTHER)]
    assert announced([PAIR], found) == found
    assert announced([dataclasses.replace(PAIR, next_secret=None)], found)[key(2)].preshared_key is None


def test_a_next_key_that_has_the_addresses_stays_as_it_is() -> None:
    known = {key(1): dataclasses.replace(OWN, allowed_ips=()), key(2): dataclasses.replace(OWN, public_key=key(2))}
    assert announced([dataclasses.replace(PAIR, next_secret=secret(9))], known) == known


def test_what_is_not_there_is_passed_over_and_what_is_of_another_is_refused() -> None:
    assert announced([PAIR], {key(3): OTHER}) == {key(3): OTHER}
    with pytest.raises(PeersError, match=r"keys\[0\]\.next_public_key: is the key of site 3"):
        announced([Pair("yard", key(1), key(3))], {key(1): OWN, key(3): OTHER})
    with pytest.raises(PeersError, match=r"keys\[0\]\.public_key: is the key of site 3, not of yard"):
        announced([Pair("yard", key(3), key(2))], {key(1): OWN, key(3): OTHER})


def test_who_has_addresses_is_told() -> None:
    assert holder(PAIR, {key(1): OWN, key(2): NEXT}) == "running"
    assert holder(PAIR, {key(2): dataclasses.replace(NEXT, allowed_ips=OWN.allowed_ips)}) == "next"
    assert holder(PAIR, {key(2): NEXT}) == "none"
    assert why_none(PAIR, {key(2): NEXT}) == "neither of the keys has addresses"
    assert why_none(PAIR, {}) == "the interface has neither of the keys"


def test_addresses_go_there_and_back() -> None:
    before = {key(1): OWN, key(2): NEXT}
    there = moved(PAIR, "next", before)
    assert there[key(1)] == dataclasses.replace(OWN, allowed_ips=(), role="other")
    assert there[key(2)] == dataclasses.replace(NEXT, allowed_ips=OWN.allowed_ips)
    assert moved(PAIR, "running", there) == before


def test_addresses_that_both_have_go_all_to_one() -> None:
    half = {
        key(1): dataclasses.replace(OWN, allowed_ips=OWN.allowed_ips[:1]),
        key(2): dataclasses.replace(NEXT, allowed_ips=OWN.allowed_ips[1:]),
    }
    assert moved(PAIR, "next", half)[key(2)].allowed_ips == OWN.allowed_ips


@pytest.mark.parametrize(
    ("looks", "expected"),
    [
        ([(0, 0)], "none"),
        ([(5, 0)], "running"),
        ([(5, 5)], "next"),
        ([(5, 4)], "running"),
        ([(5, 0), (5, 5)], "next"),
        ([(5, 0), (5, 6)], "next"),
        ([(5, 6), (6, 6)], "running"),
        ([(5, 6), (7, 6)], "running"),
        ([(5, 6), (7, 6), (7, 8)], "next"),
        ([(5, 0), (6, 6)], "next"),
        ([(5, 0), (7, 6)], "running"),
        ([(5, 6), (0, 0)], "next"),
        ([(5, 6), (0, 0), (9, 0)], "running"),
        ([(0, 0), (0, 0), (0, 1)], "next"),
    ],
)
def test_the_key_that_was_seen_last_is_known(looks: list[tuple[int, int]], expected: Holder) -> None:
    watch = Watch(*looks[0])
    for look in looks[1:]:
        watch.look(*look)
    assert watch.latest == expected
