# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A site's router, asked for everything in one exec; with its modems, where only they know how they are configured."""

from __future__ import annotations

import dataclasses
import typing as t

from ansible_collections.farsite.fleet.plugins.plugin_utils.adapter import site_plan
from ansible_collections.farsite.fleet.plugins.plugin_utils.adapter.lte_uplink import wish_of
from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.features.uplinks import lte_interface
from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.filling import filled, unknown_modems
from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.fragment import section
from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.intended import intended
from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.model.uplink import LteUplink, uplink_metric
from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.site_view import values
from ansible_collections.farsite.fleet.plugins.plugin_utils.modem.profile import PROTO_PACKAGES
from ansible_collections.farsite.fleet.plugins.plugin_utils.router import keys as router_keys
from ansible_collections.farsite.fleet.plugins.plugin_utils.router.modem_setup import (
    MODEM_SOURCES,
    LostError,
    modem_commands,
    prepare,
)
from ansible_collections.farsite.fleet.plugins.plugin_utils.router.modem_setup import wanted as wanted_of
from ansible_collections.farsite.fleet.plugins.plugin_utils.router.modem_uplink import StoppedError
from ansible_collections.farsite.fleet.plugins.plugin_utils.router.observation import observe
from ansible_collections.farsite.fleet.plugins.plugin_utils.router.script import source
from ansible_collections.farsite.fleet.plugins.plugin_utils.router.secrets import new_salt, token
from ansible_collections.farsite.fleet.plugins.plugin_utils.router.transport import UnreachableError

if t.TYPE_CHECKING:
    from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.fleet import SiteView
    from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.intended import Intended
    from ansible_collections.farsite.fleet.plugins.plugin_utils.router.keys import RouterKeys
    from ansible_collections.farsite.fleet.plugins.plugin_utils.router.modem_report import Report
    from ansible_collections.farsite.fleet.plugins.plugin_utils.router.modem_setup import Prepared, Tell
    from ansible_collections.farsite.fleet.plugins.plugin_utils.router.modem_uplink import Wish
    from ansible_collections.farsite.fleet.plugins.plugin_utils.router.observation import Observation
    from ansible_collections.farsite.fleet.plugins.plugin_utils.router.transport import Transport
    from ansible_collections.farsite.fleet.plugins.plugin_utils.uci.document import Section

# read once: Ansible makes the process of each host out of the one that has loaded this
source("secrets", "observe", *MODEM_SOURCES, *router_keys.SOURCES, *site_plan.SOURCES)


@dataclasses.dataclass(frozen=True, slots=True)
class Seen:
    """What is known of a router, and what it is to have, with no placeholder left.

    ``modems`` has reports by the names of uplinks. ``installed`` and ``changed`` are what was done to make modems
    usable, ``waiting`` packages that check mode would install for that; ``notes`` are for people. ``ready`` is whether
    nothing is left that a run would do, such as to make a key, before it knows what the router is to have.
    """

    observation: Observation
    salt: str
    keys: RouterKeys
    wanted: Intended
    modems: dict[str, Report]
    installed: tuple[str, ...] = ()
    changed: bool = False
    waiting: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    ready: bool = True


@dataclasses.dataclass(slots=True)
class Steps:
    """What was done and found on the way to one ``Seen``, which says what they are."""

    installed: list[str] = dataclasses.field(default_factory=list)
    waiting: list[str] = dataclasses.field(default_factory=list)
    notes: list[str] = dataclasses.field(default_factory=list)
    changed: bool = False
    ready: bool = True


