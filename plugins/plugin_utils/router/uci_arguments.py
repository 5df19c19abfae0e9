# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a task says of UCI packages, checked as a whole: every problem is found, each with its path. Pure."""

from __future__ import annotations

import typing as t

from ansible_collections.farsite.fleet.plugins.plugin_utils.router.uci_plan import Wanted
from ansible_collections.farsite.fleet.plugins.plugin_utils.uci.data import section_data
from ansible_collections.farsite.fleet.plugins.plugin_utils.uci.document import Package
from ansible_collections.farsite.fleet.plugins.plugin_utils.uci.errors import DataError
from ansible_collections.farsite.fleet.plugins.plugin_utils.uci.storable import package_name_problem

ROLLBACK_SECONDS = range(20, 3601)


def wanted_packages(config: t.Sequence[t.Mapping[str, t.Any]], state: str) -> tuple[Wanted, ...]:
    """Return the packages in *config*: dicts with ``package``, ``sections`` (a list or None) and ``keep`` (a list).

    Raises DataError with all problems, such as ``config[2].sections[0].options.ports: …``.
    """
    problems: list[str] = []
    wanted = []
    seen: dict[str, int] = {}
    for index, entry in enumerate(config):
        path = f"config[{index}]"
        name = entry["package"]
        if problem := package_name_problem(name):
            problems.append(f"{path}.package: {problem}")
        elif name in seen:
            problems.append(
                f"{path}.package: {name} is config[{seen[name]}] already; say it once, with all its sections"
            )
        seen.setdefault(name, index)
        problems += _misplaced(entry, path, state)
        try:
            sections = section_data(entry["sections"] or [], f"{path}.sections")
        except DataError as error:
            problems += error.problems
            continue
        wanted.append(
            Wanted(
                Package(name, tuple(item.section for item in sections)),
                tuple(item.absent for item in sections),
                tuple(entry["keep"]),
            )
        )
    if problems:
        raise DataError(tuple(problems))
    return tuple(wanted)


def _misplaced(entry: t.Mapping[str, t.Any], path: str, state: str) -> t.Iterator[str]:
    if entry["keep"] and state != "overridden":
        yield f"{path}.keep: has a meaning with state overridden only, found state {state}"
    if state == "gathered":
        if entry["sections"]:
            yield f"{path}.sections: state gathered reads whole packages; leave it out"
    elif entry["sections"] is None:
        yield f"{path}.sections: is missing; state {state} needs the sections of the package"
    elif state == "deleted" and not entry["sections"]:
        yield f"{path}.sections: is empty; name the sections to delete"


def check_options(arguments: t.Mapping[str, t.Any]) -> None:
    """Check the options of the task beside ``config``. Raises DataError with all problems."""
    problems = tuple(_option_problems(arguments))
    if problems:
        raise DataError(problems)


def check_timeout(seconds: int | None) -> None:
    """Check the option ``rollback_timeout``. Raises DataError."""
    problems = tuple(_timeout_problems(seconds))
    if problems:
        raise DataError(problems)


def _timeout_problems(seconds: int | None) -> t.Iterator[str]:
    if seconds is not None and seconds not in ROLLBACK_SECONDS:
        yield (
            f"rollback_timeout: found {seconds}, expected {ROLLBACK_SECONDS[0]} to {ROLLBACK_SECONDS[-1]} seconds, in "
            "which a router over a bad link can be confirmed"
        )


def _option_problems(arguments: t.Mapping[str, t.Any]) -> t.Iterator[str]:
    state = arguments["state"]
    yield from _timeout_problems(arguments["rollback_timeout"])
    if state == "parsed" and arguments["running_config"] is None:
        yield "running_config: is missing; state parsed needs the text of uci export"
    if state != "parsed" and arguments["running_config"] is not None:
        yield f"running_config: has a meaning with state parsed only, found state {state}"
    if state != "parsed" and not arguments["config"]:
        yield f"config: is missing; state {state} needs at least one package"
    if state == "parsed" and arguments["config"]:
        yield "config: has no meaning with state parsed, which reads running_config"
    if arguments["confirm_host"] is not None and not arguments["confirm"]:
        yield "confirm_host: has no meaning with confirm: false"
