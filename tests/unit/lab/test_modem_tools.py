# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The lab's stand-ins for uqmi, umbim and mmcli: they say what the answers files say, and fail like the programs."""

from __future__ import annotations

import json
import os
import subprocess
import typing as t

import pytest
from answers import FOLDER, load, scenarios, unpack

if t.TYPE_CHECKING:
    import pathlib

TOOLS = FOLDER.parent / "tools"
DEVICE = "/dev/null"
BEFORE = {"qmi": ["uqmi", "-s", "-d", DEVICE, "-t", "3000"], "mbim": ["umbim", "-n", "-d", DEVICE]}


def command(source: str, query: str) -> list[str]:
    """Return how the router asks."""
    if source == "qmi":
        return [*BEFORE["qmi"], f"--{query}"]
    return [*BEFORE["mbim"], query] if source == "mbim" else ["mmcli", *query.split()]


def run(folder: pathlib.Path | None, *words: str, timeout: float = 20) -> subprocess.CompletedProcess[str]:
    environment = {"PATH": os.environ["PATH"]} | ({} if folder is None else {"FARSITE_MODEM_ANSWERS": str(folder)})
    return subprocess.run(
        [str(TOOLS / words[0]), *words[1:]],
        check=False,
        capture_output=True,
        text=True,
        timeout=timeout,
        env=environment,
    )


CASES = [
    (source, scenario)
    for source in ("qmi", "mbim", "modemmanager")
    for scenario in scenarios(source)
    if scenario != "hang"
]


@pytest.mark.parametrize(("source", "scenario"), CASES)
def test_each_answer(source: str, scenario: str, tmp_path: pathlib.Path) -> None:
    answers = load(source, scenario)
    unpack(answers, tmp_path)
    for query, answer in answers.items():
        done = run(tmp_path, *command(source, query))
        assert done.returncode == answer["status"]
        assert done.stdout + done.stderr == answer["text"]
        assert "" in (done.stdout, done.stderr)


@pytest.mark.parametrize("source", ["qmi", "mbim", "modemmanager"])
def test_a_question_that_hangs(source: str, tmp_path: pathlib.Path) -> None:
    answers = load(source, "hang")
    unpack(answers, tmp_path)
    with pytest.raises(subprocess.TimeoutExpired):
        run(tmp_path, *command(source, list(answers)[1]), timeout=0.5)


def test_what_umbim_says_on_stderr(tmp_path: pathlib.Path) -> None:
    unpack(load("mbim", "pin"), tmp_path)
    assert run(tmp_path, "umbim", "-n", "-d", DEVICE, "pinstate").stdout == ""
    assert run(tmp_path, "umbim", "-n", "-d", DEVICE, "caps").stderr == ""


def test_uqmi_stops_at_the_first_error(tmp_path: pathlib.Path) -> None:
    unpack(load("qmi", "pin"), tmp_path)
    done = run(tmp_path, "uqmi", "--single", f"--device={DEVICE}", "--get-imei", "--get-imsi", "--get-iccid")
    assert (done.returncode, done.stdout) == (255, '"860000000000001"\n"UIM uninitialized"\n')


@pytest.mark.parametrize(
    ("words", "status", "stderr"),
    [
        (("uqmi", "-s", "-d", "/nonexistent", "--get-imei"), 2, "Failed to open device\n"),
        (("uqmi", "-s", "--get-imei"), 1, "No device given\nUsage: uqmi "),
        (("uqmi", "-s", "-d", DEVICE, "--get-nothing"), 1, "uqmi: unrecognized option: get-nothing\nUsage: uqmi "),
        (("uqmi", "-d"), 1, "uqmi: option requires an argument: -d\nUsage: uqmi "),
        (("umbim", "-n", "-d", "/nonexistent", "caps"), 255, "open failed: : No such file or directory\n"),
        (("umbim", "-n", "caps"), 1, "Usage: umbim "),
        (("umbim", "-n", "-d", DEVICE), 1, "Usage: umbim "),
        (("umbim", "-n", "-d", DEVICE, "signal"), 1, "Usage: umbim "),
        (("mmcli", "-m", "5", "-J"), 1, "error: couldn't find modem\n"),
        (("mmcli", "-b", "any", "-J"), 1, "error: invalid bearer string specified: 'any'\n"),
        (("mmcli", "-b", "7"), 1, "error: couldn't find bearer at '/org/freedesktop/ModemManager1/Bearer/7': 'not"),
        (("mmcli",), 1, "error: no actions specified\n"),
    ],
)
def test_what_is_not_there(words: tuple[str, ...], status: int, stderr: str, tmp_path: pathlib.Path) -> None:
    sources = {"uqmi": "qmi", "umbim": "mbim", "mmcli": "modemmanager"}
    unpack(load(sources[words[0]], "home"), tmp_path)
    done = run(tmp_path, *words)
    assert (done.returncode, done.stdout) == (status, "")
    assert done.stderr.startswith(stderr)


@pytest.mark.parametrize(
    ("words", "status"),
    [(("uqmi", "-d", DEVICE, "--get-imei"), 1), (("umbim", "-d", DEVICE, "caps"), 1), (("mmcli", "-m", "any"), 1)],
)
def test_without_answers(words: tuple[str, ...], status: int) -> None:
    assert run(None, *words).returncode == status


def test_two_queries_never_share_a_file(tmp_path: pathlib.Path) -> None:
    with pytest.raises(ValueError, match="share a file"):
        unpack(json.loads('{"a-b": {"status": 0, "text": ""}, "a b": {"status": 0, "text": ""}}'), tmp_path)
