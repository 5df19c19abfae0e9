# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""From a task's names and an observation to what a router is to install or remove. Pure."""

from __future__ import annotations

import dataclasses
import typing as t

from ansible_collections.farsite.fleet.plugins.plugin_utils.router import package_manager
from ansible_collections.farsite.fleet.plugins.plugin_utils.router.errors import NoRoomError, NotUsableError
from ansible_collections.farsite.fleet.plugins.plugin_utils.router.facts import SUBSETS
from ansible_collections.farsite.fleet.plugins.plugin_utils.router.installed import (
    Installed,
    Manager,
    installed_packages,
)
from ansible_collections.farsite.fleet.plugins.plugin_utils.router.script import words

if t.TYPE_CHECKING:
    from ansible_collections.farsite.fleet.plugins.plugin_utils.router.observation import Observation

State = t.Literal["present", "absent", "latest"]
Action = t.Literal["install", "upgrade", "remove"]

SOURCES = ("packages", "manager", "package_index", "package_dry_run")
"""The shell files of ``commands``."""

_RESERVE = 200 * 1024
"""Bytes that stay free for the manager's own files and for arming a change of the configuration."""


@dataclasses.dataclass(frozen=True, slots=True)
class PackagePlan:
    """What is to be done: versions of new packages, (old, new) of upgrades, versions of removals, names that stay.

    ``names`` are handed to the manager, a dependent before what it needs where they are removed. ``needed`` and
    ``free`` are bytes; ``notes`` are what people should know of earlier runs.
    """

    manager: Manager
    action: Action
    names: tuple[str, ...]
    installed: dict[str, str]
    upgraded: dict[str, tuple[str, str]]
    removed: dict[str, str]
    kept: tuple[str, ...]
    needed: int
    free: int
    notes: tuple[str, ...]

    @property
    def changed(self) -> bool:
        """Whether anything is to be done."""
        return bool(self.installed or self.upgraded or self.removed)

    @property
    def expected(self) -> tuple[str, ...]:
        """The names that must be installed, or gone, when it is done."""
        return tuple(self.removed) if self.action == "remove" else (*self.installed, *self.upgraded)


def commands(names: t.Sequence[str], state: State, *, update_cache: bool, forget: bool) -> list[str]:
    """Return the shell commands that print the parts for ``make_plan``.

    *forget*: the end of an earlier run is told once only.
    """
    return [
        "packages_part 'Package|Version|Depends|Provides|Status|Auto-Installed|Essential' PVp",
        "facts_storage",
        words("package_earlier", str(int(forget))),
        words("package_dry_run", state, str(int(update_cache)), *names),
    ]


def make_plan(names: t.Sequence[str], state: State, observation: Observation) -> PackagePlan:
    """Return the plan. Raises NotUsableError with everything that stands in its way."""
    parts = observation.parts
    if "packages" not in parts:
        raise NotUsableError(("the router has no package manager: neither opkg nor apk is on its PATH",))
    (word,), text = parts["packages"]
    manager = t.cast("Manager", word)
    installed = installed_packages(manager, text)
    storage = SUBSETS["storage"](parts)
    notes = _earlier(observation)
    problems = list(_update_problems(observation))
    if problems:
        raise NotUsableError(tuple(problems))
    output = _simulated(manager, names, observation)
    if state == "absent":
        plan = _removal(manager, names, installed, output)
    else:
        plan = _installation(manager, names, state, output, observation)
    plan = dataclasses.replace(plan, free=storage["flash"]["free"], notes=notes)
    if plan.changed and storage["overlay_on_tmpfs"]:
        problems.append(
            "the overlay is still on tmpfs: what is installed would be lost at the next boot; try again later"
        )
    if plan.needed and plan.needed > plan.free:
        no_room = (
            f"the flash ({storage['flash']['mounted_on']}) has {plan.free} bytes free, and "
            f"{', '.join(plan.expected)} may need {plan.needed}; remove something, or install less"
        )
        raise NotUsableError((*problems, no_room)) if problems else NoRoomError((no_room,))
    if problems:
        raise NotUsableError(tuple(problems))
    return plan


