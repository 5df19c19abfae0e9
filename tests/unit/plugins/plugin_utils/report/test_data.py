# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from ansible_collections.farsite.fleet.plugins.plugin_utils.report.data import Site, Tunnel
from ansible_collections.farsite.fleet.tests.unit.plugins.plugin_utils.report.reports import fleet, site


def test_the_newest_of_several_tunnels_counts() -> None:
    both = Site(name="a", tunnels=(Tunnel(hub="x", handshake_age=9, last_seen=5), Tunnel(hub="y", last_seen=7)))
    assert (both.handshake_age, both.last_seen) == (9, 7)
    assert (Site(name="b").handshake_age, Site(name="b").last_seen) == (None, None)


def test_sites_are_counted() -> None:
    made = fleet(site("a"), site("b"), site("c", reachable=None))
    assert [made.count(state) for state in ("off-line", "degraded", "unknown", "ok")] == [0, 0, 1, 2]
