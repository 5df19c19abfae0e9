# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The command in whole processes, on runs as ansible-runner and AWX leave them."""

from __future__ import annotations

import json
import os
import pathlib
import shutil
import subprocess
import sys
import typing as t

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[3]
SCRIPT = ROOT / "scripts" / "merge_runs.py"
SITES = ["harbour", "orchard", "quarry-north", "quarry-south"]


@pytest.fixture(name="fleet")
def _fleet(tmp_path: pathlib.Path) -> pathlib.Path:
    shutil.copytree(ROOT / "inventories" / "example", tmp_path / "fleet")
    return tmp_path / "fleet"


def merge(*arguments: str | pathlib.Path) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "PYTHONIOENCODING")}
    command = [sys.executable, str(SCRIPT), *map(str, arguments)]
    return subprocess.run(
        command, cwd="/", env=environment | {"LC_ALL": "C"}, capture_output=True, text=True, check=False
    )


def told(*right: str, off_line: str = "", check: bool = False) -> dict[str, t.Any]:
    gone = {off_line: "gone"} if off_line else {}
    outcomes = {"changed": [], "right": [*right], "failed": {}, "off_line": gone, "again": [*gone]}
    return {"farsite_site_outcomes": {**outcomes, "check": check}}


def runner(folder: pathlib.Path, status: int | None, statistics: dict[str, t.Any] | None) -> pathlib.Path:
    """Write what `ansible-runner process` leaves of a run; without *statistics* its worker has died."""
    events = folder / "job_events"
    events.mkdir(parents=True)
    (events / "1-aaaa.json").write_text(json.dumps({"event": "playbook_on_start", "event_data": {}}))
    if status is not None:
        (folder / "rc").write_text(str(status))
    if statistics is not None:
        event = {"event": "playbook_on_stats", "event_data": {"ok": {}, "artifact_data": statistics}}
        (events / "12-bbbb.json").write_text(json.dumps(event))
    return folder


def again(fleet: pathlib.Path) -> str | None:
    file = fleet / "report" / "again.txt"
    return file.read_text("utf-8") if file.exists() else None


def test_two_runs_that_went_well(fleet: pathlib.Path, tmp_path: pathlib.Path) -> None:
    (fleet / "report").mkdir()
    (fleet / "report" / "again.txt").write_text("orchard\n", "utf-8")
    runs = [runner(tmp_path / "a", 0, told(*SITES[2:])), runner(tmp_path / "b", 0, told(*SITES[:2]))]
    done = merge(fleet, *runs, "--json", tmp_path / "all.json")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines() == [
        *(f"right already  {site}" for site in SITES),
        "0 changed, 4 right already, 0 failed, 0 off-line",
        "again: nothing is left to do",
    ]
    assert again(fleet) is None
    assert json.loads((tmp_path / "all.json").read_text("utf-8")) == {
        "format": 1, "status": 0, "check": False, "problems": [], "left": [],
        "changed": [], "right": SITES, "failed": {}, "off_line": {}, "again": [],
    }  # fmt: skip


def test_a_worker_that_died(fleet: pathlib.Path, tmp_path: pathlib.Path) -> None:
    runs = [runner(tmp_path / "a", 0, told(*SITES[2:])), runner(tmp_path / "b", None, None)]
    done = merge(fleet, *runs, "--off-line-ok")
    assert done.returncode == 2
    assert "failed         harbour       no run told of it; b ended before it could tell\n" in done.stdout
    assert "problem: b ended before it could tell" in done.stdout
    assert f"again: --limit @{fleet}/report/again.txt\n" in done.stdout
    assert again(fleet) == "harbour\norchard\n"


@pytest.mark.parametrize("ended", [True, False])
def test_a_folder_that_an_earlier_run_has_used_is_refused(
    fleet: pathlib.Path, tmp_path: pathlib.Path, *, ended: bool
) -> None:
    folder = runner(tmp_path / "a", 0, told(*SITES))
    (folder / "job_events" / "1-cccc.json").write_text('{"event": "playbook_on_start"}')
    if ended:
        # after fewer events than before, so that neither their number nor their name says which is the newer
        event = {"event": "playbook_on_stats", "event_data": {"artifact_data": told(*SITES[1:])}}
        (folder / "job_events" / "9-dddd.json").write_text(json.dumps(event))
    done = merge(fleet, folder)
    assert (done.returncode, done.stdout) == (1, "")
    assert "has the events of several runs; give each run an --ident of its own" in done.stderr


