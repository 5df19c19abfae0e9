# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One look at a hub's firewall: what differs from the options of its task, and what a person should know."""

from __future__ import annotations

import dataclasses
import typing as t

from ansible_collections.farsite.fleet.plugins.module_utils.nftables.firewall import Difference, Firewall
from ansible_collections.farsite.fleet.plugins.module_utils.nftables.report import foreign_findings, warnings
from ansible_collections.farsite.fleet.plugins.module_utils.nftables.ruleset import ruleset
from ansible_collections.farsite.fleet.plugins.module_utils.nftables.settings import read

if t.TYPE_CHECKING:
    from ansible_collections.farsite.fleet.plugins.module_utils.nftables.device import Device


@dataclasses.dataclass(frozen=True, slots=True)
class Look:
    """What was found; ``foreign`` is as the module returns it."""

    firewall: Firewall
    difference: Difference
    foreign: list[dict[str, str]]
    undone_before: bool
    warnings: list[str]


def look(device: Device, options: t.Mapping[str, t.Any]) -> Look:
    """Compare the hub with the module's *options*. Raises SettingsError, DeviceError."""
    settings = read(options)
    firewall = Firewall(device)
    undone_before = firewall.undone_before()
    difference = firewall.compare(ruleset(settings))
    foreign, runtimes = foreign_findings(device, settings)
    told = list(warnings(settings, foreign, runtimes, undone_before=undone_before))
    return Look(firewall, difference, foreign, undone_before, told)
