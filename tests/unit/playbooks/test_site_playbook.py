# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The end of the playbook site in whole processes, with nobody there to answer."""

from __future__ import annotations

import typing as t

import pytest

if t.TYPE_CHECKING:
    import pathlib

    from ansible_collections.farsite.fleet.tests.unit.playbooks.conftest import Runner


def left(fleet: pathlib.Path) -> list[str] | None:
    file = fleet / "report" / "again.txt"
    return file.read_text("utf-8").splitlines() if file.exists() else None


def test_who_is_off_line_is_listed_and_left_to_do(alone: Runner, fleet: pathlib.Path) -> None:
    done = alone("farsite.fleet.site", "--limit", "quarry-north,orchard")
    said = done.stdout + done.stderr
    assert done.returncode == 2, said
    assert "2 of 2 sites are not as they are to be: " in said
    assert '"quarry-north": "no hub tells when it was seen; ssh: connect to host: No route to host"' in done.stdout
    assert sorted(left(fleet) or ()) == ["orchard", "quarry-north"]
    # a run that was not for it forgets nobody; a name that is no site any more is forgotten
    (fleet / "report/again.txt").write_text("quarry-north\nelsewhere\n", "utf-8")
    done = alone("farsite.fleet.site", "--limit", "orchard", "-e", "off_line_ok=true")
    assert done.returncode == 0, done.stdout + done.stderr
    assert left(fleet) == ["quarry-north", "orchard"]
    # --limit with a file of nothing would be everybody
    done = alone("farsite.fleet.site", "--limit", "@report/again.txt", "--check")
    assert "this was a check, so nothing was done" in done.stdout
    assert "hub-1" not in done.stdout.partition("PLAY RECAP")[2]


def test_planned_sites_are_named(alone: Runner, fleet: pathlib.Path) -> None:
    file = fleet / "sites" / "orchard.yml"
    file.write_text(file.read_text("utf-8") + "state: planned\n", "utf-8")
    done = alone("farsite.fleet.site", "--limit", "orchard")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Planned sites were left out, as long as their files say state: planned: orchard" in done.stdout
    assert left(fleet) is None


def test_a_hub_that_fails_leaves_the_routers_alone(alone: Runner, fleet: pathlib.Path) -> None:
    done = alone("farsite.fleet.site")
    assert done.returncode == 4, done.stdout + done.stderr
    assert "quarry-north" not in done.stdout.partition("PLAY RECAP")[2]
    assert left(fleet) is None


def test_a_jump_host_that_is_none_is_told_of_each_site(alone: Runner, fleet: pathlib.Path) -> None:
    done = alone("farsite.fleet.site", "--limit", "harbour", "-e", "fleet_jump_host=nope")
    assert done.returncode == 2, done.stdout + done.stderr
    assert left(fleet) == ["harbour"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "found no bench and 4 sites"),
        (("-e", "bench=192.168.1.1"), "found the bench 192.168.1.1 and 4 sites"),
        (("--limit", "orchard"), "found no bench and 1 sites"),
    ],
)
def test_bootstrap_is_for_one_router_on_the_bench(alone: Runner, arguments: tuple[str, ...], said: str) -> None:
    done = alone("farsite.fleet.bootstrap", *arguments)
    assert done.returncode == 2
    assert said in (done.stdout + done.stderr).replace("\n", " ")
