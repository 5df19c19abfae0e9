# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Each kind of value: what it takes, and the words about what it does not take."""

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.kinds import (
    Anything,
    Boolean,
    Choice,
    Encrypted,
    Integer,
    ListOf,
    MappingOf,
    Secret,
    SecretPath,
    Text,
    did_you_mean,
    found,
    is_template,
)
from ansible_collections.farsite.fleet.tests.unit.plugins.plugin_utils.fleet.readings import reading, refusal

NAME = Text("a name", r"[a-z]+", longest=5)
HIDDEN = Text("a key", r"[a-z]+", hidden=True)
PORTS = ListOf(Integer(1, 9), or_one=True, least=1)
WORDS = ListOf(NAME)
GROUPS = MappingOf(NAME, Integer(1, 9))


@pytest.mark.parametrize(
    ("kind", "value", "result"),
    [
        (NAME, "abc", "abc"),
        (Integer(1, 3), 3, 3),
        (Boolean(), False, False),
        (Choice(("a", "b")), "b", "b"),
        (Secret(), "{{ x }}", SecretPath(("x",))),
        (Secret(), Encrypted("1234"), SecretPath(("x",))),
        (PORTS, 3, (3,)),
        (PORTS, [3, 4], (3, 4)),
        (WORDS, [], ()),
        (ListOf(NAME, unique=False), ["a", "a"], ("a", "a")),
        (ListOf(NAME, most=2), ["a", "b"], ("a", "b")),
        (GROUPS, {}, ()),
        (GROUPS, {"b": 1, "a": 1}, (("b", 1), ("a", 1))),
        (Anything("x", lambda value, _place: value, {}), 5, 5),
    ],
)
def test_what_is_taken(kind: t.Any, value: object, result: object) -> None:
    assert reading(kind, value) == (result, [])


@pytest.mark.parametrize(
    ("kind", "value", "words"),
    [
        (NAME, "Abc", "found 'Abc', expected a name"),
        (NAME, "abcdef", "'abcdef' has 6 characters, at most 5 are possible; shorten it"),
        (NAME, 5, "found a whole number, expected a name; write it in quotes"),
        (NAME, 5.5, "found a number with a fraction, expected a name; write it in quotes"),
        (NAME, True, "found true or false, expected a name; write it in quotes"),
        (NAME, None, "found nothing, expected a name"),
        (NAME, ["a"], "found a list, expected a name"),
        (NAME, {}, "found a mapping, expected a name"),
        (Text(longest=2), "éé", "'éé' has 4 bytes in UTF-8, at most 2 are possible; shorten it"),
        (NAME, "a\x7f", "found a line break or another control character, expected a name"),
        (NAME, "\ud800", "found a line break or another control character, expected a name"),
        (NAME, "a\nb", "found a line break or another control character, expected a name"),
        (HIDDEN, "SECRET", "found something else, expected a key"),
        (Integer(1, 3), 4, "found 4, expected a whole number from 1 to 3"),
        (Integer(1, 3), -(10**13), "found a number of many digits, expected a whole number from 1 to 3"),
        (Integer(1, 3), True, "found true or false, expected a whole number from 1 to 3"),
        (Integer(1, 3), "2", "found text, expected a whole number from 1 to 3"),
        (Boolean(), "yes", "found text, expected true or false"),
        (Boolean(), 1, "found a whole number, expected true or false"),
        (Choice(("first", "second")), "frist", "found 'frist', expected one of first, second; did you mean first?"),
        (Choice(("a", "b")), "xyz", "found 'xyz', expected one of a, b"),
        (PORTS, [], "is empty, expected a whole number from 1 to 9, or a list of such"),
        (PORTS, [3, "x"], "[1]: found text, expected a whole number from 1 to 9"),
        (PORTS, [3, 3], "[1]: is the same as [0] of this list; remove one"),
        (PORTS, "x", "found text, expected a whole number from 1 to 9"),
        (WORDS, "a", "found text, expected a list, each a name"),
        (WORDS, {"a": 1}, "found a mapping, expected a list, each a name"),
        (ListOf(NAME, most=2), ["a", "b", "c"], "has 3 elements, at most 2 are possible; remove some"),
        (GROUPS, [1], "found a list, expected a mapping of names to a whole number from 1 to 9"),
        (GROUPS, {1: 1}, "has a key that is a whole number; expected a name, in quotes"),
        (GROUPS, {"a": 1, "b": 0}, ".b: found 0, expected a whole number from 1 to 9"),
        (GROUPS, {"A": 1}, ".A: found 'A', expected a name"),
    ],
)
def test_what_is_refused(kind: t.Any, value: object, words: str) -> None:
    assert refusal(kind, value) == words


