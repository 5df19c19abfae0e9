# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The command line of the lab's machines, as far as it needs no container."""

from __future__ import annotations

import json
import typing as t

import lab_machine
import pytest
from lab_commands import find, find_hub, machines, main
from lab_hub import LabHub
from lab_podman import LabError
from lab_router import LabRouter

if t.TYPE_CHECKING:
    import pathlib

HUB = {"name": "one", "address": "10.231.0.10", "image": "hub:1"}
ROUTER = {"name": "two", "address": "10.231.0.11", "image": "router:1", "flash": "loop", "genuine": False}


@pytest.fixture(autouse=True)
def state(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> pathlib.Path:
    """A state folder with a hub and a router that were started once."""
    monkeypatch.setenv("FARSITE_LAB_STATE", str(tmp_path))
    for kind, record in (("hub", HUB), ("router", ROUTER)):
        folder = tmp_path / f"{kind}s" / str(record["name"])
        folder.mkdir(parents=True)
        (folder / f"{kind}.json").write_text(json.dumps(record), "utf-8")
    return tmp_path


def test_machines_of_every_kind_are_found() -> None:
    assert {machine.name: machine.address for machine in machines()} == lab_machine.allotted()
    assert isinstance(find("one"), LabHub)
    assert isinstance(find("two"), LabRouter)
    assert find_hub("one").folder.name == "one"


@pytest.mark.parametrize(
    ("find_it", "name", "words"),
    [
        (find, "three", "there is no machine three; there are: two, one"),
        (find_hub, "two", "two is a router, expected a hub"),
    ],
)
def test_what_is_not_there_is_told(find_it: t.Callable[[str], object], name: str, words: str) -> None:
    with pytest.raises(LabError, match=words):
        find_it(name)


def test_a_name_is_given_once_whatever_the_kind() -> None:
    for name in ("one", "two"):
        with pytest.raises(LabError, match=f"there is a machine {name}"):
            lab_machine.allot(name)


def test_an_address_is_given_once_whatever_the_kind(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lab_machine, "free_address", lambda taken: f"not {sorted(taken)}")
    assert lab_machine.allot("three") == "not ['10.231.0.10', '10.231.0.11']"


@pytest.mark.parametrize(
    ("kind", "status"), [("hub", "lab: there is no machine x; there are: two, one"), ("router", 2)]
)
def test_only_a_hub_is_restarted(kind: str, status: int | str) -> None:
    with pytest.raises(SystemExit) as raised:
        main(kind, ["reboot", "x"])
    assert raised.value.code == status
