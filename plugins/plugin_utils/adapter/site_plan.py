# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""From a site's intended configuration and an observation of its router to the change that is needed. Pure."""

from __future__ import annotations

import dataclasses
import functools
import typing as t

from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.ownership import target_packages
from ansible_collections.farsite.fleet.plugins.plugin_utils.router import files as router_files
from ansible_collections.farsite.fleet.plugins.plugin_utils.router.errors import NotUsableError
from ansible_collections.farsite.fleet.plugins.plugin_utils.router.files import FilePlan, WantedFile, plan_files
from ansible_collections.farsite.fleet.plugins.plugin_utils.router.observation import Question
from ansible_collections.farsite.fleet.plugins.plugin_utils.router.script import source, words
from ansible_collections.farsite.fleet.plugins.plugin_utils.router.secrets import conceal
from ansible_collections.farsite.fleet.plugins.plugin_utils.router.transaction import Change, Install
from ansible_collections.farsite.fleet.plugins.plugin_utils.router.uci_plan import (
    SLOW_ROLLBACK_SECONDS,
    PackagePlan,
    UciPlan,
    to_change,
)
from ansible_collections.farsite.fleet.plugins.plugin_utils.uci.document import Package
from ansible_collections.farsite.fleet.plugins.plugin_utils.uci.schema import check
from ansible_collections.farsite.fleet.plugins.plugin_utils.uci.semantics import secret_options, services

if t.TYPE_CHECKING:
    from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.intended import Intended, IntendedPackage
    from ansible_collections.farsite.fleet.plugins.plugin_utils.router.installed import Manager
    from ansible_collections.farsite.fleet.plugins.plugin_utils.router.observation import Observation
    from ansible_collections.farsite.fleet.plugins.plugin_utils.router.uci_plan import StagedChanges

SOURCES = ("packages", *router_files.SOURCES)
"""The shell files that ``commands`` needs."""

_NETWORK = "network"


@dataclasses.dataclass(frozen=True, slots=True)
class SitePlan:
    """What of a router is not as its site wants it: packages of UCI, other files, packages to install."""

    uci: UciPlan
    files: tuple[FilePlan, ...]
    install: Install | None

    @property
    def changed_files(self) -> tuple[FilePlan, ...]:
        """The files outside ``/etc/config`` of which anything is to be done."""
        return tuple(file for file in self.files if file.changed)

    @property
    def changed(self) -> bool:
        """Whether anything is to be done."""
        return bool(self.uci.changed or self.changed_files or self.install)

    @property
    def services(self) -> tuple[str, ...]:
        """The init scripts to reload, in order; a new package may bring what netifd has to know."""
        names = [package.after.name for package in self.uci.changed]
        names += [file.package for file in self.changed_files if file.package]
        return services([*names, *([_NETWORK] if self.install else [])])

    def changed_interfaces(self, names: t.Collection[str]) -> tuple[str, ...]:
        """Return those of the interfaces *names* whose sections will be other ones."""
        return tuple(
            name
            for package in self.uci.changed
            if package.after.name == _NETWORK
            for name in names
            if package.before.named(name) != package.after.named(name)
        )


def wanted_files(wanted: Intended) -> tuple[WantedFile, ...]:
    """Return the files as they are to be, and those that are not to be, by path."""
    given = [
        WantedFile(file.path, _script(file.script) if file.script else file.content, file.mode) for file in wanted.files
    ]
    gone = [WantedFile(path, None, 0) for path in wanted.absent]
    return tuple(sorted([*given, *gone], key=lambda file: file.path))


@functools.cache
def _script(name: str) -> str:
    return source(name)


def questions(wanted: Intended) -> tuple[Question, ...]:
    """Return what to ask of UCI."""
    return tuple(Question(package.name, secret_options(package.name)) for package in wanted.packages)


def commands(wanted: Intended) -> list[str]:
    """Return what to ask with ``observe`` besides."""
    installed = [words("packages_missing", *wanted.install)] if wanted.install else []
    return [*installed, *router_files.commands(wanted_files(wanted))]


def make_plan(wanted: Intended, observation: Observation, salt: str) -> SitePlan:
    """Return the plan for *wanted*, in which no placeholder is left.

    Raises NotUsableError, and IdentityError where it would be a guess what is meant.
    """
    known: dict[str, str] = {}
    concealed = dataclasses.replace(
        wanted, packages=tuple(_concealed(package, salt, known) for package in wanted.packages)
    )
    before = {name: observed.package for name, observed in observation.packages.items()}
    after = target_packages(concealed, before)
    packages = tuple(PackagePlan(observation.packages[name], package, known) for name, package in after.items())
    uci = UciPlan(packages, check(before | after, before), observation.staged)
    return SitePlan(uci, plan_files(wanted_files(wanted), observation), _install(wanted, observation))


def _concealed(package: IntendedPackage, salt: str, known: dict[str, str]) -> IntendedPackage:
    secret = secret_options(package.name)
    owned, values = conceal(package.owned, secret, salt)
    known |= values
    shared, values = conceal(Package(package.name, tuple(entry.section for entry in package.shared)), secret, salt)
    known |= values
    entries = zip(package.shared, shared.sections, strict=True)
    return dataclasses.replace(
        package, owned=owned, shared=tuple(dataclasses.replace(entry, section=section) for entry, section in entries)
    )


def _install(wanted: Intended, observation: Observation) -> Install | None:
    if not wanted.install:
        return None
    if "missing" not in observation.parts:
        raise NotUsableError(("the router has no package manager: neither opkg nor apk is on its PATH",))
    (manager,), text = observation.parts["missing"]
    names = tuple(text.split())
    return Install(t.cast("Manager", manager), names) if names else None


def change_of(  # noqa: PLR0913 # the options of the task
    plan: SitePlan,
    salt: str,
    *,
    rollback_timeout: int | None,
    staged: StagedChanges,
    moves_to: str | None,
    uplinks: tuple[str, ...],
) -> Change:
    """Return what the router is handed for *plan*. Raises NotUsableError where staged edits stand in the way."""
    if rollback_timeout is None and plan.install:
        rollback_timeout = SLOW_ROLLBACK_SECONDS
    change = to_change(
        plan.uci,
        salt,
        rollback_timeout=rollback_timeout,
        confirm=True,
        staged=staged,
        moves_to=moves_to,
        uplinks=uplinks,
    )
    problems = tuple(
        f"{name}: somebody has staged edits (uci changes {name}) that this change would put into effect; commit or "
        "revert them on the router"
        for name in plan.uci.staged
        if name not in plan.uci.conflicts() and set(services([name])).intersection(plan.services)
    )
    if problems:
        raise NotUsableError(problems)
    files = (*change.files, *(file.change for file in plan.changed_files))
    return dataclasses.replace(change, files=files, services=plan.services, install=plan.install)
