# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The folders that people review."""

from __future__ import annotations

import dataclasses
import typing as t

import pytest
import yaml
from hypothesis import given, settings

from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.hub import intended_hub
from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.intended import IntendedPackage, intended
from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.ownership import target_packages
from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.rendering import package_text, render_hub, render_site
from ansible_collections.farsite.fleet.plugins.plugin_utils.uci.data import SectionData
from ansible_collections.farsite.fleet.plugins.plugin_utils.uci.document import Package, Section
from ansible_collections.farsite.fleet.plugins.plugin_utils.uci.parser import parse
from ansible_collections.farsite.fleet.plugins.plugin_utils.uci.schema import check
from ansible_collections.farsite.fleet.tests.unit.plugins.plugin_utils.fleet.fleet_strategies import fleets
from ansible_collections.farsite.fleet.tests.unit.plugins.plugin_utils.fleet.fleets import (
    ANNA,
    DEPOT,
    FLEET,
    QUARRY,
    TWO_HUBS,
    files,
    fleet_of,
)
from ansible_collections.farsite.fleet.tests.unit.plugins.plugin_utils.uci.stock import STOCK

if t.TYPE_CHECKING:
    from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.files import FleetFiles
    from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.fleet import Fleet

SCRIPTS = {"tunnel_guard": "guard\n", "tunnels_guard": "guards\n"}
HEAD = "# Made from the fleet's files by farsite.fleet; a change here is lost.\n"
POOLS = {**FLEET, "pools": {"ula": "fd00:1:2::/48"}}
HARBOUR: dict[str, t.Any] = {
    "id": 5,
    "uplink": [
        {"kind": "ethernet", "protocol": "pppoe", "username": "me", "password": "{{ vault_isp }}"},
        {"kind": "wifi", "ssid": "harbour", "key": "{{ vault_harbour }}"},
    ],
    "wifi": {"ssid": "site", "key": "{{ vault_site }}", "country": "DE"},
    "ddns": {"service": "duckdns.org", "domain": "harbour.duckdns.org", "password": "{{ vault_ddns }}"},
    "tunnel": {"preshared_key": "{{ vault_psk }}"},
    "router_uci": {"rpcd": [{"type": "login", "options": {"username": "me", "password": "{{ vault_rpcd }}"}}]},
}
SITES = {"depot": DEPOT, "harbour": HARBOUR, "quarry": QUARRY}


def trees(fleet: Fleet) -> dict[str, dict[str, str]]:
    rendered = {name: render_site(view, intended(view), SCRIPTS) for name, view in fleet.sites.items()}
    return rendered | {hub.name: render_hub(intended_hub(fleet, hub)) for hub in fleet.hubs}


def in_plain_text(data: object) -> object:
    """Return data with a plain text for each template."""
    if isinstance(data, dict):
        return {key: in_plain_text(value) for key, value in data.items()}
    if isinstance(data, list):
        return [in_plain_text(value) for value in data]
    return "hunter2" if isinstance(data, str) and "{{" in data else data


def test_a_router_has_its_packages_its_files_and_its_addresses() -> None:
    named = {**POOLS, "hub": {"address": "hub.example.net"}}
    tree = trees(fleet_of(files(SITES, named)))["quarry"]
    assert list(tree) == [
        "addresses.yml",
        "etc/config/ddns",
        "etc/config/dhcp",
        "etc/config/dropbear",
        "etc/config/firewall",
        "etc/config/network",
        "etc/config/system",
        "etc/config/wireless",
        "etc/dropbear/authorized_keys",
        "etc/hotplug.d/iface/95-farsite-tunnel",
        "etc/nftables.d/20-farsite-cameras.nft",
        "etc/nftables.d/20-farsite-lan-mapping.nft",
        "packages.txt",
    ]
    assert tree["etc/hotplug.d/iface/95-farsite-tunnel"] == "guard\n"
    assert tree["packages.txt"] == "wireguard-tools\n"


