# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Controller side of the module farsite.fleet.router_site: a site's variables in, plan, transaction, result."""

from __future__ import annotations

import dataclasses
import functools
import typing as t

from ansible.errors import AnsibleActionFail
from ansible.utils.display import Display

from ansible_collections.farsite.fleet.plugins.module_utils.argument_spec.router_site import ARGUMENT_SPEC
from ansible_collections.farsite.fleet.plugins.plugin_utils.adapter import site_results as results
from ansible_collections.farsite.fleet.plugins.plugin_utils.adapter.arguments import failure, plain, validated
from ansible_collections.farsite.fleet.plugins.plugin_utils.adapter.router_action import (
    REFUSALS,
    RouterAction,
    refused,
)
from ansible_collections.farsite.fleet.plugins.plugin_utils.adapter.site_plan import change_of, make_plan
from ansible_collections.farsite.fleet.plugins.plugin_utils.adapter.site_review import (
    MAKE_ANOTHER,
    Review,
    changed_meanwhile,
    shown_plan,
)
from ansible_collections.farsite.fleet.plugins.plugin_utils.adapter.site_router import SiteRouter
from ansible_collections.farsite.fleet.plugins.plugin_utils.adapter.stages import STAGES, next_stage
from ansible_collections.farsite.fleet.plugins.plugin_utils.adapter.uci_results import refuse_errors
from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.intended import intended
from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.model.uplink import LteUplink
from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.problems import FleetError
from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.site_view import site_view
from ansible_collections.farsite.fleet.plugins.plugin_utils.router.modem_setup import LostError
from ansible_collections.farsite.fleet.plugins.plugin_utils.router.modem_uplink import StoppedError
from ansible_collections.farsite.fleet.plugins.plugin_utils.router.transaction import End, carry_out
from ansible_collections.farsite.fleet.plugins.plugin_utils.router.transport import UnreachableError
from ansible_collections.farsite.fleet.plugins.plugin_utils.router.uci_arguments import check_timeout

if t.TYPE_CHECKING:
    from ansible_collections.farsite.fleet.plugins.plugin_utils.adapter.site_plan import SitePlan
    from ansible_collections.farsite.fleet.plugins.plugin_utils.adapter.site_router import Seen
    from ansible_collections.farsite.fleet.plugins.plugin_utils.adapter.transport import ConnectionTransport
    from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.fleet import SiteView
    from ansible_collections.farsite.fleet.plugins.plugin_utils.router.keys import RouterKeys
    from ansible_collections.farsite.fleet.plugins.plugin_utils.router.transaction import Change

_DISPLAY = Display()
_ROLE_VARIABLES = {
    "confirm_host": ("router_confirm_host",),
    "require_uplinks": ("router_require_uplinks",),
    "reviewed_plan": ("router_reviewed_plan", "plan"),
    "rollback_timeout": ("router_rollback_timeout",),
    "staged_changes": ("router_staged_changes",),
}
"""Of each option the variables of the role router; the first that is set counts."""


@dataclasses.dataclass(slots=True)
class _Done:
    """What was done so far, and the result that was ``announced`` before. ``stages`` counts transactions confirmed.

    ``prepared`` is whether anything was changed for a modem, ``brought`` whether a package has brought files, and
    ``installing`` what the router was like before that, where its plan was ``reviewed``.
    """

    reviewed: bool

    announced: dict[str, t.Any] = dataclasses.field(default_factory=dict)
    installed: set[str] = dataclasses.field(default_factory=set)
    stages: int = 0
    prepared: bool = False
    brought: bool = False
    installing: Seen | None = None

    @property
    def changed(self) -> bool:
        """Whether anything of the router is different; packages are installed for a modem or by a transaction."""
        return self.prepared or self.brought or self.stages > 0

    def note(self, router: SiteRouter, installed: t.Collection[str] = ()) -> None:
        """Note what the last look has done before it ended with an error, which has the packages *installed*."""
        self.prepared = self.prepared or router.steps.changed
        self.installed.update(installed, router.steps.installed)


def _invalid(error: FleetError) -> AnsibleActionFail:
    return failure([str(problem) for problem in error.problems])


def _said(error: Exception) -> str:
    if isinstance(error, REFUSALS):
        error = refused(error)
    elif isinstance(error, FleetError):
        error = _invalid(error)
    return str(error)


