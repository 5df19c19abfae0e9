# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import typing as t

import pytest
from ansible.errors import AnsibleFilterError
from ansible.parsing.dataloader import DataLoader

from ansible_collections.farsite.fleet.plugins.filter.from_uci import FilterModule, from_uci


def test_filter_has_its_name() -> None:
    assert FilterModule().filters() == {"from_uci": from_uci}


def test_text_to_sections() -> None:
    text = "package x\n\nconfig a 'b'\n\toption o 'v'\n\tlist l 'x'\n\nconfig c\n\toption e ''\n"
    assert from_uci(text) == [
        {"type": "a", "name": "b", "options": {"o": "v", "l": ["x"]}},
        {"type": "c", "name": None, "options": {}},
    ]


def test_bytes_that_are_no_utf8_are_kept() -> None:
    assert from_uci("config a\n\toption o '\udcff'\n")[0]["options"] == {"o": "\udcff"}


def test_results_are_plain_types() -> None:
    loader: t.Any = DataLoader
    text = loader().load("text: |\n  config a b\n    option o v\n    list l w\n")["text"]
    assert isinstance(text, str)
    (section,) = from_uci(text)
    assert section == {"type": "a", "name": "b", "options": {"o": "v", "l": ["w"]}}
    values = [section, section["type"], section["name"], section["options"], *section["options"].values()]
    assert {type(value) for value in values} == {dict, str, list}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("config a\n\toption bad-name x\n", "from_uci: line 2, column 18: invalid character in name field"),
        ("package a\npackage b\n", "from_uci: line 2, column 11: second package line"),
        (5, "from_uci: found a value of type int, expected text"),
        (b"config a\n", "from_uci: found a value of type bytes, expected text"),
    ],
)
def test_refusals(text: object, message: str) -> None:
    with pytest.raises(AnsibleFilterError) as caught:
        from_uci(text)
    assert str(caught.value).startswith(message)
