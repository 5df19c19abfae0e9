# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import typing as t

import pytest

from ansible_collections.farsite.fleet.plugins.plugin_utils.uci.semantics import (
    TableError,
    compile_rows,
    secret_options,
    section_types,
    semantics,
    services,
)
from ansible_collections.farsite.fleet.plugins.plugin_utils.uci.semantics_table import (
    RELOAD,
    RELOAD_FIRST,
    RELOAD_LAST,
    ROWS,
    Row,
)
from ansible_collections.farsite.fleet.tests.unit.plugins.plugin_utils.uci import recorded_semantics

if t.TYPE_CHECKING:
    from ansible_collections.farsite.fleet.plugins.plugin_utils.uci.document import Value

CONTRADICTIONS = [
    ((Row("p", "t", "a"), Row("p", "t", "b")), "p.t: is there twice"),
    ((Row("p", "t", "a", sets="l", sequences="l"),), "p.t: list 'l' is a set and a sequence"),
    ((Row("p", "t", "a+"),), r"p.t: identity 'a\+' has '' where an option is expected"),
    ((Row("p", "t", "a", singleton="never"),), "p.t: singleton 'never' is none of"),
    ((Row("p", "t", "a", singleton="always"),), "p.t: there is only one section of this type"),
    ((Row("p", "t", "@name", masked="s", public="s"),), "p.t: option 's' is secret and public"),
    ((Row("p", "t", "s", masked="s"),), "p: option 's' is masked in one type and needed in another"),
    ((Row("p", "t", "password"),), "p: option 'password' is masked in one type and needed in another"),
    ((Row("p", "t", "s"), Row("p", "u", "@name", masked="s")), "p: option 's' is masked in one type and needed"),
    ((Row("p", "t", "@name", public="s"), Row("p", "u", "@name", masked="s")), "p: option 's' is masked in one type"),
]


@pytest.mark.parametrize(("rows", "message"), CONTRADICTIONS)
def test_a_contradictory_table_is_refused(rows: tuple[Row, ...], message: str) -> None:
    with pytest.raises(TableError, match=f"^{message}"):
        compile_rows(rows)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.package}.{row.type}")
def test_rows_are_whole(row: Row) -> None:
    meaning = semantics(row.package, row.type)
    assert meaning.known
    assert row.package in RELOAD
    identity = {option for alternative in meaning.identity for option in alternative}
    assert not [option for option in identity if option in secret_options(row.package)]
    assert meaning.secret <= secret_options(row.package).names
    assert not row.any_identity or len(meaning.identity) > 1
    assert set(dict(meaning.defaults)) <= identity
    for column in (row.sets, row.sequences, row.folded, row.masked, row.public):
        assert len(column.split()) == len(set(column.split()))


def test_every_reload_has_its_place() -> None:
    used = {service for names in RELOAD.values() for service in names}
    assert {RELOAD_LAST, *RELOAD_FIRST} - used == set()
    assert used - {RELOAD_LAST, *RELOAD_FIRST} == {"ddns"}


# odhcpd's own documentation: "in order of preference".
PREFERENCES = {("dhcp", "dhcp", "router")}


@pytest.mark.parametrize(
    ("package", "section_type", "ordered", "lists"), [(*row[:3], row[3:]) for row in recorded_semantics.FACTS]
)
def test_recorded_facts_agree(package: str, section_type: str, ordered: bool, lists: tuple[str, ...]) -> None:  # noqa: FBT001
    meaning = semantics(package, section_type)
    assert meaning.known
    assert meaning.ordered is ordered
    sets, sequences, secrets = (set(names.split()) for names in lists)
    for option in sets:
        expected = meaning.sequences if (package, section_type, option) in PREFERENCES else meaning.sets
        assert option in expected
    assert sequences <= meaning.sequences
    assert secrets <= meaning.secret


@pytest.mark.parametrize(
    ("package", "section_type", "option", "expected"),
    [
        ("network", "interface", "private_key", True),
        ("network", "interface", "pincode", True),
        ("network", "interface", "auth", False),
        ("network", "interface", "apn", False),
        ("network", "wireguard_wg0", "preshared_key", True),
        ("network", "wireguard_wg0", "public_key", False),
        ("wireless", "wifi-iface", "key", True),
        ("wireless", "wifi-iface", "ssid", False),
        ("uhttpd", "uhttpd", "key", False),
        ("uhttpd", "httpauth", "password", True),
        ("dropbear", "dropbear", "keyfile", False),
        ("rpcd", "login", "password", True),
        ("ddns", "service", "param_enc", True),
        ("ddns", "service", "update_url", True),
        ("ddns", "service", "domain", False),
        ("system", "gpio_switch", "gpio_pin", False),
        ("unknown", "x", "passwd", True),
        ("unknown", "x", "Password", True),
        ("unknown", "x", "admin_password2", True),
        ("unknown", "x", "auth", True),
        ("unknown", "x", "key", True),
        ("unknown", "x", "keyboard", False),
        ("unknown", "x", "public_key", False),
    ],
)
def test_secrets(package: str, section_type: str, option: str, expected: bool) -> None:  # noqa: FBT001
    assert section_type in section_types(package) or package == "unknown" or section_type.startswith("wireguard_")
    assert (option in secret_options(package)) is expected


