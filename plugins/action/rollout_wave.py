# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Controller side of the module farsite.fleet.rollout_wave, and all of it: results of others in, the journal out."""

from __future__ import annotations

import pathlib
import time
import typing as t

from ansible.plugins.action import ActionBase

from ansible_collections.farsite.fleet.plugins.module_utils.argument_spec.rollout_wave import ARGUMENT_SPEC
from ansible_collections.farsite.fleet.plugins.plugin_utils.adapter.arguments import failure, plain, validated
from ansible_collections.farsite.fleet.plugins.plugin_utils.adapter.report_files import locked
from ansible_collections.farsite.fleet.plugins.plugin_utils.adapter.rollout_journal import own_journal, write_journal
from ansible_collections.farsite.fleet.plugins.plugin_utils.report import reading
from ansible_collections.farsite.fleet.plugins.plugin_utils.report.outcomes import RESULT
from ansible_collections.farsite.fleet.plugins.plugin_utils.report.words import printable
from ansible_collections.farsite.fleet.plugins.plugin_utils.rollout import steps
from ansible_collections.farsite.fleet.plugins.plugin_utils.rollout.data import Before
from ansible_collections.farsite.fleet.plugins.plugin_utils.rollout.failure_share import most_failures, stop_reason
from ansible_collections.farsite.fleet.plugins.plugin_utils.rollout.gate import names_up, problem_of
from ansible_collections.farsite.fleet.plugins.plugin_utils.rollout.trials import Sighting, Trial, trial
from ansible_collections.farsite.fleet.plugins.plugin_utils.rollout.window import ROUNDS, SHORTEST, Window

if t.TYPE_CHECKING:
    from ansible_collections.farsite.fleet.plugins.plugin_utils.rollout.data import Journal

BEFORE, AFTER = "rollout_before", "rollout_after"
"""The variables of a site that router_facts is registered as, before the change and after it."""
AGAIN = "_again"
"""What comes after the name where it was asked once more, since it did not answer."""
QUEUE = "queue"
"""What is said for a wave of sites that have returned."""

Result = dict[str, t.Any]


