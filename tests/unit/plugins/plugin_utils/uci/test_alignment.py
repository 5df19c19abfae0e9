# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import itertools
import typing as t

from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.farsite.fleet.plugins.plugin_utils.uci.alignment import (
    common_in_order,
    longest_increasing,
    most_pairs,
)

EDGES: t.Final = st.sets(st.tuples(st.integers(0, 4), st.integers(0, 4)))


@given(st.permutations(range(6)))
def test_longest_increasing_is_the_largest_ascending_part(values: list[int]) -> None:
    found = longest_increasing(values)
    in_order = [value for value in values if value in found]
    assert in_order == sorted(found)
    largest = max(
        len(part)
        for size in range(len(values) + 1)
        for part in itertools.combinations(values, size)
        if list(part) == sorted(part)
    )
    assert len(found) == largest


@given(EDGES)
def test_common_in_order_is_the_largest_pairing_that_does_not_cross(edges: set[tuple[int, int]]) -> None:
    found = common_in_order(range(5), range(5), lambda one, other: (one, other) in edges)
    assert set(found.items()) <= edges
    assert [found[one] for one in sorted(found)] == sorted(set(found.values()))

    def largest(one: int, other: int) -> int:
        rest = ((i, j) for i, j in edges if i >= one and j >= other)
        return max((1 + largest(i + 1, j + 1) for i, j in rest), default=0)

    assert len(found) == largest(0, 0)


@given(EDGES)
def test_most_pairs_is_the_largest_pairing(edges: set[tuple[int, int]]) -> None:
    found = most_pairs(range(5), range(5), lambda one, other: (one, other) in edges)
    assert set(found.items()) <= edges
    assert len(set(found.values())) == len(found)
    largest = max(
        sum((one, other) in edges for one, other in enumerate(order)) for order in itertools.permutations(range(5))
    )
    assert len(found) == largest
