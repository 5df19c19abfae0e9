# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest

from ansible_collections.farsite.fleet.plugins.plugin_utils.uci import storable


@pytest.mark.parametrize("name", ["network", "a-b", "a~", "9", "ntp+"])
def test_package_name_is_taken(name: str) -> None:
    assert storable.package_name_problem(name) is None


@pytest.mark.parametrize("name", ["", "a b", "a.bak", "../x", "a/b", "ö", "a\n", "a\0"])
def test_package_name_is_refused(name: str) -> None:
    assert storable.package_name_problem(name)


@pytest.mark.parametrize("name", ["", "a~", "a.b", "a b", "ö", "a\n"])
def test_name_for_a_package_line_is_refused(name: str) -> None:
    assert storable.exported_package_name_problem(name)


@pytest.mark.parametrize("section_type", ["interface", "a.b-c:d", "a/b", "@x", "$", "!"])
def test_type_is_taken(section_type: str) -> None:
    assert storable.type_problem(section_type) is None


@pytest.mark.parametrize("section_type", ["", "a b", "ö", "a\n", "a\x7f", "it's", 'a"', "a\\", "a#b", "a;b"])
def test_type_is_refused(section_type: str) -> None:
    assert storable.type_problem(section_type)


@pytest.mark.parametrize("name", ["", "a-b", "a.b", "a b", "ö", "a\n", "\N{ARABIC-INDIC DIGIT ONE}"])
def test_name_is_refused(name: str) -> None:
    assert storable.name_problem(name)


@pytest.mark.parametrize("name", ["lan", "9", "_", "A1_z"])
def test_name_is_taken(name: str) -> None:
    assert storable.name_problem(name) is None


@pytest.mark.parametrize("text", ["", "a\tb\nc\rd", "\x7f", "\x85", "é'\"\\", "\udcff", "\udcc3x"])
def test_text_is_taken(text: str) -> None:
    assert storable.text_problem(text) is None


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("secret\0", "control byte 0x00"),
        ("secret\x1b[m", "control byte 0x1b"),
        ("secret\x0b", "control byte 0x0b"),
        ("secret\ud800", "U+D800"),
        ("secret\udcc3\udca9", "split into single escaped bytes"),
    ],
)
def test_text_is_refused_without_being_shown(text: str, problem: str) -> None:
    found = storable.text_problem(text)
    assert found is not None
    assert "secret" not in found
    assert problem in found


def test_every_control_byte_but_three_is_refused() -> None:
    assert {code for code in range(128) if storable.text_problem(chr(code)) is None} == {9, 10, 13, *range(32, 128)}


@pytest.mark.parametrize(
    ("value", "indices"),
    [("x", []), (("", "x"), []), ("", [""]), ("\0", [""]), ((), [""]), (("x", "\0", "\1"), ["[1]", "[2]"])],
)
def test_value_problems_say_which_element(value: str | tuple[str, ...], indices: list[str]) -> None:
    assert [index for index, _problem in storable.value_problems(value)] == indices


@pytest.mark.parametrize(
    ("section_type", "number", "name"), [("a", 1, "cfg01b606"), ("route", 4, "cfg04c8b4"), ("device", 3, "cfg030f15")]
)
def test_generated_name_is_that_of_the_real_uci(section_type: str, number: int, name: str) -> None:
    assert storable.generated_name(section_type, number) == name


@pytest.mark.parametrize(
    ("sections", "indices"),
    [
        ([("a", None), ("a", None), ("a", "b"), ("c", "d")], []),
        ([("a", "b"), ("a", "c"), ("a", "b"), ("d", "b")], [2, 3]),
        ([("a", None), ("a", "cfg01b606")], [1]),
        ([("a", "cfg02b606"), ("a", None)], []),
        ([("a", "cfg02b606"), ("a", None), ("a", "cfg02b606")], [2]),
    ],
)
def test_name_clashes(sections: list[tuple[str, str | None]], indices: list[int]) -> None:
    assert [index for index, _problem in storable.name_clashes(sections)] == indices
