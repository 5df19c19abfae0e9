# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The settings of a fleet."""

from __future__ import annotations

import ipaddress
import typing as t

import pytest
from hypothesis import given

from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.kinds import INVALID
from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.model.fleet import FleetSettings, derived_ula
from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.problems import Place, Report, errors
from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.record import Record
from ansible_collections.farsite.fleet.tests.unit.plugins.plugin_utils.fleet.fleets import FLEET
from ansible_collections.farsite.fleet.tests.unit.plugins.plugin_utils.fleet.model_strategies import values
from ansible_collections.farsite.fleet.tests.unit.plugins.plugin_utils.fleet.readings import reading, refusal

SETTINGS = Record(FleetSettings)


def test_the_defaults() -> None:
    settings, problems = reading(SETTINGS, FLEET)
    assert problems == []
    assert (settings.hubs[0].name, settings.hubs[0].port, settings.domain) == (None, 51820, None)
    assert str(settings.pools.sites) == "10.80.0.0/12"


def test_the_derived_ipv6_prefix_is_the_fleet_s_own_and_does_not_change() -> None:
    assert derived_ula("example") == ipaddress.IPv6Network("fd3b:5d0b:bdbc::/48")
    assert derived_ula("example2") != derived_ula("example")


@pytest.mark.parametrize(
    ("key", "value", "words"),
    [
        (
            "name",
            "My fleet",
            ": found 'My fleet', expected a name of lower-case letters, digits and hyphens, at most 63",
        ),
        (
            "hub",
            "203.0.113.10",
            ": found text, expected a mapping with name, address, public_addresses, port, number, state",
        ),
        (
            "hub",
            [],
            (
                ": is empty, expected a mapping with name, address, public_addresses, port, number, state, or a list "
                "of such"
            ),
        ),
        ("hub", [{"address": "a.net"}] * 5, ": has 5 elements, at most 4 are possible; remove some"),
        ("hub", [{"address": "a.net"}, {}], "[1].address: is missing; expected an IP address or a domain name"),
        ("operator_groups", {"a": {"site": "x"}}, ".a.site: unknown key; did you mean sites?"),
        ("hub", {"address": "fe80::1%eth0"}, ".address: found 'fe80::1%eth0', expected an IP address or a domain name"),
        ("hub", {"address": "203.0.113.10", "port": 0}, ".port: found 0, expected a whole number from 1 to 65535"),
        (
            "pools",
            {"sites": "10.0.0.0/255.0.0.0"},
            ".sites: found '10.0.0.0/255.0.0.0', expected a prefix such as 192.0.2.0/24",
        ),
        ("pools", {"sites": "10.0.0.0/24"}, ".sites: found a prefix length of /24, expected /8 to /23"),
        ("pools", {"ula": "fd00::/56"}, ".ula: found a prefix length of /56, expected /48 to /48"),
        ("forward_ports", {"per_site": -1}, ".per_site: found -1, expected a whole number from 0 to 1024"),
        ("retired_ids", [3, 3], "[1]: is the same as [0] of this list; remove one"),
    ],
)
def test_a_wrong_value_is_told_at_its_place(key: str, value: t.Any, words: str) -> None:
    assert refusal(SETTINGS, {**FLEET, key: value}) == f".{key}{words}"


@given(values(SETTINGS, nonsense=True))
def test_whatever_stands_there_are_settings_or_has_errors(data: object) -> None:
    report = Report()
    result = SETTINGS.read(data, Place(report, "f"))
    assert (result is INVALID) == bool(errors(report))
