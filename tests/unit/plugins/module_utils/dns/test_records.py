# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Records that a task asks for, and the marker."""

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.farsite.fleet.plugins.module_utils.dns.records import (
    RecordsError,
    RecordSet,
    check_owner,
    marker,
    owners,
    wanted_names,
    zone_name,
)

ZONE = "fleet.example.net"


def record(name: str = "a.fleet.example.net", kind: str = "A", *values: str, ttl: int = 300) -> dict[str, t.Any]:
    return {"name": name, "type": kind, "values": list(values or ("192.0.2.1",)), "ttl": ttl}


def test_names_and_addresses_have_one_form() -> None:
    given = [
        record("Gate.Quarry.fleet.example.net.", "A", "192.0.2.2", "192.0.2.1", "192.0.2.2"),
        record("gate.quarry.fleet.example.net", "AAAA", "2001:DB8:0::1", ttl=60),
        record("fleet.example.net"),
    ]
    assert wanted_names(given, ZONE) == {
        "gate.quarry.fleet.example.net": {
            "A": RecordSet(300, frozenset({"192.0.2.1", "192.0.2.2"})),
            "AAAA": RecordSet(60, frozenset({"2001:db8::1"})),
        },
        "fleet.example.net": {"A": RecordSet(300, frozenset({"192.0.2.1"}))},
    }


@pytest.mark.parametrize(
    ("given", "problem"),
    [
        (record("a.example.net"), "records[0].name: a.example.net is not in the zone fleet.example.net; "),
        (record("afleet.example.net"), "records[0].name: afleet.example.net is not in the zone"),
        (record("gate"), "records[0].name: gate is not in the zone"),
        (record("a..fleet.example.net"), "records[0].name: found 'a..fleet.example.net', expected a domain name"),
        (record("-a.fleet.example.net"), "records[0].name: found '-a."),
        (record("a b.fleet.example.net"), "records[0].name: found 'a b."),
        (record("*.fleet.example.net"), "records[0].name: found '*."),
        (record("a\n.fleet.example.net"), "records[0].name: found 'a\\n."),
        (record(f"{'a' * 64}.fleet.example.net"), "records[0].name: found 'aaa"),
        (record(f"{'a.' * 120}fleet.example.net"), "records[0].name: found 'a.a"),
        (record(ttl=-1), "records[0].ttl: found -1, expected seconds, 0 to 2147483647"),
        (record(ttl=2**31), "records[0].ttl: found 2147483648"),
        (record() | {"values": []}, "records[0].values: found none"),
        (
            record(ZONE, "A", "192.0.2.1", "2001:db8::1"),
            "records[0].values[1]: found '2001:db8::1', expected an IPv4 address, since type is A",
        ),
        (record(ZONE, "AAAA", "192.0.2.1"), "records[0].values[0]: found '192.0.2.1', expected an IPv6 address"),
        (record(ZONE, "AAAA", "fe80::1%eth0"), "records[0].values[0]: found 'fe80::1%eth0'"),
        (record(ZONE, "A", "192.0.2"), "records[0].values[0]: found '192.0.2'"),
        (record(ZONE, "A", "192.0.2.1 "), "records[0].values[0]: found '192.0.2.1 '"),
    ],
)
def test_what_is_wrong_is_said_with_its_path(given: dict[str, t.Any], problem: str) -> None:
    with pytest.raises(RecordsError) as raised:
        wanted_names([given], ZONE)
    assert len(raised.value.problems) == 1
    assert raised.value.problems[0].startswith(problem)


def test_all_problems_at_once() -> None:
    with pytest.raises(RecordsError) as raised:
        wanted_names([record(), record("A.fleet.example.net."), record("x", "A", "y", ttl=-1)], ZONE)
    assert [problem.split(" ")[0] for problem in raised.value.problems] == [
        "records[1]:",
        "records[2].name:",
        "records[2].ttl:",
        "records[2].values[0]:",
    ]


def test_the_zone() -> None:
    assert zone_name("Fleet.Example.NET.") == ZONE
    for zone in ("", ".", "a b", "a..b", "a/b"):
        with pytest.raises(RecordsError, match=r"^zone: found "):
            zone_name(zone)


def test_the_owner() -> None:
    check_owner("quarries-2.example_net")
    for owner in ("", "a b", 'a"', "a,b", "ä", "a" * 64, "a\n"):
        with pytest.raises(RecordsError, match=r"^owner: found "):
            check_owner(owner)


def test_a_marker_is_found_among_other_texts() -> None:
    texts = frozenset({marker("one"), marker("two.x"), '"v=spf1 -all"', '"heritage=external-dns,owner=three"'})
    assert owners({"TXT": RecordSet(60, texts), "A": RecordSet(60, frozenset({"192.0.2.1"}))}) == {"one", "two.x"}
    assert owners({}) == set()
    assert owners({"SPF": RecordSet(60, frozenset({marker("one")}))}) == set()