def test_the_head_says_what_else_stays() -> None:
    shared = SectionData(Section("globals", "globals", (("ula_prefix", "fd00::/48"),)), ("netns",))
    package = IntendedPackage(
        Package("network", (Section("interface", "lan", (("proto", "none"),)),)), (shared,), ("globals", "device")
    )
    assert package_text(package) == HEAD + (
        "# On the router also stay: globals, device. All else goes.\n"
        "\n"
        "# Of this section other options stay.\n"
        "config globals 'globals'\n"
        "\toption ula_prefix 'fd00::/48'\n"
        "\t# option netns goes\n"
        "\n"
        "config interface 'lan'\n"
        "\toption proto 'none'\n"
    )


@pytest.mark.parametrize(
    ("keep", "expected"),
    [
        ((), "# Nothing else stays in this package on the router.\n"),
        (("*",), "# All else that the router has in this package stays.\n"),
        (("wifi-device",), "# On the router also stay: wifi-device. All else goes.\n"),
    ],
)
def test_a_package_without_sections_is_its_head(keep: tuple[str, ...], expected: str) -> None:
    assert package_text(IntendedPackage(Package("wireless"), (), keep)) == HEAD + expected


@given(fleets(most=2))
@settings(max_examples=40)
def test_every_package_is_read_back_and_has_no_error(given_files: FleetFiles) -> None:
    for view in fleet_of(given_files).sites.values():
        wanted = intended(view)
        tree = render_site(view, wanted, SCRIPTS)
        for package in wanted.packages:
            assert parse(tree[f"etc/config/{package.name}"], package.name) == package.given
        after = target_packages(wanted, STOCK)
        assert [str(finding) for finding in check(after, STOCK) if finding.severity == "error"] == []
        assert target_packages(wanted, after) == after


@given(fleets(most=2))
@settings(max_examples=40)
def test_a_secret_in_plain_text_is_in_no_text(given_files: FleetFiles) -> None:
    sites = {name: in_plain_text(site) for name, site in given_files.sites.items()}
    plain = dataclasses.replace(given_files, sites=sites)
    text = repr(trees(fleet_of(plain)))
    assert "hunter2" not in text
    assert text.count("<secret ") >= repr(sites).count("hunter2")
    assert text.count("<router WireGuard private key>") == text.count("option private_key")


def test_a_review_sees_the_addresses_of_a_site() -> None:
    assert trees(fleet_of(files(SITES, POOLS)))["quarry"]["addresses.yml"] == HEAD + (
        "---\n"
        "site: quarry\n"
        "id: 17\n"
        "name: quarry.example.internal\n"
        'tunnel: [10.79.0.17, "fd00:1:2::11"]\n'
        'prefix: [10.80.17.0/24, "fd00:1:2:11::/64"]\n'
        "lan: 192.168.1.0/24\n"
        'router: [192.168.1.1, "fd00:1:2:11::1"]\n'
        "cameras:\n"
        "  - name: gate.quarry.example.internal\n"
        "    number: 1\n"
        '    mac: "44:19:b6:00:00:01"\n'
        '    address: [10.80.17.11, "fd00:1:2:11::b"]\n'
        "    in_lan: 192.168.1.11\n"
        "  - name: yard.quarry.example.internal\n"
        "    number: 2\n"
        '    mac: "44:19:b6:00:00:02"\n'
        '    address: [10.80.17.12, "fd00:1:2:11::c"]\n'
        "    in_lan: 192.168.1.12\n"
        "    forwards:\n"
        "      - hub_port: 20162\n"
        "        port: 80\n"
        "        from: [198.51.100.0/24]\n"
    )


def test_the_hub_has_peers_forwards_and_names() -> None:
    people = {"anna": ANNA, "ben": {"id": 7, "access": {"cameras": "quarry/gate"}}}
    tree = trees(fleet_of(files(SITES, POOLS, people)))["hub-1"]
    assert list(tree) == ["addresses.yml", "forwards.yml", "operators.yml", "peers.yml"]
    peers = yaml.safe_load(tree["peers.yml"])["peers"]
    assert [peer["name"] for peer in peers] == ["depot", "harbour", "quarry", "operator anna", "operator ben"]
    assert peers[3]["allowed_ips"] == ["10.78.0.5/32"]
    assert yaml.safe_load(tree["operators.yml"]) == {
        "operators": [
            {"name": "anna", "address": "10.78.0.5", "reaches": ["10.79.0.0/16", "10.80.0.0/12"], "hub": True},
            {"name": "ben", "address": "10.78.0.7", "reaches": ["10.80.17.11/32"], "hub": False},
        ]
    }
    assert peers[1] == {
        "name": "harbour",
        "public_key": "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAM=",
        "allowed_ips": ["10.79.0.5/32", "fd00:1:2::5/128", "10.80.5.0/24", "fd00:1:2:5::/64"],
        "preshared_key": "<secret tunnel.preshared_key>",
    }
    assert "preshared_key" not in peers[0]
    assert yaml.safe_load(tree["forwards.yml"]) == {
        "forwards": [
            {"port": 20162, "to": "10.80.17.12:80", "site": "quarry", "camera": "yard", "from": ["198.51.100.0/24"]}
        ]
    }
    addresses = yaml.safe_load(tree["addresses.yml"])
    assert addresses["tunnel"] == ["10.79.255.254", "fd00:1:2::1:0"]
    assert addresses["operators"] == "10.78.0.0/22"
    assert addresses["names"]["depot.example.internal"] == ["10.79.1.44", "fd00:1:2::12c"]


