# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Make one result of several runs of the playbook site, each for a part of a fleet; without Ansible.

A run is the folder of its artifacts, as `ansible-runner process` leaves it, or a file with a job's JSON from AWX.
Prints what became of each site and brings report/again.txt up to date, as one run of all would have done.

Exit codes: 0 all is right, 2 something is left to do or a run did not end well, 1 the fleet or a run cannot be read.
"""

from __future__ import annotations

import argparse
import collections
import json
import pathlib
import sys
import typing as t

import validate_fleet

validate_fleet.find_collection()

from ansible_collections.farsite.fleet.plugins.plugin_utils.report.again import as_text, left_to_do  # noqa: E402
from ansible_collections.farsite.fleet.plugins.plugin_utils.report.merging import (  # noqa: E402
    Merged,
    Shard,
    merge,
    shard,
    table,
)

AGAIN = "again.txt"
_STATISTICS = "playbook_on_stats"
_AWX_STATUS = {"successful": 0, "failed": 2}
"""What AWX calls an end whose artifacts count; a job that was cancelled, or whose node was lost, has none."""


def from_runner(folder: pathlib.Path) -> Shard:
    """Return the run of a folder of ansible-runner's artifacts. Raise ValueError for a folder that several runs used.

    One with a file that was not written to its end is a run that ended before it could tell.
    """
    status = folder / "rc"
    events = sorted((folder / "job_events").glob("*.json"))
    _refuse_several_runs(events)
    statistics: dict[str, t.Any] = {}
    try:
        ended = int(status.read_text()) if status.exists() else None
        for file in events:
            event = json.loads(file.read_bytes())
            if event.get("event") == _STATISTICS:
                statistics = event["event_data"].get("artifact_data", {})
    except ValueError:
        return shard(folder.name, None, {})
    return shard(folder.name, ended, statistics)


def _refuse_several_runs(events: t.Sequence[pathlib.Path]) -> None:
    """Raise ValueError where *events*, whose names begin with their number, are not those of one run."""
    numbers = collections.Counter(file.name.partition("-")[0] for file in events)
    if any(count > 1 for count in numbers.values()):
        raise ValueError("has the events of several runs; give each run an --ident of its own")


def from_awx(file: pathlib.Path) -> Shard:
    """Return the run of a job's JSON, as `/api/v2/jobs/42/` of AWX has it. Raise ValueError for what cannot be read."""
    job = json.loads(file.read_bytes())
    return shard(file.stem, _AWX_STATUS.get(job["status"]), job["artifacts"])


def read(path: pathlib.Path) -> Shard:
    """Return the run at *path*, whatever it is from. Raise ValueError, with what to do, if it is none."""
    try:
        return from_runner(path) if path.is_dir() else from_awx(path)
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        expected = "expected the artifacts of `ansible-runner process`, or a job's JSON from AWX"
        raise ValueError(f"{path}: {error!r}; {expected}") from error


def limited(active: t.Sequence[str], file: pathlib.Path) -> list[str]:
    """Return those of the *active* sites that a file for `--limit @FILE` names. Raise ValueError if there is none."""
    try:
        names = file.read_text("utf-8").split()
    except OSError as error:
        raise ValueError(f"{file}: {error.strerror}; expected the names of the sites that the runs were for") from error
    found = [name for name in active if name in names]
    if not found:
        raise ValueError(f"{file}: names no site that is not planned; leave --limit out if the runs were for all")
    return found


def store(file: pathlib.Path, left: t.Sequence[str]) -> None:
    """Write what is left to do; without anything there is no file, since an empty list is no limit to Ansible."""
    if left:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(as_text(left), "utf-8")
    else:
        file.unlink(missing_ok=True)


def as_json(merged: Merged, left: t.Sequence[str], status: int) -> str:
    """Return the result for programs."""
    whole = {"format": 1, "status": status, **merged.outcomes, "problems": merged.problems, "left": left}
    return json.dumps(whole | {"check": merged.check}, indent=1) + "\n"


def main(arguments: list[str]) -> int:
    """Do what the command line says; return the exit code."""
    parser = argparse.ArgumentParser(description="Make one result of several runs of the playbook site.")
    parser.add_argument("fleet", type=pathlib.Path, metavar="FLEET", help="the fleet's folder")
    parser.add_argument(
        "runs", nargs="+", type=pathlib.Path, metavar="RUN", help="a folder of artifacts, or a JSON file"
    )
    parser.add_argument(
        "--limit", type=pathlib.Path, metavar="FILE", help="names of the sites; all that are not planned"
    )
    parser.add_argument("--off-line-ok", action="store_true", help="0 too where all that is left to do is off-line")
    parser.add_argument("--json", type=pathlib.Path, metavar="FILE", help="write the result there as well")
    parser.add_argument("--report-folder", type=pathlib.Path, metavar="FOLDER", help="for again.txt; FLEET/report")
    options = parser.parse_args(arguments)
    fleet = validate_fleet.load(options.fleet).fleet
    if fleet is None:
        print(f"{options.fleet}: is not valid; see scripts/validate_fleet.py", file=sys.stderr)  # noqa: T201
        return 1
    active = [name for name, view in fleet.sites.items() if view.site.state != "planned"]
    try:
        sites = limited(active, options.limit) if options.limit else active
        merged = merge([read(path) for path in options.runs], sites)
    except ValueError as error:
        print(error, file=sys.stderr)  # noqa: T201
        return 1
    file = (options.report_folder or options.fleet / "report") / AGAIN
    before = file.read_text("utf-8").split() if file.exists() else []
    left = left_to_do(before, active, sites, merged.outcomes["again"])
    status = merged.status(off_line_ok=options.off_line_ok)
    if not merged.check:
        store(file, left)
    if options.json:
        options.json.write_text(as_json(merged, left, status), "utf-8")
    again = f"--limit @{file}" if left else "nothing is left to do"
    lines = [*table(merged), "this was a check, so nothing was done" if merged.check else f"again: {again}"]
    sys.stdout.buffer.write("".join(f"{line}\n" for line in lines).encode(errors="backslashreplace"))
    return status


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
