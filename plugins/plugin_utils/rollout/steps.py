# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is noted when sites are about to be changed, and when it is known what became of them. Pure."""

from __future__ import annotations

import dataclasses
import typing as t

from ansible_collections.farsite.fleet.plugins.plugin_utils.rollout.data import DONE, Before
from ansible_collections.farsite.fleet.plugins.plugin_utils.rollout.trials import Trial

if t.TYPE_CHECKING:
    from collections.abc import Mapping

    from ansible_collections.farsite.fleet.plugins.plugin_utils.rollout.data import Journal


def interrupted(journal: Journal, names: t.Iterable[str]) -> list[str]:
    """Return those of *names* whose routers may have been changed earlier without having been found well since.

    Such a site has to pass the gate also where its router is right by now.
    """
    return [name for name in names if journal.sites[name].before is not None]


def reached(journal: Journal, names: t.Iterable[str]) -> list[str]:
    """Return those of *names* whose routers were there when an earlier change of them began.

    To be asked before the sites are marked: a router that is there now was not changed by that yet.
    """
    return [name for name in names if (before := journal.sites[name].before) is not None and before.reached]


def marked(journal: Journal, found: Mapping[str, Before], now: int) -> Journal:
    """Return *journal* with what works at the sites of *found*, which are about to be changed.

    What was noted before an earlier change that was not found well holds on.
    """
    entries = {
        name: dataclasses.replace(entry, before=found[name].and_before(entry.before))
        for name, entry in journal.sites.items()
        if name in found
    }
    return dataclasses.replace(journal, sites={**journal.sites, **entries}, updated=now)


def to_pass(trials: Mapping[str, Trial], interrupted: t.Collection[str]) -> list[str]:
    """Return the sites that have to pass the gate: those that are changed now, or may have been before."""
    return [
        name
        for name, found in trials.items()
        if found.state == "changed" or (found.state == "right" and name in interrupted)
    ]


def judged(trials: Mapping[str, Trial], reached: t.Collection[str], gate: Mapping[str, str | None]) -> dict[str, Trial]:
    """Return the trials after the gate: who has a problem there has failed, who has none was changed and is well.

    One that may have been changed earlier, since it was *reached* then, and is off-line by now has failed, too.
    """
    return {name: _judged(name, found, reached, gate) for name, found in trials.items()}


def _judged(name: str, found: Trial, reached: t.Collection[str], gate: Mapping[str, str | None]) -> Trial:
    if name in gate:
        problem = gate[name]
        return Trial("changed", touched=True) if problem is None else Trial("failed", problem, touched=True)
    if found.state == "off_line" and name in reached:
        return dataclasses.replace(found, state="failed", reason=f"off-line since a roll-out was at it; {found.reason}")
    return found


def noted(
    journal: Journal,
    trials: Mapping[str, Trial],
    interrupted: t.Collection[str],
    reached: t.Collection[str],
    now: int,
) -> Journal:
    """Return *journal* with what became of the sites of *trials*.

    *interrupted* and *reached* are those that were before this wave.
    """
    entries = {
        name: dataclasses.replace(
            entry,
            state=trials[name].state,
            reason=trials[name].reason,
            moment=now,
            away=trials[name].away,
            before=_before(entry.before, trials[name], name in interrupted, name in reached),
        )
        for name, entry in journal.sites.items()
        if name in trials
    }
    return dataclasses.replace(journal, sites={**journal.sites, **entries}, updated=now)


def _before(before: Before | None, found: Trial, earlier: bool, reached: bool) -> Before | None:  # noqa: FBT001
    """Return what has to work before a site is done; *earlier* is whether it may have been changed before this wave.

    That a router was there in this wave, which did not change it, is not held against it later.
    """
    if found.state in DONE or not (found.touched or earlier):
        return None
    return dataclasses.replace(before or Before(), reached=found.touched or reached)


def stopped(journal: Journal, reason: str | None) -> Journal:
    """Return *journal* with why the run has stopped, None if it goes on."""
    return dataclasses.replace(journal, stopped=reason)


def queued(journal: Journal, names: t.Collection[str]) -> list[str]:
    """Return those of *names* to listen for, in the journal's order."""
    return [name for name, entry in journal.sites.items() if name in names and entry.away]
