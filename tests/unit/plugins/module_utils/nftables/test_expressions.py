# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import dataclasses
import ipaddress
import typing as t

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.farsite.fleet.plugins.module_utils.nftables.expressions import matches
from ansible_collections.farsite.fleet.plugins.module_utils.nftables.flows import Packet, Ranges, network_ranges


def addresses(*networks: str) -> Ranges:
    return network_ranges(ipaddress.ip_network(network) for network in networks)


PACKET = Packet(
    "ip",
    "tcp",
    "new",
    incoming=frozenset({"eth0"}),
    outgoing=frozenset({"fleet"}),
    sources=addresses("198.51.100.0/24"),
    destinations=addresses("10.80.1.64/32"),
    source_ports=((1024, 65535),),
    ports=((80, 80), (8000, 8000)),
    translated=True,
    local=False,
)
SETS: dict[str, list[t.Any]] = {
    "some": ["198.51.100.0/25", {"elem": {"val": {"prefix": {"addr": "198.51.100.128", "len": 25}}, "comment": "x"}}],
    "pairs": [{"concat": [{"prefix": {"addr": "198.51.0.0", "len": 16}}, {"range": [1, 9999]}]}],
    "empty": [],
    "wide": [{"prefix": {"addr": "64.0.0.0", "len": 2}}],
}


def prefix(text: str) -> dict[str, t.Any]:
    address, _slash, length = text.partition("/")
    return {"prefix": {"addr": address, "len": int(length)}}


def payload(protocol: str, field: str) -> dict[str, t.Any]:
    return {"payload": {"protocol": protocol, "field": field}}


def meta(key: str) -> dict[str, t.Any]:
    return {"meta": {"key": key}}


STATE, STATUS = {"ct": {"key": "state"}}, {"ct": {"key": "status"}}
SOURCE, PORT = payload("ip", "saddr"), payload("tcp", "dport")
TYPE = {"fib": {"result": "type", "flags": ["daddr"]}}


@pytest.mark.parametrize(
    ("left", "operator", "right", "expected"),
    [
        (meta("iifname"), "==", "eth0", True),
        (meta("iifname"), "!=", "eth0", False),
        (meta("iifname"), "==", "eth*", True),
        (meta("oif"), "==", "lo", False),
        (meta("oifname"), "==", {"set": ["docker0", "fleet"]}, True),
        (meta("l4proto"), "==", {"set": ["icmp", "ipv6-icmp"]}, False),
        (meta("l4proto"), "==", 6, True),
        (meta("l4proto"), "==", {"set": [17, "icmp"]}, False),
        (meta("nfproto"), "==", 10, None),
        (meta("nfproto"), "==", "ipv6", False),
        (meta("protocol"), "==", "ip", True),
        (meta("pkttype"), "==", "host", True),
        (meta("mark"), "==", 1, None),
        (SOURCE, "==", prefix("198.51.100.0/24"), True),
        (SOURCE, "==", prefix("198.51.100.0/25"), None),
        (SOURCE, "!=", prefix("198.51.100.0/25"), None),
        (SOURCE, "==", "192.0.2.1", False),
        (SOURCE, "!=", "192.0.2.1", True),
        (SOURCE, "==", "@some", True),
        (SOURCE, "==", "@empty", False),
        (SOURCE, "==", "@missing", None),
        (SOURCE, "==", {"range": ["198.51.0.0", "198.51.255.255"]}, True),
        (payload("ip6", "saddr"), "==", "::1", False),
        (payload("ip6", "saddr"), "!=", "::1", False),
        (PORT, "==", {"set": [80, 443, {"range": [8000, 8100]}]}, True),
        (PORT, "==", 80, None),
        (PORT, "==", 22, False),
        (PORT, ">=", 80, True),
        (PORT, "<", 80, False),
        (PORT, ">", 80, None),
        (PORT, "<", "@some", None),
        (payload("th", "dport"), "==", {"range": [80, 8000]}, True),
        (payload("udp", "dport"), "==", 80, False),
        (payload("udp", "dport"), "!=", 9, False),
        (payload("tcp", "sport"), ">", 1023, True),
        (payload("tcp", "flags"), "==", "syn", True),
        ({"&": [payload("tcp", "flags"), ["fin", "syn", "rst", "ack"]]}, "==", "syn", True),
        ({"&": [payload("tcp", "flags"), {"|": ["fin", "syn"]}]}, "!=", "syn", False),
        ({"&": [payload("tcp", "flags"), ["fin", "ack"]]}, "==", "ack", None),
        ({"&": [payload("udp", "length"), 1]}, "==", 0, False),
        ({"&": [payload("ip", "frag-off"), 0x1FFF]}, "!=", 0, False),
        (payload("ip", "ttl"), "<", 5, None),
        (STATE, "in", "new", True),
        (STATE, "in", ["established", "related"], False),
        (STATE, "==", {"set": ["established", "new"]}, True),
        (STATUS, "in", "dnat", True),
        (STATUS, "in", ["assured"], None),
        ({"ct": {"key": "direction"}}, "==", "reply", False),
        ({"ct": {"key": "mark"}}, "==", 1, None),
        (TYPE, "==", "local", False),
        (TYPE, "==", {"set": ["local", "broadcast"]}, False),
        ({"fib": {"result": "oif", "flags": ["saddr", "iif"]}}, "==", False, False),
        ({"fib": {"result": "oifname", "flags": ["daddr"]}}, "==", "x", None),
        ({"concat": [SOURCE, PORT]}, "==", "@pairs", True),
        ({"concat": [SOURCE, PORT]}, "==", {"set": [{"concat": ["192.0.2.1", 80]}]}, False),
        ({"concat": [SOURCE, PORT]}, "==", {"set": [{"concat": [prefix("198.51.100.0/24"), 80]}]}, None),
        ({"concat": [meta("iifname"), meta("oifname")]}, "==", {"set": [{"concat": ["eth0", "fleet"]}]}, True),
        ({"socket": {"key": "mark"}}, "==", 1, None),
        (meta("iifname"), "==", {"socket": {}}, None),
    ],
)
def test_expressions(left: t.Any, operator: str, right: t.Any, expected: bool | None) -> None:  # noqa: FBT001
    assert matches({"left": left, "op": operator, "right": right}, PACKET, SETS) is expected