class ActionModule(ActionBase):
    """Keep the journal of a wave. Connects to nothing."""

    TRANSFERS_FILES = False
    _supports_check_mode = True
    _supports_async = False
    _supports_diff = False

    def run(self, tmp: str | None = None, task_vars: dict[str, t.Any] | None = None) -> Result:
        """Run the task."""
        result: Result = super().run(tmp, task_vars)
        self._arguments = validated(self._task.args, ARGUMENT_SPEC)
        self._hosts = (task_vars or {})["hostvars"]
        self._run = self._arguments["run"]
        self._sites: dict[str, Result] = {name: self._run["sites"][name] for name in self._arguments["names"]}
        self._path = pathlib.Path(self._run["journal"])
        steps_of = {"begin": self._begin, "tried": self._tried, "judged": self._judged, "queue": self._queue}
        return result | {"changed": False} | steps_of[self._arguments["step"]]()

    def _begin(self) -> Result:
        """Note what works. Without the hub nobody could be watched, so nothing is done then."""
        looked = _by_name(self._arguments["looked"])
        found = {
            name: Before(
                cameras=tuple(looked.get(name, {}).get("cameras", ())),
                uplinks=names_up(self._asked(name, BEFORE)),
                reached=_sighting(looked, name).may_be_there,
            )
            for name in self._sites
        }
        interrupted: list[str] = []
        reached: list[str] = []
        if not self._task.check_mode:
            with locked(self._path, "journal"):
                journal = own_journal(self._path, self._sites)
                if not looked:
                    reason = f"the hub does not tell of the sites: {_error(self._arguments['looked'])}"
                    write_journal(self._path, steps.stopped(journal, reason))
                    return {"interrupted": [], "reached": [], "untried": list(self._sites), "stopped": reason}
                interrupted = steps.interrupted(journal, self._sites)
                reached = steps.reached(journal, self._sites)
                write_journal(self._path, steps.marked(journal, found, int(time.time())))
        number, name = self._wave()
        event = {
            "event": "wave",
            "number": number,
            "of": len(self._run["waves"]),
            "name": name,
            "sites": list(self._sites),
            "off_line": [site for site in self._sites if looked and not _sighting(looked, site).may_be_there],
        }
        shown = {} if name == QUEUE else {"rollout_event": event}
        untried = [name for name in self._sites if _unanswered(self._asked(name, BEFORE))]
        return {"interrupted": interrupted, "reached": reached, "untried": untried, "stopped": None, **shown}

    def _tried(self) -> Result:
        """Return whom to watch: those with a gate to pass, and those whose tunnel may work though SSH does not."""
        looked = _by_name(self._arguments["looked"])
        entries = {} if self._task.check_mode else own_journal(self._path, self._sites).sites
        trials = self._trials(None)
        gate = steps.to_pass(trials, self._arguments["interrupted"]) if entries else []
        watch = []
        for name, site in self._sites.items():
            if name in gate:
                before = entries[name].before or Before()
                cameras = [camera for camera in site["watch"]["cameras"] if camera["name"] in before.cameras]
                times = {"hold": self._run["hold"], "timeout": self._run["gate_timeout"]}
                watch.append({**site["watch"], "cameras": cameras, **times})
            elif trials[name].away and _sighting(looked, name).may_be_there:
                watch.append({**site["watch"], "cameras": [], "timeout": 2 * SHORTEST})
        return {"gate": gate, "watch": watch}

    def _judged(self) -> Result:
        looked, watched = _by_name(self._arguments["looked"]), _by_name(self._arguments["watched"])
        trials = self._trials(looked | watched)
        number, wave = self._wave()
        if self._task.check_mode:
            states = _shown(trials)
            event = self._judged_event(number, {}, states)
            return {"stopped": None, "queue": [], "states": states, "rollout_event": event}
        interrupted, reached = self._arguments["interrupted"], self._arguments["reached"]
        with locked(self._path, "journal"):
            journal = own_journal(self._path, self._sites)
            gate = {name: self._problem(name, journal, watched) for name in steps.to_pass(trials, interrupted)}
            trials = steps.judged(trials, reached, gate)
            journal = steps.noted(journal, trials, interrupted, reached, int(time.time()))
            scope = {name for each in journal.waves for name in each.sites}
            others = [journal.sites[name].state for name in sorted(scope.difference(trials))]
            most = most_failures(self._run["max_failures"])
            stopped = stop_reason(wave, [found.state for found in trials.values()], others, most)
            journal = steps.stopped(journal, stopped)
            write_journal(self._path, journal)
        states = _shown(trials)
        return {
            "stopped": stopped,
            "queue": [] if stopped else steps.queued(journal, scope),
            "states": states,
            "rollout_event": self._judged_event(number, gate, states),
        }

    def _judged_event(self, number: int, gate: dict[str, str | None], states: Result) -> Result:
        return {
            "event": "gate",
            "number": number,
            "hold": self._run["hold"],
            "passed": [name for name, problem in gate.items() if problem is None],
            "failed": {name: problem for name, problem in gate.items() if problem is not None},
            "states": states,
        }

    def _queue(self) -> Result:
        """Return for whom to listen, and how long. Who was there before the change is of no matter."""
        window, now = Window(self._run["began"], self._run["window"]), int(time.time())
        number = self._arguments["round"] + 1
        seconds, times = window.listening(now)
        over = window.is_over(now)
        return {
            "watch": [{**site["watch"], "cameras": [], "timeout": seconds} for site in self._sites.values()],
            # who is there may need all of the time to answer, so that all are waited for in the end
            "enough": len(self._sites) if over else 1,
            "linger": 0 if over else window.gathering(now, number),
            "seconds": seconds,
            "times": times,
            "until": window.until,
            "round": number,
            "last": over or number >= ROUNDS,
            "rollout_event": {"event": "queue", "sites": list(self._sites), "until": window.until},
        }

    def _trials(self, known: dict[str, Result] | None) -> dict[str, Trial]:
        """Return what became of the sites before the gate; *known* is what the hub says of them."""
        return {
            name: trial(self._tried_result(name), _sighting(known, name) if known else None) for name in self._sites
        }

    def _tried_result(self, name: str) -> t.Any:
        """Return the result of the role, or that of the look before where the router was not tried because of it."""
        asked = self._asked(name, BEFORE)
        if not _unanswered(asked):
            return self._registered(name, RESULT)
        if asked.get("unreachable"):
            return asked
        return {"failed": True, "msg": f"its router does not tell of its uplinks: {_error(asked)}"}

    def _problem(self, name: str, journal: Journal, watched: dict[str, Result]) -> str | None:
        facts = self._asked(name, AFTER)
        return problem_of(watched.get(name), facts, self._sites[name]["uplinks"], journal.sites[name].before)

    def _wave(self) -> tuple[int, str]:
        """Return number and name of the wave; that of sites that have returned comes after all others."""
        waves = self._run["waves"]
        if self._arguments["returned"]:
            return len(waves) + 1, QUEUE
        for index, wave in enumerate(waves, 1):
            if set(wave["sites"]) == set(self._sites):
                return index, wave["name"]
        raise failure([f"names: {', '.join(self._sites)} are together no wave"])

    def _asked(self, name: str, variable: str) -> t.Any:
        """Return what a router has said when it was asked for its uplinks, at the second time if there was one."""
        again = self._registered(name, f"{variable}{AGAIN}")
        asked_again = isinstance(again, dict) and not again.get("skipped")
        return again if asked_again else self._registered(name, variable)

    def _registered(self, name: str, variable: str) -> t.Any:
        variables = self._hosts[name]
        return plain(variables[variable]) if variable in variables else None


def _unanswered(asked: t.Any) -> bool:
    return isinstance(asked, dict) and bool(asked.get("unreachable") or "timedout" in asked)


def _by_name(told: Result | None) -> dict[str, Result]:
    return {site["name"]: site for site in (told or {}).get("sites") or ()}


def _error(told: Result | None) -> str:
    return printable(reading.error_of(told or {}) or "it gave no reason")


def _sighting(known: dict[str, Result], name: str) -> Sighting:
    site = known.get(name, {})
    return Sighting(bool(site.get("heard")), site.get("handshake_age"))


def _shown(trials: dict[str, Trial]) -> Result:
    return {name: {"state": found.state, "reason": found.reason} for name, found in trials.items()}
