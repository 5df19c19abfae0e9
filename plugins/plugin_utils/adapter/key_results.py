# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Results of router_key as plain JSON: of keys only the public ones."""

from __future__ import annotations

import typing as t

from ansible_collections.farsite.fleet.plugins.plugin_utils.adapter import uci_results
from ansible_collections.farsite.fleet.plugins.plugin_utils.router.transaction import End

if t.TYPE_CHECKING:
    from ansible_collections.farsite.fleet.plugins.plugin_utils.router.keys import Key, RouterKeys
    from ansible_collections.farsite.fleet.plugins.plugin_utils.router.observation import Observation
    from ansible_collections.farsite.fleet.plugins.plugin_utils.router.transaction import Outcome
    from ansible_collections.farsite.fleet.plugins.plugin_utils.router.uci_plan import UciPlan

_SHOWN = ("changed", "commands", "diff", "warnings")
_TO_BE_MADE = "(the router makes it)"


def had(keys: RouterKeys) -> dict[str, t.Any]:
    """Return the public keys of a router."""
    return {"changed": bool(keys.made), "public_key": _public(keys.in_use), "next_public_key": _public(keys.next)}


def made(keys: RouterKeys, state: str) -> dict[str, t.Any]:
    """Return the public keys of a router with *state* ``present`` or ``next``, and that which was or would be made."""
    name, key = ("key", keys.in_use) if state == "present" else ("next key", keys.next)
    result = had(keys)
    if key is None or keys.made:
        result["changed"] = True
        after = f"{name}: {_TO_BE_MADE if key is None else key.public}\n"
        result["diff"] = {"before": "", "after": after, "before_header": "keys", "after_header": "keys"}
    return result


def planned(plan: UciPlan, observation: Observation, keys: RouterKeys) -> dict[str, t.Any]:
    """Return what a switch is going to change, with the public keys as they are before it."""
    whole = uci_results.planned(plan, observation)
    return had(keys) | {name: whole[name] for name in _SHOWN if name in whole}


def switched(outcome: Outcome, keys: RouterKeys) -> dict[str, t.Any]:
    """Return how the switch ended; anything but a confirmation fails the task."""
    result = uci_results.ended(outcome)
    if outcome.end is End.CONFIRMED:
        result |= {"public_key": _public(keys.next), "next_public_key": None}
    return result


def _public(key: Key | None) -> str | None:
    return None if key is None else key.public
