# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Radios."""

from __future__ import annotations

from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.features.wifi import wifi
from ansible_collections.farsite.fleet.tests.unit.plugins.plugin_utils.fleet.fleets import DEPOT, site_view
from ansible_collections.farsite.fleet.tests.unit.plugins.plugin_utils.fleet.golden import owned, shared, text

POINT = {"ssid": "Depot's yard", "key": "{{ vault_wifi }}", "country": "DE", "channel": "6"}
CLIENT = {"kind": "wifi", "ssid": "harbour", "key": "{{ vault_harbour }}", "country": "DE"}


def test_off_means_that_no_network_is_left() -> None:
    fragment = wifi(site_view(DEPOT))
    assert fragment.owned == {"wireless": ()}
    assert fragment.shared == {"wireless": ()}


def test_an_access_point() -> None:
    fragment = wifi(site_view({**DEPOT, "wifi": {**POINT, "radio": "radio1", "encryption": "sae-mixed"}}))
    assert owned(fragment, "wireless") == text("""
    config wifi-iface 'access_point'
        option device 'radio1'
        option mode 'ap'
        option network 'lan'
        option ssid 'Depot'\\''s yard'
        option encryption 'sae-mixed'
        option key '<secret wifi.key>'
    """)
    assert shared(fragment, "wireless") == text("""
    config wifi-device 'radio1'
        option disabled '0'
        option country 'DE'
        option channel '6'
    """)


def test_a_client_of_an_open_network() -> None:
    fragment = wifi(site_view({**DEPOT, "uplink": {"kind": "wifi", "ssid": "harbour", "encryption": "none"}}))
    assert owned(fragment, "wireless") == text("""
    config wifi-iface 'uplink_wwan'
        option device 'radio0'
        option mode 'sta'
        option network 'wwan'
        option ssid 'harbour'
        option encryption 'none'
    """)
    assert shared(fragment, "wireless") == text("""
    config wifi-device 'radio0'
        option disabled '0'
    """)


def test_of_a_radio_that_is_both_the_other_network_says_the_channel() -> None:
    fragment = wifi(site_view({**DEPOT, "uplink": CLIENT, "wifi": {**POINT, "channel": "auto"}}))
    assert owned(fragment, "wireless") == text("""
    config wifi-iface 'uplink_wwan'
        option device 'radio0'
        option mode 'sta'
        option network 'wwan'
        option ssid 'harbour'
        option encryption 'psk2'
        option key '<secret uplink.key>'

    config wifi-iface 'access_point'
        option device 'radio0'
        option mode 'ap'
        option network 'lan'
        option ssid 'Depot'\\''s yard'
        option encryption 'psk2'
        option key '<secret wifi.key>'
    """)
    assert shared(fragment, "wireless") == text("""
    config wifi-device 'radio0'
        option disabled '0'
        option country 'DE'
    """)
