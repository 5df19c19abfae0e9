# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a run has made of each site, and which of them are to be run again. Pure."""

from __future__ import annotations

import typing as t

from ansible_collections.farsite.fleet.plugins.plugin_utils.report import reading
from ansible_collections.farsite.fleet.plugins.plugin_utils.report.words import ago, printable

RESULT = "router_run"
"""The variable that the role router registers its result as."""
NEEDED = ("tunnel_address", RESULT)
"""The variables of a site that its outcome is made of."""
NO_RESULT = "the run ended before it"


class Outcomes(t.TypedDict):
    """Names of sites by what became of them, with the reason where there is one; ``again`` has those left to do."""

    changed: list[str]
    right: list[str]
    failed: dict[str, str]
    off_line: dict[str, str]
    again: list[str]


def outcomes(sites: t.Iterable[tuple[str, reading.Data]], tunnels: t.Iterable[reading.Data], moment: int) -> Outcomes:
    """Return what became of *sites*: names with variables, among them the result of the role router.

    *tunnels* are results of wireguard_info, each with the hub's name as ``item``; *moment* is now, as Unix time.
    """
    known = reading.peers(tunnels)
    found: Outcomes = {"changed": [], "right": [], "failed": {}, "off_line": {}, "again": []}
    for name, variables in sites:
        result = variables.get(RESULT)
        if not isinstance(result, t.Mapping):
            found["failed"][name] = NO_RESULT
        elif result.get("unreachable"):
            found["off_line"][name] = f"{_seen(variables, known, moment)}; {printable(reading.error_of(result) or '')}"
        elif result.get("failed"):
            found["failed"][name] = printable(str(result.get("reason") or result.get("msg") or "it gave no reason"))
        else:
            found["changed" if result.get("changed") else "right"].append(name)
    found["again"] = [*found["failed"], *found["off_line"]]
    return found


def _seen(variables: reading.Data, known: reading.Peers, moment: int) -> str:
    """Return when a hub had the newest handshake with the site."""
    if not known:
        return "no hub tells when it was seen"
    seen = [tunnel.last_seen for tunnel in reading.tunnels(variables.get("tunnel_address"), known)]
    return f"last seen {ago(max(moments), moment)}" if (moments := [one for one in seen if one]) else "was never seen"