@pytest.mark.parametrize(
    ("right", "expected"),
    [
        ("@some", False),
        (prefix("198.51.100.0/24"), False),
        (prefix("0.0.0.0/0"), True),
        ("@wide", None),
        ({"socket": {}}, None),
    ],
)
def test_a_typical_address_of_the_internet(right: t.Any, expected: bool | None) -> None:  # noqa: FBT001
    anybody = dataclasses.replace(PACKET, sources=None)
    assert matches({"left": SOURCE, "op": "==", "right": right}, anybody, SETS) is expected
    answer = dataclasses.replace(PACKET, state="established", destinations=None)
    goal = payload("ip", "daddr")
    assert matches({"left": goal, "op": "==", "right": right}, answer, SETS) is expected


def test_what_is_not_known_of_the_packet() -> None:
    blank = Packet("ip", "tcp", "new")
    for left in (meta("iifname"), PORT, payload("ip", "daddr"), TYPE):
        assert matches({"left": left, "op": "==", "right": "x"}, blank, {}) is None


NUMBERS = st.integers(0, 40)
PIECES = st.tuples(NUMBERS, st.integers(0, 5)).map(lambda pair: (pair[0], pair[0] + pair[1]))


@given(st.lists(PIECES, min_size=1, max_size=3), st.lists(PIECES, max_size=4), st.booleans())
def test_an_answer_is_right_for_every_packet(ours: list[t.Any], theirs: list[t.Any], equal: bool) -> None:  # noqa: FBT001
    from_them = {"set": [{"range": list(piece)} for piece in theirs]}
    operator = "==" if equal else "!="

    def answer(ports: tuple[tuple[int, int], ...]) -> bool | None:
        packet = dataclasses.replace(PACKET, ports=ports)
        return matches({"left": PORT, "op": operator, "right": from_them}, packet, {})

    single = {answer(((number, number),)) for first, last in ours for number in range(first, last + 1)}
    assert None not in single
    assert answer(tuple(ours)) in (single if len(single) == 1 else {None})
