# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Mappings become models, or every reason why not."""

from __future__ import annotations

import dataclasses
import typing as t

import pytest

from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.kinds import (
    INVALID,
    Boolean,
    Choice,
    Integer,
    ListOf,
    Text,
)
from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.record import (
    Record,
    Variants,
    or_null,
    setting,
    settings,
)
from ansible_collections.farsite.fleet.tests.unit.plugins.plugin_utils.fleet.readings import reading, refusal

if t.TYPE_CHECKING:
    from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.problems import Place


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    size: int = setting(Integer(1, 9), "Size.", default=2)


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Whole:
    name: str = setting(Text(), "Name.")
    source: str = setting(Text(), "Source.", default="", key="from")
    part: Part = setting(Record(Part), "Part.", default=Part())
    parts: tuple[Part, ...] = setting(ListOf(Record(Part), unique=False), "Parts.", default=())

    def check(self, place: Place) -> bool:
        if self.name == "bad":
            place.at("name").problem("is bad")
            return False
        return True


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    shape: str = setting(Choice(("round",)), "Shape.")
    radius: int = setting(Integer(1, 9), "Radius.")


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Square:
    shape: str = setting(Choice(("square",)), "Shape.")
    side: int = setting(Integer(1, 9), "Side.", default=1)


WHOLE = Record(Whole)
SHAPE: Variants[Round | Square] = Variants("shape", {"round": Round, "square": Square})


@pytest.mark.parametrize(
    ("kind", "value", "result"),
    [
        (WHOLE, {"name": "a"}, Whole(name="a")),
        (WHOLE, {"name": "a", "from": "b"}, Whole(name="a", source="b")),
        (WHOLE, {"name": "a", "part": {"size": 5}}, Whole(name="a", part=Part(size=5))),
        (WHOLE, {"name": "a", "part": None}, Whole(name="a")),
        (WHOLE, {"name": "a", "parts": [{}, {"size": 3}]}, Whole(name="a", parts=(Part(), Part(size=3)))),
        (Record(Part, off=True), False, None),
        (Record(Part, off=True), "off", None),
        (Record(Part, off=True), {"size": 3}, Part(size=3)),
        (SHAPE, {"shape": "round", "radius": 3}, Round(shape="round", radius=3)),
        (SHAPE, {"shape": "square"}, Square(shape="square")),
    ],
)
def test_what_is_taken(kind: t.Any, value: object, result: object) -> None:
    assert reading(kind, value) == (result, [])


@pytest.mark.parametrize(
    ("kind", "value", "words"),
    [
        (WHOLE, [], "found a list, expected a mapping with name, from, part, parts"),
        (WHOLE, False, "found true or false, expected a mapping with name, from, part, parts"),
        (WHOLE, {}, ".name: is missing; expected text"),
        (WHOLE, {"name": None}, ".name: is missing, since its value is empty or null; expected text"),
        (WHOLE, {"name": "a", "form": "b"}, ".form: unknown key; did you mean from?"),
        (WHOLE, {"name": "a", 5: "b"}, "has a key that is a whole number; expected one of name, from, part, parts"),
        (
            WHOLE,
            {"name": "a", False: "b"},
            (
                "has a key that is true or false, as YAML reads on, off, yes and no; expected one of name, from, part, "
                "parts"
            ),
        ),
        (WHOLE, {"name": "a", "part": {"size": 0}}, ".part.size: found 0, expected a whole number from 1 to 9"),
        (
            WHOLE,
            {"name": "a", "parts": [{"size": "x"}]},
            ".parts[0].size: found text, expected a whole number from 1 to 9",
        ),
        (WHOLE, {"name": "bad"}, ".name: is bad"),
        (Record(Part, off=True), "on", "found text, expected off, or a mapping with size"),
        (Record(Part, off=True), None, "found nothing, expected off, or a mapping with size"),
        (Record(Part, off=True), 0, "found a whole number, expected off, or a mapping with size"),
        (SHAPE, {"shape": "squire"}, ".shape: found 'squire', expected one of round, square; did you mean square?"),
        (SHAPE, {}, ".shape: is missing; expected one of round, square"),
        (SHAPE, {"shape": None}, ".shape: is missing, since its value is empty or null; expected one of round, square"),
        (SHAPE, {"shape": 3}, ".shape: found a whole number, expected one of round, square"),
        (SHAPE, {"shape": "round"}, ".radius: is missing; expected a whole number from 1 to 9"),
        (SHAPE, "round", "found text, expected a mapping whose shape is one of round, square"),
    ],
)
def test_what_is_refused(kind: t.Any, value: object, words: str) -> None:
    assert refusal(kind, value) == words


def test_every_problem_is_told() -> None:
    _result, problems = reading(WHOLE, {"x": 1, "part": {"size": 0, "y": 2}, "parts": 5})
    assert problems == [
        "f: x.x: unknown key; expected one of name, from, part, parts",
        "f: x.name: is missing; expected text",
        "f: x.part.y: unknown key; expected one of size",
        "f: x.part.size: found 0, expected a whole number from 1 to 9",
        "f: x.parts: found a whole number, expected a list, each a mapping with size",
    ]


def test_nothing_is_missing_in_a_part_except_in_the_elements_of_its_lists() -> None:
    assert reading(WHOLE, {"part": {}}, partial=True) == (INVALID, [])
    assert reading(WHOLE, {"name": None}, partial=True) == (INVALID, [])
    _result, problems = reading(ListOf(SHAPE), [{"shape": "round"}], partial=True)
    assert problems == ["f: x[0].radius: is missing; expected a whole number from 1 to 9"]
    assert reading(WHOLE, {"name": 5}, partial=True)[1] == [
        "f: x.name: found a whole number, expected text; write it in quotes"
    ]


def test_the_schema_says_the_same() -> None:
    assert WHOLE.schema() == {
        "type": "object",
        "properties": {
            "name": {"description": "Name.", "type": "string"},
            "from": {"description": "Source.", "type": ["string", "null"], "default": ""},
            "part": {"description": "Part.", **Record(Part).schema(), "type": ["object", "null"]},
            "parts": {
                "description": "Parts.",
                "type": ["array", "null"],
                "items": Record(Part).schema(),
                "default": [],
            },
        },
        "additionalProperties": False,
        "required": ["name"],
    }
    assert Record(Part, off=True).schema() == {"anyOf": [{"enum": [False, "off"]}, Record(Part).schema()]}
    assert or_null(SHAPE.schema())["anyOf"] == [*SHAPE.schema()["anyOf"], {"type": "null"}]
    assert or_null(Choice(("a",)).schema()) == {"enum": ["a", None]}
    assert [each["properties"]["shape"]["const"] for each in SHAPE.schema()["anyOf"]] == ["round", "square"]


def test_settings_are_by_the_key_in_the_file() -> None:
    assert list(settings(Whole)) == ["name", "from", "part", "parts"]
    assert settings(Whole)["from"][1].description == "Source."
    assert Boolean().describe() == "true or false"
