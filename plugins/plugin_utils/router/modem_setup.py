# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Makes a router's modem usable: asks, installs what is missing, unlocks the SIM card, asks again."""

from __future__ import annotations

import dataclasses
import re
import shlex
import typing as t

from ansible_collections.farsite.fleet.plugins.plugin_utils.modem.pitfalls import Finding, pin_problem
from ansible_collections.farsite.fleet.plugins.plugin_utils.router import package_change, package_plan
from ansible_collections.farsite.fleet.plugins.plugin_utils.router.errors import NoRoomError, NotUsableError
from ansible_collections.farsite.fleet.plugins.plugin_utils.router.facts import commands
from ansible_collections.farsite.fleet.plugins.plugin_utils.router.modem_answers import ASK, ask_commands
from ansible_collections.farsite.fleet.plugins.plugin_utils.router.modem_report import Report, reports
from ansible_collections.farsite.fleet.plugins.plugin_utils.router.modem_uplink import (
    StoppedError,
    Wish,
    choose,
    missing_packages,
    refuse,
    wanted_uplink,
)
from ansible_collections.farsite.fleet.plugins.plugin_utils.router.modems import PROBE
from ansible_collections.farsite.fleet.plugins.plugin_utils.router.observation import Question, observe
from ansible_collections.farsite.fleet.plugins.plugin_utils.router.script import words
from ansible_collections.farsite.fleet.plugins.plugin_utils.router.secrets import new_salt
from ansible_collections.farsite.fleet.plugins.plugin_utils.router.transport import UnreachableError
from ansible_collections.farsite.fleet.plugins.plugin_utils.uci.semantics import secret_options

if t.TYPE_CHECKING:
    from ansible_collections.farsite.fleet.plugins.plugin_utils.modem.profile import Profile, Proto
    from ansible_collections.farsite.fleet.plugins.plugin_utils.router.observation import Observation
    from ansible_collections.farsite.fleet.plugins.plugin_utils.router.package_plan import PackagePlan
    from ansible_collections.farsite.fleet.plugins.plugin_utils.router.transport import Transport
    from ansible_collections.farsite.fleet.plugins.plugin_utils.router.uci_plan import Wanted

Tell = t.Callable[[str], None]
Ask = t.Callable[[t.Sequence[str], bool], "tuple[Observation, str]"]
"""Asks a router for its modems: shell commands to run before, and whether to be thorough; returns the salt too."""

_ROUNDS = 4
"""Switched, then its drivers, then unlocked, then ready."""
_SETTLE_SECONDS = 30
_PIN = re.compile(r"[0-9]{4,8}")
_PACKAGES = ("network", "firewall")


class LostError(StoppedError):
    """The router does not answer any more, after something was changed; ``reason`` is that of the connection."""

    def __init__(self, reason: str, installed: t.Iterable[str]) -> None:
        """Take why it does not answer, and the packages that are new on it."""
        names = tuple(installed)
        super().__init__((Finding("detect", f"the router does not answer any more: {reason}{staying(names)}"),))
        self.reason = reason
        self.installed = names
        self.changed = True


def staying(installed: t.Collection[str]) -> str:
    """Return the end of a sentence on packages that stay after a failure; empty where there are none."""
    return f"; these packages are installed, and stay: {', '.join(installed)}" if installed else ""


@dataclasses.dataclass(frozen=True, slots=True)
class Prepared:
    """A modem that is ready to be configured; or, in check mode, what is to come before that.

    ``planned`` is the installation, ``unfinished`` says in words what else is to be done first.
    """

    observation: Observation
    report: Report
    wish: Wish
    salt: str
    installed: tuple[str, ...]
    planned: PackagePlan | None = None
    notes: tuple[str, ...] = ()
    unfinished: str = ""
    changed: bool = False
    """Whether anything was installed, switched or unlocked."""


def observe_modems(
    transport: Transport, salt: str, before: t.Sequence[str] = (), *, thorough: bool = True
) -> Observation:
    """Ask a router for its modems and all that concerns them, in one exec, after the shell commands *before*.

    *thorough*: see ``ask_commands``.
    """
    return observe(
        transport,
        [Question(name, secret_options(name)) for name in _PACKAGES],
        salt,
        more=modem_commands(before, thorough=thorough),
        sources=MODEM_SOURCES,
    )


