# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Sections from Python values."""

from __future__ import annotations

import ipaddress

import pytest

from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.fragment import section
from ansible_collections.farsite.fleet.plugins.plugin_utils.uci.document import Section


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("text", "text"),
        (7, "7"),
        (0, "0"),
        (True, "1"),
        (False, "0"),
        (ipaddress.IPv4Network("192.0.2.0/24"), "192.0.2.0/24"),
        ((1, True, ipaddress.IPv6Address("fd00::1")), ("1", "1", "fd00::1")),
        (["one"], ("one",)),
    ],
)
def test_a_value_becomes_text(value: object, expected: object) -> None:
    assert section("device", None, option=value) == Section("device", None, (("option", expected),))  # type: ignore[arg-type]


@pytest.mark.parametrize("value", [None, "", (), []])
def test_what_uci_cannot_store_is_left_out(value: object) -> None:
    assert section("device", "name", option=value) == Section("device", "name")
