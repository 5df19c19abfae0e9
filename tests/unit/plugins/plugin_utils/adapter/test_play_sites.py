# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from ansible_collections.farsite.fleet.plugins.plugin_utils.adapter.play_sites import active_sites


def test_planned_sites_and_other_hosts_are_left_out() -> None:
    groups = {"sites": ["a", "b", "c"], "planned": ["b"], "hub": ["h"]}
    assert active_sites({"groups": groups, "ansible_play_hosts_all": ["h", "c", "b"]}) == (["a", "c"], ["c"])
    assert active_sites({}) == ([], [])
