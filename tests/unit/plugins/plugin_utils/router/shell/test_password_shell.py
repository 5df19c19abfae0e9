# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Root's field of a shadow file, with busybox' ash."""

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.farsite.fleet.tests.unit.plugins.plugin_utils.router.stock_shell import (
    make_applets,
    quoted,
    run,
)

if t.TYPE_CHECKING:
    import pathlib

OTHERS = "daemon:*:0:0:99999:7:::\nrooted:x:0::::::\n"
HASH, OTHER = "$6$a.salt/of.it$ABCDEFghij0123456789./", "$1$old$ABCDEFghij"


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> pathlib.Path:
    return make_applets(tmp_path_factory.mktemp("applets"))


def ask(path: pathlib.Path, file: pathlib.Path, *arguments: str) -> dict[str, tuple[tuple[str, ...], str]]:
    asked = " ".join(map(quoted, arguments))
    commands = [f"password_file={quoted(str(file))}", "overlay_on_tmpfs() { false; }", f"password {asked}"]
    return dict(run(path, ["password"], commands))


@pytest.mark.parametrize(
    "case",
    [
        ("", "", "empty", "*"),
        ("", HASH, "empty", HASH),
        ("*", "", "same", "*"),
        (OTHER, "", "same", OTHER),
        (OTHER, "*", "other", "*"),
        (OTHER, HASH, "other", HASH),
        (HASH, HASH, "same", HASH),
    ],
)
def test_the_field_is_what_is_asked_for(
    path: pathlib.Path, tmp_path: pathlib.Path, case: tuple[str, str, str, str]
) -> None:
    before, wanted, state, after = case
    file = tmp_path / "shadow"
    text = f"root:{before}:19000:0:99999:7:::\n{OTHERS}"
    file.write_text(text)
    file.chmod(0o600)
    assert ask(path, file, "look", wanted)["password"][0] == (state,)
    assert file.read_text() == text
    assert ask(path, file, "set", wanted)["password"][0] == (state,)
    assert file.read_text() == f"root:{after}:19000:0:99999:7:::\n{OTHERS}"
    assert file.stat().st_mode & 0o777 == 0o600
    assert [entry.name for entry in tmp_path.iterdir()] == ["shadow"]


@pytest.mark.parametrize("text", [f"{OTHERS}root::0:0:99999:7:::", f"root::0:0:99999:7:::\n{OTHERS}".rstrip()])
def test_a_last_line_without_an_end_stays(path: pathlib.Path, tmp_path: pathlib.Path, text: str) -> None:
    file = tmp_path / "shadow"
    file.write_text(text)
    assert ask(path, file, "set", HASH)["password"][0] == ("empty",)
    assert file.read_text() == text.replace("root::", f"root:{HASH}:") + "\n"


def test_root_that_is_not_there(path: pathlib.Path, tmp_path: pathlib.Path) -> None:
    file = tmp_path / "shadow"
    file.write_text(OTHERS)
    assert "has no line of root" in " ".join(ask(path, file, "set", HASH)["failed"][0])
    assert file.read_text() == OTHERS
    assert "failed" in ask(path, tmp_path / "none", "set", "")


def test_a_file_that_cannot_be_written_stays(path: pathlib.Path, tmp_path: pathlib.Path) -> None:
    file = tmp_path / "shadow"
    file.write_text(f"root::0:0:99999:7:::\n{OTHERS}")
    (tmp_path / ".shadow.farsite").mkdir()
    (tmp_path / ".shadow.farsite" / "shadow").mkdir()
    commands = [
        f"password_file={quoted(str(file))}",
        "overlay_on_tmpfs() { false; }",
        "exec 2>/dev/null",
        "password set ''",
    ]
    assert "cannot be written" in " ".join(run(path, ["password"], commands)["failed"][0])
    assert file.read_text().startswith("root::0:")