def test_the_order_in_which_files_are_found_does_not_matter() -> None:
    turned = dict(reversed(SITES.items()))
    assert list(trees(fleet_of(files(turned))).items()) == list(trees(fleet_of(files(SITES))).items())


def test_another_site_changes_only_its_own_folder_and_the_hubs() -> None:
    many = files(SITES)
    fewer = files({name: site for name, site in SITES.items() if name != "harbour"})
    keys = {name: key for name, key in many.keys.items() if name != "harbour"}
    fewer = dataclasses.replace(fewer, keys=keys)
    with_it, without = trees(fleet_of(many)), trees(fleet_of(fewer))
    assert [name for name in with_it if with_it[name] != without.get(name)] == ["harbour", "hub-1"]


def test_every_hub_has_a_folder_that_differs_in_addresses_only() -> None:
    found = trees(fleet_of(files(SITES, {**POOLS, "hub": TWO_HUBS}, {"anna": ANNA})))
    assert [name for name in found if name.startswith("hub")] == ["hub-1", "hub-2"]
    one, two = found["hub-1"], found["hub-2"]
    assert one["forwards.yml"] == two["forwards.yml"]
    assert one["peers.yml"].replace("10.78.0.5", "10.78.4.5") == two["peers.yml"]
    assert one["operators.yml"].replace("10.78.0.5", "10.78.4.5") == two["operators.yml"]
    addresses = yaml.safe_load(two["addresses.yml"])
    assert (addresses["tunnel"], addresses["operators"]) == (["10.79.255.253", "fd00:1:2::1:1"], "10.78.4.0/22")
    assert list(addresses["names"])[:3] == [
        "hub-1.example.internal",
        "hub-2.example.internal",
        "depot.example.internal",
    ]


def test_a_second_hub_only_adds_to_what_routers_have() -> None:
    two = [FLEET["hub"], {"address": "203.0.113.11"}]
    before = trees(fleet_of(files(SITES, POOLS)))["quarry"]
    after = trees(fleet_of(files(SITES, {**POOLS, "hub": two})))["quarry"]
    changed = {path for path in after if after[path] != before.get(path)}
    mapping = "etc/nftables.d/20-farsite-lan-mapping.nft"
    assert changed == {"etc/config/network", "etc/config/firewall", mapping}
    for path in changed - {mapping}:
        lines = iter(after[path].splitlines())
        assert all(line in lines for line in before[path].splitlines()), path


def test_a_hub_without_a_key_is_shown_as_such() -> None:
    planned = files({"depot": {**DEPOT, "state": "planned"}}, POOLS)
    fleet = fleet_of(dataclasses.replace(planned, keys={}))
    assert "\toption public_key '<public key of hub-1>'\n" in trees(fleet)["depot"]["etc/config/network"]
    wanted = intended(fleet.sites["depot"])
    assert [str(one) for one in check(target_packages(wanted, STOCK), STOCK) if one.severity == "error"] == []


def test_no_secret_is_in_any_text() -> None:
    text = repr(trees(fleet_of(files(SITES))))
    for name in ("isp", "harbour", "site", "ddns", "psk", "rpcd"):
        assert f"vault_{name}" not in text
    for path in ("uplink[0].password", "uplink[1].key", "wifi.key", "ddns.password", "tunnel.preshared_key"):
        assert f"<secret {path}>" in text
