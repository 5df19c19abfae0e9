# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import json
import typing as t

import pytest
from hypothesis import given

from ansible_collections.farsite.fleet.plugins.plugin_utils.uci.data import (
    SectionData,
    section_data,
    sections_from_data,
    sections_to_data,
)
from ansible_collections.farsite.fleet.plugins.plugin_utils.uci.document import Package, Section
from ansible_collections.farsite.fleet.plugins.plugin_utils.uci.errors import DataError
from ansible_collections.farsite.fleet.tests.unit.plugins.plugin_utils.uci import storable_strategies


class Tagged(str):
    """A str that says something else when asked for its text, as no plain one does."""

    __slots__ = ()

    def __str__(self) -> str:
        return "other"


class TaggedNumber(int):
    """An int that says something else when asked for its text."""

    def __str__(self) -> str:
        return "other"

    __repr__ = __str__


def problems(data: object) -> tuple[str, ...]:
    with pytest.raises(DataError) as caught:
        sections_from_data(data, "config.network")
    return caught.value.problems


@given(storable_strategies.PACKAGES)
def test_data_and_back(package: Package) -> None:
    data = sections_to_data(package)
    assert sections_from_data(data, "x") == package.sections
    assert sections_from_data(json.loads(json.dumps(data)), "x") == package.sections


def test_sections_to_data() -> None:
    package = Package("t", (Section("a", "b", (("o", "1"), ("l", ("x", "y")))), Section("c")))
    assert sections_to_data(package) == [
        {"type": "a", "name": "b", "options": {"o": "1", "l": ["x", "y"]}},
        {"type": "c", "name": None, "options": {}},
    ]


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("x", "x"),
        (10, "10"),
        (-1, "-1"),
        (0, "0"),
        (TaggedNumber(3), "3"),
        (True, "1"),
        (False, "0"),
        (["x", 1, True, ""], ("x", "1", "1", "")),
        (("x",), ("x",)),
    ],
)
def test_values(value: object, expected: str | tuple[str, ...]) -> None:
    assert sections_from_data([{"type": "a", "options": {"o": value}}], "x") == (
        Section("a", None, (("o", expected),)),
    )


@pytest.mark.parametrize(
    "section", [{"type": "a"}, {"type": "a", "name": None, "options": None}, {"type": "a", "options": {}}]
)
def test_name_and_options_may_be_left_out(section: dict[str, t.Any]) -> None:
    assert sections_from_data([section], "x") == (Section("a"),)


def test_null_is_absent_and_reported_in_order() -> None:
    data = [{"type": "a", "name": "b", "options": {"q": None, "o": 1, "p": None}}, {"type": "a"}]
    assert section_data(data, "x") == (
        SectionData(Section("a", "b", (("o", "1"),)), ("q", "p")),
        SectionData(Section("a")),
    )
    assert sections_from_data(data, "x") == (Section("a", "b", (("o", "1"),)), Section("a"))


def test_results_are_plain_text() -> None:
    data = [
        {
            "type": Tagged("a"),
            "name": Tagged("b"),
            "options": {Tagged("o"): Tagged("v"), Tagged("l"): [Tagged("w")], Tagged("n"): None},
        }
    ]
    (entry,) = section_data(data, "x")
    assert entry == SectionData(Section("a", "b", (("o", "v"), ("l", ("w",)))), ("n",))
    texts = [entry.section.type, entry.section.name, *entry.absent]
    for option, value in entry.section.options:
        texts += [option, *([value] if isinstance(value, str) else value)]
    assert {type(text) for text in texts} == {str}


