# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Leases and names of the cameras."""

from __future__ import annotations

from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.features.cameras import cameras
from ansible_collections.farsite.fleet.tests.unit.plugins.plugin_utils.fleet.fleets import DEPOT, site_view
from ansible_collections.farsite.fleet.tests.unit.plugins.plugin_utils.fleet.golden import owned, shared, text

TWO = [
    {"name": "gate-2", "mac": "44:19:B6:00:00:01"},
    {"name": "yard", "mac": "44:19:b6:00:00:02", "number": 60, "address": "192.168.1.9"},
]


def test_each_camera_has_a_lease_in_the_lan_and_its_name() -> None:
    site = {**DEPOT, "lan": {"prefix": "192.168.1.0/24"}, "cameras": TWO}
    fragment = cameras(site_view(site, "depot", domain="cams.example.net", pools={"ula": "fd00:1:2::/48"}))
    assert owned(fragment, "dhcp") == text("""
    config domain 'site'
        list name 'depot.cams.example.net'
        option ip '192.168.1.1'

    config domain 'site6'
        list name 'depot.cams.example.net'
        option ip 'fd00:1:2:12c::1'

    config host 'camera_gate_2'
        option name 'gate-2'
        list mac '44:19:b6:00:00:01'
        option ip '192.168.1.11'
        option hostid 'b'
        option dns '1'

    config host 'camera_yard'
        option name 'yard'
        list mac '44:19:b6:00:00:02'
        option ip '192.168.1.9'
        option hostid '46'
        option dns '1'
    """)
    assert shared(fragment, "dhcp") == text("""
    config dnsmasq
        option domain 'depot.cams.example.net'
        option local '/depot.cams.example.net/'
    """)


def test_a_site_without_cameras_has_its_own_name() -> None:
    assert "config host" not in owned(cameras(site_view(DEPOT)), "dhcp")
