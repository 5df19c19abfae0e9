# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Radios that several use, beside the table of bad ones."""

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.reading import read_fleet
from ansible_collections.farsite.fleet.tests.unit.plugins.plugin_utils.fleet.fleets import DEPOT, files

ACCESS_POINT = {"ssid": "y", "key": "{{ k }}", "country": "DE"}
CLIENT = {"kind": "wifi", "ssid": "x", "key": "{{ k }}"}
SHARED = (
    "sites/depot.yml: wifi.radio: the uplink wwan uses radio0 too: while its network is out of reach the access point "
    "is off; take another radio if the router has one"
)
TWO_CLIENTS = (
    "sites/depot.yml: uplink[1].radio: the uplink wwan uses radio0 too; most radios are the client of one network at a "
    "time"
)


@pytest.mark.parametrize(
    ("site", "messages"),
    [
        ({"uplink": CLIENT, "wifi": ACCESS_POINT}, [SHARED]),
        ({"uplink": CLIENT | {"country": "DE"}, "wifi": ACCESS_POINT}, [SHARED]),
        ({"uplink": CLIENT | {"country": "FR", "radio": "radio1"}, "wifi": ACCESS_POINT}, []),
        ({"uplink": CLIENT | {"radio": "radio1"}, "wifi": ACCESS_POINT | {"channel": "6"}}, []),
        ({"wifi": ACCESS_POINT | {"channel": "6"}}, []),
        ({"uplink": [CLIENT, CLIENT | {"name": "other"}]}, [TWO_CLIENTS]),
        ({"uplink": [CLIENT, CLIENT | {"name": "other", "radio": "radio1"}]}, []),
    ],
)
def test_a_radio_with_two_users_is_a_warning_if_they_agree(site: dict[str, t.Any], messages: list[str]) -> None:
    fleet, problems = read_fleet(files({"depot": DEPOT | site}))
    assert fleet is not None
    assert [(str(problem), problem.severity) for problem in problems] == [(message, "warning") for message in messages]
