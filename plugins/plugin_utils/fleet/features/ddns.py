# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A DNS name that follows the address of an uplink."""

from __future__ import annotations

import typing as t

from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet import placeholders
from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.fragment import Fragment, section

if t.TYPE_CHECKING:
    from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.fleet import SiteView

CERTIFICATES = "/etc/ssl/certs/ca-certificates.crt"


def ddns(view: SiteView) -> Fragment:
    """Return the service, and the packages that know the common ones.

    Some services need a package of their own, such as ``ddns-scripts-cloudflare`` (the README of OpenWrt's
    ddns-scripts has them): a site names it in ``packages``. Without a service the ones that a router has go.
    """
    settings = view.site.ddns
    if settings is None:
        return Fragment(owned={"ddns": ()})
    uplink = settings.uplink or view.site.uplink[0].name
    service = section(
        "service",
        "site",
        enabled=True,
        service_name=settings.service,
        lookup_host=settings.domain,
        domain=settings.domain,
        username=settings.username,
        password=placeholders.secret(settings.password),
        interface=uplink,
        ip_source="network",
        ip_network=uplink,
        use_ipv6=False,
        use_https=settings.https,
        cacert=CERTIFICATES if settings.https else None,
    )
    return Fragment(
        owned={"ddns": (service,)},
        install=("ddns-scripts", "ddns-scripts-services", *(("ca-bundle",) if settings.https else ())),
    )
