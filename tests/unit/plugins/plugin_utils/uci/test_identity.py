# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import typing as t

import pytest

from ansible_collections.farsite.fleet.plugins.plugin_utils.uci.document import Package, Section, Value
from ansible_collections.farsite.fleet.plugins.plugin_utils.uci.identity import IdentityError, find, label, pair

Rows = tuple[tuple[str, str | None, dict[str, Value]], ...]

A, B, C = "44:19:b6:00:00:0a", "44:19:b6:00:00:0b", "44:19:b6:00:00:0c"


def package(name: str, rows: Rows) -> Package:
    return Package(name, tuple(Section(kind, called, tuple(options.items())) for kind, called, options in rows))


def pairs(name: str, running: Rows, given: Rows, *, lenient: bool = False) -> dict[int, int]:
    old, new = package(name, running), package(name, given)
    return pair(old, new, lambda i, j: set(new.sections[i].options) <= set(old.sections[j].options), lenient=lenient)


PAIRS: dict[str, tuple[str, Rows, Rows, dict[int, int]]] = {
    "by name": ("network", (("interface", "lan", {}), ("interface", "wan", {})), (("interface", "wan", {}),), {0: 1}),
    "a name is no identity": ("network", (("interface", "lan", {}),), (("interface", "lan2", {}),), {}),
    "anonymous by identity": (
        "firewall",
        (("zone", None, {"name": "lan"}), ("zone", None, {"name": "wan"})),
        (("zone", None, {"name": "wan"}), ("zone", None, {"name": "vpn"})),
        {0: 1},
    ),
    "another type": ("firewall", (("rule", None, {"name": "x"}),), (("zone", None, {"name": "x"}),), {}),
    "anonymous finds a named one": (
        "firewall",
        (("zone", "vpn_zone", {"name": "vpn"}),),
        (("zone", None, {"name": "vpn"}),),
        {0: 0},
    ),
    "named finds an anonymous one": (
        "firewall",
        (("zone", None, {"name": "vpn"}),),
        (("zone", "vpn_zone", {"name": "vpn"}),),
        {0: 0},
    ),
    "named does not find another name": (
        "firewall",
        (("zone", "other", {"name": "vpn"}),),
        (("zone", "vpn_zone", {"name": "vpn"}),),
        {},
    ),
    "a name belongs to its own": (
        "firewall",
        (("zone", "one", {"name": "vpn"}),),
        (("zone", None, {"name": "vpn"}), ("zone", "one", {"name": "vpn"})),
        {1: 0},
    ),
    "several options": (
        "firewall",
        (
            ("forwarding", None, {"src": "a", "dest": "b", "family": "ipv4"}),
            ("forwarding", None, {"src": "a", "dest": "b"}),
        ),
        (("forwarding", None, {"src": "a", "dest": "b"}), ("forwarding", None, {"src": "b", "dest": "a"})),
        {0: 1},
    ),
    "the name decides before the rest": (
        "firewall",
        (("rule", None, {"name": "x", "src": "a"}), ("rule", None, {"src": "a"})),
        (("rule", None, {"name": "y", "src": "a"}), ("rule", None, {"src": "a"})),
        {1: 1},
    ),
    "duplicates in order": (
        "firewall",
        (("rule", None, {"name": "x", "src": "1"}), ("rule", None, {"name": "x", "src": "2"})),
        (("rule", None, {"name": "x", "src": "3"}), ("rule", None, {"name": "x", "src": "4"})),
        {0: 0, 1: 1},
    ),
    "of duplicates what is settled first": (
        "firewall",
        (("rule", None, {"name": "x", "src": "1"}), ("rule", None, {"name": "x", "src": "2"})),
        (("rule", None, {"name": "x", "src": "2"}), ("rule", None, {"name": "x", "src": "3"})),
        {0: 1, 1: 0},
    ),
    "what is in order already": (
        "firewall",
        (
            ("rule", None, {"name": "x"}),
            ("rule", None, {"name": "x", "src": "1"}),
            ("rule", None, {"name": "x"}),
        ),
        (("rule", None, {"name": "x", "src": "1"}), ("rule", None, {"name": "x"})),
        {0: 1, 1: 2},
    ),
    "MAC in any case": ("dhcp", (("host", None, {"mac": A.upper()}),), (("host", None, {"mac": A}),), {0: 0}),
    "one of two MACs": ("dhcp", (("host", None, {"mac": f"{A} {B}"}),), (("host", None, {"mac": (B,)}),), {0: 0}),
    "a new MAC, the old name": (
        "dhcp",
        (("host", None, {"mac": A, "name": "gate"}),),
        (("host", None, {"mac": B, "name": "gate"}),),
        {0: 0},
    ),
    "MAC before name": (
        "dhcp",
        (("host", None, {"mac": B, "name": "yard"}), ("host", None, {"mac": A, "name": "gate"})),
        (("host", None, {"mac": B, "name": "gate"}),),
        {0: 0},
    ),
    "the only one": ("firewall", (("defaults", None, {"input": "DROP"}),), (("defaults", None, {}),), {0: 0}),
    "the only one has a name": ("system", (("system", "s", {}),), (("system", None, {"hostname": "x"}),), {0: 0}),
    "the only one gets a name": ("system", (("system", None, {}),), (("system", "s", {"hostname": "x"}),), {0: 0}),
    "dropbear main": (
        "dropbear",
        (("dropbear", "main", {"Port": "22"}),),
        (("dropbear", None, {"PasswordAuth": "off"}),),
        {0: 0},
    ),
    "dropbear on another port": (
        "dropbear",
        (("dropbear", "main", {}),),
        (("dropbear", None, {"Port": "2222"}),),
        {0: 0},
    ),
    "dropbear main for an anonymous one": ("dropbear", (("dropbear", None, {}),), (("dropbear", "main", {}),), {0: 0}),
    "a second dropbear": (
        "dropbear",
        (("dropbear", "main", {"Port": "22"}),),
        (("dropbear", None, {}), ("dropbear", None, {"Port": "2222"})),
        {0: 0},
    ),
    "a named dnsmasq is another daemon": ("dhcp", (("dnsmasq", None, {}),), (("dnsmasq", "guest", {}),), {}),
    "dnsmasq without a name": (
        "dhcp",
        (("dnsmasq", "guest", {}), ("dnsmasq", None, {})),
        (("dnsmasq", None, {"port": "54"}),),
        {0: 1},
    ),
    "by the whole content": (
        "unknown",
        (("thing", None, {"a": "1", "b": "2"}), ("thing", None, {"a": "1"})),
        (("thing", None, {"a": "1"}), ("thing", None, {"b": "2"})),
        {0: 1},
    ),
    "equal content in order": (
        "unknown",
        (("thing", None, {"a": "1"}), ("thing", None, {"a": "1"})),
        (("thing", None, {"a": "1"}), ("thing", None, {"a": "1"}), ("thing", None, {"a": "1"})),
        {0: 0, 1: 1},
    ),
}


