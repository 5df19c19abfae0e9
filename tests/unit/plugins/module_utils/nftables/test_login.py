# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from typing import TYPE_CHECKING

from ansible_collections.farsite.fleet.plugins.module_utils.nftables.login import login_started

if TYPE_CHECKING:
    import pathlib

    import pytest


def processes(folder: pathlib.Path, *rows: tuple[int, str, int, int]) -> str:
    for number, name, parent, started in rows:
        (folder / str(number)).mkdir()
        # fields of proc_pid_stat(5) up to the 22nd
        text = f"{number} ({name}) S {parent} {' '.join(['0'] * 17)} {started} 0 0\n"
        (folder / str(number) / "stat").write_text(text, "utf-8")
    return str(folder)


def test_the_nearest_ssh_server_is_the_login(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.sysconf", {"SC_CLK_TCK": 100}.__getitem__)
    proc = processes(
        tmp_path,
        (1, "systemd", 0, 1),
        (10, "sshd", 1, 500),
        (20, "sshd", 10, 90000),
        (21, "sshd", 20, 90050),
        (30, "sh (x) y", 21, 95000),
        (31, "python3", 30, 95001),
        (40, "sshd-session", 10, 70000),
        (41, "sudo", 40, 96000),
        (50, "podman", 1, 97000),
    )
    assert login_started(proc, 31) == 900.5
    assert login_started(proc, 41) == 700.0
    assert login_started(proc, 50) is None


def test_this_process_can_be_read() -> None:
    assert login_started() is None or login_started() > 0  # type: ignore[operator]
