# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Flows that a camera began before the router knew it as a camera.

The firewall's rules see the beginnings of flows only: what connection tracking knows passes as established, even over a
reload. A camera that kept talking to its vendor would go on until the router's next boot. UCI has no word for the
direction of a flow, so this is a file that firewall4 includes into its table.
"""

from __future__ import annotations

import typing as t

from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.fragment import File

if t.TYPE_CHECKING:
    from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.fleet import SiteView

DHCP = 67
DHCPV6 = 547
NTP = 123

PATH = "/etc/nftables.d/20-farsite-cameras.nft"

_CONTENT = """\
# Written by farsite.fleet. What cameras may begin is in /etc/config/firewall. This ends what they began earlier: of a
# flow that is already known, they may only send answers.

set farsite_cameras {{
    type ether_addr
    elements = {{
{elements}
    }}
}}

chain farsite_cameras_forward {{
    type filter hook forward priority filter - 1; policy accept;
    ether saddr @farsite_cameras ct state established,related ct direction original counter drop
}}

chain farsite_cameras_input {{
    type filter hook input priority filter - 1; policy accept;
    ether saddr @farsite_cameras udp dport {{ {services} }} accept
    ether saddr @farsite_cameras ct state established,related ct direction original counter drop
}}
"""


def camera_flows(view: SiteView) -> tuple[File, ...]:
    """Return the file of a site with cameras, and none for others."""
    if not view.site.cameras:
        return ()
    services = [DHCP, *([NTP] if view.site.system.ntp.serve_lan else []), DHCPV6]
    content = _CONTENT.format(
        elements="\n".join(f'        {camera.mac} comment "{camera.name}",' for camera in view.site.cameras),
        services=", ".join(map(str, services)),
    )
    return (File(PATH, 0o644, content),)
