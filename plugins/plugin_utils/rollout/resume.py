# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How a run of a roll-out begins: what of the last one holds, and what is noted from then on. Pure."""

from __future__ import annotations

import dataclasses
import typing as t

from ansible_collections.farsite.fleet.plugins.plugin_utils.rollout.data import DONE, Entry, Journal, Wave

if t.TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ansible_collections.farsite.fleet.plugins.plugin_utils.rollout.data import Owner


def holding(last: Journal | None, digests: Mapping[str, str], *, restart: bool, now: int, lasts: int) -> Journal | None:
    """Return the *last* journal if its roll-out is to go on with sites of these *digests*; else None.

    None of one with nothing left to do: who rolls out again wants each router to be looked at again. Nor of one that
    ended by itself, some sites left, and has found others done more than *lasts* seconds before *now*.
    """
    if last is None or restart or last.finished:
        return None
    done = [last.sites[name] for name, digest in digests.items() if _done(last.sites.get(name), digest)]
    ended = last.owner is None and last.stopped is None
    if len(done) == len(digests) or (ended and any(now - (entry.moment or 0) > lasts for entry in done)):
        return None
    return last


def left(holds: Journal | None, digests: Mapping[str, str]) -> list[str]:
    """Return the names of *digests* that are left to do after what *holds*."""
    return [name for name, digest in digests.items() if holds is None or not _done(holds.sites.get(name), digest)]


def is_same(holds: Journal, digests: Mapping[str, str], asked: str) -> bool:
    """Return whether a run for sites of these *digests*, with such waves *asked* for, is one of what *holds*.

    It is another roll-out, of what is left, where a site is to become something else, or where it is for other sites.
    """
    to_do = left(holds, digests)
    planned = {name for wave in holds.waves for name in wave.sites}
    return (
        holds.asked == asked
        and set(to_do) <= planned <= set(digests)
        and all(name in holds.sites and holds.sites[name].digest == digests[name] for name in to_do)
    )


def begun(  # noqa: PLR0913 # a journal has these parts
    last: Journal | None,
    holds: Journal | None,
    digests: Mapping[str, str],
    waves: Sequence[Wave],
    asked: str,
    *,
    fleet: str,
    known: t.Collection[str],
    forget: bool,
    now: int,
    owner: Owner | None,
) -> Journal:
    """Return the journal of a run that begins *now*, for the sites of *digests* (what each is to become).

    *last* is that of the run before, *holds* the same if it goes on. *waves* are those of what is left, for another
    roll-out. Until a site is tried in this run, it counts neither as failed nor as off-line. What worked before a
    change that was not found well since is kept, unless it is to *forget*. *known* are the names of all sites of the
    fleet: what the last run noted of others is forgotten.
    """
    same = holds if holds is not None and is_same(holds, digests, asked) else None
    entries = dict(last.sites) if last else {}
    to_do = {
        name: Entry(digest=digests[name], **({} if forget else _earlier(entries.get(name))))
        for name in left(holds, digests)
    }
    return Journal(
        fleet=fleet,
        began=now if same is None else same.began,
        updated=now,
        asked=asked,
        waves=tuple(waves) if same is None else same.waves,
        sites={name: entry for name, entry in entries.items() if name in known} | to_do,
        owner=owner,
    )


def _done(entry: Entry | None, digest: str) -> bool:
    return entry is not None and entry.digest == digest and entry.state in DONE


def _earlier(entry: Entry | None) -> dict[str, t.Any]:
    """Return what is still to be known of a site that is to be tried (again)."""
    if entry is None:
        return {}
    reason = f"{entry.state.replace('_', ' ')} before: {entry.reason}" if entry.state not in DONE else None
    return {"reason": entry.reason if entry.state == "pending" else reason, "before": entry.before}


def waves_left(journal: Journal) -> tuple[Wave, ...]:
    """Return the waves with the sites that are left to do; those without any are left out."""
    waves = (Wave(wave.name, tuple(journal.left(wave.sites))) for wave in journal.waves)
    return tuple(wave for wave in waves if wave.sites)


def released(journal: Journal, now: int) -> Journal:
    """Return the journal of a run that has ended."""
    return dataclasses.replace(journal, owner=None, updated=now)