@pytest.mark.parametrize("file", ["rc", "job_events/11-eeee.json"])
def test_a_run_whose_controller_was_killed_stops_no_other(
    fleet: pathlib.Path, tmp_path: pathlib.Path, file: str
) -> None:
    runs = [runner(tmp_path / "a", 0, told(*SITES[2:])), runner(tmp_path / "b", 0, told(*SITES[:2]))]
    (runs[1] / file).write_text("" if file == "rc" else '{"event": "runner_on_ok", "uu')
    done = merge(fleet, *runs)
    assert done.returncode == 2, done.stderr
    assert "problem: b ended before it could tell" in done.stdout
    assert again(fleet) == "harbour\norchard\n"


def test_a_run_whose_statistics_are_not_ours(fleet: pathlib.Path, tmp_path: pathlib.Path) -> None:
    done = merge(fleet, runner(tmp_path / "a", 4, {"other": 1}))
    assert done.returncode == 2
    assert "no run told of it; a ended with 4" in done.stdout


def test_jobs_of_awx(fleet: pathlib.Path, tmp_path: pathlib.Path) -> None:
    jobs = {
        "41": {"status": "successful", "artifacts": told("harbour", "orchard")},
        "42": {"status": "failed", "artifacts": told("quarry-north", off_line="quarry-south")},
    }
    files = [tmp_path / f"{name}.json" for name in jobs]
    for file, job in zip(files, jobs.values(), strict=True):
        file.write_text(json.dumps(job), "utf-8")
    done = merge(fleet, *files)
    assert (done.returncode, again(fleet)) == (2, "quarry-south\n"), done.stdout
    assert merge(fleet, *files, "--off-line-ok").returncode == 0
    files[0].write_text(json.dumps({"status": "canceled", "artifacts": {}}), "utf-8")
    assert "harbour       no run told of it; 41 ended before it could tell" in merge(fleet, *files).stdout


def test_a_part_of_the_fleet(fleet: pathlib.Path, tmp_path: pathlib.Path) -> None:
    (fleet / "report").mkdir()
    (fleet / "report" / "again.txt").write_text("orchard\nharbour\nelsewhere\n", "utf-8")
    (tmp_path / "limit").write_text("quarry-north\nharbour\n", "utf-8")
    run = runner(tmp_path / "a", 0, told("quarry-north", "harbour"))
    done = merge(fleet, run, "--limit", tmp_path / "limit")
    assert (done.returncode, again(fleet)) == (0, "orchard\n"), done.stdout


@pytest.mark.parametrize(("text", "said"), [(None, "No such file"), ("nowhere\n", "names no site that is not planned")])
def test_a_limit_of_nobody_is_refused(fleet: pathlib.Path, tmp_path: pathlib.Path, text: str | None, said: str) -> None:
    if text is not None:
        (tmp_path / "limit").write_text(text, "utf-8")
    done = merge(fleet, runner(tmp_path / "a", 0, told(*SITES)), "--limit", tmp_path / "limit")
    assert (done.returncode, said in done.stderr) == (1, True), done.stderr


def test_planned_sites_are_left_out(fleet: pathlib.Path, tmp_path: pathlib.Path) -> None:
    file = fleet / "sites" / "orchard.yml"
    file.write_text(file.read_text("utf-8") + "state: planned\n", "utf-8")
    done = merge(fleet, runner(tmp_path / "a", 0, told(*(site for site in SITES if site != "orchard"))))
    assert done.returncode == 0, done.stdout


def test_a_check_leaves_the_list_as_it_is(fleet: pathlib.Path, tmp_path: pathlib.Path) -> None:
    (fleet / "report").mkdir()
    (fleet / "report" / "again.txt").write_text("orchard\n", "utf-8")
    done = merge(fleet, runner(tmp_path / "a", 0, told(*SITES, check=True)))
    assert done.stdout.endswith("this was a check, so nothing was done\n")
    assert again(fleet) == "orchard\n"


@pytest.mark.parametrize("text", ["no JSON", "[]", '{"status": "failed"}', '{"status": 1, "artifacts": null}'])
def test_what_is_no_run_is_refused(fleet: pathlib.Path, tmp_path: pathlib.Path, text: str) -> None:
    (tmp_path / "job.json").write_text(text, "utf-8")
    done = merge(fleet, tmp_path / "job.json")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith(f"{tmp_path}/job.json: ")
    assert "expected the artifacts of `ansible-runner process`, or a job's JSON from AWX" in done.stderr


def test_a_fleet_that_is_not_valid(fleet: pathlib.Path, tmp_path: pathlib.Path) -> None:
    (fleet / "keys" / "orchard.pub").unlink()
    done = merge(fleet, runner(tmp_path / "a", 0, told(*SITES)))
    assert (done.returncode, done.stdout) == (1, "")
