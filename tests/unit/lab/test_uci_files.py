# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the lab router's ``uci`` does with files where the recorded cases do not look: modes, folders, races."""

from __future__ import annotations

import os
import pathlib
import shutil
import subprocess

import pytest

UCI = pathlib.Path(__file__).resolve().parents[3] / "lab" / "router" / "sbin" / "uci"
CONFIG = "\nconfig interface 'lan'\n\toption proto 'static'\n\n"


@pytest.fixture
def root(tmp_path: pathlib.Path) -> pathlib.Path:
    """Make a router's root with one config, readable by its owner and group."""
    (tmp_path / "etc" / "config").mkdir(parents=True)
    (tmp_path / "tmp").mkdir()
    config = tmp_path / "etc" / "config" / "network"
    config.write_text(CONFIG, encoding="ascii")
    config.chmod(0o640)
    return tmp_path


def start(root: pathlib.Path, *arguments: str) -> subprocess.Popen[str]:
    """Start a uci command."""
    return subprocess.Popen(
        [str(UCI), *arguments],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={"PATH": os.environ["PATH"], "UCI_ROOT": str(root)},
    )


def uci(root: pathlib.Path, *arguments: str) -> tuple[int, str, str]:
    """Run a uci command; returns its exit code, standard output and standard error."""
    process = start(root, *arguments)
    output, errors = process.communicate(timeout=20)
    return process.returncode, output, errors


def test_commit_keeps_the_mode_and_staging_gets_it(root: pathlib.Path) -> None:
    """A config others may not read does not become readable by a change, neither staged nor committed."""
    assert uci(root, "set", "network.lan.key=secret") == (0, "", "")
    staged = root / "tmp" / ".uci" / "network"
    assert staged.stat().st_mode & 0o777 == 0o640
    assert uci(root, "commit", "network") == (0, "", "")
    config = root / "etc" / "config" / "network"
    assert config.stat().st_mode & 0o777 == 0o640
    assert config.read_text(encoding="ascii").endswith("\toption key 'secret'\n\n")
    assert staged.read_bytes() == b""


def test_import_makes_a_new_config_private(root: pathlib.Path) -> None:
    """A config that was not there gets mode 0600, as from mkstemp()."""
    (root / "source").write_text(CONFIG, encoding="ascii")
    assert uci(root, "-f", str(root / "source"), "import", "fresh") == (0, "", "")
    assert (root / "etc" / "config" / "fresh").stat().st_mode & 0o777 == 0o600


@pytest.mark.skipif(shutil.which("flock") is None, reason="without flock commits race, as the real one's do")
def test_parallel_commits_lose_nothing(root: pathlib.Path) -> None:
    """Commits wait for each other, leave no file behind, and the last one has every option."""
    numbers = range(8)
    for number in numbers:
        assert uci(root, "-t", str(root / f"own{number}"), "set", f"network.lan.o{number}=1") == (0, "", "")
    commits = [start(root, "-t", str(root / f"own{number}"), "commit", "network") for number in numbers]
    assert [commit.communicate(timeout=20) for commit in commits] == [("", "")] * len(numbers)
    _, output, _ = uci(root, "show", "network.lan")
    assert {f"network.lan.o{number}='1'" for number in numbers} <= set(output.splitlines())
    assert [entry.name for entry in (root / "etc" / "config").iterdir()] == ["network"]


def test_private_folder_is_read_and_never_committed(root: pathlib.Path) -> None:
    """``-P`` stages into a folder of its own and makes commit do nothing; ``-p`` reads it and does not empty it."""
    own = str(root / "own")
    assert uci(root, "-P", own, "set", "network.lan.proto=dhcp") == (0, "", "")
    assert uci(root, "-P", own, "commit", "network") == (0, "", "")
    assert uci(root, "get", "network.lan.proto") == (0, "static\n", "")
    assert uci(root, "-p", own, "commit", "network") == (0, "", "")
    assert uci(root, "get", "network.lan.proto") == (0, "dhcp\n", "")
    assert (root / "own" / "network").read_text(encoding="ascii") == "network.lan.proto='dhcp'\n"


def test_config_named_by_its_path_is_not_staged(root: pathlib.Path) -> None:
    """Such a config is rewritten by every command."""
    path = root / "etc" / "config" / "network"
    assert uci(root, "set", f"{path}.lan.proto=dhcp") == (0, "", "")
    assert path.read_text(encoding="ascii") == CONFIG.replace("static", "dhcp")
    assert not (root / "tmp" / ".uci").exists()


@pytest.mark.parametrize(
    ("arguments", "code", "errors"),
    [
        (("-f", "/nosuch/file", "batch"), 1, "uci: No such file or directory"),
        (("add", "net work", "x"), 2, "uci: Invalid argument\n"),
        (("show", "folder"), 1, "uci: Entry not found\n"),
        (("-t", "/nosuch/folder", "set", "network.lan.x=1"), 1, "uci: I/O error\n"),
    ],
    ids=["no input file", "bad config name", "config is a folder", "staging folder cannot be made"],
)
def test_refusals(root: pathlib.Path, arguments: tuple[str, ...], code: int, errors: str) -> None:
    """Exit codes and texts of the real one."""
    (root / "etc" / "config" / "folder").mkdir()
    assert uci(root, *arguments) == (code, "", errors)