@pytest.mark.parametrize(
    ("section", "problem"),
    [
        (None, "[0]: found null, expected a mapping with type, name and options"),
        ("a", "[0]: found text, expected a mapping"),
        ([], "[0]: found a list, expected a mapping"),
        ({}, "[0].type: is missing; every section needs a type"),
        ({"type": None}, "[0].type: is missing"),
        ({"type": 1}, "[0].type: found a whole number, expected text"),
        ({"type": ""}, "[0].type: is empty"),
        ({"type": "a b"}, "[0].type: is no section type"),
        ({"type": "a", "name": 1}, "[0].name: found a whole number, expected text, or null"),
        ({"type": "a", "name": ""}, "[0].name: is empty"),
        ({"type": "a", "name": "b-c"}, "[0].name: is no name that uci takes"),
        ({"type": "a", "option": {}}, "[0].option: unknown key; did you mean options?"),
        ({"type": "a", "zzz": {}}, "[0].zzz: unknown key; expected one of type, name, options"),
        ({"type": "a", 5: {}}, "[0][5]: unknown key"),
        ({"type": "a", "options": []}, "[0].options: found a list, expected a mapping"),
        ({"type": "a", "options": {80: "x"}}, "[0].options[80]: the name is a whole number, expected text"),
        ({"type": "a", "options": {"b-c": "x"}}, "[0].options.b-c: is no name that uci takes"),
        ({"type": "a", "options": {"b c": "x"}}, "[0].options['b c']: is no name that uci takes"),
        ({"type": "a", "options": {"": None}}, "[0].options['']: is empty"),
        (
            {"type": "a", "options": {"o": 24.10}},
            "[0].options.o: found a number with a fraction, expected text, a whole",
        ),
        ({"type": "a", "options": {"o": 10**5000}}, "[0].options.o: found a whole number, expected text"),
        ({"type": "a", "options": {10**5000: "x"}}, "[0].options[a number of many digits]: the name is"),
        ({"type": "a", "options": {"o": {}}}, "[0].options.o: found a mapping, expected text"),
        ({"type": "a", "options": {"o": b"x"}}, "[0].options.o: found bytes, expected text"),
        ({"type": "a", "options": {"o": object()}}, "[0].options.o: found a object, expected text"),
        ({"type": "a", "options": {"o": ""}}, "[0].options.o: is empty; uci drops an empty option"),
        ({"type": "a", "options": {"o": []}}, "[0].options.o: is an empty list"),
        ({"type": "a", "options": {"o": "x\0"}}, "[0].options.o: contains the control byte 0x00"),
        ({"type": "a", "options": {"o": [{}]}}, "[0].options.o[0]: found a mapping, expected text, a whole number"),
        ({"type": "a", "options": {"o": ["x", ["y"]]}}, "[0].options.o[1]: found a list, expected text"),
        ({"type": "a", "options": {"o": ["x", None]}}, "[0].options.o[1]: found null, expected text"),
        ({"type": "a", "options": {"o": ["x", 1.5]}}, "[0].options.o[1]: found a number with a fraction"),
        ({"type": "a", "options": {"o": ["x", "\x1b"]}}, "[0].options.o[1]: contains the control byte 0x1b"),
    ],
)
def test_one_problem(section: object, problem: str) -> None:
    (found,) = problems([section])
    assert found.startswith(f"config.network{problem}")


@pytest.mark.parametrize(
    ("data", "found"), [({"type": "a"}, "a mapping"), ("config a", "text"), (None, "null"), (True, "true or false")]
)
def test_data_that_is_no_list(data: object, found: str) -> None:
    assert problems(data) == (f"config.network: found {found}, expected a list of sections",)


def test_all_problems_with_their_paths() -> None:
    data = [
        {"type": "a", "name": "b"},
        {"typo": "a", "options": {"ports": [1.5, "x", None], "o": {}}},
        7,
        {"type": "a", "name": "b", "options": {"o": ""}},
        {"type": "a", "name": "b"},
    ]
    assert [problem.split(": ")[0] for problem in problems(data)] == [
        "config.network[1].typo",
        "config.network[1].type",
        "config.network[1].options.ports[0]",
        "config.network[1].options.ports[2]",
        "config.network[1].options.o",
        "config.network[2]",
        "config.network[3].options.o",
        "config.network[3].name",
        "config.network[4].name",
    ]


def test_name_that_uci_generates() -> None:
    assert problems([{"type": "a"}, {"type": "a", "name": "cfg01b606"}])[0].startswith(
        "config.network[1].name: is the name that uci generates"
    )


@pytest.mark.parametrize("value", ["s3cret\0", ["s3cret\0"], {"s3cret": 1}, 3.25, [["s3cret"]]])
def test_problem_never_shows_a_value(value: object) -> None:
    (found,) = problems([{"type": "a", "options": {"o": value}}])
    assert "s3cret" not in found
    assert "3.25" not in found
