# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A person's configuration, read back as wg-quick reads it, and never shown with its private key."""

from __future__ import annotations

import configparser
import ipaddress
import typing as t

import pytest

from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.operator_access import OperatorHub
from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.operator_text import (
    masked,
    operator_text,
    private_key_in,
    tunnel_name,
)

PUBLIC = "Zf0yRKyBIUvjjk0CaZIPd4uYGNuAvmbbrWDVzMTtNGo="
PRIVATE = "eEsA6nYX6PPuFOVrKZXrsd9CJ6jQw5YUlvKEHFsq0Hk="
HUB_KEY = "SGkgSSBhbSBhIGh1YiBhbmQgSSBoYXZlIDMyIGJ5dGU="


def hub(**more: t.Any) -> OperatorHub:
    data: dict[str, t.Any] = {
        "hub": "hub-1",
        "public_key": HUB_KEY,
        "address": ipaddress.IPv4Interface("10.78.0.5/32"),
        "endpoint": "hub.example.net:51820",
        "allowed": (ipaddress.IPv4Network("10.79.255.254/32"), ipaddress.IPv4Network("10.80.0.0/12")),
        "dns_name": "hub-1.example.net",
    }
    return OperatorHub(**data | more)


def text(**more: t.Any) -> str:
    keys: dict[str, t.Any] = {"public_key": PUBLIC, "private_key": PRIVATE}
    return operator_text("quarries", "anna", hub(), **keys | more)


def test_the_file_as_it_is_read() -> None:
    read = configparser.ConfigParser()
    read.optionxform = str  # type: ignore[assignment,method-assign]
    read.read_string(text(dns=["10.79.255.254", "example.net"], mtu=1280))
    assert {name: dict(section) for name, section in read.items() if name != "DEFAULT"} == {
        "Interface": {
            "PrivateKey": PRIVATE,
            "Address": "10.78.0.5/32",
            "DNS": "10.79.255.254, example.net",
            "MTU": "1280",
        },
        "Peer": {
            "PublicKey": HUB_KEY,
            "Endpoint": "hub.example.net:51820",
            "AllowedIPs": "10.79.255.254/32, 10.80.0.0/12",
            "PersistentKeepalive": "25",
        },
    }


def test_what_is_not_given_is_not_there() -> None:
    assert "DNS" not in text()
    assert "MTU" not in text()


def test_without_a_private_key_a_comment_says_which() -> None:
    for public_key, hint in ((PUBLIC, f"belongs to the public key {PUBLIC})"), (None, "for operators/anna.pub)")):
        given = text(public_key=public_key, private_key=None)
        (line,) = [line for line in given.splitlines() if "PrivateKey" in line]
        assert line.startswith("# PrivateKey = (")
        assert line.endswith(hint)
        assert private_key_in(given) is None


@pytest.mark.parametrize(
    "line",
    [
        *(
            f"PrivateKey = {PRIVATE}",
            f"privatekey={PRIVATE}",
            f"  PrivateKey  =  {PRIVATE}  ",
            f"PrivateKey={PRIVATE}\r",
        ),
        *(f"PrivateKey = {PRIVATE} # laptop", f"PrivateKey={PRIVATE}#laptop\r"),
    ],
)
def test_a_private_key_is_found_and_hidden(line: str) -> None:
    given = f"# x\n[Interface]\n{line}\n[Peer]\nPublicKey = {HUB_KEY}\n"
    assert private_key_in(given) == PRIVATE
    assert PRIVATE not in masked(given)
    assert "PrivateKey = (hidden)" in masked(given)
    assert HUB_KEY in masked(given)


def test_another_private_key_is_told() -> None:
    assert "PrivateKey = (hidden)\n" in masked(text(), PRIVATE)
    assert "PrivateKey = (hidden, another one)\n" in masked(text(), HUB_KEY)


def test_a_file_that_is_broken_is_hidden_too() -> None:
    assert private_key_in("PrivateKey = \n") is None
    twice = f"PrivateKey = {PRIVATE}\nPrivateKey = {PRIVATE[::-1]}\n"
    assert masked(twice) == "PrivateKey = (hidden)\nPrivateKey = (hidden, another one)\n"


def test_the_name() -> None:
    assert tunnel_name("anna", "hub-1", 1) == "anna"
    assert tunnel_name("anna", "hub-2", 2) == "anna-hub-2"