def _told(done: _Done, router: SiteRouter, work: t.Callable[[], dict[str, t.Any]]) -> dict[str, t.Any]:
    """Return the result of *work*. Raises UnreachableError, and what refuses a router, only where that is as it was.

    A roll-out takes an off-line or refused router for one that is as it was, and asks no gate about it.
    """
    try:
        return work()
    except LostError as error:
        done.note(router, error.installed)
        result = results.lost(done.announced, error.reason, done.installed)
    except StoppedError as error:
        done.note(router, error.installed)
        result = results.stopped(error)
        result |= {"changed": result["changed"] or done.changed, "installed": sorted(done.installed)}
    except UnreachableError as error:
        done.note(router)
        if not done.changed:
            raise
        result = results.lost(done.announced, str(error), done.installed)
    except (*REFUSALS, FleetError, AnsibleActionFail) as error:
        done.note(router)
        if not done.changed:
            raise
        result = results.refused(_said(error), done.installed)
    return results.after_stages(result, done.stages)


class ActionModule(RouterAction):
    """Make a router what the fleet's files say of its site."""

    specification = ARGUMENT_SPEC

    def run(self, tmp: str | None = None, task_vars: dict[str, t.Any] | None = None) -> dict[str, t.Any]:
        """Run the task."""
        self._variables = task_vars or {}
        if validated(self._task.args, self.specification)["role_variables"]:
            self._task.args = self._of_role() | self._task.args
        return super().run(tmp, task_vars)

    def _of_role(self) -> dict[str, t.Any]:
        """Return the options that the role's variables say."""
        options = {}
        for option, names in _ROLE_VARIABLES.items():
            values = [self._variable(name) for name in names if name in self._variables]
            given = [value for value in values if value is not None]
            if given:
                options[option] = given[0]
            elif values and option == "reviewed_plan":
                # a variable that a CI job left without a value must not mean that anything goes
                options[option] = ""
        return options

    def execute(self, arguments: dict[str, t.Any], transport: ConnectionTransport) -> dict[str, t.Any]:
        """Do the task."""
        check_timeout(arguments["rollback_timeout"])
        review = self._review(arguments["reviewed_plan"])
        fleet, data = self._variable("fleet"), self._variable("site")
        keys = {hub["name"]: hub["public_key"] for hub in fleet["hubs"] if hub["public_key"]}
        try:
            view = site_view(fleet["settings"], keys, self._variables["inventory_hostname"], data)
            without = [hub.name for hub in view.hubs if hub.public_key is None]
            if without:
                problems = [
                    f"keys/{name}.pub: is missing; without it no router can reach that hub; farsite.fleet.hub stores it"
                    for name in without
                ]
                raise failure(problems)
            router = functools.partial(
                SiteRouter,
                transport,
                view,
                data,
                needs_modems=arguments["require_uplinks"],
                admit=lambda keys: self._refuse_another_router(keys, required=arguments["require_key"]),
                tell=self._tell,
            )
            seen = None
            if review is not None:
                seen = router(change=False).look()
                ended = self._refusal(review, seen, view)
                if ended is not None:
                    return ended
            # what was compared is what is carried out, unless something has to be made ready first
            known = seen if seen is not None and seen.ready else None
            done, found = _Done(reviewed=review is not None), router(change=not self._task.check_mode, seen=known)
            return _told(done, found, lambda: self._rounds(found, view, arguments, transport, done))
        except FleetError as error:
            raise _invalid(error) from None
        except StoppedError as error:
            return results.stopped(error)

    def _review(self, path: str | None) -> Review | None:
        return None if path is None else Review.of_site(path, self._variables["inventory_hostname"])

    def _refusal(self, review: Review, seen: Seen, view: SiteView) -> dict[str, t.Any] | None:
        """Return the result of a router that is not to be changed: it is right already, or its plan is another one."""
        plan = make_plan(seen.wanted, seen.observation, seen.salt)
        result = self._planned(plan, seen, view)
        if not result["changed"]:
            if review.entry["state"] != "right":
                name = self._variables["inventory_hostname"]
                self._tell(f"{name} is right already, so nothing is done of what was reviewed")
            return result
        return review.refusal(shown_plan(plan, seen, intended(view), result))

    def _planned(self, plan: SitePlan, seen: Seen, view: SiteView) -> dict[str, t.Any]:
        expected_key = self._variables.get("public_key")
        result = results.planned(plan, seen, expected_key=expected_key, with_diff=self._task.diff)
        return result | ({"plan": shown_plan(plan, seen, intended(view), result)} if self._task.check_mode else {})

    def _rounds(
        self,
        router: SiteRouter,
        view: SiteView,
        arguments: dict[str, t.Any],
        transport: ConnectionTransport,
        done: _Done,
    ) -> dict[str, t.Any]:
        """Look, plan and change until nothing is left, and return the result; what was done is noted in *done*."""
        while True:
            seen = router.look()
            done.prepared = done.prepared or seen.changed
            others = changed_meanwhile(done.installing, seen) if done.installing else []
            # what this run changes from here on is its own
            done.installing = None
            if others:
                problem = (
                    f"while packages were installed, {', '.join(others)} changed, of which the plan that was reviewed "
                    f"does not know, so nothing else was done; {MAKE_ANOTHER}"
                )
                raise failure([problem])
            plan = make_plan(seen.wanted, seen.observation, seen.salt)
            result = self._planned(plan, seen, view)
            # after the first of several transactions still what was to be done with all of them
            done.announced = done.announced if done.stages else result
            done.installed.update(seen.installed)
            if not plan.changed:
                break
            change = self._change(plan, seen, view, arguments)
            refuse_errors(plan.uci)
            if self._task.check_mode:
                break
            stage = self._stage(plan, view, arguments, last=done.stages == STAGES)
            if stage is not plan:
                change = self._change(stage, seen, view, arguments)
            outcome = carry_out(transport, change, tell=self._tell)
            done.installed.update(outcome.installed)
            if outcome.end is End.CONFIRMED and stage is not plan:
                done.stages += 1
                self._tell("uplinks are changed in a transaction of their own; planning again, for the rest")
            elif not done.brought and outcome.end is End.UNDONE and outcome.brought:
                # then everything is planned again, with the files that a package has brought
                done.brought = True
                done.installing = seen if done.reviewed else None
                self._tell(f"planning again, since {outcome.reason}")
            else:
                result = results.ended(outcome, done.installed, done.announced)
                result["changed"] = result["changed"] or done.changed
                return results.after_stages(result, done.stages)
        return done.announced | ({"changed": True, "installed": sorted(done.installed)} if done.installed else {})

    def _stage(self, plan: SitePlan, view: SiteView, arguments: dict[str, t.Any], *, last: bool) -> SitePlan:
        """Return what of the plan comes first; on the bench, where no tunnel is in use, all of it."""
        if last or arguments["confirm_host"] is not None or not arguments["require_uplinks"]:
            return plan
        return next_stage(plan, [uplink.name for uplink in view.site.uplink], view.tunnels)

    def _change(self, plan: SitePlan, seen: Seen, view: SiteView, arguments: dict[str, t.Any]) -> Change:
        lte = [uplink.name for uplink in view.site.uplink if isinstance(uplink, LteUplink)]
        return change_of(
            plan,
            seen.salt,
            rollback_timeout=arguments["rollback_timeout"],
            staged=arguments["staged_changes"],
            moves_to=arguments["confirm_host"],
            uplinks=plan.changed_interfaces(lte) if arguments["require_uplinks"] else (),
        )

    def _refuse_another_router(self, found: RouterKeys, *, required: bool) -> None:
        """Raise where the key of the router says that it is not that of this site."""
        public_key = found.in_use.public if found.in_use else None
        name, expected = self._variables["inventory_hostname"], self._variables.get("public_key")
        if public_key is None or public_key == expected:
            return
        keys = self._variable("fleet_site_keys") if "fleet_site_keys" in self._variables else {}
        problem = results.another_router(name, public_key, expected if required else None, keys)
        if problem is not None:
            raise failure([problem])

    def _variable(self, name: str) -> t.Any:
        """Return a variable that the inventory gives; secrets in it are rendered and decrypted only now."""
        if name not in self._variables:
            problem = (
                f"there is no variable {name}; this host must be a site of an inventory of farsite.fleet.sites, whose "
                "file is named fleet.yml"
            )
            raise failure([problem])
        return plain(self._templar.template(self._variables[name]))

    def _tell(self, text: str) -> None:
        _DISPLAY.display(f"{self._task.get_name()}: {text}")
