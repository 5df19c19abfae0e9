# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The ways to the internet, a golden text for each kind and protocol."""

from __future__ import annotations

import pytest

from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet import placeholders
from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.features.uplinks import (
    MODEM_DRIVERS,
    MODEM_OPTIONS,
    uplinks,
)
from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.model.uplink import MODEMS, Modem
from ansible_collections.farsite.fleet.plugins.plugin_utils.modem.profile import PROTO_PACKAGES
from ansible_collections.farsite.fleet.plugins.plugin_utils.uci.schema_table import INTERFACE_OPTIONS, PROTOCOLS
from ansible_collections.farsite.fleet.tests.unit.plugins.plugin_utils.fleet.fleets import DEPOT, site_view
from ansible_collections.farsite.fleet.tests.unit.plugins.plugin_utils.fleet.golden import owned, text

ALL = {
    "kind": "lte",
    "apn": "internet",
    "pin": "{{ vault_pin }}",
    "username": "me",
    "password": "{{ vault_password }}",
    "auth": "both",
    "roaming": True,
    "mtu": 1400,
}
LTE = {
    "auto": """
    config interface 'lte'
        option proto '<router modem protocol>'
        option device '<router modem device>'
        option apn 'internet'
        option pincode '<secret uplink.pin>'
        option username 'me'
        option password '<secret uplink.password>'
        option auth 'both'
        option allow_roaming '1'
        option mtu '1400'
        option metric '10'
    """,
    "qmi": """
    config interface 'lte'
        option proto 'qmi'
        option device '<router modem device>'
        option apn 'internet'
        option pincode '<secret uplink.pin>'
        option username 'me'
        option password '<secret uplink.password>'
        option auth 'both'
        option mtu '1400'
        option metric '10'
    """,
    "mbim": """
    config interface 'lte'
        option proto 'mbim'
        option device '<router modem device>'
        option apn 'internet'
        option pincode '<secret uplink.pin>'
        option username 'me'
        option password '<secret uplink.password>'
        option auth 'both'
        option allow_roaming '1'
        option mtu '1400'
        option metric '10'
    """,
    "ncm": """
    config interface 'lte'
        option proto 'ncm'
        option device '<router modem device>'
        option apn 'internet'
        option pincode '<secret uplink.pin>'
        option username 'me'
        option password '<secret uplink.password>'
        option auth 'both'
        option metric '10'
    """,
    "3g": """
    config interface 'lte'
        option proto '3g'
        option device '<router modem device>'
        option apn 'internet'
        option pincode '<secret uplink.pin>'
        option username 'me'
        option password '<secret uplink.password>'
        option mtu '1400'
        option metric '10'
    """,
    "directip": """
    config interface 'lte'
        option proto 'directip'
        option device '<router modem device>'
        option apn 'internet'
        option pincode '<secret uplink.pin>'
        option username 'me'
        option password '<secret uplink.password>'
        option auth 'both'
        option metric '10'
    """,
    "dhcp": """
    config interface 'lte'
        option proto 'dhcp'
        option device '<router modem device>'
        option mtu '1400'
        option metric '10'
    """,
    "modemmanager": """
    config interface 'lte'
        option proto 'modemmanager'
        option device '<router modem device>'
        option apn 'internet'
        option pincode '<secret uplink.pin>'
        option username 'me'
        option password '<secret uplink.password>'
        list allowedauth 'pap'
        list allowedauth 'chap'
        option allow_roaming '1'
        option metric '10'
    """,
}
OTHERS = [
    (
        {"kind": "lte", "modem": "qmi", "device": "/dev/cdc-wdm0"},
        """
    config interface 'lte'
        option proto 'qmi'
        option device '/dev/cdc-wdm0'
        option apn '<router APN of the SIM card>'
        option metric '10'
        """,
        ("uqmi",),
    ),
    (
        {"kind": "ethernet", "device": "eth1", "mtu": 1492, "dns": ["192.0.2.53", "192.0.2.54"]},
        """
    config interface 'wan'
        option device 'eth1'
        option proto 'dhcp'
        option peerdns '0'
        list dns '192.0.2.53'
        list dns '192.0.2.54'
        option metric '10'
        option mtu '1492'
        """,
        (),
    ),
    (
        {
            "kind": "ethernet",
            "protocol": "static",
            "address": "192.0.2.9/29",
            "gateway": "192.0.2.14",
            "dns": ["192.0.2.53"],
            "metric": 7,
        },
        """
    config interface 'wan'
        option device 'wan'
        option proto 'static'
        list ipaddr '192.0.2.9/29'
        option gateway '192.0.2.14'
        list dns '192.0.2.53'
        option metric '7'
        """,
        (),
    ),
    (
        {"kind": "ethernet", "protocol": "pppoe", "username": "me@isp", "password": "{{ vault_isp }}"},
        """
    config interface 'wan'
        option device 'wan'
        option proto 'pppoe'
        option username 'me@isp'
        option password '<secret uplink.password>'
        option metric '10'
        """,
        ("ppp-mod-pppoe",),
    ),
    (
        {"kind": "wifi", "ssid": "harbour", "encryption": "none"},
        """
    config interface 'wwan'
        option proto 'dhcp'
        option metric '10'
        """,
        (),
    ),
]