@pytest.mark.parametrize(
    ("package", "masked", "shown"),
    [
        (
            "network",
            {
                "private_key",
                "preshared_key",
                "password",
                "pincode",
                "updatekey",
                "passgroup",
                "hexpassgroup",
                "hexpasswd",
            },
            {"public_key", "auth", "apn"},
        ),
        ("ipsec", {"pre_shared_key", "secret"}, {"gateway", "local_ip"}),
        ("acme", {"credentials"}, {"domains", "keylength"}),
        ("wireless", {"key", "sae_password", "r0kh"}, {"ssid", "mac"}),
        ("uhttpd", {"password"}, {"key", "cert"}),
        ("ddns", {"password", "param_enc", "update_url", "proxy"}, {"username", "domain"}),
        ("unknown", {"password", "passwd", "secret", "token", "psk", "pin", "key", "auth"}, {"name"}),
    ],
)
def test_options_the_router_masks(package: str, masked: set[str], shown: set[str]) -> None:
    assert all(option in secret_options(package) for option in masked)
    assert not [option for option in shown if option in secret_options(package)]


def test_unknown_types_have_careful_semantics() -> None:
    meaning = semantics("unknown", "thing")
    assert (meaning.known, meaning.identity, meaning.ordered, meaning.singleton) == (False, (), True, "")
    assert not meaning.equal("ports", "a b", ("a", "b"))
    assert not meaning.equal("ports", "a", ("a",))


def test_patterns_of_types() -> None:
    assert semantics("network", "wireguard_wg0").identity == (("public_key",),)
    assert semantics("network", "wireguard_wg0").type == "wireguard_wg0"
    assert not semantics("firewall", "wireguard_wg0").known
    assert "wireguard_*" in section_types("network")


EQUAL: list[tuple[str, Value, Value, bool]] = [
    ("network.device.ports", "a b", ("a", "b"), True),
    ("network.device.ports", ("b", "a", "a"), ("a", "b"), True),
    ("network.device.ports", " a\tb ", "b a", True),
    ("network.device.ports", ("a b",), ("a", "b"), False),
    ("network.device.name", "a b", ("a", "b"), False),
    ("network.device.name", "A", "a", False),
    ("network.interface.dns", "1.1.1.1 8.8.8.8", ("1.1.1.1", "8.8.8.8"), True),
    ("network.interface.dns", ("8.8.8.8", "1.1.1.1"), ("1.1.1.1", "8.8.8.8"), False),
    ("dhcp.host.mac", "44:19:B6:00:00:01", ("44:19:b6:00:00:01",), True),
    ("network.device.macaddr", "44:19:B6:00:00:01", "44:19:b6:00:00:01", True),
    ("firewall.rule.proto", "tcp udp", ("udp", "tcp"), True),
    ("firewall.ipset.match", ("src_ip", "dest_port"), ("dest_port", "src_ip"), False),
]


@pytest.mark.parametrize(("path", "one", "other", "expected"), EQUAL)
def test_equality(path: str, one: Value, other: Value, expected: bool) -> None:  # noqa: FBT001
    package, section_type, option = path.split(".")
    assert semantics(package, section_type).equal(option, one, other) is expected
    assert semantics(package, section_type).equal(option, other, one) is expected


@pytest.mark.parametrize(
    ("packages", "expected"),
    [
        (("dropbear", "network", "firewall"), ("network", "firewall", "dropbear")),
        (("wireless", "network"), ("network",)),
        (("system",), ("dnsmasq", "system", "log", "sysntpd")),
        (("system", "dhcp"), ("dnsmasq", "odhcpd", "system", "log", "sysntpd")),
        (("zeta", "ddns", "rpcd", "uhttpd", "dropbear"), ("uhttpd", "rpcd", "ddns", "zeta", "dropbear")),
        ((), ()),
    ],
)
def test_services(packages: tuple[str, ...], expected: tuple[str, ...]) -> None:
    assert services(packages) == expected
    assert services(reversed(packages)) == expected
