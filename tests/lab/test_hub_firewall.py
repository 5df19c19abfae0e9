# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The hub's firewall with a real nft and real packets in network namespaces; systemd is a stand-in (hub_systemd.py)."""

from __future__ import annotations

import time
import typing as t

import foreign_rulesets
import hub_network
import pytest
from hub_network import (
    ANNA,
    BO,
    CAMERA,
    HUB,
    HUB_IPV6,
    IN_TUNNEL,
    INTERNET_IPV6,
    LISTED,
    OTHER,
    OTHER_CAMERA,
    HubNetwork,
)

FLEET: dict[str, t.Any] = {
    "tunnel_addresses": [f"{IN_TUNNEL}/32"],
    "site_networks": ["10.79.0.0/16", "10.80.0.0/12"],
    "ssh": {"from": ["198.51.100.0/24", "2001:db8:1::/64"]},
    "ports": [{"name": "relay", "port": 8554, "from": "anywhere"}],
    "forwards": [
        {"name": "site/yard", "port": 18001, "address": CAMERA, "target_port": 80, "from": ["198.51.100.0/24"]},
        {"name": "site/gate", "port": 18002, "address": OTHER_CAMERA, "target_port": 80, "from": "anywhere"},
    ],
    "operators": [
        {"name": "anna", "addresses": [ANNA], "reaches": ["10.80.1.0/24"], "hub": True},
        {"name": "bo", "addresses": [BO], "reaches": [OTHER_CAMERA]},
    ],
}
SILENT = "silent"


@pytest.fixture(scope="module")
def _network() -> t.Iterator[HubNetwork]:
    reason = hub_network.why_unusable()
    if reason:
        pytest.skip(reason)
    network = HubNetwork()
    try:
        network.serve("hub", 22, 8554, 9999, 18001)
        network.serve("site", 80, 8080)
        network.serve("other-site", 80)
        network.serve("anna", 80)
        yield network
    finally:
        network.remove()


@pytest.fixture
def network(_network: HubNetwork) -> HubNetwork:
    """A hub whose firewall is that of FLEET."""
    foreign = _network.run("hub", "nft", "flush", "ruleset")
    assert not foreign
    _network.apply(**FLEET)
    return _network


def test_a_scan_from_the_internet_sees_what_was_asked_for(network: HubNetwork) -> None:
    ports = [1, 21, 22, 23, 80, 443, 8554, 9999, 18001, 18002, 51820]
    listed = dict(zip(ports, network.ask("internet", LISTED, HUB, *ports), strict=True))
    other = dict(zip(ports, network.ask("internet", OTHER, HUB, *ports), strict=True))
    assert {port: answer for port, answer in listed.items() if answer != SILENT} == {
        22: LISTED,
        8554: LISTED,
        18001: IN_TUNNEL,
        18002: IN_TUNNEL,
    }
    assert {port: answer for port, answer in other.items() if answer != SILENT} == {8554: OTHER, 18002: IN_TUNNEL}


def test_ipv6_is_held_to_the_same(network: HubNetwork) -> None:
    assert network.ask("internet", INTERNET_IPV6, HUB_IPV6, 22, 8554, 9999) == [INTERNET_IPV6, INTERNET_IPV6, SILENT]
    network.apply(**FLEET | {"ssh": {"from": ["198.51.100.0/24"]}})
    assert network.ask("internet", INTERNET_IPV6, HUB_IPV6, 22, 8554) == [SILENT, INTERNET_IPV6]


def test_the_hub_answers_pings(network: HubNetwork) -> None:
    for name, target in (("internet", HUB), ("internet", HUB_IPV6), ("site", IN_TUNNEL), ("bo", IN_TUNNEL)):
        network.ping(name, target)


