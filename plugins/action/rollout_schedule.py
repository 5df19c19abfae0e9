# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Controller side of the module farsite.fleet.rollout_schedule, and all of it: a fleet's files in, waves out."""

from __future__ import annotations

import pathlib
import time
import typing as t

from ansible_collections.farsite.fleet.plugins.module_utils.argument_spec.rollout_schedule import ARGUMENT_SPEC
from ansible_collections.farsite.fleet.plugins.plugin_utils.adapter import rollout_journal as files
from ansible_collections.farsite.fleet.plugins.plugin_utils.adapter.arguments import failure, plain
from ansible_collections.farsite.fleet.plugins.plugin_utils.adapter.fleet_action import FleetAction
from ansible_collections.farsite.fleet.plugins.plugin_utils.adapter.report_files import locked
from ansible_collections.farsite.fleet.plugins.plugin_utils.adapter.rollout_digests import digests
from ansible_collections.farsite.fleet.plugins.plugin_utils.report import reading
from ansible_collections.farsite.fleet.plugins.plugin_utils.report.words import ago
from ansible_collections.farsite.fleet.plugins.plugin_utils.rollout import resume
from ansible_collections.farsite.fleet.plugins.plugin_utils.rollout.failure_share import most_failures
from ansible_collections.farsite.fleet.plugins.plugin_utils.rollout.progress_events import KEY
from ansible_collections.farsite.fleet.plugins.plugin_utils.rollout.schedule import (
    ScheduleError,
    asked,
    asked_of,
    schedule,
)
from ansible_collections.farsite.fleet.plugins.plugin_utils.rollout.trials import STALE, Sighting

if t.TYPE_CHECKING:
    from collections.abc import Iterable

    from ansible_collections.farsite.fleet.plugins.plugin_utils.adapter.fleet_files import Loaded
    from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.fleet import Fleet, SiteView
    from ansible_collections.farsite.fleet.plugins.plugin_utils.rollout.data import Journal, Wave


GATE_TIME = 240
"""Seconds that a site has by default for the gate, beyond those for which it has to be well."""
LEAST_GATE_TIME = 60
"""Seconds of these that it needs: for a first answer, and one that was lost."""
ASK_TIME = 120
"""Seconds that a router has at most to tell of its uplinks."""


