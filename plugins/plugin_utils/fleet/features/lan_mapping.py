# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A LAN that cannot be renumbered: the tunnel sees it under the site's own prefix, address by address.

UCI has no prefix translation, so this is a file that firewall4 includes into its table. IPv6 needs none: the site's
IPv6 prefix is its own in any case.
"""

from __future__ import annotations

import typing as t

from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.fragment import File

if t.TYPE_CHECKING:
    from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.fleet import SiteView

PATH = "/etc/nftables.d/20-farsite-lan-mapping.nft"

_CONTENT = """\
# Written by farsite.fleet. The LAN's prefix {lan} is {prefix} in the tunnel.
# After the chains dstnat and srcnat, so that redirects of /etc/config/firewall come first.

chain farsite_lan_mapping_in {{
    type nat hook prerouting priority dstnat + 1; policy accept;
    iifname {tunnels} dnat ip prefix to ip daddr map {{ {prefix} : {lan} }}
}}

chain farsite_lan_mapping_out {{
    type nat hook postrouting priority srcnat + 1; policy accept;
    oifname {tunnels} snat ip prefix to ip saddr map {{ {lan} : {prefix} }}
}}
"""


def lan_mapping(view: SiteView) -> tuple[File, ...]:
    """Return the file of a site whose LAN is mapped, and none for others.

    Answers are translated back by connection tracking. The second chain is for what the router itself sends from its
    address in the LAN, and for flows from the LAN where ``router_uci`` lets some into the tunnel: the hub takes
    nothing from a site but its own prefix.
    """
    addresses = view.addresses
    if not addresses.mapped:
        return ()
    names = ", ".join(f'"{name}"' for name in view.tunnels)
    tunnels = names if len(view.tunnels) == 1 else f"{{ {names} }}"
    content = _CONTENT.format(lan=addresses.lan, prefix=addresses.prefix, tunnels=tunnels)
    return (File(PATH, 0o644, content),)
