# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the benchmark counts of a command: all that it starts, also in the background, and nothing else."""

from __future__ import annotations

import json
import pathlib
import subprocess
import sys
import typing as t

import pytest

from ansible_collections.farsite.fleet.bench import measured

BURN = "import time\nend = time.process_time() + {}\nwhile time.process_time() < end: pass\n"
BACKGROUND = """
import os, time
if os.fork():
    os._exit(0)
os.setsid()
if os.fork():
    os._exit(0)
"""
MEBIBYTES = 40


def measure(folder: pathlib.Path, code: str, *, status: int = 0) -> dict[str, t.Any]:
    """Return what a Python program costs."""
    file = folder / "usage.json"
    command = [sys.executable, measured.__file__, str(file), sys.executable, "-c", code]
    done = subprocess.run(command, check=False)
    assert done.returncode == status
    usage: dict[str, t.Any] = json.loads(file.read_text())
    return usage


def test_the_time_of_children_counts(tmp_path: pathlib.Path) -> None:
    code = f"import subprocess, sys\nsubprocess.run([sys.executable, '-c', {BURN.format(0.3)!r}])"
    assert measure(tmp_path, code)["cpu"] >= 0.3


def test_waiting_is_no_processor_time(tmp_path: pathlib.Path) -> None:
    usage = measure(tmp_path, "import time; time.sleep(1)")
    assert usage["wall"] >= 1
    assert usage["cpu"] < 0.5


def test_what_went_into_the_background_counts_and_is_ended(tmp_path: pathlib.Path) -> None:
    number = tmp_path / "process"
    code = f"{BACKGROUND}{BURN.format(0.3)}open({str(number)!r}, 'w').write(str(os.getpid()))\ntime.sleep(600)\n"
    main = f"import os, subprocess, sys, time\nsubprocess.run([sys.executable, '-c', {code!r}])\n"
    main += f"while not (os.path.exists({str(number)!r}) and open({str(number)!r}).read()): time.sleep(0.01)\n"
    usage = measure(tmp_path, main)
    assert usage["cpu"] >= 0.3
    assert usage["wall"] < 60
    assert not pathlib.Path("/proc", number.read_text()).exists()


def test_what_ignores_being_told_is_ended_too(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> None:
    code = f"import signal\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)\n{BACKGROUND}time.sleep(600)\n"
    script = "import sys\nfrom ansible_collections.farsite.fleet.bench import measured\nmeasured._PATIENCE = 0.1\n"
    script += "sys.exit(measured.main())"
    command = [sys.executable, "-c", script, str(tmp_path / "usage"), sys.executable, "-c", code]
    monkeypatch.setenv("PYTHONPATH", str(pathlib.Path(measured.__file__).parents[4]))
    subprocess.run(command, check=True, timeout=60)
    assert json.loads((tmp_path / "usage").read_text())["status"] == 0


def test_memory_is_that_of_all_processes_together(tmp_path: pathlib.Path) -> None:
    hold = f"import time\nheld = b'x' * ({MEBIBYTES} << 20)\ntime.sleep(1)"
    code = (
        f"import subprocess, sys\nall = [subprocess.Popen([sys.executable, '-c', {hold!r}]) for _ in range(3)]\n"
        "for one in all: one.wait()"
    )
    usage = measure(tmp_path, code)
    assert usage["memory"] >= 3 * MEBIBYTES
    assert MEBIBYTES <= usage["largest"] < 2 * MEBIBYTES


def test_shared_memory_is_not_counted_twice(tmp_path: pathlib.Path) -> None:
    code = (
        f"import os, time\nheld = b'x' * ({MEBIBYTES} << 20)\n"
        "for _ in range(4): os.fork() or (time.sleep(1), os._exit(0))\nfor _ in range(4): os.wait()"
    )
    usage = measure(tmp_path, code)
    assert MEBIBYTES <= usage["memory"] < 2 * MEBIBYTES


@pytest.mark.parametrize(("code", "status"), [("raise SystemExit(4)", 4), ("import os; os.kill(os.getpid(), 9)", 137)])
def test_the_exit_status_is_that_of_the_command(tmp_path: pathlib.Path, code: str, status: int) -> None:
    measure(tmp_path, code, status=status)


def test_processes_that_are_gone_have_no_memory_and_no_children() -> None:
    process = subprocess.Popen(["true"])
    process.wait()
    assert measured.proportional_memory([process.pid]) == 0
    assert measured.descendants(process.pid) == []
