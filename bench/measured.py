# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a command costs with all that it starts: ``measured.py FILE COMMAND…`` writes it to FILE as JSON.

Counted are the command and all its descendants. The kernel gives the orphans to this program, as ssh's shared
connections are (PR_SET_CHILD_SUBREAPER of prctl(2)). When the command has ended it ends what is left, waits for it, and
asks for the usage of all its children. Nothing else on the machine counts, and neither does this program. The next
command so finds no connection that is there already.

It needs Linux with CONFIG_PROC_CHILDREN, as distributions have it, and the standard library only.
"""

from __future__ import annotations

import ctypes
import dataclasses
import json
import os
import pathlib
import resource
import signal
import subprocess
import sys
import threading
import time
import typing as t

PROC = pathlib.Path("/proc")
_PR_SET_CHILD_SUBREAPER = 36
_SHORTEST, _SHARE = 0.1, 0.03
"""Seconds between two looks at the memory, and at most that share of the time goes into looking."""
_PATIENCE = 5
"""Seconds for what is left to end by itself once it is told to."""


@dataclasses.dataclass(frozen=True)
class Usage:
    """What a command has cost: seconds, MiB, and its exit status."""

    status: int
    wall: float
    """From its start to its own end; what it left behind does not count."""
    cpu: float
    """User and system time of all processes."""
    memory: float
    """The most of all processes together at one time, as the sum of their PSS, which shares shared pages out."""
    largest: float
    """The most resident memory that any one of them had."""


def descendants(process: int) -> list[int]:
    """Return the processes that descend from one and are there now; a parent comes before its children."""
    # There are hundreds, and this is done again and again: plain strings are quicker than paths.
    found: list[int] = []
    waiting = [process]
    while waiting:
        try:
            threads = os.listdir(f"{PROC}/{waiting.pop()}/task")  # noqa: PTH208
        except (FileNotFoundError, ProcessLookupError):
            continue
        children = [child for thread in threads for child in _words(f"{PROC}/{thread}/task/{thread}/children")]
        found += map(int, children)
        waiting += map(int, children)
    return found


def proportional_memory(processes: t.Iterable[int]) -> int:
    """Return the sum of the PSS of those processes that are there, in KiB (proc_pid_smaps_rollup(5))."""
    total = 0
    for process in processes:
        words = _words(f"{PROC}/{process}/smaps_rollup")
        if "Pss:" in words:
            total += int(words[words.index("Pss:") + 1])
    return total


def _words(path: str) -> list[str]:
    try:
        with open(path, encoding="ascii") as file:  # noqa: PTH123
            return file.read().split()
    except (FileNotFoundError, ProcessLookupError):
        return []


class MemoryWatch(threading.Thread):
    """Looks at the memory of all descendants now and then; ``peak`` is the most seen, in KiB."""

    def __init__(self) -> None:
        """Make one; it looks from ``start`` to ``end``."""
        super().__init__(daemon=True)
        self.peak = 0
        self._ended = threading.Event()

    def run(self) -> None:
        """Look until ``end``. The larger the tree, the more rarely, or looking would take a processor of its own."""
        pause = 0.0
        while not self._ended.wait(pause):
            before = time.thread_time()
            self.peak = max(self.peak, proportional_memory(descendants(os.getpid())))
            pause = max(_SHORTEST, (time.thread_time() - before) / _SHARE)

    def end(self) -> None:
        """Look no more."""
        self._ended.set()
        self.join()


def run_measured(command: list[str]) -> Usage:
    """Run a command to its end, end what it leaves behind, and return what all of it has cost.

    Nothing else may be a child of this process, before or at the same time.
    """
    _take_orphans()
    watch = MemoryWatch()
    started = time.monotonic()
    process = subprocess.Popen(command, stdin=subprocess.DEVNULL)  # noqa: S603
    watch.start()
    status = process.wait()
    wall = time.monotonic() - started
    watch.end()
    _end_what_is_left()
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return Usage(
        status, round(wall, 3), round(usage.ru_utime + usage.ru_stime, 3), round(watch.peak / 1024, 1),
        round(usage.ru_maxrss / 1024, 1),
    )  # fmt: skip


def _take_orphans() -> None:
    library = ctypes.CDLL(None, use_errno=True)
    if library.prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0):
        raise OSError(ctypes.get_errno(), "the kernel does not let this process take the orphans of its children")
    if not (PROC / "self" / "task" / str(os.getpid()) / "children").exists():
        sys.exit("the kernel does not say who descends from whom; it needs CONFIG_PROC_CHILDREN")


def _end_what_is_left() -> None:
    """End all descendants and wait for them, so that their usage is counted."""
    give_up = time.monotonic() + _PATIENCE
    told: set[int] = set()
    while True:
        kill = time.monotonic() > give_up
        for process in descendants(os.getpid()):
            if kill or process not in told:
                told.add(process)
                _signal(process, signal.SIGKILL if kill else signal.SIGTERM)
        try:
            while os.waitpid(-1, os.WNOHANG)[0]:
                pass
        except ChildProcessError:
            return
        time.sleep(0.01)


def _signal(process: int, number: signal.Signals) -> None:
    try:
        os.kill(process, number)
    except ProcessLookupError:
        return


def main() -> int:
    """Run the command line and return the command's exit status."""
    usage = run_measured(sys.argv[2:])
    pathlib.Path(sys.argv[1]).write_text(json.dumps(dataclasses.asdict(usage)) + "\n", "utf-8")
    return usage.status if usage.status >= 0 else 128 - usage.status


if __name__ == "__main__":
    sys.exit(main())
