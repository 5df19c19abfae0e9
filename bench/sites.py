# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the playbook farsite.fleet.site costs by number of sites and round-trip time, beside Ansible's own floor.

Run as root: ``make bench``, or with options ``make bench ARGS="--sites 1 20 --rtt 150"``; see bench/README.md.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import os
import pathlib
import sys
import time
import typing as t

from ansible_collections.farsite.fleet.bench import tables
from ansible_collections.farsite.fleet.bench.community import NAME, ROOTFS, find_community, why_not
from ansible_collections.farsite.fleet.bench.machine import describe_machine
from ansible_collections.farsite.fleet.bench.results import Case, Measured, Results, compare, median
from ansible_collections.farsite.fleet.bench.scenarios import SCENARIOS

BASELINE = pathlib.Path(tables.__file__).with_name("baseline.json")
SIZES = (1, 20, 100, 200)
RTTS = (0, 150, 600)
FIRST_RTT = 150
"""A router is new only once, so the first time is measured at this one."""
THOUSAND = 1000
MOST_COMMUNITY = 20
SIDE_BY_SIDE = ("floor", "right", "change")

if t.TYPE_CHECKING:
    from ansible_collections.farsite.fleet.bench.rig import Rig

Plan: t.TypeAlias = list[tuple[str, int]]
"""Ways and round-trip times, in ms."""


def plan(sites: int, options: argparse.Namespace) -> Plan:
    """Return what is measured with that many sites: all that was asked for, or what the time allows."""
    if options.all or options.rtt or options.way:
        return [(way, rtt) for way in options.way or tables.WAYS for rtt in options.rtt or RTTS]
    if sites == SIZES[2]:
        return [("direct", 150)]
    return [("direct", rtt) for rtt in RTTS] + [("hub", 150)]


def repeats(sites: int, options: argparse.Namespace) -> int:
    """Return how often a case is run: with few sites a run is short, and its seconds vary more."""
    return options.repeat or (3 if sites <= SIZES[1] else 1)


class Bench:
    """One run of the benchmark. Its results grow with each case, so that an error leaves what there is."""

    def __init__(self, options: argparse.Namespace) -> None:
        """Take the command line's options."""
        self.options = options
        reason = why_not()
        self.community = None if reason else find_community()
        made = dt.datetime.now(dt.UTC).isoformat(timespec="seconds")
        machine = describe_machine()
        if self.community:
            machine[NAME] = self.community.version
        else:
            tell(f"Nothing is run with the collection {NAME}: {reason}.")
        self.results = Results(machine, made, {})

    def run(self) -> None:
        """Measure all that was asked for."""
        # The lab needs root and programs; whoever only prints results has neither.
        from ansible_collections.farsite.fleet.bench.rig import Rig  # noqa: PLC0415

        for sites in self.options.sites:
            started = time.monotonic()
            with Rig(
                f"bench-{sites}", sites, self.options.hub_rtt, self.options.forks, self.options.collections
            ) as rig:
                tell(f"{sites} sites are there after {time.monotonic() - started:.0f} s")
                self._first(rig)
                for way, rtts in by_way(plan(sites, self.options)).items():
                    self._side_by_side(rig, way, rtts)
                if self.community and sites <= MOST_COMMUNITY:
                    rig.add_community(self.community, pathlib.Path(os.environ[ROOTFS]))
                    self._keep("community", rig, FIRST_RTT)
                if sites == max(self.options.sites) and sites < self.options.most_sites:
                    rig.add_off_line(self.options.most_sites)
                    for name in ("floor", "off-line"):
                        self._keep(name, rig, 0)

    def _first(self, rig: Rig) -> None:
        self._keep("first", rig, FIRST_RTT)
        rig.settle()

    def _keep(self, scenario: str, rig: Rig, rtt: int) -> None:
        """Run a case once, with all that is counted."""
        case = Case("direct", len(rig.sites), rtt, scenario)
        self.results.cases[case] = self._once(rig, case, count_ssh=True)

    def _side_by_side(self, rig: Rig, way: str, rtts: list[int]) -> None:
        hosts = len(rig.sites)
        # The first runs fill caches, and count what takes no time; their seconds are not used.
        counted = {name: self._once(rig, Case(way, hosts, 0, name), count_ssh=True) for name in SIDE_BY_SIDE}
        for rtt in rtts:
            runs: dict[str, list[Measured]] = {name: [] for name in SIDE_BY_SIDE}
            for _number in range(repeats(hosts, self.options)):
                for name in SIDE_BY_SIDE:
                    runs[name].append(self._once(rig, Case(way, hosts, rtt, name)))
            for name, all_runs in runs.items():
                self.results.cases[Case(way, hosts, rtt, name)] = median(all_runs).with_operations(counted[name])

    def _once(self, rig: Rig, case: Case, *, count_ssh: bool = False) -> Measured:
        one = rig.run(SCENARIOS[case.scenario], case.way, case.rtt, count_ssh=count_ssh)
        note = ", counting ssh" if count_ssh else ""
        tell(f"  {case}: {one.wall:.2f} s, CPU {one.cpu:.2f} s, {one.memory:.0f} MiB{note}")
        return one