@pytest.mark.parametrize("modem", MODEMS)
def test_a_modem_gets_what_its_protocol_reads(modem: Modem) -> None:
    fragment = uplinks(site_view({**DEPOT, "uplink": {**ALL, "modem": modem}}))
    assert owned(fragment, "network") == text(LTE[modem])
    handler = () if modem == "auto" else PROTO_PACKAGES[modem]
    assert fragment.install == (*handler, *MODEM_DRIVERS.get(modem, ()))


def test_no_package_is_named_before_the_modem_is_known() -> None:
    assert uplinks(site_view({**DEPOT, "uplink": ALL})).install == ()


@pytest.mark.parametrize("modem", [modem for modem in MODEMS if modem != "auto"])
def test_no_option_is_one_that_the_protocol_does_not_know(modem: str) -> None:
    assert set(MODEM_OPTIONS[modem]) <= PROTOCOLS[modem].names | INTERFACE_OPTIONS.names


@pytest.mark.parametrize(("uplink", "expected", "install"), OTHERS)
def test_other_uplinks(uplink: dict[str, object], expected: str, install: tuple[str, ...]) -> None:
    fragment = uplinks(site_view({**DEPOT, "uplink": uplink}))
    assert owned(fragment, "network") == text(expected)
    assert fragment.install == install


@pytest.mark.parametrize(("auth", "expected"), [("pap", ["list allowedauth 'pap'"]), ("none", [])])
def test_modemmanager_has_a_list_of_what_it_may_do(auth: str, expected: list[str]) -> None:
    network = owned(uplinks(site_view({**DEPOT, "uplink": {**ALL, "modem": "modemmanager", "auth": auth}})), "network")
    assert [line.strip() for line in network.splitlines() if "allowedauth" in line] == expected


@pytest.mark.parametrize(
    ("device", "shown"),
    [("1-1", placeholders.MODEM_DEVICE), ("2-1.4.2", placeholders.MODEM_DEVICE), ("usb0", "usb0"), ("eth1", "eth1")],
)
def test_which_device_is_at_a_usb_port_only_the_router_knows(device: str, shown: str) -> None:
    network = owned(uplinks(site_view({**DEPOT, "uplink": {"kind": "lte", "device": device}})), "network")
    assert f"option device '{shown}'" in network


def test_of_two_the_first_has_the_lower_metric_and_none_leases_addresses() -> None:
    two = [{"kind": "lte", "modem": "dhcp", "device": "usb0"}, {"kind": "ethernet"}]
    fragment = uplinks(site_view({**DEPOT, "uplink": two}))
    assert owned(fragment, "network") == text("""
    config interface 'lte'
        option proto 'dhcp'
        option device 'usb0'
        option metric '10'

    config interface 'wan'
        option device 'wan'
        option proto 'dhcp'
        option metric '20'
    """)
    assert owned(fragment, "dhcp") == text("""
    config dhcp
        option interface 'lte'
        option ignore '1'

    config dhcp
        option interface 'wan'
        option ignore '1'
    """)
