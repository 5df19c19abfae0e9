# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest

from ansible_collections.farsite.fleet.plugins.module_utils.nftables.flows import Place
from ansible_collections.farsite.fleet.plugins.module_utils.nftables.foreign import (
    Finding,
    container_runtimes,
    findings,
    legacy,
)
from ansible_collections.farsite.fleet.plugins.module_utils.nftables.listing import rule_texts
from ansible_collections.farsite.fleet.tests.unit.plugins.module_utils.nftables.hubs import (
    foreign_ruleset,
    forward,
    settings,
)

PLACE = Place(frozenset({"eth0"}), (4,))
WIREGUARD, SSH, RELAY = "WireGuard, IPv4", "SSH, IPv4", "relay (tcp 8554), IPv4"
FORWARDS, OPERATORS = "forwards to cameras", "operators to sites, IPv4"

EXPECTED: dict[str, dict[tuple[str, str], tuple[str, str, str]]] = {
    "firewalld": {
        (WIREGUARD, "inet firewalld filter_INPUT"): ("dropped", "reject with icmpx admin-prohibited", "firewalld"),
        (RELAY, "inet firewalld filter_INPUT"): ("dropped", "reject with icmpx admin-prohibited", "firewalld"),
        (OPERATORS, "inet firewalld filter_FORWARD"): ("dropped", "reject with icmpx admin-prohibited", "firewalld"),
    },
    "by_hand": {(RELAY, "inet filter input"): ("cannot tell", "policy drop", "nftables")},
    "fail2ban": {},
    # as nft's JSON has it, which does not tell what iptables' matches are; the text is read by what is in report.py
    "ufw": {
        (WIREGUARD, "ip filter INPUT"): ("cannot tell", "ct state invalid drop (in ufw-before-input)", "ufw"),
        (SSH, "ip filter INPUT"): ("cannot tell", "ct state invalid drop (in ufw-before-input)", "ufw"),
        (RELAY, "ip filter INPUT"): ("cannot tell", "ct state invalid drop (in ufw-before-input)", "ufw"),
        (FORWARDS, "ip filter FORWARD"): ("cannot tell", "policy drop", "ufw"),
        (OPERATORS, "ip filter FORWARD"): ("cannot tell", "policy drop", "ufw"),
    },
}


@pytest.mark.parametrize("name", EXPECTED)
def test_recorded_rulesets(name: str) -> None:
    tables, text = foreign_ruleset(name)
    found = findings(settings(), PLACE, tables, rule_texts(text))
    assert {(item.flow, item.chain): (item.verdict, item.rule, item.owner) for item in found} == EXPECTED[name]
    assert all(item.advice for item in found)


def test_our_own_table_is_not_foreign() -> None:
    tables, _text = foreign_ruleset("firewalld")
    ours = {("inet", "farsite_fleet"): tables["inet", "firewalld"]}
    assert findings(settings(), PLACE, ours, {}) == ()


def test_a_source_that_is_dropped_early_is_told() -> None:
    tables, text = foreign_ruleset("by_hand")
    inside = settings(forwards=[forward(**{"from": ["192.168.0.0/24"]})], operators=[])
    found = findings(inside, PLACE, tables, rule_texts(text))
    raw = next(item for item in found if item.chain == "ip raw_filter early")
    assert (raw.flow, raw.verdict) == (FORWARDS, "dropped")
    assert raw.rule == 'iifname "eth0" ip saddr { 10.0.0.0/8, 192.168.0.0/16 } drop'


def test_another_port_of_a_camera_is_refused_by_hand() -> None:
    tables, text = foreign_ruleset("by_hand")
    found = findings(settings(forwards=[forward(target_port=554)]), PLACE, tables, rule_texts(text))
    assert [(item.flow, item.rule) for item in found if item.verdict == "dropped"] == [
        (FORWARDS, "reject (in refused)")
    ]


def test_tables_of_the_other_ip_version_are_passed_by() -> None:
    tables, text = foreign_ruleset("ufw")
    assert (
        findings(settings(forwards=[], operators=[]), Place(frozenset({"eth0"}), (6,)), tables, rule_texts(text)) == ()
    )


def test_iptables_that_nft_does_not_list() -> None:
    assert legacy([]) == ()
    assert legacy(["nat", "filter"])[0].chain == "iptables-legacy filter nat"


@pytest.mark.parametrize(("name", "expected"), [("docker", ("Docker",)), ("ufw", ()), ("by_hand", ())])
def test_who_else_forwards(name: str, expected: tuple[str, ...]) -> None:
    assert container_runtimes(foreign_ruleset(name)[0].values()) == expected


def test_a_finding_is_a_line() -> None:
    finding = Finding("SSH, IPv4", "inet x y", "dropped", "policy drop", "nftables", "Accept it.")
    assert str(finding) == "SSH, IPv4: the chain inet x y (nftables) drops it: policy drop. Accept it."
