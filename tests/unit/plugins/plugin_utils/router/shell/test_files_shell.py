# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the router tells of its files, in a stock router's own shell and applets."""

from __future__ import annotations

import hashlib
import typing as t

import pytest

from ansible_collections.farsite.fleet.tests.unit.plugins.plugin_utils.router.stock_shell import (
    make_applets,
    quoted,
    run,
)

if t.TYPE_CHECKING:
    import pathlib

TEXT = "no newline at the end"
DIGEST = hashlib.sha256(TEXT.encode()).hexdigest()


@pytest.fixture
def applets(tmp_path: pathlib.Path) -> pathlib.Path:
    folder = tmp_path / "applets"
    folder.mkdir()
    return make_applets(folder)


def observed(applets: pathlib.Path, file: pathlib.Path, digest: str) -> dict[str, t.Any]:
    return dict(run(applets, ["observe_files"], [quoted("observe_file", file, digest)]))


def test_what_differs_is_shown(applets: pathlib.Path, tmp_path: pathlib.Path) -> None:
    file = tmp_path / "x"
    file.write_text(TEXT)
    file.chmod(0o640)
    assert observed(applets, file, "other") == {"file-1": ((str(file), DIGEST, "-rw-r-----"), TEXT)}
    assert observed(applets, file, DIGEST) == {"file-1": ((str(file), DIGEST, "-rw-r-----"), "")}
    file.write_text("x" * 65537)
    assert observed(applets, file, DIGEST)["file-1"][1] == ""


def test_what_is_not_there(applets: pathlib.Path, tmp_path: pathlib.Path) -> None:
    assert observed(applets, tmp_path / "x", "other") == {"file-1": ((str(tmp_path / "x"), "-", "-"), "")}


@pytest.mark.parametrize("kind", ["folder", "link", "broken link"])
def test_what_is_no_plain_file_fails(applets: pathlib.Path, tmp_path: pathlib.Path, kind: str) -> None:
    file = tmp_path / "x"
    if kind == "folder":
        file.mkdir()
    else:
        file.symlink_to("/etc/passwd" if kind == "link" else "/nowhere")
    assert "failed" in observed(applets, file, "other")
