# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.farsite.fleet.plugins.plugin_utils.router.uci_arguments import check_options, wanted_packages
from ansible_collections.farsite.fleet.plugins.plugin_utils.uci.errors import DataError

GOOD: dict[str, t.Any] = {
    "state": "merged",
    "rollback_timeout": None,
    "running_config": None,
    "config": [{"package": "a"}],
    "confirm": True,
    "confirm_host": None,
}


def entry(**changes: t.Any) -> dict[str, t.Any]:
    return {"package": "system", "sections": [], "keep": []} | changes


def test_sections_absent_options_and_keep_arrive() -> None:
    section = {"type": "system", "options": {"hostname": "a", "note": None, "n": 1, "on": True}}
    (wanted,) = wanted_packages([entry(sections=[section], keep=["timeserver"])], "overridden")
    assert wanted.package.name == "system"
    assert wanted.package.sections[0].options == (("hostname", "a"), ("n", "1"), ("on", "1"))
    assert wanted.absent == (("note",),)
    assert wanted.keep == ("timeserver",)


@pytest.mark.parametrize(
    ("config", "state", "problems"),
    [
        ([entry(package="a b")], "merged", ["config[0].package: "]),
        ([entry(), entry()], "merged", ["config[1].package: system is config[0] already"]),
        ([entry(keep=["rule"])], "merged", ["config[0].keep: "]),
        ([entry(sections=None)], "merged", ["config[0].sections: is missing"]),
        ([entry(sections=[{"type": "a"}])], "gathered", ["config[0].sections: state gathered"]),
        ([entry()], "deleted", ["config[0].sections: is empty"]),
        (
            [entry(sections=[{"typ": "a"}, {"type": "b", "options": {"x": [[]], "y z": 1}}]), entry(package="/")],
            "merged",
            ["config[0].sections[0].typ", "config[0].sections[1].options.x[0]", "config[1].package"],
        ),
    ],
)
def test_every_problem_has_its_path(config: list[dict[str, t.Any]], state: str, problems: list[str]) -> None:
    with pytest.raises(DataError) as caught:
        wanted_packages(config, state)
    for problem in problems:
        assert [text for text in caught.value.problems if text.startswith(problem)], (problem, caught.value.problems)


@pytest.mark.parametrize(
    ("changes", "start"),
    [
        ({"rollback_timeout": 19}, "rollback_timeout: found 19, expected 20 to 3600"),
        ({"rollback_timeout": 3601}, "rollback_timeout: found 3601"),
        ({"state": "parsed", "config": None}, "running_config: is missing"),
        ({"running_config": "x"}, "running_config: has a meaning with state parsed only"),
        ({"config": None}, "config: is missing"),
        ({"state": "parsed", "running_config": "x"}, "config: has no meaning with state parsed"),
        ({"confirm": False, "confirm_host": "a"}, "confirm_host: has no meaning"),
    ],
)
def test_options(changes: dict[str, t.Any], start: str) -> None:
    with pytest.raises(DataError) as caught:
        check_options(GOOD | changes)
    (problem,) = caught.value.problems
    assert problem.startswith(start)


def test_good_options_have_no_problem() -> None:
    check_options(GOOD | {"rollback_timeout": 20, "confirm_host": "192.0.2.1"})
