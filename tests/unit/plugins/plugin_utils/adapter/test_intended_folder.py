# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import os
import typing as t

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.farsite.fleet.plugins.plugin_utils.adapter.intended_folder import Change, carry_out, changes

if t.TYPE_CHECKING:
    import pathlib

TREES = {"a": {"etc/config/network": "one\n", "packages.txt": ""}, "b": {"addresses.yml": "two\n"}}


@pytest.fixture(name="folder")
def _folder(tmp_path: pathlib.Path) -> pathlib.Path:
    folder = tmp_path / "intended"
    carry_out(folder, changes(folder, TREES, complete=True))
    return folder


def contents(folder: pathlib.Path) -> dict[str, str]:
    return {str(path.relative_to(folder)): path.read_text("utf-8") for path in folder.rglob("*") if path.is_file()}


def update(folder: pathlib.Path, trees: t.Any, *, complete: bool = True) -> list[str]:
    found = changes(folder, trees, complete=complete)
    carry_out(folder, found)
    assert changes(folder, trees, complete=complete) == ()
    return [change.path for change in found]


def test_a_new_folder(folder: pathlib.Path) -> None:
    assert contents(folder) == {"a/etc/config/network": "one\n", "a/packages.txt": "", "b/addresses.yml": "two\n"}
    assert {path.stat().st_mode & 0o777 for path in folder.rglob("*") if path.is_file()} == {0o644}


def test_what_is_right_is_not_touched(folder: pathlib.Path) -> None:
    before = {path: path.stat().st_mtime_ns for path in folder.rglob("*")}
    assert update(folder, TREES) == []
    assert {path: path.stat().st_mtime_ns for path in folder.rglob("*")} == before


def test_only_what_differs_is_written(folder: pathlib.Path) -> None:
    network = (folder / "a/etc/config/network").stat().st_ino
    assert update(folder, TREES | {"b": {"addresses.yml": "three\n"}}) == ["b/addresses.yml"]
    assert (folder / "a/etc/config/network").stat().st_ino == network
    assert (folder / "b/addresses.yml").read_bytes() == b"three\n"


def test_what_is_not_rendered_goes_with_empty_folders(folder: pathlib.Path) -> None:
    (folder / "a/etc/config/.network.new").write_text("left by a killed run", "utf-8")
    assert update(folder, TREES | {"a": {"packages.txt": ""}}) == ["a/etc/config/.network.new", "a/etc/config/network"]
    assert not (folder / "a/etc").exists()


def test_hosts_that_left_go_only_if_all_are_there(folder: pathlib.Path) -> None:
    left = {"a": TREES["a"]}
    assert update(folder, left, complete=False) == []
    assert update(folder, left) == ["b/addresses.yml"]
    assert [path.name for path in folder.iterdir()] == ["a"]


def test_other_files_beside_the_hosts_stay(folder: pathlib.Path) -> None:
    (folder / "README.md").write_text("", "utf-8")
    (folder / ".git").mkdir()
    (folder / ".git" / "x").write_text("", "utf-8")
    assert update(folder, TREES) == []


def test_links_are_replaced_and_not_followed(folder: pathlib.Path, tmp_path: pathlib.Path) -> None:
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside" / "file").write_text("one\n", "utf-8")
    (folder / "a/etc/config/network").unlink()
    (folder / "a/etc/config/network").symlink_to(tmp_path / "outside" / "file")
    (folder / "a/more").symlink_to(tmp_path / "outside")
    assert update(folder, TREES) == ["a/etc/config/network", "a/more"]
    assert not (folder / "a/etc/config/network").is_symlink()
    assert contents(tmp_path / "outside") == {"file": "one\n"}


def test_a_link_in_place_of_a_host(folder: pathlib.Path, tmp_path: pathlib.Path) -> None:
    (folder / "b").rename(tmp_path / "b")
    (folder / "b").symlink_to(tmp_path / "b")
    assert update(folder, TREES) == ["b", "b/addresses.yml"]
    assert not (folder / "b").is_symlink()


def test_files_become_folders_and_back(folder: pathlib.Path) -> None:
    assert update(folder, {"a": {"etc": "file\n"}, "b": {"addresses.yml/deep": "x\n"}}) == [
        "a/etc",
        "a/etc/config/network",
        "a/packages.txt",
        "b/addresses.yml",
        "b/addresses.yml/deep",
    ]


def test_what_cannot_be_written_says_which(folder: pathlib.Path) -> None:
    (folder / "c").mkdir()
    os.mkdir(folder / "c" / "packages.txt")  # noqa: PTH102
    wanted = TREES | {"c": {"packages.txt": "x\n"}}
    with pytest.raises(OSError, match=r"packages\.txt"):
        carry_out(folder, changes(folder, wanted, complete=True))


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (Change("a/x", None, b"n\n"), ("", "n\n", "intended/a/x (absent)", "intended/a/x")),
        (Change("a/x", b"o\n", None), ("o\n", "", "intended/a/x", "intended/a/x (absent)")),
        (Change("a/x", b"\xff\n", b"n\n"), ("\\xff\n", "n\n", "intended/a/x", "intended/a/x")),
    ],
)
def test_difference(change: Change, expected: tuple[str, str, str, str]) -> None:
    shown = change.difference()
    assert (shown["before"], shown["after"], shown["before_header"], shown["after_header"]) == expected


TREE = st.dictionaries(st.sampled_from(["x", "y/x", "y/z/x", "w"]), st.sampled_from(["", "1\n", "2\n"]), max_size=4)
ALL = st.dictionaries(st.sampled_from("abc"), TREE, max_size=3)


@given(ALL, ALL)
def test_any_folder_becomes_any_other(
    tmp_path_factory: pytest.TempPathFactory, first: dict[str, dict[str, str]], second: dict[str, dict[str, str]]
) -> None:
    folder = tmp_path_factory.mktemp("any") / "intended"
    update(folder, first)
    update(folder, second)
    wanted = {f"{host}/{path}": text for host, tree in second.items() for path, text in tree.items()}
    assert contents(folder) == wanted
