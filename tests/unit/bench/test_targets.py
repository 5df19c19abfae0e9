# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The targets of the playbook site: which case each looks at, and its limit."""

from __future__ import annotations

import pytest

from ansible_collections.farsite.fleet.bench.results import Case, Measured, Results
from ansible_collections.farsite.fleet.bench.targets import check_targets


def some(**changed: float) -> Measured:
    values = {"wall": 2, "cpu": 4, "memory": 100, "connections": 1, "up": 2500, "down": 20000}
    return Measured(**(values | changed))


def verdicts(cases: dict[Case, Measured]) -> dict[str, bool]:
    return {f"{target.case}: {target.name}": target.met for target in check_targets(Results({}, "", cases))}


@pytest.mark.parametrize(("wall", "cpu", "met"), [(2.4, 4.8, True), (2.5, 4.8, False), (2.4, 4.9, False)])
def test_200_sites_cost_at_most_a_fifth_more_than_the_floor(wall: float, cpu: float, met: bool) -> None:  # noqa: FBT001
    right = Case("hub", 200, 600, "right")
    found = verdicts({right: some(wall=wall, cpu=cpu), right.floor(): some()})
    assert found.keys() == {f"{right}: wall", f"{right}: cpu", f"{right}: up"}
    assert all(found.values()) is met


@pytest.mark.parametrize(("scenario", "over"), [("right", 0.5), ("change", 3)])
def test_one_site_takes_so_many_seconds_more(scenario: str, over: float) -> None:
    case = Case("direct", 1, 150, scenario)
    assert verdicts({case: some(wall=2 + over), case.floor(): some()})[f"{case}: wall"]
    assert not verdicts({case: some(wall=2.01 + over), case.floor(): some()})[f"{case}: wall"]


def test_the_worst_case_decides_about_bytes() -> None:
    few, many = Case("direct", 1, 0, "right"), Case("hub", 20, 0, "right")
    assert verdicts({few: some(up=8000), many: some(up=7000)}) == {f"{few}: up": True}
    assert verdicts({few: some(up=8000), many: some(up=8001)}) == {f"{many}: up": False}
    assert verdicts({few.floor(): some(up=9000)}) == {}


@pytest.mark.parametrize(("memory", "met"), [(1024, True), (1025, False)])
def test_1000_sites_need_at_most_a_gigabyte(memory: float, met: bool) -> None:  # noqa: FBT001
    case = Case("direct", 1000, 0, "off-line")
    assert verdicts({case: some(memory=memory), case.floor(): some(memory=9999)}) == {f"{case}: memory": met}


def test_without_a_floor_there_is_nothing_to_say() -> None:
    assert verdicts({Case("direct", 1, 150, "change"): some()}) == {}