class SiteRouter:
    """The router of one site; *data* has the secrets themselves. Without *change* nothing is changed.

    With *needs_modems* a modem that cannot be used, and was never configured, is an error. *admit* is given the keys of
    the router before anything else is done with it, and raises where it is not the one that it is to be. *seen* is what
    the first look is to return, where the router was asked already.
    """

    def __init__(  # noqa: PLR0913 # each is a thing of its own
        self,
        transport: Transport,
        view: SiteView,
        data: t.Mapping[str, t.Any],
        *,
        change: bool,
        needs_modems: bool,
        admit: t.Callable[[RouterKeys], None],
        tell: Tell,
        seen: Seen | None = None,
    ) -> None:
        """Take what the site is to have."""
        self._transport = transport
        self._view = view
        self._change = change
        self._needs_modems = needs_modems
        self._admit = admit
        self._tell = tell
        self._wanted = intended(view)
        self._values = values(data)
        self._wishes = _wishes(view, data, unknown_modems(self._wanted))
        self._last: tuple[Observation, str] | None = None
        self._seen = seen
        self.steps = Steps()
        """What the last look has done, also where it ended with an error."""

    def look(self) -> Seen:
        """Ask the router, in one exec unless a modem has to be made usable first.

        Raises StoppedError, UnreachableError; where something was changed already LostError instead of the latter.
        """
        if self._seen is not None:
            seen, self._seen = self._seen, None
            return seen
        self._last = None
        modems: dict[str, Section] = {}
        found: dict[str, Report] = {}
        steps = self.steps = Steps()
        for wish in self._wishes:
            try:
                prepared = prepare(
                    self._transport, wish, change=self._change, tell=self._tell, ask=self._ask_for_modems
                )
                found[wish.name] = prepared.report
                modems[wish.name] = self._section(prepared, steps)
            except LostError as error:
                # nothing can be planned with what it said before, whatever the uplink has by now
                raise LostError(error.reason, (*steps.installed, *error.installed)) from None
            except UnreachableError as error:
                if not steps.changed:
                    raise
                raise LostError(str(error), steps.installed) from None
            except StoppedError as error:
                modems[wish.name] = self._without_modem(wish, error, steps)
                steps.installed += error.installed
                steps.changed = steps.changed or error.changed
                if error.report:
                    found[wish.name] = error.report
        observation, salt = self._last or self._ask((), thorough=False)
        keys = router_keys.one_key(router_keys.read_keys(observation))
        private_key = keys.in_use.token if keys.in_use else token(salt, "made by the router")
        wanted = filled(self._wanted, self._view, values=self._values, private_key=private_key, modems=modems)
        return Seen(
            observation,
            salt,
            keys,
            wanted,
            found,
            tuple(steps.installed),
            steps.changed,
            tuple(steps.waiting),
            tuple(steps.notes),
            ready=steps.ready and keys.in_use is not None,
        )

    def _ask_for_modems(self, before: t.Sequence[str], thorough: bool) -> tuple[Observation, str]:  # noqa: FBT001 # as Ask
        """Ask; what was asked for one modem is good for the next, unless something has to be done first."""
        if before or self._last is None:
            self._ask(before, thorough=thorough or any(wish.pin for wish in self._wishes))
        return t.cast("tuple[Observation, str]", self._last)

    def _ask(self, before: t.Sequence[str], *, thorough: bool) -> tuple[Observation, str]:
        salt = new_salt()
        more = modem_commands(before, thorough=thorough) if self._wishes else []
        mode: router_keys.Mode = "present" if self._change else "look"
        more += router_keys.commands(mode, salt, self._view.tunnels, early=True)
        more += site_plan.commands(self._wanted)
        sources = [*(MODEM_SOURCES if self._wishes else ()), *router_keys.SOURCES, *site_plan.SOURCES]
        observation = observe(
            self._transport,
            site_plan.questions(self._wanted),
            salt,
            more=more,
            sources=list(dict.fromkeys(sources)),
        )
        self._admit(router_keys.one_key(router_keys.read_keys(observation)))
        self._last = observation, salt
        return self._last

    def _section(self, prepared: Prepared, steps: Steps) -> Section:
        """Return the interface for a modem; as it stands in the plan where something has to be done first."""
        steps.installed += prepared.installed
        steps.changed = steps.changed or prepared.changed
        steps.notes += prepared.notes
        first = [prepared.unfinished] if prepared.unfinished else []
        if prepared.planned:
            steps.waiting += prepared.planned.expected
            first.append(f"install {', '.join(prepared.planned.expected)}")
        if first:
            steps.ready = False
            steps.notes.append(
                f"uplink {prepared.wish.name}: what its modem needs is known only after this: {'; '.join(first)}"
            )
            return self._as_planned(prepared.wish)
        packages, warnings = wanted_of(prepared)
        steps.notes += warnings
        return packages[0].package.sections[0]

    def _as_planned(self, wish: Wish) -> Section:
        return next(
            lte_interface(uplink, uplink_metric(uplink, index))
            for index, uplink in enumerate(self._view.site.uplink)
            if isinstance(uplink, LteUplink) and uplink.name == wish.name
        )

    def _without_modem(self, wish: Wish, error: StoppedError, steps: Steps) -> Section:
        """Return the interface that the router has for a modem that cannot be used now, or one that does nothing yet.

        Let the error go on where modems are needed.
        """
        steps.ready = False
        running = self._last[0].packages["network"].package.named(wish.name) if self._last else None
        if running is not None and running.get("proto") in PROTO_PACKAGES:
            steps.notes.append(f"uplink {wish.name} stays as it is, since its modem cannot be used: {error}")
            return running
        if self._needs_modems:
            raise error
        steps.notes.append(
            f"uplink {wish.name} is not configured yet, since its modem cannot be used: {error}; farsite.fleet.site "
            "does it once it can"
        )
        # what netifd leaves alone; the firewall's zone has it all the same
        return section("interface", wish.name, proto="none", metric=self._as_planned(wish).get("metric"))


def _wishes(view: SiteView, data: t.Mapping[str, t.Any], names: t.Collection[str]) -> tuple[Wish, ...]:
    given = data["uplink"]
    entries = given if isinstance(given, (list, tuple)) else [given]
    return tuple(
        wish_of({**entry, "name": uplink.name, "metric": uplink_metric(uplink, index)}, None)
        for index, (entry, uplink) in enumerate(zip(entries, view.site.uplink, strict=True))
        if uplink.name in names
    )
