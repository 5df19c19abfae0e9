# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads one value with a kind, for tests: what comes of it, and what is said about it."""

from __future__ import annotations

import typing as t

from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.kinds import INVALID
from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.problems import Place, Report

if t.TYPE_CHECKING:
    from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.kinds import Kind


def reading(kind: Kind[t.Any], value: object, *, partial: bool = False) -> tuple[t.Any, list[str]]:
    """Return what *kind* makes of *value*, and the problems, the value being at ``f: x``."""
    report = Report()
    result = kind.read(value, Place(report, "f", ("x",), partial=partial))
    report.settle_claims()
    return result, [str(problem) for problem in report]


def refusal(kind: Kind[t.Any], value: object) -> str:
    """Return the one problem of a value that is refused, without the place."""
    result, problems = reading(kind, value)
    assert result is INVALID
    (problem,) = problems
    assert problem.startswith("f: x")
    return problem.removeprefix("f: x").removeprefix(": ")
