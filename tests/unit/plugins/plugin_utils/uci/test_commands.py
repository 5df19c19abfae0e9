# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import typing as t

import pytest
from hypothesis import given, settings

from ansible_collections.farsite.fleet.plugins.plugin_utils.uci.commands import commands
from ansible_collections.farsite.fleet.plugins.plugin_utils.uci.difference import difference, invert
from ansible_collections.farsite.fleet.plugins.plugin_utils.uci.parser import parse
from ansible_collections.farsite.fleet.tests.unit.plugins.plugin_utils.uci.package_strategies import PAIRS

if t.TYPE_CHECKING:
    from ansible_collections.farsite.fleet.plugins.plugin_utils.uci.document import Package

LINES: dict[str, tuple[str, str, str, list[str]]] = {
    "named section": (
        "network",
        "",
        "config interface 'wg0'\n option proto 'wireguard'\n list addresses '10.64.0.17/32'",
        [
            "set network.wg0=interface",
            "set network.wg0.proto='wireguard'",
            "add_list network.wg0.addresses='10.64.0.17/32'",
        ],
    ),
    "anonymous section in its place": (
        "firewall",
        "config rule\n option name 'a'",
        "config rule\n option name 'b'\nconfig rule\n option name 'a'",
        ["add firewall rule", "set firewall.@rule[-1].name='b'", "reorder firewall.@rule[-1]=0"],
    ),
    "by identity": (
        "firewall",
        "config zone\n option name 'lan'\n option input 'ACCEPT'\nconfig zone\n option name 'vpn'",
        "config zone\n option name 'lan'\n option input 'REJECT'",
        ["delete firewall.@zone[name='vpn']", "set firewall.@zone[name='lan'].input='REJECT'"],
    ),
    "the identity of several options": (
        "firewall",
        "config forwarding\n option src 'a'\n option dest 'b'\n option x '1'\nconfig forwarding\n option src 'c'",
        "config forwarding\n option src 'a'\n option dest 'b'\nconfig forwarding\n option src 'c'",
        ["delete firewall.@forwarding[src='a',dest='b'].x"],
    ),
    "what nothing tells apart has its number": (
        "firewall",
        "config rule\n option name 'x'\nconfig rule\n option name 'x'\n option y '1'",
        "config rule\n option name 'x'\nconfig rule\n option name 'x'\n option y '2'",
        ["set firewall.@rule[1].y='2'"],
    ),
    "no identity at all": (
        "system",
        "config system\n option hostname 'a'",
        "config system\n option hostname 'b'",
        ["set system.@system[0].hostname='b'"],
    ),
    "elements of a list": (
        "network",
        "config interface 'lan'\n list dns '1'\n list dns '2'",
        "config interface 'lan'\n list dns '2'\n list dns '3'",
        ["del_list network.lan.dns='1'", "add_list network.lan.dns='3'"],
    ),
    "another order of a list": (
        "network",
        "config interface 'lan'\n list dns '1'\n list dns '2'",
        "config interface 'lan'\n list dns '2'\n list dns '1'",
        ["delete network.lan.dns", "add_list network.lan.dns='2'", "add_list network.lan.dns='1'"],
    ),
    "del_list would take both": (
        "network",
        "config interface 'lan'\n list dns '1'\n list dns '1'",
        "config interface 'lan'\n list dns '1'",
        ["delete network.lan.dns", "add_list network.lan.dns='1'"],
    ),
    "an option becomes a list": (
        "network",
        "config interface 'lan'\n option dns '1'",
        "config interface 'lan'\n list dns '1'\n list dns '2'",
        ["delete network.lan.dns", "add_list network.lan.dns='1'", "add_list network.lan.dns='2'"],
    ),
    "a list becomes an option": (
        "network",
        "config interface 'lan'\n list dns '1'",
        "config interface 'lan'\n option dns '1'",
        ["set network.lan.dns='1'"],
    ),
    "rename and move": (
        "firewall",
        "config rule\n option name 'a'\nconfig rule\n option name 'b'\nconfig rule\n option name 'c'",
        "config rule\n option name 'c'\nconfig rule 'first'\n option name 'a'\nconfig rule\n option name 'b'",
        ["rename firewall.@rule[name='a']='first'", "reorder firewall.@rule[name='c']=0"],
    ),
    "the order of options has no line": (
        "network",
        "config interface 'lan'\n option a '1'\n option b '2'",
        "config interface 'lan'\n option b '2'\n option a '1'",
        [],
    ),
    "quotes and control characters": (
        "system",
        "config system\n option notes 'x'",
        "config system\n option notes 'it'\\''s\n\t\u00fc'",
        [r"set system.@system[0].notes='it'\''s\n\tü'"],
    ),
}


@pytest.mark.parametrize(("name", "before", "after", "expected"), LINES.values(), ids=LINES)
def test_lines(name: str, before: str, after: str, expected: list[str]) -> None:
    old, new = parse(before, name), parse(after, name)
    assert commands(difference(old, new), old) == expected


def test_bytes_that_are_no_text() -> None:
    old, new = parse(b"config system\n", "system"), parse(b"config system\n option notes '\xff'", "system")
    assert commands(difference(old, new), old) == [r"set system.@system[0].notes='\xff'"]


@settings(max_examples=40)
@given(PAIRS)
def test_a_line_each_there_and_back(pair: tuple[Package, Package]) -> None:
    before, after = pair
    changes = difference(before, after)
    for lines in (commands(changes, before), commands(invert(changes), after)):
        assert all("\n" not in line and line.split()[0] in WORDS for line in lines)


WORDS = {"add", "add_list", "del_list", "delete", "rename", "reorder", "set"}
