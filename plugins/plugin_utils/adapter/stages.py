# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A change of a site's uplinks and one of the path it is managed by, in transactions of their own. Pure.

If both were one transaction, neither would be proven by the other: a login that fails says nothing of which was wrong,
and one that succeeds may have come by what is about to go.
"""

from __future__ import annotations

import dataclasses
import typing as t

from ansible_collections.farsite.fleet.plugins.plugin_utils.uci.document import Package

if t.TYPE_CHECKING:
    from ansible_collections.farsite.fleet.plugins.plugin_utils.adapter.site_plan import SitePlan
    from ansible_collections.farsite.fleet.plugins.plugin_utils.router.uci_plan import PackagePlan
    from ansible_collections.farsite.fleet.plugins.plugin_utils.uci.document import Section

STAGES = 3
"""At most: new uplinks and those that change; all else; uplinks that go."""

_MANAGEMENT = frozenset({"dropbear", "firewall"})
_NOT_UPLINKS = frozenset({"lan", "loopback"})


def next_stage(plan: SitePlan, uplinks: t.Collection[str], tunnels: t.Collection[str]) -> SitePlan:
    """Return what of *plan* comes first, to be planned anew after it; all of it, where it may be one transaction.

    *uplinks* and *tunnels* are names of interfaces that the site is to have. A router that has none of the tunnels is
    not managed by one yet: all is one transaction. An uplink that goes stays until all else is done, unless a new one
    takes its device.
    """
    packages = {package.after.name: package for package in plan.uci.packages}
    network = packages.get("network")
    if network is None or not any(network.before.named(name) for name in tunnels):
        return plan
    change = _NetworkChange(network, frozenset(uplinks))
    joining, left = _clients(packages.get("wireless"), change.names)
    if not (change.arriving or change.leaving or joining) or not _concerns_management(plan, change):
        return plan
    after = {name: package.after for name, package in packages.items()}
    before = {name: package.before for name, package in packages.items()}
    if change.arriving or joining:
        radio = {"wireless": after["wireless"]} if joining else {}
        return _restricted(plan, before | radio | {"network": change.with_arriving()})
    radio = {"wireless": before["wireless"]} if left else {}
    later = _restricted(plan, after | radio | {"network": change.without_leaving()})
    return dataclasses.replace(later, files=plan.files)


class _NetworkChange:
    """What becomes of the uplinks in the package network."""

    def __init__(self, network: PackagePlan, wanted: frozenset[str]) -> None:
        self._before, self._after = network.before, network.after
        gone = {
            section.name
            for section in network.before.sections
            if _may_be_uplink(section) and section.name and network.after.named(section.name) is None
        }
        self.names = frozenset(wanted | gone)
        self.arriving = [
            section
            for section in network.after.sections
            if self._is_uplink(section) and section != network.before.named(section.name or "")
        ]
        """Sections that are new, or become other ones."""
        self.leaving = [section for section in network.before.sections if section.name in gone]

    @property
    def elsewhere(self) -> bool:
        """Whether anything but uplinks changes."""
        before, after = (
            [section for section in package.sections if not self._is_uplink(section)]
            for package in (self._before, self._after)
        )
        return before != after

    def with_arriving(self) -> Package:
        """Return the package as it is, with what arrives, and without those whose devices that takes."""
        new = {section.name: section for section in self.arriving}
        taken = {section.get("device") for section in self.arriving} - {None}
        replaced = {section.name for section in self.leaving if section.get("device") in taken}
        stay = [
            new.pop(section.name, section)
            for section in self._before.sections
            if not (self._is_uplink(section) and section.name in replaced)
        ]
        return Package(self._before.name, (*stay, *new.values()))

    def without_leaving(self) -> Package:
        """Return the package as it is to be, and with what leaves."""
        return Package(self._after.name, (*self._after.sections, *self.leaving))

    def _is_uplink(self, section: Section) -> bool:
        return section.type == "interface" and section.name in self.names


def _may_be_uplink(section: Section) -> bool:
    tunnel = section.get("proto") == "wireguard"
    return section.type == "interface" and section.name not in _NOT_UPLINKS and not tunnel


def _clients(radio: PackagePlan | None, uplinks: frozenset[str]) -> tuple[bool, bool]:
    """Return whether the router joins somebody's wireless network as an uplink, or leaves one."""
    if radio is None:
        return False, False
    before, after = (
        [section for section in package.sections if section.get("network") in uplinks]
        for package in (radio.before, radio.after)
    )
    return any(section not in before for section in after), any(section not in after for section in before)


def _concerns_management(plan: SitePlan, change: _NetworkChange) -> bool:
    names = {package.after.name for package in plan.uci.changed}
    return change.elsewhere or bool(names & _MANAGEMENT) or bool(plan.changed_files)


def _restricted(plan: SitePlan, packages: t.Mapping[str, Package]) -> SitePlan:
    """Return the plan with these packages, and no other files; what was found about all of it still holds."""
    stage = tuple(dataclasses.replace(package, after=packages[package.after.name]) for package in plan.uci.packages)
    return dataclasses.replace(plan, uci=dataclasses.replace(plan.uci, packages=stage), files=())
