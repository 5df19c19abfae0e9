# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.farsite.fleet.plugins.module_utils.nftables.ruleset import REMOVAL, replacement, ruleset
from ansible_collections.farsite.fleet.plugins.module_utils.nftables.settings import read
from ansible_collections.farsite.fleet.tests.unit.plugins.module_utils.nftables.hubs import (
    NOTHING,
    arguments,
    forward,
    operator,
    port,
    settings,
)


def elements(text: str, name: str) -> list[str]:
    """Return the elements of a set or map, with their comments."""
    body = text.partition(f" {name} {{\n")[2].partition("\n  }\n")[0]
    return [line.strip() for line in body.partition("elements = {\n")[2].splitlines() if line != "    }"]


def chain(text: str, name: str) -> list[str]:
    body = text.partition(f"  chain {name} {{\n")[2].partition("\n  }\n")[0]
    return [line.strip() for line in body.splitlines()]


def test_the_file_replaces_our_table_and_no_other() -> None:
    text = ruleset(settings())
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    assert lines[:3] == [*REMOVAL.splitlines(), "table inet farsite_fleet {"]
    assert "flush" not in text
    assert re.findall(r"^\S*table .*", text, re.MULTILINE) == ["table inet farsite_fleet", "table inet farsite_fleet {"]
    assert replacement("table x {}") == REMOVAL + "table x {}"


def test_a_thousand_forwards_are_elements_not_rules() -> None:
    many = [forward(name=f"s{n}/c", port=10000 + n, address=f"10.80.{n // 250}.{n % 250}") for n in range(1000)]
    few, all_of_them = ruleset(settings()), ruleset(settings(forwards=many))
    for name in ("forward_ports", "hub_address", "input", "forward", "ports", "from_tunnel"):
        assert chain(few, name) == chain(all_of_them, name)
    assert len(elements(all_of_them, "map forward_targets")) == 1000


def test_forwards() -> None:
    text = ruleset(
        settings(
            forwards=[
                forward(port=18002, **{"from": "anywhere"}),
                forward(name="a/b", **{"from": ["198.51.100.4", "203.0.113.0/24"]}),
            ]
        )
    )
    assert elements(text, "map forward_targets") == [
        "18001 : 10.80.1.64 . 80, # a/b",
        "18002 : 10.80.1.64 . 80, # quarry-north/yard",
    ]
    assert elements(text, "set forward_ends") == ["10.80.1.64 . 80,"]
    assert elements(text, "set forward_sources") == ["198.51.100.4 . 18001, # a/b", "203.0.113.0/24 . 18001, # a/b"]
    assert elements(text, "set forwards_open_to_all") == ["18002, # quarry-north/yard"]
    assert chain(text, "hub_address")[1].endswith("@forward_ends snat ip to 10.79.255.254")


def test_ports_and_ssh() -> None:
    text = ruleset(
        settings(
            ssh={"port": 2222, "from": ["198.51.100.0/24", "2001:db8::/32"]},
            ports=[port(), port(name="quic", protocol="udp", port=443, **{"from": ["203.0.113.9"]})],
        )
    )
    assert elements(text, "set open_ports") == ["tcp . 8554, # relay"]
    assert elements(text, "set port_sources_4") == [
        "198.51.100.0/24 . tcp . 2222, # SSH",
        "203.0.113.9 . udp . 443, # quic",
    ]
    assert elements(text, "set port_sources_6") == ["2001:db8::/32 . tcp . 2222, # SSH"]
    assert "ip saddr @administrators_4 tcp dport 2222 accept" in chain(text, "from_tunnel")


def test_operators() -> None:
    people = [
        operator(reaches=["10.80.1.64", "10.81.0.0/16"]),
        operator(name="bo", addresses=["10.78.0.6", "fd00::6"], reaches=["fd00:1::/48", "10.80.0.0/16"], hub=False),
    ]
    text = ruleset(settings(operators=people, site_networks=["10.80.0.0/12", "fd00:1::/32"]))
    assert elements(text, "set reaches_4") == [
        "10.78.0.5 . 10.80.1.64, # anna",
        "10.78.0.5 . 10.81.0.0/16, # anna",
        "10.78.0.6 . 10.80.0.0/16, # bo",
    ]
    assert elements(text, "set reaches_6") == ["fd00::6 . fd00:1::/48, # bo"]
    assert elements(text, "set administrators_4") == ["10.78.0.5,"]
    assert elements(text, "set operators_6") == ["fd00::6,"]


@pytest.mark.parametrize("name", ["input", "forward"])
def test_what_is_not_named_is_dropped(name: str) -> None:
    assert chain(ruleset(read(NOTHING)), name)[0].endswith("policy drop;")
    assert chain(ruleset(read(NOTHING)), "from_tunnel")[-1] == "drop"


def test_others_are_forwarded_only_where_asked() -> None:
    rule = 'iifname != "fleet" oifname != "fleet" accept'
    assert rule not in ruleset(settings())
    assert rule in chain(ruleset(settings(forward_others=True)), "forward")


def test_nothing_is_logged() -> None:
    assert " log" not in ruleset(settings())


@given(st.text(st.characters(codec="utf-8"), max_size=12))
def test_no_name_leaves_its_comment(name: str) -> None:
    try:
        text = ruleset(read(arguments(forwards=[forward(name=name)], ports=[], operators=[])))
    except ValueError:
        assert not name or not name.isprintable()
        return
    plain = ruleset(settings(forwards=[forward()], ports=[], operators=[]))
    assert [line.partition(" # ")[0] for line in text.split("\n")] == [
        line.partition(" # ")[0] for line in plain.split("\n")
    ], json.dumps(name)
