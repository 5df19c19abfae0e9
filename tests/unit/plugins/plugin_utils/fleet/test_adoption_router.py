# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is read of a found router, and the references to its secrets."""

from __future__ import annotations

import pytest

from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.adoption_router import (
    FoundRouter,
    References,
    flag,
    number,
    text,
    words,
)
from ansible_collections.farsite.fleet.plugins.plugin_utils.uci.document import Package, Section
from ansible_collections.farsite.fleet.tests.unit.plugins.plugin_utils.fleet.adoptions import packages, stock

WIRELESS = """
config wifi-iface
	option key 'first'

config wifi-iface
	option key 'second'
	list r0kh 'a'
	list r0kh 'b'
"""


def section(**options: str | tuple[str, ...]) -> Section:
    return Section("zone", None, tuple(options.items()))


def test_the_sections_of_a_type() -> None:
    found = stock()
    assert [zone.get("name") for zone in found.sections("firewall", "zone")] == ["lan", "wan"]
    assert found.section("network", "interface", "wan6") == found.package("network").named("wan6")
    assert found.section("network", "route", "wan6") is None
    assert found.package("snmpd") == Package("snmpd")


@pytest.mark.parametrize(("value", "expected"), [("a", "a"), (("a", "b"), "a"), (None, None)])
def test_the_text_of_an_option(value: str | tuple[str, ...] | None, expected: str | None) -> None:
    assert text(section(**({} if value is None else {"x": value})), "x") == expected


@pytest.mark.parametrize(("value", "expected"), [("12", 12), ("0", 0), ("-1", None), ("x", None), ("²", None)])
def test_the_number_of_an_option(value: str, expected: int | None) -> None:
    assert number(section(x=value), "x") == expected


@pytest.mark.parametrize(
    ("value", "expected"), [("1", True), ("ON", True), ("enabled", True), ("0", False), ("off", False), ("x", False)]
)
def test_the_truth_of_an_option(value: str, expected: bool) -> None:  # noqa: FBT001
    assert flag(section(x=value), "x", default=not expected) is expected


def test_what_an_option_is_that_is_not_there() -> None:
    assert (text(None, "x"), number(None, "x"), flag(None, "x"), words("firewall", None, "x")) == (
        None,
        None,
        False,
        (),
    )
    assert flag(section(), "x", default=True) is True


def test_the_words_of_a_list_that_is_written_as_text() -> None:
    assert words("firewall", section(network="lan wan"), "network") == ("lan", "wan")
    assert words("firewall", section(network=("lan", "wan")), "network") == ("lan", "wan")


def test_a_secret_has_one_reference_for_each_place() -> None:
    found = FoundRouter(packages({"wireless": WIRELESS}))
    references = References("quarry-north", found)
    first, second = found.sections("wireless", "wifi-iface")
    template = references.option("wireless", first, "key")
    assert template == "{{ vault_quarry_north.wireless_wifi_iface_0_key }}"
    assert references.option("wireless", first, "wps_pin") is None
    assert references.value("wireless", first, "key", "first") == template
    assert references.value("wireless", second, "key", "second") == "{{ vault_quarry_north.wireless_wifi_iface_1_key }}"
    assert references.value("wireless", second, "r0kh", ("a", "b")) == [
        "{{ vault_quarry_north.wireless_wifi_iface_1_r0kh_1 }}",
        "{{ vault_quarry_north.wireless_wifi_iface_1_r0kh_2 }}",
    ]
    assert references.value("wireless", second, "ssid", ("a",)) == ["a"]
    assert references.values()[template] == "first"
    (used,) = references.used({"a": [{"b": template}], "c": 1})
    assert (used.name, used.option) == ("vault_quarry_north.wireless_wifi_iface_0_key", "wireless.@wifi-iface[0].key")


def test_places_of_like_names_have_references_of_their_own() -> None:
    text_of_both = "config wifi-iface 'a_b'\n\toption key 'x'\n\nconfig wifi-iface 'a__b'\n\toption key 'y'\n"
    found = FoundRouter(packages({"wireless": text_of_both}))
    references = References("s", found)
    given = {references.option("wireless", section, "key") for section in found.sections("wireless", "wifi-iface")}
    assert len(given) == len(references.values()) == 2
