# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""From the dict of an LTE uplink, as in a site's file, to what is wished of a router."""

from __future__ import annotations

import dataclasses
import typing as t

from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet import placeholders
from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.features.uplinks import MODEM_OPTIONS, lte_interface
from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.model.uplink import (
    UPLINK,
    LteUplink,
    uplink_metric,
)
from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.problems import Place, Report, errors
from ansible_collections.farsite.fleet.plugins.plugin_utils.router.modem_uplink import Wish
from ansible_collections.farsite.fleet.plugins.plugin_utils.uci.document import Section
from ansible_collections.farsite.fleet.plugins.plugin_utils.uci.errors import DataError

if t.TYPE_CHECKING:
    from ansible_collections.farsite.fleet.plugins.plugin_utils.router.modem_uplink import Resolved

_ROOT = "uplink"
_BOTH_WAYS = {"mbim": "chap"}
"""How user name and password of the table of APNs are sent: both ways, but where a protocol takes one only."""


def wish_of(data: t.Mapping[str, t.Any], zone: str | None) -> Wish:
    """Return what *data* says: the keys of an uplink of the kind ``lte``. Raises DataError with all problems."""
    report = Report()
    uplink = UPLINK.read(dict(data), Place(report, "", (_ROOT,)))
    problems = tuple(str(problem) for problem in errors(report))
    if problems:
        raise DataError(problems)
    if not isinstance(uplink, LteUplink):
        raise DataError((f"{_ROOT}.kind: found {data.get('kind')}, expected lte: only such an uplink has a modem",))

    def value_of(path: str) -> str:
        return str(data[path.removeprefix(f"{_ROOT}.")])

    def section(resolved: Resolved) -> Section:
        return placeholders.filled(_section(uplink, resolved), value_of)

    return Wish(
        name=uplink.name,
        section=section,
        proto=None if uplink.modem == "auto" else uplink.modem,
        device=uplink.device,
        apn=None if uplink.apn == "auto" else uplink.apn,
        pin=value_of(f"{_ROOT}.pin") if uplink.pin else None,
        roaming=uplink.roaming,
        zone=zone or None,
    )


def _section(uplink: LteUplink, resolved: Resolved) -> Section:
    access = resolved.access
    known = dataclasses.replace(
        uplink, modem=resolved.proto, device=resolved.node, apn=access.apn if access else uplink.apn
    )
    if access and known.username is None and access.username is not None:
        known = dataclasses.replace(known, username=access.username)
    section = lte_interface(known, uplink_metric(uplink, 0))
    options = dict(section.options)
    if access and uplink.username is None and access.username is not None:
        added = {"password": access.password or "", "auth": _BOTH_WAYS.get(resolved.proto, "both")}
        reads = MODEM_OPTIONS[resolved.proto]
        options |= {name: value for name, value in added.items() if name in reads and value}
    options |= dict(resolved.options)
    return Section(section.type, section.name, tuple(options.items()))
