# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import datetime as dt
import typing as t

import pytest
from ansible.errors import AnsibleActionFail
from ansible.template import trust_as_template

from ansible_collections.farsite.fleet.plugins.plugin_utils.adapter.arguments import failure, plain, validated

SPEC: dict[str, dict[str, t.Any]] = {"a": {"type": "int", "required": True}, "b": {"choices": ["x"], "default": "x"}}


def test_plain_takes_the_tags_off() -> None:
    tagged = trust_as_template("text")
    assert type(tagged) is not str
    value = plain({"k": [tagged, 1, True, None, 1.5]})
    assert value == {"k": ["text", 1, True, None, 1.5]}
    assert [type(item) for item in value["k"]] == [str, int, bool, type(None), float]


def test_plain_leaves_what_it_does_not_know_to_the_check_behind_it() -> None:
    day = dt.date(2026, 1, 1)
    assert plain([day]) == [day]


def test_defaults_are_filled_in() -> None:
    assert validated({"a": "5"}, SPEC) == {"a": 5, "b": "x"}


def test_every_error_is_told() -> None:
    with pytest.raises(AnsibleActionFail) as caught:
        validated({"b": "y", "c": 1}, SPEC)
    for text in ("a", "value of b must be one of", "Supported parameters include"):
        assert text in str(caught.value)


def test_one_problem_is_one_line() -> None:
    assert str(failure(["only"])) == "only"
    assert str(failure(["one", "two"])) == "- one\n- two"
