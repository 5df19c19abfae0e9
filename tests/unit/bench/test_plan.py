# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the benchmark measures is a fleet; how long it takes is not tested."""

from __future__ import annotations

import typing as t

from ansible_collections.farsite.fleet.bench.plan import make_fleet
from ansible_collections.farsite.fleet.plugins.plugin_utils.adapter.fleet_files import load_folder

if t.TYPE_CHECKING:
    import pathlib


def test_its_fleets_are_valid(tmp_path: pathlib.Path) -> None:
    make_fleet(tmp_path / "fleet", 7)
    loaded = load_folder(tmp_path / "fleet")
    assert loaded.problems == ()
    assert loaded.fleet is not None
    assert len(loaded.fleet.sites) == 7
    assert {uplink.kind for view in loaded.fleet.sites.values() for uplink in view.site.uplink} == {
        "lte",
        "ethernet",
        "wifi",
    }
    assert {view.addresses.mapped for view in loaded.fleet.sites.values()} == {True, False}