class ActionModule(FleetAction):
    """Plan the waves of a roll-out, and open its journal. Connects to nothing."""

    specification = ARGUMENT_SPEC

    def run(self, tmp: str | None = None, task_vars: dict[str, t.Any] | None = None) -> dict[str, t.Any]:
        """Run the task."""
        self._variables = task_vars or {}
        return super().run(tmp, task_vars)

    def execute(
        self, arguments: dict[str, t.Any], folder: pathlib.Path, loaded: Loaded, fleet: Fleet, /
    ) -> dict[str, t.Any]:
        """Do the task."""
        path = pathlib.Path(arguments["journal"])
        options = checked(arguments)
        views = {name: fleet.sites[name] for name in self._names(fleet)}
        to_become = digests(fleet, loaded, folder, arguments["plan"], list(views))
        last = files.read_journal(path)
        journal = self._begun(arguments, last, fleet, to_become)
        if arguments["ask"]:
            self._refuse_another(arguments, last)
            # what begins is told later
            return {key: value for key, value in self._result(journal, views, options).items() if key != KEY}
        if self._task.check_mode:
            return self._result(journal, views, options)
        # once more, with nobody else at it between the look whose it is and the claim
        with locked(path, "journal"):
            last = files.read_journal(path)
            self._refuse_another(arguments, last)
            journal = self._begun(arguments, last, fleet, to_become)
            files.write_journal(path, journal)
        return self._result(journal, views, options)

    def _refuse_another(self, arguments: dict[str, t.Any], last: Journal | None) -> None:
        problem = files.in_the_way(last)
        if problem is not None and not arguments["take_over"]:
            raise failure([f"journal: {arguments['journal']}: {problem}"])

    def _begun(
        self, arguments: dict[str, t.Any], last: Journal | None, fleet: Fleet, to_become: dict[str, str]
    ) -> Journal:
        if last is not None and last.fleet != fleet.settings.name:
            path, name = arguments["journal"], fleet.settings.name
            problem = (
                f"journal: {path}: is that of the fleet {last.fleet}, not of {name}; name another file, or remove it"
            )
            raise failure([problem])
        now = int(time.time())
        holds = resume.holding(last, to_become, restart=arguments["restart"], now=now, lasts=arguments["lasts"])
        left = resume.left(holds, to_become)
        return resume.begun(
            last,
            holds,
            to_become,
            self._waves(arguments, {name: fleet.sites[name] for name in left}),
            asked_of(list(to_become), asked(arguments["canary"], arguments["waves"]), self._groups()),
            fleet=fleet.settings.name,
            known=fleet.sites,
            forget=arguments["restart"],
            now=now,
            owner=files.this_run(),
        )

    def _result(self, journal: Journal, views: dict[str, SiteView], options: dict[str, t.Any]) -> dict[str, t.Any]:
        left = resume.waves_left(journal)
        shown = [{"name": wave.name, "sites": list(wave.sites)} for wave in left]
        done = [name for name in views if name not in journal.left([name])]
        now = int(time.time())
        first = min((journal.sites[name].moment or 0 for name in done), default=None)
        return {
            "changed": False,
            "waves": shown,
            "order": [name for wave in left for name in wave.sites],
            "sizes": [len(wave.sites) for wave in left],
            "done": done,
            "done_ago": None if first is None else ago(first, now),
            "sites": {name: _site(view) for name, view in views.items()},
            KEY: {"event": "schedule", "waves": shown},
            "began": now,
            "ask_timeout": min(options["site_timeout"], ASK_TIME),
            "handshake_lasts": STALE,
            **options,
        }

    def _names(self, fleet: Fleet) -> list[str]:
        hosts = plain(self._variables.get("ansible_play_hosts_all", []))
        return [name for name in hosts if name in fleet.sites and fleet.sites[name].site.state != "planned"]

    def _groups(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = plain(self._variables.get("groups", {}))
        return found

    def _waves(self, arguments: dict[str, t.Any], views: dict[str, SiteView]) -> tuple[Wave, ...]:
        wanted = asked(arguments["canary"], arguments["waves"])
        try:
            return schedule(list(views), wanted, self._groups(), _up(arguments["tunnels"], views.values()))
        except ScheduleError as error:
            raise failure(error.problems) from error


def checked(arguments: dict[str, t.Any]) -> dict[str, t.Any]:
    """Return the options that the waves have to know, with their defaults. Raises AnsibleActionFail."""
    hold, timeout = arguments["hold"], arguments["gate_timeout"]
    timeout = hold + GATE_TIME if timeout is None else timeout
    problems = []
    if hold < 0:
        problems.append(f"hold: found {hold} s, expected 0 or more")
    if timeout < hold + LEAST_GATE_TIME:
        problems.append(
            f"gate_timeout: found {timeout} s, expected at least {hold + LEAST_GATE_TIME} s, that is the {hold} s of "
            f"hold and {LEAST_GATE_TIME} s until the site is heard of"
        )
    if arguments["window"] < 0:
        problems.append(f"window: found {arguments['window']} s, expected 0 or more")
    if arguments["site_timeout"] < 1:
        problems.append(f"site_timeout: found {arguments['site_timeout']} s, expected 1 or more")
    try:
        most_failures(arguments["max_failures"])
    except ValueError as error:
        problems.append(f"max_failures: {error}")
    if problems:
        raise failure(problems)
    return {
        "hold": hold,
        "gate_timeout": timeout,
        **{name: arguments[name] for name in ("journal", "max_failures", "site_timeout", "window")},
    }


def _up(tunnels: list[dict[str, t.Any]], views: Iterable[SiteView]) -> set[str] | None:
    """Return the names of the sites that any hub has had a handshake with lately; None where no hub tells."""
    peers = reading.peers(tunnels)
    if not peers:
        return None
    return {
        view.name
        for view in views
        for tunnel in reading.tunnels(str(view.addresses.tunnel), peers)
        if Sighting(handshake_age=tunnel.handshake_age).may_be_there
    }


def _site(view: SiteView) -> dict[str, t.Any]:
    cameras = [{"name": item.camera.name, "address": str(item.address)} for item in view.addresses.cameras]
    uplinks = [uplink.name for uplink in view.site.uplink]
    watch = {"name": view.name, "address": str(view.addresses.tunnel), "cameras": cameras}
    return {"watch": watch, "uplinks": uplinks}
