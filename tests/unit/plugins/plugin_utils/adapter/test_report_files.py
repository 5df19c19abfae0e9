# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import threading
import typing as t
from concurrent.futures import ThreadPoolExecutor

import pytest
from ansible.errors import AnsibleActionFail

from ansible_collections.farsite.fleet.plugins.plugin_utils.adapter.report_files import locked, note_left, write_whole

if t.TYPE_CHECKING:
    import pathlib


def test_a_list_comes_and_goes(tmp_path: pathlib.Path) -> None:
    path = tmp_path / "report" / "again.txt"
    assert note_left(path, ["a", "b", "c"], ["a", "b"], ["b"]) == ["b"]
    assert path.read_text("utf-8") == "b\n"
    assert note_left(path, ["a", "b", "c"], ["c"], ["c"]) == ["b", "c"]
    assert note_left(path, ["a", "b", "c"], ["a", "b", "c"], []) == []
    assert not path.exists()
    assert [file.name for file in path.parent.iterdir()] == [".again.txt.lock"]
    # there is none already
    assert note_left(path, ["a"], ["a"], []) == []


def test_runs_that_end_at_once_lose_nobody(tmp_path: pathlib.Path) -> None:
    path = tmp_path / "report" / "again.txt"
    names = [f"site-{number}" for number in range(40)]
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda name: note_left(path, names, [name], [name]), names))
    assert sorted(path.read_text("utf-8").split()) == sorted(names)


def test_one_at_a_time_has_the_lock(tmp_path: pathlib.Path) -> None:
    path, claimed = tmp_path / "report" / "rollout.json", threading.Event()

    def claim() -> None:
        with locked(path, "journal"):
            claimed.set()

    with locked(path, "journal"):
        other = threading.Thread(target=claim)
        other.start()
        assert not claimed.wait(0.2)
    other.join()
    assert claimed.is_set()


def test_a_list_that_is_none(tmp_path: pathlib.Path) -> None:
    path = tmp_path / "again.txt"
    path.mkdir()
    with pytest.raises(AnsibleActionFail, match=r"^again: .*/again\.txt: cannot be brought up to date: "):
        note_left(path, ["a"], ["a"], ["a"])
    path.rmdir()
    path.write_bytes(b"\xff")
    with pytest.raises(AnsibleActionFail, match="cannot be brought up to date"):
        note_left(path, ["a"], ["a"], ["a"])


def test_a_place_that_cannot_be_written_to(tmp_path: pathlib.Path) -> None:
    (tmp_path / "report").write_text("", "utf-8")
    with pytest.raises(AnsibleActionFail, match=r"^journal: .*: cannot be written: "):
        write_whole(tmp_path / "report" / "rollout.json", "{}", "journal")
