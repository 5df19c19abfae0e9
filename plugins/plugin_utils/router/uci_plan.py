# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""From a task's packages and an observation to the change that a router is to carry out. Pure."""

from __future__ import annotations

import dataclasses
import typing as t

from ansible_collections.farsite.fleet.plugins.plugin_utils.router.errors import NotUsableError
from ansible_collections.farsite.fleet.plugins.plugin_utils.router.observation import Question
from ansible_collections.farsite.fleet.plugins.plugin_utils.router.secrets import conceal, masked_change, reveal, tokens
from ansible_collections.farsite.fleet.plugins.plugin_utils.router.transaction import Change, FileChange
from ansible_collections.farsite.fleet.plugins.plugin_utils.uci.commands import commands
from ansible_collections.farsite.fleet.plugins.plugin_utils.uci.difference import difference
from ansible_collections.farsite.fleet.plugins.plugin_utils.uci.plan import State, target
from ansible_collections.farsite.fleet.plugins.plugin_utils.uci.renderer import render
from ansible_collections.farsite.fleet.plugins.plugin_utils.uci.schema import Finding, check
from ansible_collections.farsite.fleet.plugins.plugin_utils.uci.semantics import secret_options, services

if t.TYPE_CHECKING:
    from ansible_collections.farsite.fleet.plugins.plugin_utils.router.observation import Observation, Observed
    from ansible_collections.farsite.fleet.plugins.plugin_utils.uci.document import Package

StagedChanges = t.Literal["refuse", "discard", "commit"]

# what the schema check of one package looks up in another
_LOOKED_UP = {"firewall": ("network",), "dhcp": ("network",)}
_SLOW_PACKAGES = frozenset({"network", "wireless"})
_ROLLBACK_SECONDS = 120
SLOW_ROLLBACK_SECONDS = 300
"""A modem redials in 60 to 90 s, and three logins over a bad link take 15 s each."""


@dataclasses.dataclass(frozen=True, slots=True)
class Wanted:
    """One package of a task: its sections, the options of each that are to be absent, and what is kept (overridden)."""

    package: Package
    absent: tuple[tuple[str, ...], ...] = ()
    keep: tuple[str, ...] = ()


@dataclasses.dataclass(frozen=True, slots=True)
class PackagePlan:
    """One package before and after, with tokens for secret values; ``values`` has those that the controller knows."""

    observed: Observed
    after: Package
    values: t.Mapping[str, str]

    @property
    def before(self) -> Package:
        """The package as observed."""
        return self.observed.package

    @property
    def shown(self) -> tuple[Package, Package]:
        """Before and after for people: secrets masked, new ones marked, moved ones told apart."""
        return masked_change(self.before, self.after)


@dataclasses.dataclass(frozen=True, slots=True)
class UciPlan:
    """The packages of a task, in its order, and what was found out about them."""

    packages: tuple[PackagePlan, ...]
    findings: tuple[Finding, ...]
    staged: tuple[str, ...]

    @property
    def changed(self) -> tuple[PackagePlan, ...]:
        """The packages in which something is to be done."""
        return tuple(package for package in self.packages if package.after != package.before)

    @property
    def services(self) -> tuple[str, ...]:
        """The init scripts to reload, in order."""
        return services(package.after.name for package in self.changed)

    @property
    def tunnels(self) -> tuple[str, ...]:
        """The WireGuard interfaces that a change of the network may concern: a reload applies no peer."""
        for package in self.changed:
            if package.after.name == "network":
                return tuple(
                    section.name
                    for section in package.after.sections
                    if section.type == "interface" and section.name and section.get("proto") == "wireguard"
                )
        return ()

    @property
    def commands(self) -> list[str]:
        """The change in the words of uci, for reading, secrets masked."""
        return [line for package in self.changed for line in commands(difference(*package.shown), package.shown[0])]

    def conflicts(self) -> tuple[str, ...]:
        """Return the packages whose staged edits the reload would put into effect, or the change would run over."""
        if not self.changed:
            return ()
        reloaded = set(self.services)
        names = {package.before.name for package in self.packages}
        return tuple(name for name in self.staged if name in names or reloaded.intersection(services([name])))


def questions(wanted: t.Sequence[Wanted]) -> tuple[Question, ...]:
    """Return what to observe for *wanted*: its packages, and those that the check of them looks up."""
    names = {item.package.name: None for item in wanted}
    names |= {other: None for name in tuple(names) for other in _LOOKED_UP.get(name, ())}
    return tuple(Question(name, secret_options(name)) for name in names)


def make_plan(wanted: t.Sequence[Wanted], state: State, observation: Observation, salt: str) -> UciPlan:
    """Return the plan that makes the observed packages *wanted*.

    Raises IdentityError or PlanError where it would be a guess what is meant.
    """
    packages = []
    for item in wanted:
        name = item.package.name
        observed = observation.packages[name]
        intended, values = conceal(item.package, secret_options(name), salt)
        after = target(observed.edited or observed.package, intended, state, item.keep, item.absent)
        packages.append(PackagePlan(observed, after, values))
    before = {name: observed.package for name, observed in observation.packages.items()}
    after_all = before | {package.after.name: package.after for package in packages}
    return UciPlan(tuple(packages), check(after_all, before), observation.staged)


def to_change(  # noqa: PLR0913 # the options of the task
    plan: UciPlan,
    salt: str,
    *,
    rollback_timeout: int | None,
    confirm: bool,
    staged: StagedChanges,
    moves_to: str | None,
    uplinks: tuple[str, ...] = (),
) -> Change:
    """Return what the router is handed for *plan*.

    Raises NotUsableError where staged edits stand in the way: with *staged* ``refuse`` any that conflict, with the
    others those of packages that are not part of the task.
    """
    own = {package.before.name for package in plan.packages}
    problems = tuple(
        f"{name}: somebody has staged edits (uci changes {name}) that this change would put into effect; commit or "
        f"revert them on the router" + (", or say so with staged_changes" if name in own else "")
        for name in plan.conflicts()
        if staged == "refuse" or name not in own
    )
    if problems:
        raise NotUsableError(problems)
    names = {package.before.name for package in plan.changed}
    timeout = SLOW_ROLLBACK_SECONDS if names & _SLOW_PACKAGES else _ROLLBACK_SECONDS
    return Change(
        files=tuple(_file(package) for package in plan.changed),
        services=plan.services,
        tunnels=plan.tunnels,
        salt=salt,
        secret_options=secret_options(*sorted(names)),
        rollback_timeout=timeout if rollback_timeout is None else rollback_timeout,
        confirm=confirm,
        staged=staged,
        moves_to=moves_to,
        uplinks=uplinks,
    )


def _file(package: PackagePlan) -> FileChange:
    kept = tokens(package.before).union(tokens(package.observed.edited or package.before))
    text = render(reveal(package.after, package.values, kept))
    return FileChange(
        path=f"/etc/config/{package.after.name}",
        digest=package.observed.digest,
        staged=package.observed.staged,
        content=text.encode("utf-8", "surrogateescape") or b"\n",
    )
