# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The DNS name of an uplink."""

from __future__ import annotations

from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.features.ddns import ddns
from ansible_collections.farsite.fleet.tests.unit.plugins.plugin_utils.fleet.fleets import DEPOT, site_view
from ansible_collections.farsite.fleet.tests.unit.plugins.plugin_utils.fleet.golden import owned, text

SERVICE = {"service": "duckdns.org", "domain": "depot.duckdns.org", "password": "{{ vault_ddns }}"}


def test_off_means_that_no_service_is_left() -> None:
    fragment = ddns(site_view(DEPOT))
    assert (fragment.owned, fragment.install) == ({"ddns": ()}, ())


def test_a_service_over_https() -> None:
    fragment = ddns(site_view({**DEPOT, "ddns": SERVICE}))
    assert owned(fragment, "ddns") == text("""
    config service 'site'
        option enabled '1'
        option service_name 'duckdns.org'
        option lookup_host 'depot.duckdns.org'
        option domain 'depot.duckdns.org'
        option password '<secret ddns.password>'
        option interface 'wan'
        option ip_source 'network'
        option ip_network 'wan'
        option use_ipv6 '0'
        option use_https '1'
        option cacert '/etc/ssl/certs/ca-certificates.crt'
    """)
    assert fragment.install == ("ddns-scripts", "ddns-scripts-services", "ca-bundle")


def test_a_service_of_another_uplink_without_https() -> None:
    uplinks = [{"kind": "ethernet"}, {"kind": "ethernet", "name": "wanb", "device": "eth2"}]
    service = {**SERVICE, "username": "me", "uplink": "wanb", "https": False}
    fragment = ddns(site_view({**DEPOT, "uplink": uplinks, "ddns": service}))
    assert owned(fragment, "ddns") == text("""
    config service 'site'
        option enabled '1'
        option service_name 'duckdns.org'
        option lookup_host 'depot.duckdns.org'
        option domain 'depot.duckdns.org'
        option username 'me'
        option password '<secret ddns.password>'
        option interface 'wanb'
        option ip_source 'network'
        option ip_network 'wanb'
        option use_ipv6 '0'
        option use_https '0'
    """)
    assert fragment.install == ("ddns-scripts", "ddns-scripts-services")
