# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Aligning two sequences: the algorithms below section identity and order. They know nothing of UCI."""

from __future__ import annotations

import bisect
import typing as t

Matches = t.Callable[[int, int], bool]
"""Whether an item of the left sequence may be paired with one of the right; both are given by number."""


def longest_increasing(values: t.Sequence[int]) -> frozenset[int]:
    """Return a largest possible part of *values* (all different) that is in ascending order already."""
    tails: list[int] = []  # indexes; tails[n] ends the best chain of n + 1 values
    previous: list[int | None] = []
    for index, value in enumerate(values):
        length = bisect.bisect_left([values[tail] for tail in tails], value)
        previous.append(tails[length - 1] if length else None)
        tails[length : length + 1] = [index]
    chain = set()
    index_in_chain = tails[-1] if tails else None
    while index_in_chain is not None:
        chain.add(values[index_in_chain])
        index_in_chain = previous[index_in_chain]
    return frozenset(chain)


def common_in_order(left: t.Sequence[int], right: t.Sequence[int], matches: Matches) -> dict[int, int]:
    """Return a largest pairing of *left* with *right* in which no two pairs cross (a longest common subsequence)."""
    lengths = [[0] * (len(right) + 1) for _one in range(len(left) + 1)]
    edges = [[matches(one, other) for other in right] for one in left]
    for i in reversed(range(len(left))):
        for j in reversed(range(len(right))):
            if edges[i][j]:
                lengths[i][j] = 1 + lengths[i + 1][j + 1]
            else:
                lengths[i][j] = max(lengths[i + 1][j], lengths[i][j + 1])
    pairs = {}
    i = j = 0
    while i < len(left) and j < len(right):
        if edges[i][j]:
            pairs[left[i]] = right[j]
            i, j = i + 1, j + 1
        elif lengths[i + 1][j] >= lengths[i][j + 1]:
            i += 1
        else:
            j += 1
    return pairs


def most_pairs(left: t.Sequence[int], right: t.Sequence[int], matches: Matches) -> dict[int, int]:
    """Return a largest pairing of *left* with *right*, whatever the order (augmenting paths, after Kuhn)."""
    candidates = {one: [other for other in right if matches(one, other)] for one in left}
    partner: dict[int, int] = {}  # right -> left

    def place(one: int, tried: set[int]) -> bool:
        for other in candidates[one]:
            if other not in partner:
                partner[other] = one
                return True
        for other in candidates[one]:
            if other not in tried:
                tried.add(other)
                if place(partner[other], tried):
                    partner[other] = one
                    return True
        return False

    for one in left:
        place(one, set())
    return {one: other for other, one in partner.items()}
