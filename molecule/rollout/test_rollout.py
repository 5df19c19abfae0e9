# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Roll-outs to the swarm of converge.yml, in order; lab/lab_rollout.py does the same with hundreds of routers."""

from __future__ import annotations

import concurrent.futures
import os
import pathlib
import re
import signal
import time
import typing as t

import pytest
from lab_rollout import Rollout, order, problems
from lab_swarm import Swarm

EPHEMERAL = pathlib.Path(os.environ["MOLECULE_EPHEMERAL_DIRECTORY"])
OPTIONS = (
    '{"rollout_waves": ["40%", "100%"]}',
    "rollout_hold=15",
    "rollout_gate_timeout=75",
    "rollout_site_timeout=120",
    # three of ten do not make it
    "rollout_max_failures=40%",
    "router_rollback_timeout=45",
)


@pytest.fixture(scope="module", name="rollout")
def _rollout() -> t.Iterator[Rollout]:
    swarm = Swarm.find(f"{EPHEMERAL.name}-swarm")
    yield Rollout(swarm, off_line=2, hanging=1, rolling_back=1, dying=1)
    swarm.remove()


def uplink(rollout: Rollout, site: str) -> str:
    return rollout.swarm.output(site, "uci -q show network | grep gateway")


def test_it_ends_by_itself_and_says_what_became_of_each(rollout: Rollout) -> None:
    rollout.harm()
    before = {site: uplink(rollout, site) for site in rollout.rolling_back}
    with rollout.meanwhile():
        first = rollout.run(*OPTIONS)
    assert problems(rollout, first.returncode, rollout.expected) == [], first.stdout
    assert order(first) == list(rollout.swarm.sites)
    assert {site: uplink(rollout, site) for site in rollout.rolling_back} == before
    reasons = {site: found["reason"] for site, found in rollout.journal["sites"].items()}
    (hanging,) = rollout.hanging
    assert "Timed out" in reasons[hanging], reasons
    (rolled_back,) = rollout.rolling_back
    assert "has undone the change" in reasons[rolled_back], reasons
    (dying,) = rollout.dying
    # whichever shows first: that it does not answer, or that its last handshake is old
    assert re.search("the hub has heard nothing of it|does not tell of its uplinks", reasons[dying]), reasons


def test_who_went_dark_after_its_change_has_failed_and_is_not_off_line(rollout: Rollout) -> None:
    (dying,) = rollout.dying
    limited = rollout.swarm.run("ansible-playbook", "farsite.fleet.rollout", "--limit", dying)
    assert limited.returncode != 0, limited.stdout
    found = rollout.journal["sites"][dying]
    assert (found["state"], found["before"]["reached"]) == ("failed", True), limited.stdout
    # the second one while its last handshake does not count as old yet
    assert re.search("off-line since a roll-out was at it|SSH does not let in", found["reason"]), limited.stdout


def test_a_run_that_is_killed_gates_whom_it_had_changed(rollout: Rollout) -> None:
    """End a run while it watches its canary; the next one finds its router right, and watches it all the same."""
    site = rollout.swarm.sites[0]
    file = rollout.swarm.site_file(site)
    file.write_text(f"{file.read_text().rstrip()}\nsystem: {{hostname: killed}}\n")
    last = rollout.last_change(site)
    limit = ("ansible-playbook", "farsite.fleet.rollout", "--limit", site, "-e", "rollout_hold=30")
    with concurrent.futures.ThreadPoolExecutor(1) as pool:
        run = pool.submit(rollout.swarm.run, *limit)
        while rollout.last_change(site) == last:
            assert not run.done(), run.result().stdout
            time.sleep(1)
        os.kill(rollout.journal["owner"]["process"], signal.SIGKILL)
        assert run.result().returncode != 0
    assert rollout.journal["sites"][site]["before"] is not None
    gone_on = rollout.swarm.run(*limit)
    assert gone_on.returncode == 0, gone_on.stdout
    assert rollout.journal["sites"][site]["state"] == "changed", gone_on.stdout


def test_a_second_run_takes_those_that_came_back_and_nobody_else(rollout: Rollout) -> None:
    rollout.mend()
    second = rollout.run(*OPTIONS)
    assert problems(rollout, second.returncode, dict.fromkeys(rollout.swarm.sites, "changed")) == [], second.stdout
    assert sorted(order(second)) == rollout.left