@pytest.mark.parametrize(("name", "running", "given", "expected"), PAIRS.values(), ids=PAIRS)
def test_pairs(name: str, running: Rows, given: Rows, expected: dict[int, int]) -> None:
    assert pairs(name, running, given) == expected
    assert pairs(name, running, given, lenient=True) == expected


GUESSES: dict[str, tuple[str, Rows, Rows, str]] = {
    "name of another type": (
        "network",
        (("interface", "x", {}),),
        (("device", "x", {}),),
        r"^network: device 'x': the name belongs to a section of type 'interface'; choose another name",
    ),
    "two hosts": (
        "dhcp",
        (("host", None, {"mac": A}), ("host", None, {"mac": B})),
        (("host", None, {"mac": (A, B, C)}),),
        rf"^dhcp: host '{A}': 2 different sections of the device fit, expected one; give the section its name",
    ),
    "two daemons": (
        "dhcp",
        (("dnsmasq", None, {"port": "1"}), ("dnsmasq", None, {"port": "2"})),
        (("dnsmasq", None, {"port": "2"}),),
        r"^dhcp: dnsmasq: 2 different sections",
    ),
    "two of the only one": (
        "firewall",
        (),
        (("defaults", None, {}), ("defaults", None, {"input": "DROP"})),
        r"^firewall: defaults: has several sections without a name, expected one",
    ),
}


@pytest.mark.parametrize(("name", "running", "given", "message"), GUESSES.values(), ids=GUESSES)
def test_a_guess_is_an_error(name: str, running: Rows, given: Rows, message: str) -> None:
    with pytest.raises(IdentityError, match=message):
        pairs(name, running, given)
    assert len(pairs(name, running, given, lenient=True)) <= 1


def test_content_apart_from_what_is_to_go() -> None:
    old = package("unknown", (("thing", None, {"a": "1", "b": "2"}),))
    new = package("unknown", (("thing", None, {"a": "1"}),))
    never: t.Callable[[int, int], bool] = lambda _given, _running: False  # noqa: E731
    assert pair(old, new, never) == {}
    assert pair(old, new, never, absent=[("b",)]) == {0: 0}


FOUND: dict[str, tuple[str, Rows, Section, tuple[int, ...]]] = {
    "name": ("network", (("interface", "a", {}), ("interface", "b", {})), Section("interface", "b"), (1,)),
    "absent": ("network", (("interface", "a", {}),), Section("interface", "b"), ()),
    "identity": (
        "firewall",
        (("rule", None, {"name": "x"}), ("rule", "n", {"name": "x"}), ("rule", None, {"name": "y"})),
        Section("rule", None, (("name", "x"), ("src", "other"))),
        (0, 1),
    ),
    "the first alternative only": (
        "dhcp",
        (("host", None, {"mac": A}), ("host", None, {"mac": B, "name": "gate"})),
        Section("host", None, (("mac", A.upper()), ("name", "gate"))),
        (0,),
    ),
    "default": ("dropbear", (("dropbear", "main", {}),), Section("dropbear", None, (("Port", "22"),)), (0,)),
    "not the default": ("dropbear", (("dropbear", "main", {}),), Section("dropbear", None, (("Port", "23"),)), ()),
    "only one": ("firewall", (("defaults", None, {"input": "DROP"}),), Section("defaults"), (0,)),
    "content": ("unknown", (("t", None, {"a": "1"}), ("t", None, {})), Section("t", None, (("a", "1"),)), (0,)),
}


@pytest.mark.parametrize(("name", "running", "wanted", "expected"), FOUND.values(), ids=FOUND)
def test_find(name: str, running: Rows, wanted: Section, expected: tuple[int, ...]) -> None:
    assert find(package(name, running), wanted) == expected


@pytest.mark.parametrize(
    ("name", "section", "expected"),
    [
        ("network", Section("interface", "lan"), "interface 'lan'"),
        ("firewall", Section("zone", None, (("name", "vpn"),)), "zone 'vpn'"),
        ("dhcp", Section("host", None, (("name", "gate"), ("mac", (A, B)))), f"host '{A}'"),
        ("firewall", Section("defaults"), "defaults"),
        ("unknown", Section("thing", None, (("name", "x"),)), "thing"),
    ],
)
def test_label(name: str, section: Section, expected: str) -> None:
    assert label(name, section) == expected
