# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Uplinks: what fits together."""

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.model.uplink import UPLINK
from ansible_collections.farsite.fleet.tests.unit.plugins.plugin_utils.fleet.readings import reading, refusal

STATIC: dict[str, t.Any] = {
    "kind": "ethernet",
    "protocol": "static",
    "address": "198.51.100.2/30",
    "gateway": "198.51.100.1",
    "dns": "192.0.2.53",
}


@pytest.mark.parametrize(
    "value",
    [
        {"kind": "lte"},
        {"kind": "lte", "auth": "chap", "username": "u", "password": "{{ p }}"},
        {"kind": "ethernet"},
        {"kind": "ethernet", "dns": ["192.0.2.53", "2001:db8::53"]},
        STATIC,
        {"kind": "ethernet", "protocol": "pppoe", "username": "u", "password": "{{ p }}"},
        {"kind": "wifi", "ssid": "café", "key": "{{ k }}"},
        {"kind": "wifi", "ssid": "open", "encryption": "none"},
    ],
)
def test_what_is_taken(value: dict[str, t.Any]) -> None:
    uplink, problems = reading(UPLINK, value)
    assert (uplink.kind, problems) == (value["kind"], [])


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (
            {"kind": "lte", "auth": "pap"},
            ".auth: found 'pap' without user name and password; give both, or leave auth out",
        ),
        ({**STATIC, "gateway": None}, ".gateway: is missing; protocol static needs address, gateway, dns"),
        (
            {**STATIC, "gateway": "192.0.2.1"},
            ".gateway: 192.0.2.1 is not in 198.51.100.0/30; expected a neighbour of address",
        ),
        (
            {"kind": "ethernet", "gateway": "192.0.2.1"},
            ".gateway: has a meaning only with protocol static, found dhcp; remove it",
        ),
        (
            {**STATIC, "username": "u"},
            ".username: has a meaning only with protocol pppoe, found static; remove it",
        ),
        (
            {"kind": "wifi", "ssid": "x", "encryption": "none", "key": "{{ k }}"},
            ".key: found one with encryption none, expected no key with encryption none",
        ),
        (
            {"kind": "wifi", "ssid": "x" * 33, "encryption": "none"},
            f".ssid: found '{'x' * 33}', expected the name of a network, at most 32 characters",
        ),
    ],
)
def test_what_is_refused(value: dict[str, t.Any], words: str) -> None:
    assert refusal(UPLINK, value) == words
