# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Files that are whole or not at all, with their mode from the beginning."""

from __future__ import annotations

import os
import pathlib

import pytest

from ansible_collections.farsite.fleet.plugins.plugin_utils.adapter.private_files import read_file, write_file


@pytest.mark.parametrize("mode", [0o600, 0o644])
@pytest.mark.parametrize("umask", [0o077, 0o000])
def test_what_is_written_is_read(tmp_path: pathlib.Path, mode: int, umask: int) -> None:
    path = tmp_path / "new" / "folder" / "anna.conf"
    before = os.umask(umask)
    try:
        write_file(path, b"one", mode)
        write_file(path, b"two", mode)
    finally:
        os.umask(before)
    assert read_file(path) == (b"two", mode)
    assert [entry.name for entry in path.parent.iterdir()] == ["anna.conf"]
    assert path.parent.stat().st_mode & 0o777 == 0o700
    assert path.parent.parent.stat().st_mode & 0o777 == 0o700


def test_a_wide_mode_is_narrowed(tmp_path: pathlib.Path) -> None:
    path = tmp_path / "anna.conf"
    path.write_bytes(b"old")
    path.chmod(0o644)
    write_file(path, b"new", 0o600)
    assert read_file(path) == (b"new", 0o600)


def test_a_link_is_replaced_and_its_target_is_not_touched(tmp_path: pathlib.Path) -> None:
    target = tmp_path / "other"
    target.write_bytes(b"of somebody")
    link = tmp_path / "anna.conf"
    link.symlink_to(target)
    assert read_file(link) is None
    write_file(link, b"new", 0o600)
    assert target.read_bytes() == b"of somebody"
    assert not link.is_symlink()
    assert read_file(link) == (b"new", 0o600)


def test_what_fails_leaves_the_old_file(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "anna.conf"
    write_file(path, b"old", 0o600)

    def fail(_self: pathlib.Path, _target: pathlib.Path) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(pathlib.Path, "replace", fail)
    with pytest.raises(OSError, match="No space"):
        write_file(path, b"new", 0o600)
    assert read_file(path) == (b"old", 0o600)
    assert [entry.name for entry in tmp_path.iterdir()] == ["anna.conf"]


def test_what_is_no_file(tmp_path: pathlib.Path) -> None:
    assert read_file(tmp_path / "absent") is None
    os.mkfifo(tmp_path / "pipe")
    assert read_file(tmp_path / "pipe") is None
    with pytest.raises(NotADirectoryError):
        write_file(tmp_path / "pipe" / "x", b"", 0o600)