def test_sites_reach_neither_each_other_nor_the_hub_nor_anything(network: HubNetwork) -> None:
    assert network.ask("site", CAMERA, OTHER_CAMERA, 80) == [SILENT]
    assert network.ask("site", CAMERA, ANNA, 80) == [SILENT]
    assert network.ask("site", CAMERA, IN_TUNNEL, 22, 8554, 9999, 18001) == [SILENT] * 4
    assert network.ask("site", CAMERA, HUB, 22, 8554, 18001, 18002) == [SILENT] * 4
    network.serve("internet", 7777)
    assert network.ask("site", CAMERA, LISTED, 7777) == [SILENT]
    assert network.ask("hub", HUB, LISTED, 7777) == [HUB]


def test_a_neighbour_that_routes_by_the_hub_reaches_no_site(network: HubNetwork) -> None:
    assert network.ask("internet", "203.0.113.1", CAMERA, 80) == [SILENT]
    assert network.ask("internet", LISTED, CAMERA, 80, 8080) == [SILENT] * 2


@pytest.mark.parametrize("spoofed", [ANNA, CAMERA])
def test_an_address_of_the_tunnel_counts_only_in_the_tunnel(network: HubNetwork, spoofed: str) -> None:
    network.apply(**FLEET | {"ports": [{"name": "log", "protocol": "udp", "port": 7000, "from": ["10.0.0.0/8"]}]})
    counting = "chain input { type filter hook input priority 100; udp dport 7000 counter; }"
    network.run("hub", "nft", "-f", "-", data=f"table ip arrived {{\n{counting}\n}}\n")
    network.say("internet", spoofed, HUB, 7000)
    assert "packets 0 " in network.run("hub", "nft", "list", "table", "ip", "arrived")
    network.say("anna", ANNA, IN_TUNNEL, 7000)
    assert "packets 1 " in network.run("hub", "nft", "list", "table", "ip", "arrived")


def test_operators_reach_what_they_may_under_their_own_address(network: HubNetwork) -> None:
    assert network.ask("anna", ANNA, CAMERA, 80, 8080) == [ANNA, ANNA]
    assert network.ask("anna", ANNA, OTHER_CAMERA, 80) == [SILENT]
    assert network.ask("bo", BO, OTHER_CAMERA, 80) == [BO]
    assert network.ask("bo", BO, CAMERA, 80) == [SILENT]
    assert network.ask("anna", ANNA, IN_TUNNEL, 22, 8554, 9999) == [ANNA, ANNA, SILENT]
    assert network.ask("bo", BO, IN_TUNNEL, 22, 8554, 9999) == [SILENT, BO, SILENT]


def test_who_loses_a_right_loses_the_open_connection(network: HubNetwork) -> None:
    """A camera's stream lasts for weeks: it must not go on for who is not to see it any more."""
    gate, moved = FLEET["forwards"][1], FLEET["forwards"][0] | {"from": ["192.0.2.0/24"]}
    fewer = FLEET | {"forwards": [gate, moved], "ports": [], "operators": FLEET["operators"][1:]}
    with (
        network.connected("internet", LISTED, HUB, 18001) as viewer,
        network.connected("internet", LISTED, HUB, 18002) as viewer_of_all,
        network.connected("internet", LISTED, HUB, 8554) as relay,
        network.connected("internet", LISTED, HUB, 22) as login,
        network.connected("anna", ANNA, IN_TUNNEL, 22) as login_in_tunnel,
        network.connected("anna", ANNA, CAMERA, 80) as anna,
        network.connected("bo", BO, OTHER_CAMERA, 80) as other_operator,
    ):
        network.apply(**fewer)
        assert [gone("x") for gone in (viewer, relay, anna)] == [""] * 3
        kept = (viewer_of_all, login, login_in_tunnel, other_operator)
        assert [stays("still there") for stays in kept] == ["still there"] * 4


