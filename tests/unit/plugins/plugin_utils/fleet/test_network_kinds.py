# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Addresses, prefixes, MAC addresses, names and keys."""

from __future__ import annotations

import ipaddress
import typing as t

import pytest

from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.network_kinds import (
    DEVICE_NAME,
    DOMAIN_NAME,
    HOST_NAME,
    INTERFACE_NAME,
    HostAddress,
    IpAddress,
    MacAddress,
    Prefix,
    key_problem,
)
from ansible_collections.farsite.fleet.tests.unit.plugins.plugin_utils.fleet.readings import reading, refusal

V4, V6 = ipaddress.IPv4Address, ipaddress.IPv6Address


@pytest.mark.parametrize(
    ("kind", "value", "result"),
    [
        (IpAddress(4), "192.0.2.1", V4("192.0.2.1")),
        (IpAddress(6), "FD00::1", V6("fd00::1")),
        (IpAddress(0), "fd00::1", V6("fd00::1")),
        (Prefix(4), "192.0.2.0/24", ipaddress.IPv4Network("192.0.2.0/24")),
        (Prefix(0), "2001:db8::/32", ipaddress.IPv6Network("2001:db8::/32")),
        (Prefix(4, of_host=True), "192.0.2.7/24", ipaddress.IPv4Interface("192.0.2.7/24")),
        (MacAddress(), "44-19-B6-00-00-01", "44:19:b6:00:00:01"),
        (HostAddress(), "203.0.113.1", V4("203.0.113.1")),
        (HostAddress(), "hub.example.net", "hub.example.net"),
        (HOST_NAME, "quarry-north", "quarry-north"),
        (HOST_NAME, "a" * 63, "a" * 63),
        (DOMAIN_NAME, "fleet.example.net", "fleet.example.net"),
        (DOMAIN_NAME, "a." * 126 + "a", "a." * 126 + "a"),
        (DEVICE_NAME, "eth0.2", "eth0.2"),
        (INTERFACE_NAME, "wg_hub", "wg_hub"),
    ],
)
def test_what_is_taken(kind: t.Any, value: str, result: object) -> None:
    assert reading(kind, value) == (result, [])


@pytest.mark.parametrize(
    ("kind", "value", "words"),
    [
        (IpAddress(4), "192.0.2.256", "found '192.0.2.256', expected an IPv4 address such as 192.0.2.1"),
        (IpAddress(4), "fd00::1", "found 'fd00::1', expected an IPv4 address such as 192.0.2.1"),
        (IpAddress(6), "192.0.2.1", "found '192.0.2.1', expected an IPv6 address such as fd00::1"),
        (IpAddress(0), "x", "found 'x', expected an IP address such as 192.0.2.1 or fd00::1"),
        (IpAddress(0), "fe80::1%eth0", "found 'fe80::1%eth0', expected an IP address such as 192.0.2.1 or fd00::1"),
        (
            Prefix(4),
            "192.0.2.0/255.255.255.0",
            "found '192.0.2.0/255.255.255.0', expected a prefix such as 192.0.2.0/24",
        ),
        (Prefix(6), "fe80::%a/64", "found 'fe80::%a/64', expected a prefix such as 2001:db8::/32"),
        (HostAddress(), "fe80::1%eth0", "found 'fe80::1%eth0', expected an IP address or a domain name"),
        (Prefix(4), "192.0.2.0", "found '192.0.2.0', expected a prefix such as 192.0.2.0/24"),
        (Prefix(4), "2001:db8::/32", "found '2001:db8::/32', expected a prefix such as 192.0.2.0/24"),
        (Prefix(6), "192.0.2.0/24", "found '192.0.2.0/24', expected a prefix such as 2001:db8::/32"),
        (Prefix(4), "192.0.2.1/24", "found '192.0.2.1/24', which has bits of a host set; expected 192.0.2.0/24"),
        (Prefix(4, shortest=24, longest=29), "10.0.0.0/8", "found a prefix length of /8, expected /24 to /29"),
        (
            Prefix(4, of_host=True),
            "192.0.2.1",
            "found '192.0.2.1', expected an address with its prefix length such as 192.0.2.1/24",
        ),
        (
            MacAddress(),
            "44:19:b6:00:00",
            "found '44:19:b6:00:00', expected a MAC address such as \"44:19:b6:00:00:01\"",
        ),
        (HostAddress(), "192.0.2.256", "found '192.0.2.256', expected an IP address or a domain name"),
        (HostAddress(), "fd00::g", "found 'fd00::g', expected an IP address or a domain name"),
        (HOST_NAME, "-a", "found '-a', expected a name of lower-case letters, digits and hyphens, at most 63"),
        (
            HOST_NAME,
            "a" * 64,
            f"found '{'a' * 64}', expected a name of lower-case letters, digits and hyphens, at most 63",
        ),
        (DOMAIN_NAME, "a." * 127 + "a", f"found '{'a.' * 127}a', expected a domain name such as fleet.example.net"),
        (DOMAIN_NAME, "a..b", "found 'a..b', expected a domain name such as fleet.example.net"),
        (DEVICE_NAME, "a" * 16, f"'{'a' * 16}' has 16 characters, at most 15 are possible; shorten it"),
        (INTERFACE_NAME, "wg-hub", "found 'wg-hub', expected a name of lower-case letters, digits and _"),
    ],
)
def test_what_is_refused(kind: t.Any, value: str, words: str) -> None:
    assert refusal(kind, value) == words


@pytest.mark.parametrize(
    "kind", [IpAddress(0), IpAddress(4), IpAddress(6), Prefix(0), Prefix(4), MacAddress(), HostAddress()]
)
def test_numbers_are_refused(kind: t.Any) -> None:
    assert refusal(kind, 1234).endswith("; write it in quotes")
    assert kind.schema()["type"] == "string"


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("xTIBA5rboUvnH4htodjb6e697QjLERt1NAB4mZqp8Dg=", None),
        ("xTIBA5rboUvnH4htodjb6e697QjLERt1NAB4mZqp8Dh=", "found stray bits at the end of the base64 text"),
        ("AAAA", "found a key of 3 bytes, expected the 32 of a WireGuard public key"),
        ("A" * 43 + "=", "found a key of zeros, expected the output of wg pubkey"),
        ("?", "found something that is not base64, expected a WireGuard public key of 44 characters"),
        ("ü", "found something that is not base64, expected a WireGuard public key of 44 characters"),
    ],
)
def test_public_keys(text: str, problem: str | None) -> None:
    assert key_problem(text) == problem
