# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The benchmark's tables, for a terminal and as Markdown, also between the marks of a page."""

from __future__ import annotations

import typing as t

from ansible_collections.farsite.fleet.bench.results import FLOOR, Case, Difference, Results
from ansible_collections.farsite.fleet.bench.targets import check_targets

BEGIN, END = "<!-- begin of what the benchmark writes -->", "<!-- end of what the benchmark writes -->"
NAMES: t.Final = {
    FLOOR: "floor: `raw: true`",
    "right": "`site`, nothing to do",
    "change": "`site`, one option changed",
    "first": "`site`, first time",
    "community": "community.openwrt, nothing to do",
    "off-line": "`site`, most sites off-line",
}
"""The scenarios, in the order of the tables."""
WAYS: t.Final = {"direct": "directly", "hub": "through the hub"}
HEADS: t.Final = (
    "",
    "wall s",
    "x",
    "CPU ms/host",
    "x",
    "MiB",
    "x",
    "ssh/host",
    "ssh to hub",
    "TCP/host",
    "kB up",
    "kB down",
)
_UNKNOWN = "-"

Table: t.TypeAlias = list[tuple[str, ...]]
"""Rows of cells, of which the first row is the heads."""


def as_text(table: Table) -> str:
    """Return a table for a terminal: the first column to the left, numbers to the right."""
    widths = [max(len(row[column]) for row in table) for column in range(len(table[0]))]
    lines = []
    for row in table:
        first, *others = zip(row, widths, strict=True)
        lines.append("  ".join([first[0].ljust(first[1]), *(cell.rjust(width) for cell, width in others)]).rstrip())
    return "\n".join(lines)


def as_markdown(table: Table) -> str:
    """Return a table for a page."""
    marks = ["---", *("---:" for _head in table[0][1:])]
    return "\n".join(f"| {' | '.join(row)} |" for row in [table[0], tuple(marks), *table[1:]])


def groups(results: Results) -> list[tuple[str, int, int]]:
    """Return way, hosts and round-trip time of each table, in their order."""
    order = list(WAYS)
    return sorted({(case.way, case.hosts, case.rtt) for case in results.cases}, key=lambda at: (order.index(at[0]), at))


def case_table(results: Results, way: str, hosts: int, rtt: int) -> Table:
    """Return one row for each scenario that was run there."""
    table: Table = [HEADS]
    for scenario, name in NAMES.items():
        case = Case(way, hosts, rtt, scenario)
        if case in results.cases:
            table.append((name, *_cells(results, case)))
    return table


def _cells(results: Results, case: Case) -> tuple[str, ...]:
    here = results.cases[case]
    return (
        f"{here.wall:.2f}",
        _ratio(results, case, "wall"),
        f"{here.cpu * 1000 / case.hosts:.0f}",
        _ratio(results, case, "cpu"),
        f"{here.memory:.0f}",
        _ratio(results, case, "memory"),
        _UNKNOWN if here.operations is None else f"{here.operations:.2f}",
        _UNKNOWN if here.hub_operations is None else f"{here.hub_operations:.0f}",
        f"{here.connections:.2f}",
        f"{here.up / 1000:.1f}",
        f"{here.down / 1000:.1f}",
    )


def _ratio(results: Results, case: Case, name: str) -> str:
    ratio = results.ratio(case, name)
    return _UNKNOWN if ratio is None or case.scenario == FLOOR else f"{ratio:.2f}"


def growth_table(results: Results, way: str, rtt: int, value: t.Literal["wall", "cpu", "memory"]) -> Table:
    """Return how a value grows: a row for each scenario, a column for each number of hosts.

    Wall is in s, CPU in ms per host, memory in MiB. The last column is what each further host takes, from the smallest
    number to the largest: ms of wall clock and of CPU, KiB of memory; the start, which all share, is not in it.
    """
    sizes = _comparable_sizes(results, way, rtt)
    table: Table = [("", *map(str, sizes), "each more")]
    for scenario, name in NAMES.items():
        cases = [Case(way, hosts, rtt, scenario) for hosts in sizes]
        if any(case in results.cases for case in cases):
            known = [case for case in cases if case in results.cases]
            cells = (_grown(results, case, value) for case in cases)
            table.append((name, *cells, _each_more(results, known[0], known[-1], value)))
    return table


