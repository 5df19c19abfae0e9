# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import os
import stat
import typing as t

import pytest

from ansible_collections.farsite.fleet.plugins.module_utils.wireguard.private_files import (
    LockError,
    is_private,
    is_roots_own,
    locked,
    read_text,
    write_private,
)

if t.TYPE_CHECKING:
    import pathlib


def test_a_file_is_for_its_owner_only_and_replaced_whole(tmp_path: pathlib.Path) -> None:
    path = tmp_path / "fleet.conf"
    path.write_text("old")
    path.chmod(0o644)
    left = tmp_path / ".fleet.conf.new"
    left.write_text("of a killed run")
    left.chmod(0o666)
    before = os.umask(0)
    try:
        write_private(str(path), "new \udcff\n")
    finally:
        os.umask(before)
    assert path.read_bytes() == b"new \xff\n"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert list(tmp_path.iterdir()) == [path]
    assert read_text(str(path)) == "new \udcff\n"


def test_a_file_that_is_not_there_has_no_text(tmp_path: pathlib.Path) -> None:
    assert read_text(str(tmp_path / "absent")) is None


@pytest.mark.parametrize(("mode", "expected"), [(0o600, True), (0o400, True), (0o640, False), (0o604, False)])
def test_a_file_is_private_where_nobody_else_reads_it(tmp_path: pathlib.Path, mode: int, expected: bool) -> None:  # noqa: FBT001
    path = tmp_path / "fleet.conf"
    assert is_private(str(path))
    path.touch()
    path.chmod(mode)
    assert is_private(str(path)) is expected


def test_two_do_not_hold_the_lock(tmp_path: pathlib.Path) -> None:
    path = tmp_path / "lock"
    with locked(str(path), 0):
        with pytest.raises(LockError, match="another run has held this lock"), locked(str(path), 0.05):
            pass
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    with locked(str(path), 0):
        pass


def test_a_file_of_mode_0600_is_roots_own(tmp_path: pathlib.Path) -> None:
    path = tmp_path / "fleet.key"
    write_private(str(path), "key")
    assert is_roots_own(str(path))
    path.chmod(0o400)
    assert not is_roots_own(str(path))
    path.unlink()
    with pytest.raises(FileNotFoundError):
        is_roots_own(str(path))
