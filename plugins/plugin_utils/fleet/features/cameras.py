# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The cameras: each has one address for ever, and a name."""

from __future__ import annotations

import typing as t

from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.fragment import Fragment, section
from ansible_collections.farsite.fleet.plugins.plugin_utils.uci.data import SectionData

if t.TYPE_CHECKING:
    from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.addresses import CameraAddresses
    from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.fleet import SiteView
    from ansible_collections.farsite.fleet.plugins.plugin_utils.uci.document import Section

_HOST_BITS = (1 << 64) - 1


def cameras(view: SiteView) -> Fragment:
    """Return a static lease of each camera, and what the router's dnsmasq answers for the site's names.

    Its domain is the site's own, so a camera has the name there that it has in the fleet; the LAN is told the address
    in the LAN. dnsmasq leases the IPv4 address. odhcpd leases the IPv6 one to a camera that asks for it, and only then
    the name has it too (``leasefile`` of odhcpd).
    """
    plan = view.addresses
    names = (
        section("domain", "site", name=(plan.dns_name,), ip=plan.router),
        section("domain", "site6", name=(plan.dns_name,), ip=plan.router6),
    )
    # What is below the domain is asked of nobody else.
    resolver = section("dnsmasq", None, domain=plan.dns_name, local=f"/{plan.dns_name}/")
    return Fragment(
        owned={"dhcp": (*names, *(_host(camera) for camera in plan.cameras))},
        shared={"dhcp": (SectionData(resolver),)},
    )


def _host(addresses: CameraAddresses) -> Section:
    camera = addresses.camera
    return section(
        "host",
        f"camera_{camera.name.replace('-', '_')}",
        name=camera.name,
        mac=(camera.mac,),
        ip=addresses.lan_address,
        hostid=f"{int(addresses.address6) & _HOST_BITS:x}",
        dns=True,
    )