def test_a_template_is_for_secrets_only() -> None:
    assert refusal(NAME, "{{ name }}") == (
        "found a template or an encrypted value, expected a name: the plan is made without Ansible, so only secrets "
        "may be left for later"
    )
    assert refusal(NAME, Encrypted("abc")).startswith("found a template or an encrypted value")


def test_a_secret_in_plain_text_is_taken_with_a_warning_that_does_not_show_it() -> None:
    result, problems = reading(Secret(), "0000")
    assert result == SecretPath(("x",))
    assert problems == ["f: x: is a secret in plain text; put it into Ansible Vault and refer to it by a template"]


@pytest.mark.parametrize(
    ("value", "what", "hint"),
    [
        (1234, "a whole number", "; write it in quotes"),
        ("", "empty text", ""),
        (None, "nothing", ""),
        (["a"], "a list", ""),
    ],
)
def test_what_is_no_secret_is_refused_without_showing_it(value: object, what: str, hint: str) -> None:
    assert refusal(Secret(), value) == (
        f"found {what}, expected a secret: a template such as {{{{ vault_pins.north }}}}, or a vault value{hint}"
    )


def test_all_wrong_elements_of_a_list_are_told() -> None:
    _result, problems = reading(ListOf(Integer(1, 9)), [0, 5, 10])
    assert problems == [
        "f: x[0]: found 0, expected a whole number from 1 to 9",
        "f: x[2]: found 10, expected a whole number from 1 to 9",
    ]


def test_a_repeated_element_is_counted_among_all_of_the_list() -> None:
    _result, problems = reading(ListOf(Integer(1, 9)), [0, 3, 3, 4, 4])
    assert problems[1:] == [
        "f: x[2]: is the same as [1] of this list; remove one",
        "f: x[4]: is the same as [3] of this list; remove one",
    ]


@pytest.mark.parametrize(
    ("kind", "schema"),
    [
        (NAME, {"type": "string", "pattern": "^(?:[a-z]+)$", "maxLength": 5}),
        (Integer(1, 3), {"type": "integer", "minimum": 1, "maximum": 3}),
        (Boolean(), {"type": "boolean"}),
        (Choice(("a",)), {"enum": ["a"]}),
        (Secret(), {"type": "string", "minLength": 1}),
        (
            PORTS,
            {
                "anyOf": [
                    {"type": "integer", "minimum": 1, "maximum": 9},
                    {
                        "type": "array",
                        "items": {"type": "integer", "minimum": 1, "maximum": 9},
                        "minItems": 1,
                        "uniqueItems": True,
                    },
                ]
            },
        ),
        (ListOf(Boolean(), unique=False, most=2), {"type": "array", "items": {"type": "boolean"}, "maxItems": 2}),
        (
            GROUPS,
            {
                "type": "object",
                "propertyNames": {"type": "string", "pattern": "^(?:[a-z]+)$", "maxLength": 5},
                "additionalProperties": {"type": "integer", "minimum": 1, "maximum": 9},
            },
        ),
        (Anything("x", lambda value, _place: value, {"type": "object"}), {"type": "object"}),
    ],
)
def test_the_schema_says_the_same(kind: t.Any, schema: object) -> None:
    assert kind.schema() == schema


@pytest.mark.parametrize(
    ("value", "words"), [(None, "nothing"), (1, "a whole number"), ("x", "text"), ((), "a list"), (b"", "bytes")]
)
def test_a_value_is_described_and_not_shown(value: object, words: str) -> None:
    assert found(value) == words


@pytest.mark.parametrize(("value", "expected"), [("{{ x }}", True), ("{% if %}", True), ("{x}", False), (5, False)])
def test_what_only_ansible_knows(value: object, expected: bool) -> None:  # noqa: FBT001
    assert is_template(value) is expected


def test_the_nearest_word_is_offered() -> None:
    assert did_you_mean("camera", ["cameras", "lan"]) == "; did you mean cameras?"
    assert did_you_mean(5, ["cameras"]) == ""
