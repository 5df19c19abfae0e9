# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""JSON of any shape, taken apart."""

from __future__ import annotations

import typing as t

import hypothesis
import pytest
from hypothesis import strategies as st

from ansible_collections.farsite.fleet.plugins.plugin_utils.modem.json_values import member, parsed, text, texts
from ansible_collections.farsite.fleet.plugins.plugin_utils.modem.status import Answer

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda values: st.lists(values) | st.dictionaries(st.text(), values),
)


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (None, None),
        (Answer(0, '{"a": [1]}\n'), {"a": [1]}),
        (Answer(0, '"a\x1fb"'), "a\x1fb"),
        (Answer(0, ""), None),
        (Answer(0, '{"a": '), None),
        (Answer(0, "[" * 100_000), None),
        (Answer(0, "1" * 5_000), None),
        (Answer(1, '{"a": 1}'), None),
        (Answer(255, '"UIM uninitialized"'), None),
        (Answer(124, '{"a": 1}'), None),
    ],
)
def test_parsed(answer: Answer | None, expected: t.Any) -> None:
    assert parsed(answer) == expected


@pytest.mark.parametrize(
    ("names", "expected"),
    [((), {"a": {"b": "c"}}), (("a", "b"), "c"), (("a", "x"), None), (("x", "b"), None), (("a", "b", "c"), None)],
)
def test_member(names: tuple[str, ...], expected: t.Any) -> None:
    assert member({"a": {"b": "c"}}, *names) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [("a", "a"), (-67, "-67"), (12.8, "12.8"), (True, ""), (None, ""), ([], ""), ({}, "")],
)
def test_text(value: t.Any, expected: str) -> None:
    assert text(value) == expected


@pytest.mark.parametrize(("value", "expected"), [(["a", 1, None], ("a", "1", "")), ("ab", ()), (None, ())])
def test_texts(value: t.Any, expected: tuple[str, ...]) -> None:
    assert texts(value) == expected


@hypothesis.given(JSON)
def test_any_value_is_taken_apart(value: t.Any) -> None:
    assert isinstance(text(value), str)
    assert len(texts(value)) == (len(value) if isinstance(value, list) else 0)
    assert member(value, "a") == (value.get("a") if isinstance(value, dict) else None)
