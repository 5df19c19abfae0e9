# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How many may go at once."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.farsite.fleet.plugins.module_utils.shares import most


@pytest.mark.parametrize(
    ("allowed", "total", "expected"),
    [
        ("10%", 1000, 100),
        ("10%", 19, 1),
        ("10%", 3, 1),
        ("10%", 0, 1),
        ("100%", 7, 7),
        ("0%", 1000, 0),
        ("0", 1000, 0),
        ("3", 1000, 3),
        (" 25% ", 8, 2),
    ],
)
def test_a_number_or_a_share(allowed: str, total: int, expected: int) -> None:
    assert most(allowed, total) == expected


@pytest.mark.parametrize("allowed", ["", "%", "-1", "1.5%", "101%", "ten", "10 %", "1e3", "٣"])
def test_anything_else_is_refused(allowed: str) -> None:
    with pytest.raises(ValueError, match=r"^found .*, expected a number such as 3, or a share such as 10%"):
        most(allowed, 10)


@given(share=st.integers(1, 100), total=st.integers(1, 10_000))
def test_a_share_is_never_nothing_and_never_more_than_all(share: int, total: int) -> None:
    assert 1 <= most(f"{share}%", total) <= total
