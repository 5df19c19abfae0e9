# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.farsite.fleet.plugins.plugin_utils.adapter.fleet_yaml import read_text, read_yaml
from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.kinds import Encrypted

VAULT = "$ANSIBLE_VAULT;1.1;AES256\n3333\n"
SCALARS = (
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text("ab: {}#'\"\n-é0", max_size=9)
)
DATA = st.recursive(
    SCALARS, lambda below: st.lists(below, max_size=3) | st.dictionaries(st.text("abc", min_size=1), below, max_size=3)
)


def read(content: bytes | str) -> tuple[object, list[str]]:
    raw = content.encode() if isinstance(content, str) else content
    data, problems = read_yaml("sites/a.yml", raw)
    return data, [str(problem) for problem in problems]


@pytest.mark.parametrize(
    ("content", "data"),
    [
        ("", None),
        ("---\na: 1\nb: [x, 1.5, true, off, ~]\n", {"a": 1, "b": ["x", 1.5, True, False, None]}),
        ("a: 2026-01-01\n", {"a": "2026-01-01"}),
        ("\ufeffa: 1\n", {"a": 1}),
        ("base: &b {x: 1, y: 2}\nown: {<<: *b, y: 3}\n", {"base": {"x": 1, "y": 2}, "own": {"x": 1, "y": 3}}),
        ("one: &o [1]\ntwo: *o\n", {"one": [1], "two": [1]}),
        ("pin: '{{ a }}'\n", {"pin": "{{ a }}"}),
    ],
)
def test_plain_data(content: str, data: object) -> None:
    assert read(content) == (data, [])


def test_an_encrypted_value_is_marked_and_not_read() -> None:
    data, problems = read(f"pin: !vault |\n  {VAULT.replace(chr(10), chr(10) + '  ')}\n")
    assert problems == []
    assert isinstance(data, dict)
    assert isinstance(data["pin"], Encrypted)
    assert data["pin"].split() == VAULT.split()


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        ("a: 1\nb: 2\na: 3\n", "line 3, column 1: the key 'a' is there already, in line 1; remove one"),
        ("a: {b: 1, b: 2}\n", "line 1, column 11: the key 'b' is there already, in line 1; remove one"),
        ("<<: {a: 1}\na: 3\na: 4\n", "line 3, column 1: the key 'a' is there already, in line 2; remove one"),
        (
            "a: [1,\n",
            "line 2, column 1: is not valid YAML: while parsing a flow node did not find expected node content",
        ),
        (
            "- a\nb: 1\n",
            "line 2, column 1: is not valid YAML: while parsing a block collection did not find expected '-'",
        ),
        ("a:\n\t- x\n", "line 2, column 1: is not valid YAML: while scanning for the next token found character"),
        ("a: 1\n---\nb: 2\n", "line 2, column 1: is not valid YAML: expected a single document in the stream"),
        ("a: *b\n", "line 1, column 4: is not valid YAML: found undefined alias"),
        ("a: &x [*x]\n", "line 1, column 4: is not valid YAML: found unconstructable recursive node"),
        ("a: &x {b: *x}\n", "line 1, column 4: is not valid YAML: found unconstructable recursive node"),
        ("[a]: 1\n", "line 1, column 1: is not valid YAML: while constructing a mapping found unhashable key"),
        ("a: !unsafe x\n", "line 1, column 4: is not valid YAML: found the tag !unsafe, expected none, or !vault"),
        ("a: !!binary aGk=\n", "line 1, column 4: is not valid YAML: found the tag tag:yaml.org,2002:binary, expected"),
        (
            "a: !!python/name:os.system x\n",
            "line 1, column 4: is not valid YAML: found the tag tag:yaml.org,2002:python",
        ),
        (
            "a: !vault x\n",
            "line 1, column 4: is not valid YAML: found !vault without a cipher text, expected the output",
        ),
        ("a: !vault {b: 1}\n", "line 1, column 4: is not valid YAML: found !vault without a cipher text"),
        ("a: 0b_\n", "line 1, column 4: is not valid YAML: found a number that cannot be read"),
        (f"a: {'9' * 5000}\n", "line 1, column 4: is not valid YAML: found a number that cannot be read"),
        ("a: 1\nb: \x07\n", "line 2: found the control character 0x07, which YAML does not allow; remove it"),
        (b"a: 1\nb: \xff\n", "line 2: found the byte 0xff, which is not UTF-8; save the file as UTF-8"),
        (f"{'[' * 900}{']' * 900}", "is nested too deeply to be read"),
        (VAULT, "is encrypted as a whole, so nobody could review a plan of it; decrypt it (ansible-vault decrypt)"),
    ],
)
def test_what_is_wrong_is_one_line(content: bytes | str, problem: str) -> None:
    _data, (found,) = read(content)
    assert found.startswith(f"sites/a.yml: {problem}")
    assert "\n" not in found


def test_every_doubled_key_is_found_and_the_rest_is_read() -> None:
    data, problems = read("a: 1\na: 2\nb:\n  - {c: 1, c: 2}\nd: 3\n")
    assert data == {"a": 2, "b": [{"c": 2}], "d": 3}
    assert [problem.split(": ")[1] for problem in problems] == ["line 2, column 1", "line 4, column 12"]


@given(DATA)
def test_reads_what_yaml_writes(data: object) -> None:
    assert read(yaml.safe_dump(data, allow_unicode=True)) == (data, [])


@given(st.binary(max_size=60) | st.text("{}[]:-,&*!|>?'\"# \n\tab1", max_size=40).map(str.encode))
def test_never_raises(content: bytes) -> None:
    data, problems = read(content)
    assert data is None or not problems or "is there already" in problems[0]


def test_text() -> None:
    assert read_text("keys/a.pub", "\ufeffké\n".encode()) == ("ké\n", ())
    text, (problem,) = read_text("keys/a.pub", b"\x80")
    assert (text, str(problem)) == (
        "",
        "keys/a.pub: line 1: found the byte 0x80, which is not UTF-8; save the file as UTF-8",
    )