def _earlier(observation: Observation) -> tuple[str, ...]:
    notes = []
    for word, (arguments, text) in observation.parts.items():
        if not word.startswith("earlier-"):
            continue
        identifier = word.removeprefix("earlier-")
        match arguments:
            case ("running",):
                raise NotUsableError((f"an earlier run of this module ({identifier}) is still at work on the router",))
            case ("ended",):
                notes.append(
                    f"the connection broke during an earlier run of this module ({identifier}); it ended so: "
                    f"{'; '.join(text.strip().splitlines())}"
                )
            case _:
                notes.append(
                    f"an earlier run of this module ({identifier}) was cut off; this one repeats what is missing"
                )
    return tuple(notes)


def _update_problems(observation: Observation) -> t.Iterator[str]:
    if "update" in observation.parts:
        (status,), output = observation.parts["update"]
        if status != "0":
            yield f"update_cache: the package feeds cannot be read: {package_manager.own_words(output)}"


def _simulated(manager: Manager, names: t.Sequence[str], observation: Observation) -> str:
    if "simulated" not in observation.parts:
        return ""
    (status,), output = observation.parts["simulated"]
    if package_manager.failed(manager, int(status), output):
        problem = package_manager.explained(output)
        if "router's index" in problem and "update" not in observation.parts:
            problem += "; the index may be missing or old: see update_cache"
        path = next((f"name[{index}]: " for index, name in enumerate(names) if problem.startswith(f"{name}: ")), "")
        raise NotUsableError((f"{path}{problem}",))
    return output


def _installation(
    manager: Manager, names: t.Sequence[str], state: State, output: str, observation: Observation
) -> PackagePlan:
    steps = package_manager.steps(manager, output)
    _words, text = observation.parts.get("sizes", ((), ""))
    sizes = package_manager.sizes(manager, text)
    wanted = {**steps.installed, **{name: new for name, (_old, new) in steps.upgraded.items()}}
    total = sum(sizes.get(item, 0) for item in wanted.items())
    named = tuple(name for name in names if name in wanted)
    return PackagePlan(
        manager,
        "upgrade" if state == "latest" else "install",
        named or tuple(names),
        steps.installed,
        steps.upgraded,
        dict.fromkeys(steps.removed, ""),
        tuple(name for name in names if name not in wanted),
        total * 11 // 10 + _RESERVE if wanted else 0,
        0,
        (),
    )


def _removal(manager: Manager, names: t.Sequence[str], installed: dict[str, Installed], output: str) -> PackagePlan:
    there = tuple(name for name in names if name in installed)
    gone = package_manager.steps("apk", output).removed if manager == "apk" else _with_orphans(there, installed)
    problems = [
        f"name[{names.index(name)}]: {name} stays installed, since others need it ({package_manager.explained(output)})"
        for name in there
        if name not in gone
    ]
    if manager == "opkg":
        problems += [
            f"name[{names.index(name)}]: {name} is needed by {', '.join(others)}; name them too, or let it stay"
            for name in there
            if (others := _dependents(name, installed, gone))
        ]
        problems += [
            f"name[{names.index(name)}]: {name} is essential; the router may not start without it"
            for name in there
            if installed[name].essential
        ]
    if problems:
        raise NotUsableError(tuple(problems))
    return PackagePlan(
        manager,
        "remove",
        there if manager == "apk" else gone,
        {},
        {},
        {name: installed[name].version for name in gone},
        tuple(name for name in names if name not in installed),
        0,
        0,
        (),
    )


def _with_orphans(names: tuple[str, ...], installed: dict[str, Installed]) -> tuple[str, ...]:
    """Return *names* and what came only for them, dependents first: apk removes that by itself, opkg must be told."""
    gone = list(names)
    for name in gone:
        needed = {alternative for alternatives in installed[name].needs for alternative in alternatives}
        gone += [
            other
            for other, package in installed.items()
            if package.automatic
            and not package.essential
            and other not in gone
            and needed & {other, *package.provides}
            and not _dependents(other, installed, gone)
        ]
    ordered: list[str] = []
    while len(ordered) < len(gone):
        left = [name for name in gone if name not in ordered]
        # a circle has no first one: opkg then says so itself
        ordered.append(next((name for name in left if not _dependents(name, installed, ordered)), left[0]))
    return tuple(ordered)


def _dependents(name: str, installed: dict[str, Installed], without: t.Collection[str]) -> list[str]:
    """Return the packages that need *name* or something it provides, *without* some; opkg counts them so."""
    provided = {name, *installed[name].provides}
    return [
        other
        for other, package in installed.items()
        if other != name and other not in without and any(provided.intersection(need) for need in package.needs)
    ]
