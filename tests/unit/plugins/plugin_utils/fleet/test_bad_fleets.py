# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every kind of bad fleet data is told exactly, with file and path."""

from __future__ import annotations

import itertools

import pytest

from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.problems import errors
from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.reading import read_fleet
from ansible_collections.farsite.fleet.tests.unit.plugins.plugin_utils.fleet import (
    bad_access,
    bad_forwards,
    bad_lans,
    bad_settings,
    bad_sites,
    bad_uplinks,
)
from ansible_collections.farsite.fleet.tests.unit.plugins.plugin_utils.fleet.bad_fleets import Bad, changed

TABLES: tuple[Bad, ...] = (
    bad_settings.BAD,
    bad_sites.BAD,
    bad_lans.BAD,
    bad_forwards.BAD,
    bad_uplinks.BAD,
    bad_access.BAD,
)
BAD: Bad = {kind: bad for table in TABLES for kind, bad in table.items()}


@pytest.mark.parametrize("kind", BAD)
def test_bad_data_is_told_exactly(kind: str) -> None:
    changes, messages = BAD[kind]
    fleet, problems = read_fleet(changed(changes))
    assert fleet is None
    assert [str(problem) for problem in problems] == messages
    assert errors(problems)


def test_no_kind_is_in_two_tables_and_no_message_is_of_two_kinds() -> None:
    assert len(BAD) == sum(map(len, TABLES))
    told = [tuple(messages) for _changes, messages in BAD.values()]
    assert [messages for messages, group in itertools.groupby(sorted(told)) if len(list(group)) > 1] == []


ALL_AT_ONCE = (
    "an id out of range",
    "a wave that is true",
    "a label twice",
    "a camera's name that is no host name",
    "a MAC address of a group",
    "a LAN that is too large",
    "a key with a typo below",
    "a PIN that YAML takes for a number",
    "raw UCI without a type",
    "the hub's address is missing",
    "a key without a site",
    "a key that is too short",
    "a person without an id",
    "a retired key that is none",
)
"""Single values: they are told whatever else is wrong."""

ALL_IN_ONE_SITE = (
    "an SSH server on the port of DNS",
    "a camera's number twice",
    "a router among the leases",
    "a time zone that is none",
    "an uplink called like the tunnel",
    "ddns behind a carrier's NAT",
)
"""What does not fit together, in a file whose single values are good."""


@pytest.mark.parametrize("kinds", [ALL_AT_ONCE, ALL_IN_ONE_SITE])
def test_all_problems_are_told_in_one_run(kinds: tuple[str, ...]) -> None:
    changes = [change for kind in kinds for change in BAD[kind][0]]
    _fleet, problems = read_fleet(changed(changes))
    told = [message for kind in kinds for message in BAD[kind][1]]
    assert sorted(str(problem) for problem in problems) == sorted(
        message.replace("the uplink lte ", "the uplink fleet ") if kinds is ALL_IN_ONE_SITE else message
        for message in told
    )
