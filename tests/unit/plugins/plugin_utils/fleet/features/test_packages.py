# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Packages that a site names."""

from __future__ import annotations

from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.features.packages import packages
from ansible_collections.farsite.fleet.tests.unit.plugins.plugin_utils.fleet.fleets import DEPOT, site_view


def test_they_are_installed() -> None:
    assert packages(site_view({**DEPOT, "packages": ["tcpdump-mini", "mtr-json"]})).install == (
        "tcpdump-mini",
        "mtr-json",
    )
