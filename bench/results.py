# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the benchmark of playbooks has measured: results, their ratios to the floor of the same run, JSON of both.

Seconds are those of one machine on one day; what is compared between runs are ratios, and counts, which no machine
makes larger: SSH operations, connections, bytes.
"""

from __future__ import annotations

import dataclasses
import statistics
import typing as t

FORMAT = 1
FLOOR = "floor"
RATIOS = ("wall", "cpu", "memory")
COUNTS = ("operations", "hub_operations", "connections", "up", "down")
TOLERANCE: t.Final[t.Mapping[str, float]] = {
    "wall": 0.15,
    "cpu": 0.1,
    "memory": 0.1,
    "operations": 0.01,
    "hub_operations": 0.01,
    "connections": 0.05,
    "up": 0.05,
    "down": 0.3,
}
"""How much a value may differ from the baseline's, as a share of it, before that is told.

A busy router sends the same reply in more and smaller packets, each with SSH's own bytes around it.
"""


@dataclasses.dataclass(frozen=True, order=True)
class Case:
    """One row of the table. In text: ``direct/200/150/right``."""

    way: str
    """How the routers are reached: ``direct``, or through the ``hub``."""
    hosts: int
    rtt: int
    """Round-trip time to a router, ms."""
    scenario: str

    def __str__(self) -> str:
        """Return it as text, for JSON's keys."""
        return f"{self.way}/{self.hosts}/{self.rtt}/{self.scenario}"

    @classmethod
    def parse(cls, text: str) -> Case:
        """Read what ``str`` gives."""
        way, hosts, rtt, scenario = text.split("/")
        return cls(way, int(hosts), int(rtt), scenario)

    def floor(self) -> Case:
        """Return the row that this one is compared with."""
        return dataclasses.replace(self, scenario=FLOOR)


@dataclasses.dataclass(frozen=True)
class Measured:
    """What one run of a case has cost; or, of several runs, the medians."""

    wall: float
    """Seconds from the start to the end of ansible-playbook."""
    cpu: float
    """Seconds of processor time of the controller: ansible-playbook and all that it starts."""
    memory: float
    """MiB, the most that all of these processes had at one time."""
    connections: float
    """TCP connections to a router, the mean of all."""
    up: float
    """Bytes to a router, the mean of all."""
    down: float
    """Bytes from a router, the mean of all."""
    operations: float | None = None
    """Processes of ssh for a router, the mean of all; None where they were not counted."""
    hub_operations: float | None = None
    """Processes of ssh for the hub in the whole run, without those that only lead to a router."""

    def with_operations(self, other: Measured) -> Measured:
        """Return it with the processes of ssh that another run of the same has counted."""
        return dataclasses.replace(self, operations=other.operations, hub_operations=other.hub_operations)


@dataclasses.dataclass
class Results:
    """All that one run of the benchmark has measured, on one machine."""

    machine: dict[str, str]
    made: str
    """When, as ISO 8601."""
    cases: dict[Case, Measured]

    def as_json(self) -> dict[str, t.Any]:
        """Return it as plain data, with the seconds."""
        cases = {str(case): dataclasses.asdict(measured) for case, measured in self.cases.items()}
        return {"format": FORMAT, "machine": self.machine, "made": self.made, "cases": cases}

    @classmethod
    def from_json(cls, data: dict[str, t.Any]) -> Results:
        """Read what ``as_json`` gives. Raise ValueError where it is something else."""
        _require_format(data, "cases")
        cases = {Case.parse(name): Measured(**values) for name, values in data["cases"].items()}
        return cls(data["machine"], data["made"], cases)

    def ratio(self, case: Case, name: str) -> float | None:
        """Return a value of a case divided by the floor's; None where there is no such case, or no floor."""
        here, floor = self.cases.get(case), self.cases.get(case.floor())
        if here is None or floor is None:
            return None
        return float(getattr(here, name) / getattr(floor, name))

    def baseline(self) -> dict[str, t.Any]:
        """Return what other runs are compared with, as plain data: no seconds."""
        return {
            "format": FORMAT,
            "machine": self.machine,
            "made": self.made,
            "ratios": {str(case): self._comparable(case) for case in self.cases},
        }

    def _comparable(self, case: Case) -> dict[str, float]:
        values = {name: getattr(self.cases[case], name) for name in COUNTS}
        if case.scenario != FLOOR:
            values |= {name: self.ratio(case, name) for name in RATIOS}
        return {name: round(value, 3) for name, value in values.items() if value is not None}


@dataclasses.dataclass(frozen=True)
class Difference:
    """A value that is not the baseline's. A larger one is worse, whatever it is."""

    case: Case
    name: str
    before: float
    now: float

    @property
    def worse(self) -> bool:
        """Whether it has become worse, and not better."""
        return self.now > self.before


def compare(results: Results, baseline: dict[str, t.Any]) -> list[Difference]:
    """Return what differs from the baseline by more than the tolerance, of the cases that both have.

    Raise ValueError where that is no baseline.
    """
    _require_format(baseline, "ratios")
    now = results.baseline()["ratios"]
    return [
        Difference(Case.parse(case), name, before, now[case][name])
        for case, values in baseline["ratios"].items()
        if case in now
        for name, before in values.items()
        if name in now[case] and abs(now[case][name] - before) > TOLERANCE[name] * before
    ]


def median(runs: t.Sequence[Measured]) -> Measured:
    """Return the medians of one or more runs of a case, of each value by itself."""
    values: dict[str, float | None] = {}
    for field in dataclasses.fields(Measured):
        known = [value for value in (getattr(run, field.name) for run in runs) if value is not None]
        values[field.name] = statistics.median(known) if known else None
    return Measured(**values)  # type: ignore[arg-type]


def _require_format(data: dict[str, t.Any], content: str) -> None:
    if data.get("format") != FORMAT or content not in data:
        raise ValueError(f"found format {data.get('format')!r} with {sorted(data)}, expected {FORMAT} with {content}")