def test_a_second_run_changes_nothing_and_check_mode_neither(network: HubNetwork) -> None:
    again = network.module(FLEET)
    assert (again["changed"], again["diff"], again["foreign"]) == (False, [], [])
    before = network.table()
    checked = network.module(FLEET | {"ports": [], "_ansible_check_mode": True})
    assert checked["changed"]
    assert "8554" not in checked["diff"][0]["after"]
    assert (network.table(), "transaction" in checked) == (before, False)
    assert not network.module(FLEET)["changed"]


def test_the_diff_is_what_is_written(network: HubNetwork) -> None:
    wanted = FLEET | {"ports": []}
    told = network.module(wanted | {"_ansible_check_mode": True})["diff"][0]
    file = network.folder / "etc" / "firewall.nft"
    assert file.read_text("utf-8") == told["before"]
    network.apply(**wanted)
    assert file.read_text("utf-8") == told["after"]
    assert file.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    "harm",
    [
        ("add", "rule", "inet", "farsite_fleet", "input", "tcp", "dport", "9999", "accept"),
        ("flush", "chain", "inet", "farsite_fleet", "forward"),
        ("add", "element", "inet", "farsite_fleet", "forward_sources", "{ 192.0.2.5 . 18001 }"),
        ("delete", "table", "inet", "farsite_fleet"),
    ],
)
def test_what_was_changed_by_hand_is_seen_and_mended(network: HubNetwork, harm: tuple[str, ...]) -> None:
    before = sorted(network.table().split())
    network.run("hub", "nft", *harm)
    result = network.apply(**FLEET)
    assert result["changed"]
    assert result["diff"][0]["before"] != result["diff"][0]["after"]
    assert sorted(network.table().split()) == before


def test_an_error_in_the_last_line_leaves_the_old_table(network: HubNetwork) -> None:
    before = network.table()
    broken = (network.folder / "etc" / "firewall.nft").read_text("utf-8").replace("1800", "1900")
    network.run("hub", "nft", "-f", "-", data=broken + "add rule inet farsite_fleet nowhere accept\n", check=False)
    assert network.table() == before
    network.run("hub", "nft", "-f", "-", data=broken)
    assert network.table() != before


def test_tables_of_others_stay(network: HubNetwork) -> None:
    theirs = "table ip theirs {\n chain x {\n  counter accept\n }\n}\n"
    network.run("hub", "nft", "-f", "-", data=theirs)
    network.apply(**FLEET | {"ports": []})
    network.module({"state": "absent"})
    assert "table ip theirs" in network.run("hub", "nft", "list", "ruleset")


def test_a_change_that_cuts_ssh_undoes_itself(network: HubNetwork) -> None:
    """The controller does nothing more after the change, as if it were gone."""
    cut = FLEET | {"ssh": {"from": ["192.0.2.0/24"]}, "rollback_timeout": 15}
    before = network.table()
    with network.connected("internet", LISTED, HUB, 22) as old_connection:
        begun = time.monotonic()
        name = network.module(cut)["transaction"]["id"]
        assert old_connection("still there") == "still there"
        assert network.ask("internet", LISTED, HUB, 22) == [SILENT]
    refused = network.module(FLEET)
    assert "waits for its confirmation" in refused["msg"]
    while network.ask("internet", LISTED, HUB, 22) == [SILENT]:
        assert time.monotonic() - begun < 40
    assert time.monotonic() - begun > 13
    assert sorted(network.table().split()) == sorted(before.split())
    assert network.module({"phase": "confirm", "transaction": name})["transaction"]["end"] == "undone"
    assert network.module(FLEET | {"_ansible_check_mode": True})["undone_before"] is True
    again = network.module(FLEET)
    assert (again["changed"], again["undone_before"]) == (False, True)
    assert network.module(FLEET)["undone_before"] is False


def test_a_confirmed_change_stays_after_its_deadline(network: HubNetwork) -> None:
    network.apply(**FLEET | {"ports": [], "rollback_timeout": 15})
    time.sleep(16)
    assert network.ask("internet", LISTED, HUB, 22, 8554) == [LISTED, SILENT]
    assert not network.module(FLEET | {"ports": []})["changed"]


