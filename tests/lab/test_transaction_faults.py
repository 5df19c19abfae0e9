# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every step of the transaction, with every kind of fault: the router is old or new, whole, reachable, and converges.

``FARSITE_FAULTS=all`` plays every step; without it some of the long rows. The table is written to
``tests/output/faults.md``.
"""

from __future__ import annotations

import collections
import concurrent.futures
import os
import pathlib
import queue
import typing as t

import pytest
from faults import Bench, Kind, Place, Trial, Verdict
from lab_router import LabRouter

BENCHES = 5
STRIDE = 2
HARMLESS_STRIDE = 8
LEAST_TRIALS = 60
REPORT = pathlib.Path(__file__).parents[1] / "output" / "faults.md"
# kill and full strike what the router runs by itself, a power cut anything
ROWS: tuple[tuple[Place, Kind], ...] = (
    ("run", "kill"),
    ("run", "power"),
    ("run", "cut"),
    ("run", "full"),
    ("confirm", "kill"),
    ("confirm", "power"),
    ("confirm", "cut"),
    ("boot", "power"),
)


@pytest.fixture(scope="module")
def benches() -> t.Iterator[list[Bench]]:
    """Several routers, so that trials, which mostly wait, run side by side."""
    routers: list[LabRouter] = []
    try:
        for number in range(BENCHES):
            routers.append(LabRouter.start(f"faults-{number}"))  # noqa: PERF401 # removed if a later one fails
        yield [Bench(router) for router in routers]
    finally:
        for router in routers:
            router.remove()


def every_trial(bench: Bench) -> list[tuple[Trial, str]]:
    """Return the trials, with the command that each strikes before.

    The steps before anything on flash changes are many and harmless: each row takes only some of those.
    """
    steps = {place: bench.record(place) for place in ("run", "confirm", "boot")}
    changes = min(at for at, step in steps["run"].items() if "/etc/farsite.tx" in step)
    everything = os.environ.get("FARSITE_FAULTS") == "all"
    trials = []
    for index, (place, kind) in enumerate(ROWS):
        for at, step in sorted(steps[place].items()):
            every = 1 if everything or place != "run" else HARMLESS_STRIDE if at < changes else STRIDE
            # rows begin at different steps, so that together they strike every one
            trials += [(Trial(kind, place, at), step)] * (at % every == index % every)
    return trials


def test_every_step_with_every_fault(benches: list[Bench]) -> None:
    trials = every_trial(benches[0])
    free: queue.SimpleQueue[Bench] = queue.SimpleQueue()
    for bench in benches:
        free.put(bench)

    def play(item: tuple[Trial, str]) -> Verdict:
        bench = free.get()
        try:
            return bench.trial(*item)
        finally:
            free.put(bench)

    with concurrent.futures.ThreadPoolExecutor(len(benches)) as pool:
        verdicts = list(pool.map(play, trials))
    report(verdicts)
    assert len(verdicts) >= LEAST_TRIALS
    wrong = [verdict for verdict in verdicts if verdict.problems]
    assert not wrong, "\n".join(map(str, wrong))
    # the faults did strike: a run that nothing disturbs is confirmed
    for place, kind in (("run", "kill"), ("run", "power"), ("run", "full"), ("boot", "power")):
        ends = {verdict.end for verdict in verdicts if (verdict.trial.place, verdict.trial.kind) == (place, kind)}
        assert ends - {"confirmed"}, (place, kind)


def report(verdicts: list[Verdict]) -> None:
    """Write the table for people."""
    header = ("place", "fault", "before the command", "controller said", "router has", "left", "seconds", "wrong")
    lines = ["| " + " | ".join(header) + " |", "|---" * len(header) + "|"]
    for verdict in verdicts:
        trial = verdict.trial
        lines.append(
            f"| {trial.place} {trial.at} | {trial.kind} | `{verdict.step}` | {verdict.end} | {verdict.configuration} | "
            f"{verdict.left or '-'} | {verdict.seconds:.0f} | "
            f"{'; '.join(verdict.problems) or '-'} |"
        )
    count = collections.Counter((verdict.trial.kind, verdict.configuration) for verdict in verdicts)
    lines += [
        "",
        *(f"- {kind}: {number} times {configuration}" for (kind, configuration), number in sorted(count.items())),
    ]
    REPORT.parent.mkdir(parents=True, exist_ok=True)
    REPORT.write_text("\n".join([f"{len(verdicts)} trials", "", *lines]) + "\n", "utf-8")
