# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What of a router's configuration is the fleet's and what is its own; and what a router will have.

Of a package that the fleet has sections of, all goes that is neither the fleet's nor kept: a stock ``wan`` and
``wan6`` that the site does not have as an uplink, DHCP for them, a firewall's rules, a wireless network that somebody
made by hand, another tunnel. What shall stay stands in the site's ``router_uci``.
"""

from __future__ import annotations

import typing as t

from ansible_collections.farsite.fleet.plugins.plugin_utils.uci.document import Package
from ansible_collections.farsite.fleet.plugins.plugin_utils.uci.plan import target

if t.TYPE_CHECKING:
    from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.intended import Intended
    from ansible_collections.farsite.fleet.plugins.plugin_utils.uci.document import Section

KEEP: t.Mapping[str, tuple[str, ...]] = {
    "ddns": ("ddns",),
    "dhcp": ("dnsmasq", "odhcpd"),
    "dropbear": (),
    "firewall": (),
    "network": (
        "globals",
        "device",
        "interface.loopback",
        "bridge-vlan",
        "switch",
        "switch_vlan",
        "switch_port",
        "switch_ext",
        "atm-bridge",
        "dsl",
    ),
    "system": ("*",),
    "wireless": ("wifi-device",),
}
"""What stays, by package, as patterns of ``plan.target``: what the hardware needs, and what says how a daemon works."""

ALL = ("*",)


def keep_patterns(package: str) -> tuple[str, ...]:
    """Return what stays of *package*: of one that no feature knows all does."""
    return KEEP.get(package, ALL)


def is_kept(package: str, section: Section, keep: tuple[str, ...]) -> bool:
    """Return whether the patterns *keep* select *section*."""
    return bool(target(Package(package, (section,)), Package(package), "overridden", keep).sections)


def target_packages(wanted: Intended, running: t.Mapping[str, Package]) -> dict[str, Package]:
    """Return what a router that has the packages *running* will have, by name; again the same, if it has that already.

    *running* has whole packages as the router's files say, those missing that the router has no file of. A package that
    nobody has a section of is left out. Raises IdentityError where it would be a guess which section is meant.
    """
    packages = {}
    for package in wanted.packages:
        before = running.get(package.name, Package(package.name))
        shared = Package(package.name, tuple(entry.section for entry in package.shared))
        merged = target(before, shared, "merged", removed=tuple(entry.absent for entry in package.shared))
        after = target(merged, package.owned, "overridden", package.keep)
        if after.sections or before.sections:
            packages[package.name] = after
    return packages