def by_way(cases: Plan) -> dict[str, list[int]]:
    """Return the round-trip times of each way."""
    ways: dict[str, list[int]] = {}
    for way, rtt in cases:
        ways.setdefault(way, []).append(rtt)
    return ways


def save(results: Results, options: argparse.Namespace) -> None:
    """Write the results as JSON if that was asked for."""
    if options.json:
        options.json.write_text(json.dumps(results.as_json(), indent=1) + "\n", "utf-8")


def show(results: Results, baseline: pathlib.Path) -> bool:
    """Print the tables and what differs from the baseline; return whether nothing is worse and no target missed."""
    tell("\n" + tables.machine_line(results))
    for way, hosts, rtt in tables.groups(results):
        tell(f"\n{tables.where(way, hosts, rtt)} (x: times the floor)")
        tell(tables.as_text(tables.case_table(results, way, hosts, rtt)))
    targets = tables.target_table(results)
    tell("\n" + tables.as_text(targets))
    if not baseline.exists():
        tell(f"\nThere is no baseline {baseline} to compare with.")
        return "MISSED" not in {row[-1] for row in targets}
    differences = compare(results, json.loads(baseline.read_text("utf-8")))
    tell("\nCompared with the baseline, in ratios to the floor and in counts, never in seconds:")
    tell(tables.as_text(tables.difference_table(differences)) if differences else "nothing differs")
    return "MISSED" not in {row[-1] for row in targets} and not any(one.worse for one in differences)


def tell(text: str) -> None:
    """Print a line at once: a run takes long."""
    print(text, flush=True)  # noqa: T201


def parser() -> argparse.ArgumentParser:
    """Return what reads the arguments."""
    made = argparse.ArgumentParser(prog="make bench", description="Measure the playbook site beside Ansible's floor.")
    what = made.add_argument_group("what is measured")
    what.add_argument("--all", action="store_true", help="every combination; takes an hour")
    what.add_argument("--sites", type=int, nargs="+", default=SIZES, help="numbers of sites (%(default)s)")
    what.add_argument("--rtt", type=int, nargs="+", help=f"round-trip times to the routers in ms ({RTTS})")
    what.add_argument("--way", nargs="+", choices=tables.WAYS, help="how the routers are reached")
    what.add_argument("--repeat", type=int, help="runs of each case, of which the median is taken")
    what.add_argument("--forks", type=int, help="of Ansible, instead of what the example's ansible.cfg has")
    what.add_argument("--hub-rtt", type=int, default=20, help="round-trip time to the hub in ms, at most (%(default)s)")
    what.add_argument(
        "--most-sites", type=int, default=THOUSAND, help="with so many, most of them off-line, at the end (%(default)s)"
    )
    what.add_argument("--collections", type=pathlib.Path, metavar="FOLDER", help="measure the collection that is there")
    results = made.add_argument_group("what becomes of it")
    results.add_argument(
        "--from", type=pathlib.Path, dest="source", metavar="FILE", help="read what --json wrote, and measure nothing"
    )
    results.add_argument("--json", type=pathlib.Path, metavar="FILE", help="write the results there")
    results.add_argument(
        "--markdown", type=pathlib.Path, nargs="?", const=pathlib.Path("-"), metavar="PAGE",
        help="print the tables as Markdown, or write them between the marks of that page",
    )  # fmt: skip
    results.add_argument("--baseline", type=pathlib.Path, default=BASELINE, help="what to compare with (%(default)s)")
    results.add_argument("--save-baseline", action="store_true", help="make these results the baseline")
    results.add_argument("--strict", action="store_true", help="fail where a target is missed or something is worse")
    return made


def main() -> int:
    """Run the command line and return the exit status."""
    options = parser().parse_args()
    if options.source:
        results = Results.from_json(json.loads(options.source.read_text("utf-8")))
    else:
        bench = Bench(options)
        results = bench.results
        try:
            bench.run()
        finally:
            # also what there is before an error: it took long
            save(results, options)
    good = show(results, options.baseline)
    if options.save_baseline:
        options.baseline.write_text(json.dumps(results.baseline(), indent=1) + "\n", "utf-8")
    if options.markdown == pathlib.Path("-"):
        tell("\n" + tables.markdown(results))
    elif options.markdown:
        page = options.markdown.read_text("utf-8")
        options.markdown.write_text(tables.between_marks(page, tables.markdown(results)), "utf-8")
    return 0 if good or not options.strict else 1


if __name__ == "__main__":
    sys.exit(main())
