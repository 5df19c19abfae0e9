# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which ranges of IPv4 can be used for what."""

from __future__ import annotations

import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.ranges import is_host, is_public, unusable_range


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("203.0.113.10", True),
        ("100.63.255.255", True),
        ("100.64.0.1", False),
        ("100.127.255.255", False),
        ("100.128.0.0", True),
        ("10.0.0.1", False),
        ("172.31.255.255", False),
        ("172.32.0.0", True),
        ("192.168.0.1", False),
        ("169.254.1.1", False),
        ("127.0.0.1", False),
        ("224.0.0.1", False),
    ],
)
def test_an_address_is_public_or_not(address: str, *, public: bool) -> None:
    assert is_public(ipaddress.IPv4Address(address)) is public


@pytest.mark.parametrize(
    ("network", "taken"),
    [
        ("192.168.1.0/24", None),
        ("127.3.0.0/24", "127.0.0.0/8 (loopback)"),
        ("0.0.0.0/0", "0.0.0.0/8 (this host)"),
        ("239.1.1.0/24", "224.0.0.0/4 (multicast)"),
    ],
)
def test_a_range_for_something_else(network: str, taken: str | None) -> None:
    assert unusable_range(ipaddress.IPv4Network(network)) == taken


@given(st.ip_addresses(v=4), st.integers(8, 30))
def test_hosts_are_those_of_the_standard_library(address: ipaddress.IPv4Address, length: int) -> None:
    network = ipaddress.IPv4Network((address, length), strict=False)
    assert is_host(address, network) == (network[1] <= address <= network[-2])
