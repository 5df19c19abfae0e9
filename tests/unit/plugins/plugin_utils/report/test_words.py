# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.farsite.fleet.plugins.plugin_utils.report.words import (
    ago,
    duration,
    printable,
    shortened,
    size,
    timestamp,
)


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0, "0 seconds"), (1, "1 second"), (59, "59 seconds"), (119, "1 minute"), (7200, "2 hours"), (86400, "1 day")],
)
def test_a_time_in_words(seconds: int, words: str) -> None:
    assert duration(seconds) == words


def test_what_is_to_come_is_now() -> None:
    assert ago(100, 40) == "0 seconds ago"
    assert ago(40, 100) == "1 minute ago"


def test_a_moment() -> None:
    assert timestamp(1795308732) == "2026-11-22 00:52:12 UTC"


@pytest.mark.parametrize(
    ("number", "words"), [(0, "0 bytes"), (1536, "1.5 kB"), (3788800, "3.6 MB"), (2**31, "2.0 GB")]
)
def test_a_size(number: int, words: str) -> None:
    assert size(number) == words


@pytest.mark.parametrize(
    ("text", "shown"),
    [("a\n b\t", "a b"), ("\x1b[31mred", "?[31mred"), ("\u202eback", "?back"), ("Télia 中", "Télia 中")],
)
def test_what_is_shown(text: str, shown: str) -> None:
    assert printable(text) == shown


@given(st.text())
def test_nothing_that_steers_is_left(text: str) -> None:
    assert not [letter for letter in printable(text) if unicodedata.category(letter)[0] == "C"]


@given(st.text(), st.integers(1, 40))
def test_what_is_shortened_keeps_both_ends(text: str, most: int) -> None:
    found = shortened(text, most)
    assert len(found) <= most
    if len(text) <= most:
        assert found == text
    else:
        before, _dots, after = found.partition("…")
        assert text.startswith(before)
        assert text.endswith(after) or "…" in text
