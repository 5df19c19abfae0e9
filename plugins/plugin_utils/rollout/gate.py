# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether a site that was changed is well: what the hub has watched, and what the router says of its uplinks. Pure."""

from __future__ import annotations

import typing as t

from ansible_collections.farsite.fleet.plugins.plugin_utils.report import reading

if t.TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ansible_collections.farsite.fleet.plugins.plugin_utils.rollout.data import Before


def names_up(facts: object) -> tuple[str, ...] | None:
    """Return the interfaces that are up by a result of router_facts; None where it has none."""
    found = facts.get("ansible_facts") if isinstance(facts, t.Mapping) else None
    router = found.get("farsite_router") if isinstance(found, t.Mapping) else None
    interfaces = router.get("interfaces") if isinstance(router, t.Mapping) else None
    if interfaces is None:
        return None
    return tuple(interface["name"] for interface in interfaces if interface["up"])


def problem_of(
    watched: Mapping[str, t.Any] | None, facts: object, uplinks: Sequence[str], before: Before | None
) -> str | None:
    """Return why the gate does not let a site pass; None if it does.

    *watched* is what rollout_watch says of it, *facts* the result of router_facts after that. Each of its *uplinks*
    must be up that was *before*; where that is not known, the only one must be, or one of several.
    """
    if watched is None:
        return "the hub did not watch it"
    if not watched.get("passed"):
        return str(watched.get("reason") or "the hub gave no reason")
    if not isinstance(facts, t.Mapping):
        return "its router was not asked for its uplinks"
    error = reading.error_of(facts)
    up = names_up(facts)
    if error is not None or up is None:
        return f"its router does not tell of its uplinks: {error or 'nothing is said of interfaces'}"
    if before is not None and before.uplinks is not None:
        down = [name for name in uplinks if name in before.uplinks and name not in up]
    else:
        down = [] if set(uplinks) & set(up) else list(uplinks)
    return f"is not up: {', '.join(f'uplink {name}' for name in down)}" if down else None
