# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the project has set itself for its playbook ``site``, and whether a run of the benchmark has met it."""

from __future__ import annotations

import dataclasses
import typing as t

from ansible_collections.farsite.fleet.bench.results import Case, Results

MANY = 200
MOST_OVER_FLOOR = 1.2
LAG = 150
MOST_SECONDS_RIGHT, MOST_SECONDS_CHANGE = 0.5, 3
MOST_UP = 8
"""kB to a router where nothing is to be done."""
THOUSAND, MOST_MEMORY = 1000, 1024


@dataclasses.dataclass(frozen=True)
class Target:
    """One of them: of which case which value, at most how much of which unit, and what was measured."""

    case: Case
    name: str
    most: float
    unit: str
    value: float

    @property
    def met(self) -> bool:
        """Whether it is met."""
        return self.value <= self.most


def check_targets(results: Results) -> list[Target]:
    """Return the targets whose cases were measured."""
    return [*_over_floor(results), *_one_site(results), *_bytes(results), *_memory(results)]


def _over_floor(results: Results) -> t.Iterator[Target]:
    for case in sorted(results.cases):
        if (case.hosts, case.scenario) == (MANY, "right"):
            for name in ("wall", "cpu"):
                ratio = results.ratio(case, name)
                if ratio is not None:
                    yield Target(case, name, MOST_OVER_FLOOR, "x the floor", ratio)


def _one_site(results: Results) -> t.Iterator[Target]:
    for scenario, most in (("right", MOST_SECONDS_RIGHT), ("change", MOST_SECONDS_CHANGE)):
        case = Case("direct", 1, LAG, scenario)
        if case in results.cases and case.floor() in results.cases:
            over = results.cases[case].wall - results.cases[case.floor()].wall
            yield Target(case, "wall", most, "s over the floor", over)


def _bytes(results: Results) -> t.Iterator[Target]:
    ups = {case: measured.up for case, measured in results.cases.items() if case.scenario == "right"}
    if ups:
        worst = max(ups, key=lambda case: ups[case])
        yield Target(worst, "up", MOST_UP, "kB for each host", ups[worst] / 1000)


def _memory(results: Results) -> t.Iterator[Target]:
    for case, measured in sorted(results.cases.items()):
        if case.hosts == THOUSAND and case.scenario in ("right", "off-line"):
            yield Target(case, "memory", MOST_MEMORY, "MiB", measured.memory)
