# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.features.camera_flows import camera_flows
from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.fragment import File
from ansible_collections.farsite.fleet.tests.unit.plugins.plugin_utils.fleet import fleets

TWO_CAMERAS = """\
# Written by farsite.fleet. What cameras may begin is in /etc/config/firewall. This ends what they began earlier: of a
# flow that is already known, they may only send answers.

set farsite_cameras {
    type ether_addr
    elements = {
        44:19:b6:00:00:01 comment "gate",
        44:19:b6:00:00:02 comment "yard",
    }
}

chain farsite_cameras_forward {
    type filter hook forward priority filter - 1; policy accept;
    ether saddr @farsite_cameras ct state established,related ct direction original counter drop
}

chain farsite_cameras_input {
    type filter hook input priority filter - 1; policy accept;
    ether saddr @farsite_cameras udp dport { 67, 547 } accept
    ether saddr @farsite_cameras ct state established,related ct direction original counter drop
}
"""


def test_two_cameras() -> None:
    (file,) = camera_flows(fleets.site_view())
    assert file == File("/etc/nftables.d/20-farsite-cameras.nft", 0o644, TWO_CAMERAS)


def test_cameras_may_go_on_asking_for_the_time_where_the_router_gives_it() -> None:
    (file,) = camera_flows(fleets.site_view(fleets.QUARRY | {"system": {"ntp": {"serve_lan": True}}}))
    assert file.content == TWO_CAMERAS.replace("{ 67, 547 }", "{ 67, 123, 547 }")


def test_without_cameras_there_is_no_file() -> None:
    assert camera_flows(fleets.site_view(fleets.DEPOT)) == ()
