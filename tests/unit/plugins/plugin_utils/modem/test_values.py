# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Single values as the web pages of sticks write them."""

from __future__ import annotations

import typing as t

import hypothesis
import pytest
from hypothesis import strategies as st

from ansible_collections.farsite.fleet.plugins.plugin_utils.modem.values import (
    addresses,
    identity,
    level,
    tries,
    words,
)

Quantity = t.Literal["rssi", "rsrp", "rsrq", "sinr"]
Kind = t.Literal["imei", "imsi", "iccid", "plmn"]
QUANTITIES: tuple[Quantity, ...] = t.get_args(Quantity)
KINDS: tuple[Kind, ...] = t.get_args(Kind)


@pytest.mark.parametrize(
    ("quantity", "text", "expected"),
    [
        ("rsrp", "-95dBm", -95),
        ("rsrp", "-101", -101),
        ("rssi", ">=-51dBm", -51),
        ("rssi", "<-113 dBm", -113),
        ("rsrq", "-9.0dB", -9),
        ("rsrq", " -11.5 ", -11.5),
        ("sinr", ">=30dB", 30),
        ("sinr", "0dB", 0),
        ("sinr", "+3", 3),
        ("rsrp", "0", None),
        ("rsrp", "-500", None),
        ("rssi", "0", None),
        ("rsrq", "-100dB", None),
        ("sinr", "-32768", None),
        ("rsrp", "", None),
        ("rsrp", "dBm", None),
        ("rsrp", "-95 or so", None),
        ("rsrp", "-95-96", None),
        ("rsrp", "nan", None),
        ("rsrp", "-٩٥", None),
    ],
)
def test_a_level(quantity: Quantity, text: str, expected: float | None) -> None:
    assert level(quantity, text) == expected


@pytest.mark.parametrize(
    ("kind", "text", "expected"),
    [
        ("imei", "860000000000001", "860000000000001"),
        ("imei", "86000000000000", None),
        ("imsi", "262021234567890", "262021234567890"),
        ("imsi", "2620212345678901", None),
        ("imsi", "", None),
        ("imsi", "-", None),
        ("iccid", "8949001234567890123", "8949001234567890123"),
        ("iccid", " 8949001234567890123F ", "8949001234567890123"),
        ("iccid", "89490012345678901234", "89490012345678901234"),
        ("iccid", "8949", None),
        ("plmn", "26202", "26202"),
        ("plmn", "310410", "310410"),
        ("plmn", "2620", None),
        ("plmn", "٢٦٢٠٢", None),
    ],
)
def test_an_identity(kind: Kind, text: str, expected: str | None) -> None:
    assert identity(kind, text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [("3", 3), ("0", 0), ("10", 10), (" 2\n", 2), ("11", None), ("-1", None), ("", None), ("three", None), ("٣", None)],
)
def test_tries(text: str, expected: int | None) -> None:
    assert tries(text) == expected


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        (("100.72.13.5", ""), ("100.72.13.5",)),
        (("10.0.0.1", "2001:0db8:0000:0000:948a:b820:4e9a:6a26"), ("10.0.0.1", "2001:db8::948a:b820:4e9a:6a26")),
        (("10.0.0.1", " 10.0.0.1 "), ("10.0.0.1",)),
        (("0.0.0.0", "::"), ()),  # noqa: S104
        (("fe80::1%eth0", "10.0.0.1/24", "10.0.0", "no"), ()),
    ],
)
def test_addresses(texts: tuple[str, ...], expected: tuple[str, ...]) -> None:
    assert addresses(*texts) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Vodafone.de", "Vodafone.de"),
        ("  T-Mobile \n NL ", "T-Mobile NL"),
        ("", None),
        (" ", None),
        ("--", None),
        ("N/A", None),
        ("a\x1b[2J", None),
        ("\ud800", None),
    ],
)
def test_words(text: str, expected: str | None) -> None:
    assert words(text) == expected


@hypothesis.given(st.text())
def test_any_text_is_a_value_or_none(text: str) -> None:
    assert all(isinstance(level(quantity, text), float | None) for quantity in QUANTITIES)
    assert all((identity(kind, text) or "0").isdigit() for kind in KINDS)
    assert (tries(text) or 0) in range(11)
    assert len(addresses(text)) <= 1
    assert (words(text) or "x").isprintable()
