# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import dataclasses
import typing as t

import pytest

from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.enrolment import (
    Enrolment,
    difference_message,
    enrol,
    retired_with,
)
from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.problems import FleetError
from ansible_collections.farsite.fleet.tests.unit.plugins.plugin_utils.fleet.fleets import (
    ANNA,
    DEPOT,
    QUARRY,
    files,
    fleet_of,
    public_key,
)

GIVEN = files({"quarry-north": QUARRY, "depot": {**DEPOT, "state": "planned"}}, operators={"anna": ANNA})
GIVEN = dataclasses.replace(
    GIVEN,
    keys={name: key for name, key in GIVEN.keys.items() if name != "depot"},
    retired_keys=f"# lost\n{public_key(77)} quarry-north\n",
)
FLEET = fleet_of(GIVEN)
HOSTS = ("depot", "hub-1", "quarry-north")
HUB, QUARRY_KEY = FLEET.keys["hub-1"], FLEET.keys["quarry-north"]
NEW = public_key(50)


def sorted_keys(
    keys: t.Mapping[str, object], replace: t.Sequence[str] = (), rotated: t.Sequence[str] = ()
) -> Enrolment:
    return enrol(FLEET, HOSTS, keys, replace, rotated)


@pytest.mark.parametrize(
    ("keys", "replace", "rotated", "expected"),
    [
        ({}, (), (), {}),
        ({"depot": NEW}, (), (), {"new": ("depot",)}),
        ({"hub-1": HUB, "quarry-north": QUARRY_KEY}, ("hub-1",), (), {"same": ("hub-1", "quarry-north")}),
        ({"quarry-north": NEW}, (), (), {"differs": ("quarry-north",)}),
        ({"quarry-north": NEW}, ("quarry-north", "depot"), (), {"replaced": ("quarry-north",)}),
        ({"quarry-north": NEW}, (), ("quarry-north",), {"rotated": ("quarry-north",)}),
        ({"quarry-north": NEW}, ("quarry-north",), ("quarry-north",), {"replaced": ("quarry-north",)}),
    ],
)
def test_each_key_is_in_one_list(
    keys: dict[str, object], replace: tuple[str, ...], rotated: tuple[str, ...], expected: dict[str, tuple[str, ...]]
) -> None:
    found = sorted_keys(keys, replace, rotated)
    for sort in ("new", "same", "replaced", "rotated", "differs"):
        assert getattr(found, sort) == expected.get(sort, ()), sort
    changed = {name for sort in ("new", "replaced", "rotated") for name in expected.get(sort, ())}
    assert set(found.changed) == changed


@pytest.mark.parametrize(
    ("keys", "replace", "expected"),
    [
        ({"nobody": NEW}, (), ["keys: found nobody, expected the name of a site or hub of the fleet"]),
        ({}, ("nobody",), ["replace: found nobody, expected"]),
        ({"depot": "secret="}, (), ["keys.depot: found"]),
        ({"depot": None, "quarry-north": 3}, (), ["keys.depot: found no text", "keys.quarry-north: found no text"]),
        ({"depot": public_key(77)}, (), ["keys.depot: is retired, by keys/retired.txt"]),
        ({"depot": HUB}, (), ["keys.depot: is the key of keys/hub-1.pub too"]),
        ({"depot": FLEET.operators["anna"].public_key}, (), ["keys.depot: is the key of operators/anna.pub too"]),
        ({"depot": NEW, "quarry-north": NEW}, ("quarry-north",), ["keys.quarry-north: is the key of keys.depot too"]),
        ({"depot": "x", "nobody": "y"}, (), ["keys: found nobody", "keys.depot: found", "keys.nobody: found"]),
    ],
)
def test_what_is_refused(keys: dict[str, object], replace: tuple[str, ...], expected: list[str]) -> None:
    with pytest.raises(FleetError) as caught:
        sorted_keys(keys, replace)
    problems = str(caught.value).splitlines()
    assert len(problems) == len(expected)
    for problem, start in zip(problems, expected, strict=True):
        assert problem.startswith(start)
        assert "secret=" not in problem


def test_two_that_exchanged_their_keys_are_no_clash() -> None:
    keys: dict[str, object] = {"hub-1": QUARRY_KEY, "quarry-north": HUB}
    assert sorted_keys(keys, rotated=("hub-1", "quarry-north")).rotated == ("hub-1", "quarry-north")


def test_the_message_lists_all_and_says_what_to_do() -> None:
    message = difference_message(FLEET, sorted_keys({"quarry-north": NEW, "hub-1": public_key(51)}))
    assert f"quarry-north: the router has the key {NEW}, keys/quarry-north.pub has {QUARRY_KEY}" in message
    assert "hub-1: " in message
    assert "-e replace=hub-1,quarry-north" in message


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", "K= n\n"),
        ("# a\nA= b\n", "# a\nA= b\nK= n\n"),
        ("A= b", "A= b\nK= n\n"),
        ("K= other\n", "K= other\n"),
        ("# K= n\n", "# K= n\nK= n\n"),
    ],
)
def test_a_retired_key_is_there_once(text: str, expected: str) -> None:
    assert retired_with(text, "K=", "n") == expected
    assert retired_with(expected, "K=", "n") == expected