MODEM_SOURCES = ("packages", "facts", PROBE, ASK, "modem_unlock")
"""The shell files that ``modem_commands`` needs."""


def modem_commands(before: t.Sequence[str] = (), *, thorough: bool = True) -> list[str]:
    """Return what to ask with ``observe``, beside the packages network and firewall; see ``observe_modems``."""
    return [*before, *commands(["storage", "packages", "interfaces"]), PROBE, *ask_commands(thorough=thorough)]


def prepare(transport: Transport, wish: Wish, *, change: bool, tell: Tell, ask: Ask | None = None) -> Prepared:
    """Return the modem that *wish* means, ready to be configured; without *change* nothing is installed or unlocked.

    *ask* asks for more than the modems, for somebody who needs that too.
    Raises StoppedError, NotUsableError, UnreachableError; where something was changed already StoppedError alone, which
    is LostError if the router does not answer any more.
    """
    if wish.pin is not None and not _PIN.fullmatch(wish.pin):
        raise StoppedError((Finding("sim", "the PIN in the site's file is no PIN; expected 4 to 8 digits in quotes"),))
    work = _Preparation(transport, wish, tell, change=change, ask=ask)
    try:
        return _prepared(work)
    except StoppedError as error:
        error.installed = tuple(work.installed)
        error.changed = work.changed
        raise
    except NotUsableError as error:
        if not work.changed:
            raise
        stopped = StoppedError(tuple(Finding("packages", text) for text in error.problems))
        stopped.installed, stopped.changed = tuple(work.installed), True
        raise stopped from None
    except UnreachableError as error:
        if not work.changed:
            raise
        raise LostError(str(error), work.installed) from None


def _prepared(work: _Preparation) -> Prepared:
    for _round in range(_ROUNDS):
        work.look()
        profile = work.report.modem.profile
        missing = missing_packages(profile, work.observation.parts)
        if missing:
            plan = work.fitting(profile, missing)
            if plan is None:
                continue
            if not work.change:
                return work.result(plan)
            work.install(plan)
        elif profile.state == "install-mode":
            if not work.change:
                return work.result(unfinished="usb-modeswitch turns the disk with drivers into a modem")
            work.switch()
        elif work.locked():
            if not work.change:
                return work.result(unfinished="the SIM card is told its PIN")
            work.unlock()
        else:
            return work.result()
    raise StoppedError((Finding("packages", f"{work.report.modem.profile.reason}; it did not become more than that"),))


def after(transport: Transport, prepared: Prepared) -> Report | None:
    """Return the report of the same modem now; None where the router does not say, or it is gone."""
    try:
        wish, port = prepared.wish, prepared.report.modem.device.port
        seen = observe_modems(transport, new_salt())
        found = reports(seen, prepared.report.modem.profile.proto, name=wish.name, roaming=wish.roaming)
        return choose(found, None, port)
    except (StoppedError, NotUsableError, UnreachableError):
        return None


def wanted(prepared: Prepared) -> tuple[tuple[Wanted, ...], tuple[str, ...]]:
    """Return what ``wanted_uplink`` does for the modem that is ready; where that stops, what was changed is told."""
    try:
        return wanted_uplink(prepared.report, prepared.wish, prepared.observation)
    except StoppedError as error:
        error.installed, error.changed = prepared.installed, prepared.changed
        raise


