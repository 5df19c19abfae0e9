# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What trying a site came to, by the result of the role router. Pure."""

from __future__ import annotations

import dataclasses
import typing as t

from ansible_collections.farsite.fleet.plugins.plugin_utils.report import reading
from ansible_collections.farsite.fleet.plugins.plugin_utils.report.outcomes import NO_RESULT
from ansible_collections.farsite.fleet.plugins.plugin_utils.report.words import duration, printable

if t.TYPE_CHECKING:
    from ansible_collections.farsite.fleet.plugins.plugin_utils.rollout.data import State

STALE = 180
"""Seconds after which WireGuard throws a session away (its REJECT_AFTER_TIME): whoever is there has a newer one."""


@dataclasses.dataclass(frozen=True, slots=True)
class Sighting:
    """What the hub says of a site: whether it ``heard`` of it just now, and the seconds since the last handshake."""

    heard: bool = False
    handshake_age: int | None = None

    @property
    def may_be_there(self) -> bool:
        """Whether it is worth listening for."""
        return self.handshake_age is not None and self.handshake_age <= STALE


@dataclasses.dataclass(frozen=True, slots=True)
class Trial:
    """The state that a site has without a gate, and the reason where it is not done."""

    state: State
    reason: str | None = None
    touched: bool = False
    """Whether its router may have another configuration now."""
    away: bool = False
    """Whether neither SSH nor the hub got to its router."""


def trial(result: object, sighting: Sighting | None) -> Trial:
    """Return what became of a site. *result* is that of the role; *sighting* is None where no hub tells.

    A router that does not let in is off-line, unless the hub hears of it: then its tunnel works and its SSH does not.
    """
    if not isinstance(result, t.Mapping):
        return Trial("failed", NO_RESULT)
    if result.get("unreachable"):
        return _unreachable(printable(reading.error_of(result) or ""), sighting)
    if result.get("failed"):
        transaction = result.get("transaction")
        end = transaction.get("end") if isinstance(transaction, t.Mapping) else None
        message = printable(str(result.get("reason") or result.get("msg") or "it gave no reason"))
        # what ran out of time may have been at anything
        touched = bool(result.get("changed")) or "timedout" in result
        return Trial("rolled_back" if end == "undone" else "failed", message, touched)
    return Trial("changed", touched=True) if result.get("changed") else Trial("right")


def _unreachable(reason: str, sighting: Sighting | None) -> Trial:
    if sighting is None:
        return Trial("off_line", f"no hub tells when it was seen; {reason}", away=True)
    if sighting.heard:
        return Trial("failed", f"its tunnel works, but SSH does not let in: {reason}")
    age = sighting.handshake_age
    seen = "no handshake since the hub started" if age is None else f"last handshake {duration(age)} ago"
    return Trial("off_line", f"{seen}; {reason}", away=True)
