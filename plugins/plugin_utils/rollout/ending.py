# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The end of a run of a roll-out, for people: what became of each site, and how to go on. Pure."""

from __future__ import annotations

import typing as t

from ansible_collections.farsite.fleet.plugins.plugin_utils.rollout.data import DONE, STATES

if t.TYPE_CHECKING:
    from collections.abc import Mapping

    from ansible_collections.farsite.fleet.plugins.plugin_utils.rollout.data import State
    from ansible_collections.farsite.fleet.plugins.plugin_utils.rollout.trials import Trial

AGAIN = "run the same once more: who is done is not tried again; -e rollout_restart=true begins anew"


def by_state(trials: Mapping[str, Trial]) -> dict[State, dict[str, str | None]]:
    """Return the reasons of the sites by state and name."""
    return {state: {name: found.reason for name, found in trials.items() if found.state == state} for state in STATES}


def left(trials: Mapping[str, Trial]) -> list[str]:
    """Return the names of the sites that are left to do."""
    return [name for name, found in trials.items() if found.state not in DONE]


def words(trials: Mapping[str, Trial], stopped: str | None) -> dict[str, t.Any]:
    """Return what a person reads at the end: names by state, with reasons where there are any."""
    found = by_state(trials)
    shown: dict[str, t.Any] = {"changed": list(found["changed"]), "right": list(found["right"])}
    shown |= {
        state.replace("_", " "): found[state]
        for state in STATES
        if state not in DONE and state != "pending" and found[state]
    }
    if found["pending"]:
        shown["not tried"] = [f"{name} ({reason})" if reason else name for name, reason in found["pending"].items()]
    if stopped:
        shown["stopped"] = stopped
    shown["to go on"] = AGAIN if left(trials) else "nothing is left to do"
    return shown