class _Preparation:
    def __init__(self, transport: Transport, wish: Wish, tell: Tell, *, change: bool, ask: Ask | None) -> None:
        self.transport = transport
        self.ask = ask or self._ask
        self.change = change
        self.wish = wish
        self.tell = tell
        self.proto: Proto | None = wish.proto
        self.port: str | None = None
        self.before: list[str] = []
        self.installed: list[str] = []
        self.notes: list[str] = []
        self.unlocked = self.switched = self.uncertain = False
        self.observation: Observation
        self.report: Report
        self.salt: str

    def _ask(self, before: t.Sequence[str], thorough: bool) -> tuple[Observation, str]:  # noqa: FBT001 # as Ask
        salt = new_salt()
        return observe_modems(self.transport, salt, before, thorough=thorough), salt

    def look(self) -> None:
        # a locked card is told its PIN on an AT port, which must be known for that
        self.observation, self.salt = self.ask(self.before, self.wish.pin is not None)
        self.before = []
        if "unlocked" in self.observation.parts:
            self._check_unlocked()
        found = reports(self.observation, self.proto, name=self.wish.name, roaming=self.wish.roaming)
        self.report = choose(found, self.wish.device, self.port)
        self.port = self.report.modem.device.port
        refuse(self.report, self.wish)

    @property
    def changed(self) -> bool:
        return bool(self.installed) or self.unlocked or self.switched or self.uncertain

    def result(self, planned: PackagePlan | None = None, *, unfinished: str = "") -> Prepared:
        return Prepared(
            self.observation,
            self.report,
            self.wish,
            self.salt,
            tuple(self.installed),
            planned,
            tuple(self.notes),
            unfinished,
            self.changed,
        )

    def fitting(self, profile: Profile, missing: tuple[str, ...]) -> PackagePlan | None:
        """Return the plan of an installation that has room; of a lighter way if need be, which may need none (None)."""
        if not missing:
            return None
        try:
            return self._plan(missing)
        except NoRoomError:
            lighter = profile.lighter
            if lighter is None or lighter.proto is None:
                raise
            note = f"there is no room for proto {profile.proto}, so {lighter.proto} is used: {lighter.reason}"
            self.notes.append(note)
            self.tell(note)
            self.proto = lighter.proto
            return self.fitting(lighter, missing_packages(lighter, self.observation.parts))

    def _plan(self, names: tuple[str, ...]) -> PackagePlan:
        asked = package_plan.commands(names, "present", update_cache=True, forget=self.change)
        seen = observe(self.transport, [], new_salt(), more=asked, sources=package_plan.SOURCES)
        plan = package_plan.make_plan(names, "present", seen)
        self.notes += plan.notes
        return plan

    def install(self, plan: PackagePlan) -> None:
        if plan.changed:
            self.tell(f"installing {', '.join(plan.names)}")
            outcome = package_change.carry_out(self.transport, plan)
            self.installed += [*outcome.installed]
            # the router may go on by itself
            self.uncertain = outcome.end == "unknown"
            if outcome.end != "done":
                raise StoppedError(
                    (Finding("packages", f"{', '.join(plan.names)}: {outcome.end}: {outcome.reason}"),), self.report
                )
        self._settle()

    def switch(self) -> None:
        if self.switched:
            raise StoppedError(
                (Finding("detect", f"{self.report.modem.profile.reason}; but it stays as it is, also after 30 s"),),
                self.report,
            )
        self.switched = True
        self._settle()

    def _settle(self) -> None:
        device = self.report.modem.device
        self.tell(f"waiting for {device.identity} at {device.port}")
        installing = self.report.modem.profile.state == "install-mode"
        product = device.product if installing else ""
        self.switched = self.switched or installing
        self.before = [words("modem_settle", device.port, product, str(_SETTLE_SECONDS))]

    def locked(self) -> bool:
        """Whether the SIM card waits for its PIN, and there is a port to give it on without showing it."""
        status = self.report.status
        return (
            status is not None and status.sim.state == "pin" and not pin_problem(status) and bool(self.report.at_ports)
        )

    def unlock(self) -> None:
        if self.unlocked or self.wish.pin is None or not self.report.at_ports:
            raise StoppedError((Finding("sim", "the SIM card took its PIN and asks for it again"),), self.report)
        self.unlocked = True
        self.tell("telling the SIM card its PIN, once")
        self.before = [f"pin={shlex.quote(self.wish.pin)}", words("modem_unlock", f"/dev/{self.report.at_ports[0]}")]

    def _check_unlocked(self) -> None:
        words_of_part, text = self.observation.parts["unlocked"]
        if words_of_part != ("0",):
            message = (
                "the modem did not say whether its SIM card takes the PIN: its port echoes, is in use, or does not "
                "answer. It is not tried again; see how many tries are left"
            )
        elif "OK" in text.split():
            return
        else:
            message = (
                "the SIM card does not take the PIN of the site's file; it was tried once and is not tried again. "
                "Check it before it costs another try"
            )
        raise StoppedError((Finding("sim", message),), self.report)
