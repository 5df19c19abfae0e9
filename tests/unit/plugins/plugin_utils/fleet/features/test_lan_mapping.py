# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest

from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.features.lan_mapping import lan_mapping
from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.fragment import File
from ansible_collections.farsite.fleet.tests.unit.plugins.plugin_utils.fleet import fleets

MAPPED = """\
# Written by farsite.fleet. The LAN's prefix 192.168.1.0/24 is 10.80.17.0/24 in the tunnel.
# After the chains dstnat and srcnat, so that redirects of /etc/config/firewall come first.

chain farsite_lan_mapping_in {
    type nat hook prerouting priority dstnat + 1; policy accept;
    iifname "fleet" dnat ip prefix to ip daddr map { 10.80.17.0/24 : 192.168.1.0/24 }
}

chain farsite_lan_mapping_out {
    type nat hook postrouting priority srcnat + 1; policy accept;
    oifname "fleet" snat ip prefix to ip saddr map { 192.168.1.0/24 : 10.80.17.0/24 }
}
"""


def test_a_mapped_lan() -> None:
    (file,) = lan_mapping(fleets.site_view())
    assert file == File("/etc/nftables.d/20-farsite-lan-mapping.nft", 0o644, MAPPED)


def test_a_smaller_lan_and_another_tunnel() -> None:
    site = fleets.DEPOT | {"lan": {"prefix": "10.0.0.8/29", "dhcp": {"enabled": False}}, "tunnel": {"interface": "hq"}}
    (file,) = lan_mapping(fleets.site_view(site))
    assert '    iifname "hq" dnat ip prefix to ip daddr map { 10.81.44.0/29 : 10.0.0.8/29 }\n' in file.content
    assert '    oifname "hq" snat ip prefix to ip saddr map { 10.0.0.8/29 : 10.81.44.0/29 }\n' in file.content


def test_the_tunnels_to_all_hubs_are_mapped() -> None:
    fleet = fleets.fleet_of(fleets.files({"quarry": fleets.QUARRY}, {**fleets.FLEET, "hub": fleets.TWO_HUBS}))
    (file,) = lan_mapping(fleet.sites["quarry"])
    assert file.content.count('ifname { "fleet", "fleet2" } ') == 2


@pytest.mark.parametrize("prefix", [None, "10.81.44.0/24"])
def test_a_lan_with_the_prefix_of_its_site_is_not_mapped(prefix: str | None) -> None:
    assert lan_mapping(fleets.site_view(fleets.DEPOT | {"lan": {"prefix": prefix}})) == ()
