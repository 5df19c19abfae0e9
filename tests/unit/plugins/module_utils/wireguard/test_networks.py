# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.farsite.fleet.plugins.module_utils.wireguard.networks import (
    Prefixes,
    collapsed,
    in_order,
    inside,
    loose_network,
    network,
)

TEXTS = st.lists(
    st.one_of(
        st.tuples(st.integers(0, 255), st.integers(24, 32)).map(lambda item: f"10.0.0.{item[0]}/{item[1]}"),
        st.tuples(st.integers(0, 255), st.integers(120, 128)).map(lambda item: f"fd00::{item[0]:x}/{item[1]}"),
    ),
    max_size=12,
)


@given(TEXTS, TEXTS)
def test_what_overlaps_is_found(stored: list[str], asked: list[str]) -> None:
    prefixes = [loose_network(text) for text in stored]
    index = Prefixes((prefix, number) for number, prefix in enumerate(prefixes))
    for text in asked:
        prefix = loose_network(text)
        expected = [
            (other, number)
            for number, other in enumerate(prefixes)
            if other.version == prefix.version and other.overlaps(prefix)
        ]
        assert sorted(index.overlapping(prefix), key=lambda item: item[1]) == expected


@given(TEXTS)
def test_collapsed_prefixes_cover_the_same(texts: list[str]) -> None:
    prefixes = [loose_network(text) for text in texts]
    fewer = collapsed(prefixes)
    assert len(fewer) <= len(set(prefixes))
    assert all(any(inside(prefix, wide) for wide in fewer) for prefix in prefixes)
    assert sum(wide.num_addresses for wide in fewer) == len({address for prefix in prefixes for address in prefix})


def test_the_order_is_by_version_and_address() -> None:
    texts = ("fd00::/64", "10.1.0.0/16", "10.0.0.0/24", "10.0.0.0/8")
    ordered = [str(item) for item in in_order(map(network, texts))]
    assert ordered == ["10.0.0.0/8", "10.0.0.0/24", "10.1.0.0/16", "fd00::/64"]


def test_an_address_alone_is_a_prefix_and_bits_behind_it_are_refused() -> None:
    assert str(network("10.0.0.1")) == "10.0.0.1/32"
    assert str(loose_network("10.0.0.1/24")) == "10.0.0.0/24"
    with pytest.raises(ValueError, match="has host bits set"):
        network("10.0.0.1/24")


def test_versions_are_not_inside_each_other() -> None:
    assert not inside(network("10.0.0.0/8"), network("::/0"))
    assert not inside(network("fd00::/64"), network("0.0.0.0/0"))
