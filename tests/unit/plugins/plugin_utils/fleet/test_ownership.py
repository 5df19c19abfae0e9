# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""From a stock router, and others, to the target."""

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.intended import FEATURES, intended
from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.ownership import (
    KEEP,
    is_kept,
    keep_patterns,
    target_packages,
)
from ansible_collections.farsite.fleet.plugins.plugin_utils.uci.document import Package, Section
from ansible_collections.farsite.fleet.plugins.plugin_utils.uci.identity import IdentityError
from ansible_collections.farsite.fleet.plugins.plugin_utils.uci.parser import parse
from ansible_collections.farsite.fleet.plugins.plugin_utils.uci.schema import check
from ansible_collections.farsite.fleet.tests.unit.plugins.plugin_utils.fleet.fleets import DEPOT, QUARRY, site_view
from ansible_collections.farsite.fleet.tests.unit.plugins.plugin_utils.uci.stock import DROPBEAR_23, STOCK

WIRELESS = parse(
    """
config wifi-device 'radio0'
	option type 'mac80211'
	option path 'platform/18000000.wmac'
	option band '2g'
	option channel '1'
	option disabled '1'

config wifi-iface 'default_radio0'
	option device 'radio0'
	option network 'lan'
	option mode 'ap'
	option ssid 'OpenWrt'
	option encryption 'none'
""",
    "wireless",
)
DDNS = parse(
    """
config ddns 'global'
	option ddns_loglines '250'

config service 'myddns_ipv4'
	option service_name 'dyndns.org'
""",
    "ddns",
)
RUNNING = {
    "24.10": {**STOCK, "wireless": WIRELESS, "ddns": DDNS},
    "23.05": {**STOCK, "dropbear": DROPBEAR_23},
    "nothing": {},
}
SITES: dict[str, dict[str, t.Any]] = {
    "lte": QUARRY,
    "ethernet": DEPOT,
    "wifi": {
        **DEPOT,
        "uplink": [{"kind": "ethernet"}, {"kind": "wifi", "ssid": "harbour", "key": "{{ key }}"}],
        "wifi": {"ssid": "depot", "key": "{{ key }}", "country": "DE"},
        "lan": {"ports": ["lan1", "lan2"]},
        "ssh": {"port": 2222},
        "system": {"log": {"remote": "10.78.0.1"}},
        "router_uci": {"uhttpd": [{"type": "uhttpd", "name": "main", "options": {"redirect_https": True}}]},
    },
}


@pytest.mark.parametrize("running", RUNNING.values(), ids=RUNNING)
@pytest.mark.parametrize("site", SITES.values(), ids=SITES)
def test_a_second_time_changes_nothing(site: dict[str, t.Any], running: dict[str, Package]) -> None:
    wanted = intended(site_view(site))
    after = target_packages(wanted, running)
    assert target_packages(wanted, after) == after


@pytest.mark.parametrize("running", RUNNING.values(), ids=RUNNING)
@pytest.mark.parametrize("site", SITES.values(), ids=SITES)
def test_the_target_has_no_error(site: dict[str, t.Any], running: dict[str, Package]) -> None:
    after = target_packages(intended(site_view(site)), running)
    assert [str(finding) for finding in check({**running, **after}, running) if finding.severity == "error"] == []


def names(package: Package, section_type: str) -> list[str | None]:
    return [section.name for section in package.sections if section.type == section_type]


def test_a_stock_router_becomes_the_sites() -> None:
    after = target_packages(intended(site_view(QUARRY)), RUNNING["24.10"])
    network, dhcp = after["network"], after["dhcp"]
    # The stock wan and wan6 are nobody's uplinks here, so they go; the bridge and its ports are the hardware's.
    assert names(network, "interface") == ["loopback", "lan", "lte", "fleet"]
    assert [section.get("ports") for section in network.sections if section.type == "device"] == [("eth0", "eth1")]
    assert network.named("lan") == next(
        s for s in intended(site_view(QUARRY)).packages[4].owned.sections if s.name == "lan"
    )
    assert [section.get("interface") for section in dhcp.sections if section.type == "dhcp"] == ["lan", "lte"]
    assert names(dhcp, "odhcpd") == ["odhcpd"]
    resolver = next(section for section in dhcp.sections if section.type == "dnsmasq")
    assert (resolver.get("rebind_protection"), resolver.get("domain")) == ("1", "quarry-north.example.internal")
    system = after["system"].sections[0]
    assert (system.get("hostname"), system.get("compat_version")) == ("quarry-north", "1.1")
    assert names(after["system"], "led") == ["led_wan"]
    assert names(after["dropbear"], "dropbear") == ["main"]
    assert [section.type for section in after["wireless"].sections] == ["wifi-device"]
    assert [section.type for section in after["ddns"].sections] == ["ddns"]


def test_a_stock_wan_that_is_the_uplink_stays_in_its_place() -> None:
    after = target_packages(intended(site_view(DEPOT)), RUNNING["24.10"])
    assert names(after["network"], "interface") == ["loopback", "lan", "wan", "fleet"]
    wan = after["network"].named("wan")
    assert wan is not None
    assert wan.get("device") == "wan"
    assert [s.name for s in after["dhcp"].sections if s.type == "dhcp"] == ["lan", "wan"]


def test_an_anonymous_ssh_section_of_23_05_is_the_one_that_there_is() -> None:
    after = target_packages(intended(site_view(DEPOT)), RUNNING["23.05"])
    assert names(after["dropbear"], "dropbear") == ["main"]
    assert after["dropbear"].sections[0].get("Interface") is None


def test_a_router_without_a_radio_gets_no_package_of_radios() -> None:
    assert "wireless" not in target_packages(intended(site_view(DEPOT)), RUNNING["23.05"])


def test_what_a_site_no_longer_has_goes_from_shared_sections() -> None:
    with_log = {**DEPOT, "system": {"log": {"remote": "10.78.0.1"}}}
    before = target_packages(intended(site_view(with_log)), STOCK)
    assert before["system"].sections[0].get("log_ip") == "10.78.0.1"
    after = target_packages(intended(site_view(DEPOT)), before)
    assert after["system"].sections[0].get("log_ip") is None
    assert after["system"].sections[0].get("log_size") == "64"


def test_which_section_is_meant_is_not_guessed() -> None:
    twice = Package("system", (Section("system"), Section("system")))
    with pytest.raises(IdentityError, match="system"):
        target_packages(intended(site_view(DEPOT)), {**STOCK, "system": twice})


def test_every_package_of_a_feature_says_what_stays() -> None:
    view = site_view(SITES["wifi"])
    known = {name for feature in FEATURES.values() for name in (*feature(view).owned, *feature(view).shared)}
    assert known == set(KEEP)


def test_of_a_package_that_no_feature_knows_all_stays() -> None:
    assert is_kept("uhttpd", Section("cert"), keep_patterns("uhttpd"))


@pytest.mark.parametrize(
    ("section", "expected"),
    [(Section("interface", "loopback"), True), (Section("interface", "wan6"), False), (Section("device"), True)],
)
def test_loopback_is_the_only_interface_that_stays(section: Section, *, expected: bool) -> None:
    assert is_kept("network", section, KEEP["network"]) is expected
