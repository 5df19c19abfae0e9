# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the benchmark runs: valid fleets, one changed option, and runs that count only if they were what they had to."""

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.farsite.fleet.bench.plan import make_fleet
from ansible_collections.farsite.fleet.bench.scenarios import (
    SCENARIOS,
    add_off_line_sites,
    problems,
    recap,
    with_cameras,
    with_port,
)
from ansible_collections.farsite.fleet.bench.tables import NAMES
from ansible_collections.farsite.fleet.plugins.plugin_utils.adapter.fleet_files import load_folder

if t.TYPE_CHECKING:
    import pathlib

SITE = "---\nid: 300\nuplink: {kind: ethernet}\n"
RECAP = """\
PLAY RECAP *********
hub-1                      : ok=20   changed=1    unreachable=0    failed=0    skipped=6    rescued=0    ignored=0
site-001                   : ok=2    changed=0    unreachable=0    failed=0    skipped=0    rescued=0    ignored=0
site-002                   : ok=1    changed=1    unreachable=0    failed=0    skipped=0    rescued=0    ignored=0
site-003                   : ok=1    changed=0    unreachable=1    failed=0    skipped=0    rescued=0    ignored=1
site-004                   : ok=1    changed=0    unreachable=0    failed=1    skipped=0    rescued=0    ignored=0
"""


def test_every_scenario_has_a_name_in_the_tables() -> None:
    assert SCENARIOS.keys() == NAMES.keys()


def test_a_recap_is_read() -> None:
    words = ("ok", "changed", "unreachable", "failed", "skipped", "rescued", "ignored")
    assert recap(RECAP)["site-002"] == dict(zip(words, (1, 1, 0, 0, 0, 0, 0), strict=True))


@pytest.mark.parametrize(
    ("scenario", "sites", "wrong"),
    [
        ("right", ["site-001"], []),
        ("right", ["site-001", "site-002"], ["site-002"]),
        ("change", ["site-001", "site-002"], ["site-001"]),
        ("right", ["site-003", "site-004", "site-005"], ["site-003", "site-004", "site-005"]),
    ],
)
def test_only_a_run_that_was_what_it_had_to_be_counts(scenario: str, sites: list[str], wrong: list[str]) -> None:
    assert [problem.partition(":")[0] for problem in problems(SCENARIOS[scenario], sites, RECAP)] == wrong


def test_one_option_changes() -> None:
    first = with_port(with_cameras(SITE, 300), 8080)
    second = with_port(first, 8081)
    assert [line for line in second.splitlines() if line not in first.splitlines()] == [
        line.replace("8080", "8081") for line in first.splitlines() if "8080" in line
    ]
    assert second.startswith(with_cameras(SITE, 300))


def test_its_sites_are_valid(tmp_path: pathlib.Path) -> None:
    folder = tmp_path / "fleet"
    make_fleet(folder, 3)
    (folder / "sites/site-4.yml").write_text(with_port(with_cameras(SITE, 300), 8080))
    (folder / "keys/site-4.pub").write_text((folder / "keys/site-3.pub").read_text().replace("A", "B", 1))
    assert add_off_line_sites(folder, range(999, 1001)) == ["site-999", "site-1000"]
    loaded = load_folder(folder)
    assert loaded.problems == ()
    assert loaded.fleet is not None
    assert loaded.fleet.sites.keys() >= {"site-4", "site-999", "site-1000"}
