# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The playbook verify and fleet_report in whole processes, with nobody there to answer, and with results put in."""

from __future__ import annotations

import json
import typing as t

if t.TYPE_CHECKING:
    import pathlib

    from ansible_collections.farsite.fleet.tests.unit.playbooks.conftest import Runner

REPORT = """
- hosts: sites
  gather_facts: false
  tasks:
    - ansible.builtin.set_fact:
        report_router: {ansible_facts: {farsite_router: {camera_isolation: {}}}}
      when: inventory_hostname == 'quarry-north'
    - farsite.fleet.fleet_report:
        sites: "{{ wanted }}"
        tunnels: [{item: hub-1, interfaces: []}]
        cameras: [{name: quarry-north/gate, rtsp: {status: 200}, http: {status: 401}}]
      run_once: true
      register: made
    - ansible.builtin.debug:
        msg: "{{ made.written | length }} files. {{ made.states.degraded }} {{ made.states.unknown }} {{ made.table }}"
      run_once: true
"""


def read(fleet: pathlib.Path) -> dict[str, t.Any]:
    found: dict[str, t.Any] = json.loads((fleet / "report" / "report.json").read_text("utf-8"))
    return found


def test_sites_that_are_off_line_stop_nobody(alone: Runner, fleet: pathlib.Path) -> None:
    done = alone("farsite.fleet.verify")
    assert done.returncode == 0, done.stdout + done.stderr
    report = read(fleet)
    assert report["summary"] == {"sites": 4, "off-line": 0, "degraded": 0, "unknown": 4, "ok": 0}
    assert report["hubs"][0]["error"] == "ssh: connect to host: No route to host"
    assert report["sites"][0]["reasons"][-1] == "ssh: connect to host: No route to host"
    assert "quarry-north" in (fleet / "report" / "report.html").read_text("utf-8")
    assert sorted(path.name for path in (fleet / "report").iterdir()) == ["report.html", "report.json"]
    assert "4 sites: 4 unknown" in done.stdout
    assert "changed=0" in done.stdout


def test_with_a_limit_only_these_are_asked_and_strict_is_strict(alone: Runner, fleet: pathlib.Path) -> None:
    done = alone("farsite.fleet.verify", "--limit", "quarry-north", "-e", "report_strict=true")
    assert done.returncode != 0
    assert "1 of 1 sites are not ok" in done.stdout + done.stderr
    assert [site["name"] for site in read(fleet)["sites"]] == ["quarry-north"]


def test_a_report_from_results(alone: Runner, fleet: pathlib.Path) -> None:
    (fleet / "play.yml").write_text(REPORT)
    done = alone("play.yml", "-e", '{"wanted": ["quarry-north", "harbour"]}')
    assert done.returncode == 0, done.stdout + done.stderr
    assert "0 files. ['quarry-north'] ['harbour']" in done.stdout
    assert "camera gate: isolation: the router lets it out" in done.stdout


def test_what_is_no_host_is_refused(alone: Runner, fleet: pathlib.Path) -> None:
    (fleet / "play.yml").write_text(REPORT)
    done = alone("play.yml", "-e", '{"wanted": ["quarry-nord"]}')
    assert done.returncode != 0
    assert "sites: quarry-nord is no host of the inventory" in done.stdout + done.stderr
