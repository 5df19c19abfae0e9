# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Defaults stand under a site's own data, and it is known which value is one."""

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.inheritance import inherit


@pytest.mark.parametrize(
    ("defaults", "own", "merged", "inherited"),
    [
        ({"a": 1}, {}, {"a": 1}, [("a",)]),
        ({"a": 1}, {"a": 2}, {"a": 2}, []),
        ({"a": {"b": 1, "c": 2}}, {"a": {"b": 3}}, {"a": {"b": 3, "c": 2}}, [("a", "c")]),
        ({"a": [1, 2]}, {"a": [3]}, {"a": [3]}, []),
        ({"a": {"b": 1}}, {"a": None}, {"a": None}, []),
        ({"a": {"b": 1}}, {"a": [1]}, {"a": [1]}, []),
        (
            {"u": {"kind": "lte", "apn": "x"}},
            {"u": {"pin": "1"}},
            {"u": {"kind": "lte", "apn": "x", "pin": "1"}},
            [("u", "kind"), ("u", "apn")],
        ),
        (
            {"u": {"kind": "lte", "apn": "x"}},
            {"u": {"kind": "lte"}},
            {"u": {"kind": "lte", "apn": "x"}},
            [("u", "apn")],
        ),
        ({"u": {"kind": "lte", "apn": "x"}}, {"u": {"kind": "wifi"}}, {"u": {"kind": "wifi"}}, []),
        (None, {"a": 1}, {"a": 1}, []),
        ({"a": 1}, ["b"], ["b"], []),
    ],
)
def test_a_site_s_own_value_wins(
    defaults: object, own: object, merged: object, inherited: list[tuple[str, ...]]
) -> None:
    result, found = inherit(defaults, own, ("fleet.yml", ("defaults",)))
    assert result == merged
    assert found == {path: ("fleet.yml", ("defaults", *path)) for path in inherited}


def test_nothing_given_is_changed() -> None:
    defaults: dict[str, t.Any] = {"a": {"b": 1}}
    own: dict[str, t.Any] = {"a": {"c": 2}}
    result, _found = inherit(defaults, own, ("fleet.yml", ()))
    assert (defaults, own) == ({"a": {"b": 1}}, {"a": {"c": 2}})
    assert result == {"a": {"b": 1, "c": 2}}
