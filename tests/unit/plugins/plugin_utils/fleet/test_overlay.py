# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""``router_uci`` over what the features give."""

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.model.raw_uci import RawUci
from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.overlay import Sections, overlay
from ansible_collections.farsite.fleet.plugins.plugin_utils.uci.data import SectionData, section_data
from ansible_collections.farsite.fleet.plugins.plugin_utils.uci.document import Section
from ansible_collections.farsite.fleet.plugins.plugin_utils.uci.identity import IdentityError

LAN = Section("interface", "lan", (("device", "br-lan"), ("proto", "static")))
GLOBALS = SectionData(Section("globals", "globals", (("ula_prefix", "fd00::/48"),)), ("packet_steering",))
NETWORK = Sections((LAN,), (GLOBALS,))


def raw(package: str, *sections: t.Mapping[str, object]) -> RawUci:
    return RawUci(package=package, sections=section_data(list(sections), ""))


def test_options_of_an_owned_section_are_set_and_removed() -> None:
    given = {"type": "interface", "name": "lan", "options": {"device": None, "proto": "none", "auto": False}}
    assert overlay(raw("network", given), NETWORK) == Sections(
        (Section("interface", "lan", (("proto", "none"), ("auto", "0"))),), (GLOBALS,)
    )


def test_options_of_a_shared_section_are_set_and_called_absent() -> None:
    given = {"type": "globals", "name": "globals", "options": {"ula_prefix": None, "packet_steering": 2, "netns": None}}
    assert overlay(raw("network", given), NETWORK) == Sections(
        (LAN,),
        (SectionData(Section("globals", "globals", (("packet_steering", "2"),)), ("ula_prefix", "netns")),),
    )


def test_a_shared_section_without_a_name_is_found_too() -> None:
    sections = Sections((), (SectionData(Section("dnsmasq", None, (("domain", "x"),))),))
    given = {"type": "dnsmasq", "options": {"cachesize": 500}}
    assert overlay(raw("dhcp", given), sections) == Sections(
        (), (SectionData(Section("dnsmasq", None, (("domain", "x"), ("cachesize", "500")))),)
    )


def test_a_new_section_is_the_fleets() -> None:
    given = {"type": "route", "name": "printer", "options": {"interface": "lan", "target": "192.0.2.0/24"}}
    new = Section("route", "printer", (("interface", "lan"), ("target", "192.0.2.0/24")))
    assert overlay(raw("network", given), NETWORK) == Sections((LAN, new), (GLOBALS,))


def test_a_new_section_of_what_stays_on_the_device_is_shared() -> None:
    given = {"type": "device", "options": {"name": "eth0.2", "mtu": 1492, "macaddr": None}}
    new = SectionData(Section("device", None, (("name", "eth0.2"), ("mtu", "1492"))), ("macaddr",))
    assert overlay(raw("network", given), NETWORK) == Sections((LAN,), (GLOBALS, new))


def test_all_of_a_package_that_no_feature_knows_is_shared() -> None:
    given = {"type": "uhttpd", "name": "main", "options": {"redirect_https": True}}
    new = SectionData(Section("uhttpd", "main", (("redirect_https", "1"),)))
    assert overlay(raw("uhttpd", given), Sections()) == Sections((), (new,))


def test_a_new_rule_follows_the_one_that_is_given_before_it() -> None:
    first, second = (Section("rule", name, (("name", name),)) for name in ("first", "second"))
    given = ({"type": "rule", "name": "first"}, {"type": "rule", "name": "between", "options": {"name": "between"}})
    merged = overlay(raw("firewall", *given), Sections((first, second)))
    assert [section.name for section in merged.owned] == ["first", "between", "second"]


def test_a_name_of_another_type_is_refused() -> None:
    with pytest.raises(IdentityError, match="belongs to a section of type 'interface'"):
        overlay(raw("network", {"type": "route", "name": "lan"}), NETWORK)
