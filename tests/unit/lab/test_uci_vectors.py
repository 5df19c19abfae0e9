# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Hold the lab router's ``uci`` to what the real one was recorded to do.

Every case of ``tests/unit/data/uci-vectors.json`` (OpenWrt 24.10.3's own uci) is run twice where possible: with this
machine's shell and awk, and with busybox's. ``FARSITE_BUSYBOX`` names the busybox to use (default: the one on PATH).
"""

from __future__ import annotations

import collections
import json
import os
import pathlib
import shutil
import subprocess
import typing as t

import pytest

REPOSITORY = pathlib.Path(__file__).resolve().parents[3]
UCI = REPOSITORY / "lab" / "router" / "sbin" / "uci"
CASES: list[dict[str, t.Any]] = json.loads(
    (REPOSITORY / "tests" / "unit" / "data" / "uci-vectors.json").read_text(encoding="ascii"),
)
BUSYBOX = os.environ.get("FARSITE_BUSYBOX") or shutil.which("busybox")

LEFT_OUT: dict[str, str] = {}
"""Cases the stand-in does not answer as recorded, and why."""

CATEGORIES = {
    *("get", "syntax", "show", "set", "add", "add_list", "del_list", "delete", "rename", "reorder", "revert"),
    *("changes", "commit", "export", "import", "import -m", "batch", "dirs", "cli"),
}

TOOLS = ("awk", "sh", "cat", "chmod", "cp", "df", "flock", "ls", "mkdir", "mktemp", "mv", "readlink", "rm", "yes")


class Runner(t.NamedTuple):
    """A shell and a PATH to run the stand-in with."""

    shell: tuple[str, ...]
    path: str


@pytest.fixture(scope="session", params=["machine", "busybox"])
def runner(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Runner:
    """Give this machine's own tools, or busybox's by a PATH folder of links in front."""
    path = os.environ["PATH"]
    if request.param == "machine":
        return Runner(("sh",), path)
    if BUSYBOX is None:
        pytest.skip("no busybox on this machine")
    listing = subprocess.run([BUSYBOX, "--list"], capture_output=True, text=True, check=True)
    applets = listing.stdout.split()
    folder = tmp_path_factory.mktemp("busybox")
    for tool in TOOLS:
        if tool in applets:
            (folder / tool).symlink_to(BUSYBOX)
    return Runner((str(folder / "sh"),), f"{folder}:{path}")


def read_folder(folder: pathlib.Path) -> dict[str, str]:
    """Return every file's text by its name; a folder that is not there has none."""
    if not folder.is_dir():
        return {}
    return {entry.name: os.fsdecode(entry.read_bytes()) for entry in sorted(folder.iterdir())}


def run_command(runner: Runner, root: pathlib.Path, recorded: t.Any) -> subprocess.CompletedProcess[bytes]:
    """Run one recorded command: an argument list, one with standard input, or a batch."""
    standard_input = ""
    if isinstance(recorded, list):
        arguments = recorded
    elif "batch" in recorded:
        arguments = ["uci", *recorded.get("args", []), "batch"]
        standard_input = recorded["batch"]
    else:
        arguments = recorded["argv"]
        standard_input = recorded["stdin"]
    # Folders that a case names are below the root here.
    arguments = [
        argument.replace("/etc/config", f"{root}/etc/config").replace("/tmp/own", f"{root}/tmp/own")
        for argument in arguments
    ]
    if arguments[0] == "uci":
        arguments = [*runner.shell, str(UCI), *arguments[1:]]
    return subprocess.run(
        [os.fsencode(argument) for argument in arguments],
        input=os.fsencode(standard_input),
        capture_output=True,
        check=False,
        env={"PATH": runner.path, "UCI_ROOT": str(root)},
        timeout=20,
    )


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_recorded_case(runner: Runner, case: dict[str, t.Any], tmp_path: pathlib.Path) -> None:
    """Exit codes, both outputs, the configs and the staging files are as recorded, to the byte."""
    if case["name"] in LEFT_OUT:
        pytest.skip(LEFT_OUT[case["name"]])
    configs = tmp_path / "etc" / "config"
    configs.mkdir(parents=True)
    (tmp_path / "tmp" / "own").mkdir(parents=True)
    for name, text in case["files"].items():
        (configs / name).write_bytes(os.fsencode(text))
    for recorded, expected in zip(case["commands"], case["results"], strict=True):
        result = run_command(runner, tmp_path, recorded)
        got = {"rc": result.returncode, "stdout": os.fsdecode(result.stdout), "stderr": os.fsdecode(result.stderr)}
        assert got == expected, recorded
    assert read_folder(configs) == case["files_after"]
    assert read_folder(tmp_path / "tmp" / ".uci") == case["staged_after"]


def test_no_category_is_left_out() -> None:
    """Every kind of command has recorded cases that are run, and the table names only cases there are."""
    run = collections.Counter(case["name"].split(":")[0] for case in CASES if case["name"] not in LEFT_OUT)
    assert set(run) == CATEGORIES
    assert set(LEFT_OUT) <= {case["name"] for case in CASES}
