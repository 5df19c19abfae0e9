# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The fleet's own settings, beside the table of bad ones."""

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.reading import read_fleet
from ansible_collections.farsite.fleet.tests.unit.plugins.plugin_utils.fleet.fleets import FLEET, files


@pytest.mark.parametrize(
    ("fleet", "message"),
    [
        (
            {"domain": "cams.local"},
            (
                "fleet.yml: domain: cams.local ends with .local, which many devices ask of their neighbours by "
                "multicast (RFC 6762) and not of a server; take another, such as one below .internal"
            ),
        ),
        (
            {"pools": {"tunnel": "11.0.0.0/16"}},
            (
                "fleet.yml: pools.tunnel: 11.0.0.0/16 is of the public internet, whose hosts there no router could "
                "reach; take a private range"
            ),
        ),
        (
            {"hub": {"address": "192.168.7.1"}},
            (
                "fleet.yml: hub.address: 192.168.7.1 is not public, so only routers in the hub's own network reach it; "
                "give a public address"
            ),
        ),
    ],
)
def test_what_may_be_right_is_a_warning(fleet: dict[str, t.Any], message: str) -> None:
    valid, problems = read_fleet(files({}, FLEET | fleet))
    assert valid is not None
    assert [(str(problem), problem.severity) for problem in problems] == [(message, "warning")]


@pytest.mark.parametrize("address", ["203.0.113.10", "hub.example.net"])
def test_a_hub_may_have_an_address_or_a_name(address: str) -> None:
    valid, problems = read_fleet(files({}, FLEET | {"hub": {"address": address}}))
    assert valid is not None
    assert problems == ()