def test_absent(network: HubNetwork) -> None:
    assert network.module({"state": "absent", "_ansible_check_mode": True})["changed"]
    assert network.table()
    assert network.module({"state": "absent"})["changed"]
    assert (network.table(), list((network.folder / "units").iterdir())) == ("", [])
    assert network.ask("internet", OTHER, HUB, 9999) == [OTHER]
    assert not network.module({"state": "absent"})["changed"]


def test_a_large_fleet(network: HubNetwork) -> None:
    forwards = [
        {
            "name": f"site-{number}/yard",
            "port": 20000 + number,
            "address": f"10.80.{number // 200}.{number % 200 + 1}",
            "target_port": 80,
            "from": ["198.51.100.0/24", "203.0.113.64/26"],
        }
        for number in range(1000)
    ]
    operators = [
        {
            "name": f"person {number}",
            "addresses": [f"10.78.1.{number + 1}"],
            "reaches": [f"10.{80 + site % 8}.{site + number}.0/24" for site in range(25)],
        }
        for number in range(200)
    ]
    begun = time.monotonic()
    large = FLEET | {"forwards": forwards, "operators": operators}
    network.apply(**large)
    assert sum(" accept" in line or " drop" in line for line in network.table().splitlines()) < 60
    assert not network.module(large)["changed"]
    # on two cores that others use too
    assert time.monotonic() - begun < 30


FOREIGN: dict[str, set[tuple[str, str, str]]] = {
    "ufw": {
        ("WireGuard, IPv4", "ip filter INPUT", "dropped"),
        ("relay (tcp 8554), IPv4", "ip filter INPUT", "dropped"),
        ("forwards to cameras", "ip filter FORWARD", "dropped"),
        ("operators to sites, IPv4", "ip filter FORWARD", "dropped"),
    },
    "ufw_allowed": set(),
    "docker": {
        ("relay (tcp 8554), IPv4", "ip nat PREROUTING", "cannot tell"),
        ("forwards to cameras", "ip filter FORWARD", "dropped"),
        ("operators to sites, IPv4", "ip filter FORWARD", "dropped"),
    },
    "docker_allowed": {("relay (tcp 8554), IPv4", "ip nat PREROUTING", "cannot tell")},
    "unknown_match": {
        ("WireGuard, IPv4", "ip filter INPUT", "dropped"),
        ("SSH, IPv4", "ip filter INPUT", "cannot tell"),
        ("relay (tcp 8554), IPv4", "ip filter INPUT", "dropped"),
    },
    "fail2ban": set(),
}


@pytest.mark.parametrize("name", FOREIGN)
def test_foreign_chains_are_told_and_told_rightly(network: HubNetwork, name: str) -> None:
    if name in foreign_rulesets.IPTABLES:
        network.run("hub", "iptables-nft-restore", "--noflush", data=foreign_rulesets.IPTABLES[name])
    else:
        network.run("hub", "nft", "-f", "-", data=foreign_rulesets.NFTABLES[name])
    result = network.module(FLEET | {"_ansible_check_mode": True})
    assert {(item["flow"], item["chain"], item["verdict"]) for item in result["foreign"]} == FOREIGN[name]
    assert len(result.get("warnings", [])) >= len(FOREIGN[name])
    # and the packets agree: what is told to be dropped is, what is not told passes
    told = {flow for flow, _chain, verdict in FOREIGN[name] if verdict == "dropped"}
    assert (network.ask("internet", LISTED, HUB, 18001) == [SILENT]) == ("forwards to cameras" in told)
    assert (network.ask("anna", ANNA, CAMERA, 80) == [SILENT]) == ("operators to sites, IPv4" in told)
    assert network.ask("internet", LISTED, HUB, 22) == [LISTED]
