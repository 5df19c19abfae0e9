# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import ipaddress
import itertools

from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.farsite.fleet.plugins.module_utils.nftables.flows import (
    TRANSLATED,
    Place,
    flows,
    merged,
    network_ranges,
)
from ansible_collections.farsite.fleet.tests.unit.plugins.module_utils.nftables.hubs import (
    forward,
    operator,
    port,
    settings,
)

OUTSIDE, TUNNEL = frozenset({"eth0"}), frozenset({"fleet"})
PLACE = Place(OUTSIDE, (4, 6))


def test_what_a_hub_needs() -> None:
    found = list(flows(settings(), PLACE))
    assert [flow.name for flow in found] == [
        "WireGuard, IPv4",
        "WireGuard, IPv6",
        "SSH, IPv4",
        "SSH, IPv6",
        "relay (tcp 8554), IPv4",
        "relay (tcp 8554), IPv6",
        "forwards to cameras",
        "operators to sites, IPv4",
    ]
    assert [flow.name for flow in flows(settings(forwards=[], operators=[], ports=[]), Place(frozenset(), (4,)))] == [
        "WireGuard, IPv4",
        "SSH, IPv4",
    ]


def test_a_version_without_sources_is_not_needed() -> None:
    only = settings(ports=[port(**{"from": ["2001:db8::/32"]})], operators=[operator(reaches=[])], forwards=[])
    assert [flow.name for flow in flows(only, PLACE)][-1] == "relay (tcp 8554), IPv6"


def test_a_forward_is_seen_before_and_behind_its_translation() -> None:
    many = [forward(), forward(port=18002, address="10.80.1.65", target_port=8000)]
    flow = next(flow for flow in flows(settings(forwards=many), PLACE) if flow.purpose == "forward")
    ingress, early, late, through, answer, last = flow.steps
    assert (ingress.hook, early.hook, late.hook, through.hook, answer.hook, last.hook) == (
        "ingress",
        "prerouting",
        "prerouting",
        "forward",
        "forward",
        "postrouting",
    )
    assert (early.highest, late.lowest) == (TRANSLATED - 1, TRANSLATED)
    assert (early.packet.ports, early.packet.local, early.packet.translated) == (((18001, 18002),), True, False)
    assert (late.packet.ports, late.packet.local, late.packet.translated) == (((80, 80), (8000, 8000)), False, True)
    assert (through.packet.incoming, through.packet.outgoing) == (OUTSIDE, TUNNEL)
    assert (answer.packet.incoming, answer.packet.outgoing, answer.packet.state) == (TUNNEL, OUTSIDE, "established")
    assert answer.packet.sources == through.packet.destinations
    assert answer.packet.ports == through.packet.source_ports


RANGES = st.lists(st.tuples(st.integers(0, 60), st.integers(0, 9)).map(lambda pair: (pair[0], pair[0] + pair[1])))


@given(RANGES)
def test_merged_ranges_have_the_same_numbers(ranges: list[tuple[int, int]]) -> None:
    found = merged(ranges)
    numbers = {number for first, last in ranges for number in range(first, last + 1)}
    assert {number for first, last in found for number in range(first, last + 1)} == numbers
    assert all(one[1] + 1 < other[0] for one, other in itertools.pairwise(found))


def test_networks_are_numbers() -> None:
    networks = [ipaddress.ip_network("10.0.1.0/24"), ipaddress.ip_network("10.0.0.0/24")]
    assert network_ranges(networks) == ((0x0A000000, 0x0A0001FF),)
