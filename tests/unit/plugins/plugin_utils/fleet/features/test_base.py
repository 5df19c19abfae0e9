# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Name, description, time and log."""

from __future__ import annotations

import pytest

from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.features.base import base
from ansible_collections.farsite.fleet.tests.unit.plugins.plugin_utils.fleet.fleets import DEPOT, site_view
from ansible_collections.farsite.fleet.tests.unit.plugins.plugin_utils.fleet.golden import owned, shared, text

PLAIN = """
    config system
        option hostname 'depot'
        option timezone 'UTC0'
        option zonename 'UTC'
        option log_size '64'
        - description
        - log_ip
        - log_port
        - log_proto
"""
FULL = """
    config system
        option hostname 'Gate-7'
        option timezone 'CET-1CEST,M3.5.0,M10.5.0/3'
        option zonename 'Europe/Berlin'
        option log_size '256'
        option log_ip '10.78.0.5'
        option log_port '1514'
        option log_proto 'tcp'
        - description
"""
DESCRIBED = """
    config system
        option hostname 'depot'
        option description 'Gate 7, Łukasz'\\''s mast: ask at the "office"'
        option timezone 'UTC0'
        option zonename 'UTC'
        option log_size '64'
        - log_ip
        - log_port
        - log_proto
"""
SILENT = """
    config timeserver 'ntp'
        option enabled '1'
        option enable_server '0'
        list server '0.openwrt.pool.ntp.org'
        list server '1.openwrt.pool.ntp.org'
        list server '2.openwrt.pool.ntp.org'
        list server '3.openwrt.pool.ntp.org'
"""
SERVING = """
    config timeserver 'ntp'
        option enabled '1'
        option enable_server '1'
        option interface 'lan'
        list server 'time.example.net'
"""


@pytest.mark.parametrize(
    ("settings", "system", "ntp"),
    [
        ({}, PLAIN, SILENT),
        (
            {
                "hostname": "Gate-7",
                "time_zone": "Europe/Berlin",
                "log": {"size": 256, "remote": "10.78.0.5", "port": 1514, "protocol": "tcp"},
                "ntp": {"servers": ["time.example.net"], "serve_lan": True},
            },
            FULL,
            SERVING,
        ),
    ],
)
def test_sections(settings: dict[str, object], system: str, ntp: str) -> None:
    fragment = base(site_view({**DEPOT, "system": settings}, "depot"))
    assert shared(fragment, "system") == text(system)
    assert owned(fragment, "system") == text(ntp)


def test_the_description_of_the_site() -> None:
    described = {**DEPOT, "description": 'Gate 7, Łukasz\'s mast: ask at the "office"'}
    assert shared(base(site_view(described, "depot")), "system") == text(DESCRIBED)
