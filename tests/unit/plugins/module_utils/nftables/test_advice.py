# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.farsite.fleet.plugins.module_utils.nftables.advice import Owner, advice, owner_of
from ansible_collections.farsite.fleet.plugins.module_utils.nftables.flows import Flow
from ansible_collections.farsite.fleet.plugins.module_utils.nftables.listing import Chain, Table
from ansible_collections.farsite.fleet.tests.unit.plugins.module_utils.nftables.hubs import foreign_ruleset

INPUT = Flow("WireGuard, IPv4", "input", (), "udp", 51820)
FORWARD = Flow("forwards to cameras", "forward", ())
OPERATORS = Flow("operators to sites, IPv4", "operators", ())


@pytest.mark.parametrize(
    ("name", "table", "owner"),
    [
        ("ufw", ("ip", "filter"), "ufw"),
        ("docker", ("ip", "filter"), "Docker"),
        ("docker", ("ip", "nat"), "Docker"),
        ("firewalld", ("inet", "firewalld"), "firewalld"),
        ("unknown_match", ("ip", "filter"), "iptables"),
        ("by_hand", ("inet", "filter"), "nftables"),
        ("fail2ban", ("inet", "f2b-table"), "nftables"),
    ],
)
def test_owners(name: str, table: tuple[str, str], owner: str) -> None:
    assert owner_of(foreign_ruleset(name)[0][table]) == owner


def test_a_table_of_a_later_docker() -> None:
    assert owner_of(Table("ip", "docker-bridges")) == "Docker"


@pytest.mark.parametrize(
    ("owner", "flow", "chain", "expected"),
    [
        ("ufw", INPUT, {}, "ufw allow 51820/udp"),
        ("ufw", FORWARD, {}, "ufw route allow out on fleet"),
        ("ufw", OPERATORS, {}, "ufw route allow in on fleet out on fleet"),
        ("firewalld", INPUT, {}, "firewall-cmd --permanent --add-port=51820/udp"),
        ("firewalld", FORWARD, {}, "--zone=trusted --add-interface=fleet"),
        ("Docker", FORWARD, {}, "iptables -I DOCKER-USER -o fleet -j ACCEPT"),
        ("Docker", OPERATORS, {"family": "ip6"}, "ip6tables -I DOCKER-USER -o fleet -j ACCEPT"),
        ("Docker", INPUT, {}, "Accept it in the chain ip filter INPUT"),
        ("Docker", INPUT, {"kind": "nat"}, "Another program takes the port"),
        ("nftables", INPUT, {}, "Accept it in the chain ip filter INPUT before that"),
    ],
)
def test_advice(owner: Owner, flow: Flow, chain: dict[str, t.Any], expected: str) -> None:
    base = Chain(**({"family": "ip", "table": "filter", "name": "INPUT", "kind": "filter"} | chain))
    assert expected in advice(owner, flow, base, "fleet")