def _comparable_sizes(results: Results, way: str, rtt: int) -> list[int]:
    """Return the numbers of sites of which all are there; one that is off-line costs something else."""
    there = [case for case in results.cases if (case.way, case.rtt) == (way, rtt)]
    return sorted({case.hosts for case in there} - {case.hosts for case in there if case.scenario == "off-line"})


def _each_more(results: Results, first: Case, last: Case, value: str) -> str:
    if first == last:
        return _UNKNOWN
    more: float = getattr(results.cases[last], value) - getattr(results.cases[first], value)
    factor = 1024 if value == "memory" else 1000
    return f"{more * factor / (last.hosts - first.hosts):.0f}"


def _grown(results: Results, case: Case, value: str) -> str:
    if case not in results.cases:
        return _UNKNOWN
    number: float = getattr(results.cases[case], value)
    return {"wall": f"{number:.2f}", "cpu": f"{number * 1000 / case.hosts:.0f}", "memory": f"{number:.0f}"}[value]


def target_table(results: Results) -> Table:
    """Return what the project has set itself, and whether it is met."""
    table: Table = [("target", "at most", "measured", "")]
    for target in check_targets(results):
        met = "met" if target.met else "MISSED"
        at = f"{where(target.case.way, target.case.hosts, target.case.rtt)}, {NAMES[target.case.scenario]}"
        table.append((f"{at}: {target.name}", f"{target.most:g} {target.unit}".rstrip(), f"{target.value:.2f}", met))
    return table


def difference_table(differences: t.Sequence[Difference]) -> Table:
    """Return what differs from the baseline."""
    table: Table = [("case", "value", "baseline", "now", "")]
    for one in differences:
        verdict = "worse" if one.worse else "better"
        table.append((str(one.case), one.name, f"{one.before:g}", f"{one.now:g}", verdict))
    return table


def where(way: str, hosts: int, rtt: int) -> str:
    """Return in words what one table is about."""
    return f"{hosts} {'site' if hosts == 1 else 'sites'}, {rtt} ms, {WAYS[way]}"


def machine_line(results: Results) -> str:
    """Return on what was measured, in a line."""
    return "; ".join(f"{name} {value}" for name, value in results.machine.items())


def markdown(results: Results) -> str:
    """Return all that a page says of the results."""
    parts = [f"Measured on {results.made[:10]}: {machine_line(results)}.", as_markdown(target_table(results))]
    for way, hosts, rtt in groups(results):
        parts.append(f"### {where(way, hosts, rtt)}")
        parts.append(as_markdown(case_table(results, way, hosts, rtt)))
    for way, rtt in sorted({(way, rtt) for way, _hosts, rtt in groups(results)}):
        if len(_comparable_sizes(results, way, rtt)) > 1:
            parts.append(f"### CPU by number of sites, ms for each, {rtt} ms, {WAYS[way]}")
            parts.append(as_markdown(growth_table(results, way, rtt, "cpu")))
            parts.append(f"### Memory by number of sites, MiB, {rtt} ms, {WAYS[way]}")
            parts.append(as_markdown(growth_table(results, way, rtt, "memory")))
    return "\n\n".join(parts) + "\n"


def between_marks(page: str, text: str) -> str:
    """Return a page with the text between its marks. Raise ValueError where the page has not one pair of them."""
    if page.count(BEGIN) != 1 or page.count(END) != 1 or page.index(BEGIN) > page.index(END):
        raise ValueError(f"found no place for the tables, expected one line {BEGIN} and then one line {END}")
    before, after = page.partition(BEGIN)[0], page.partition(END)[2]
    return f"{before}{BEGIN}\n\n{text}\n{END}{after}"
