# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A site's file says only what is not so anyway: read with the defaults again, it is the whole data."""

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.adoption_pruning import own_data
from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.inheritance import inherit

WIRED: dict[str, t.Any] = {
    "kind": "ethernet",
    "name": "wan",
    "device": "wan",
    "protocol": "dhcp",
    "metric": None,
    "dns": [],
}
SHED: dict[str, t.Any] = {
    "id": 19,
    "router": {"model": "a", "release": "24.10"},
    "system": {"time_zone": "UTC", "hostname": None},
    "uplink": [WIRED],
    "wifi": None,
    "lan": {"internet": False, "device": "br-lan"},
    "unmanaged": [],
}


@pytest.mark.parametrize(
    ("data", "defaults", "expected"),
    [
        ({}, None, {"router": {"model": "a", "release": "24.10"}}),
        ({}, {"router": {"model": "a", "release": "23.05"}}, {"router": {"release": "24.10"}}),
        ({}, {"router": {"model": "a", "release": "24.10"}, "lan": {"internet": True}}, {"lan": {"internet": False}}),
        ({}, {"system": {"time_zone": "Europe/Berlin"}}, {"system": {"time_zone": "UTC"}}),
        ({}, {"wifi": {"ssid": "x", "key": "k", "country": "DE"}}, {"wifi": None}),
        ({}, {"unmanaged": ["ddns"]}, {"unmanaged": []}),
        ({}, {"router_uci": {"uhttpd": [{"type": "uhttpd"}]}}, {"router_uci": {"uhttpd": []}}),
        ({"router_uci": {"network": []}}, None, {"router_uci": {"network": []}}),
        ({}, {"uplink": {"kind": "ethernet", "device": "eth5"}}, {"uplink": {"kind": "ethernet", "device": "wan"}}),
        ({}, {"uplink": {"kind": "lte", "apn": "x"}}, {"uplink": {"kind": "ethernet"}}),
        (
            {"uplink": [WIRED, {**WIRED, "name": "b", "metric": 7}]},
            {"uplink": {"kind": "ethernet", "device": "eth5"}},
            {"uplink": [{"kind": "ethernet"}, {"kind": "ethernet", "name": "b", "metric": 7}]},
        ),
        (
            {
                "cameras": [
                    {"name": "a", "mac": "m", "number": 1, "address": None},
                    {"name": "b", "mac": "n", "number": 5},
                ]
            },
            None,
            {"cameras": [{"name": "a", "mac": "m"}, {"name": "b", "mac": "n", "number": 5}]},
        ),
    ],
)
def test_only_what_differs_is_said(data: dict[str, t.Any], defaults: object, expected: dict[str, t.Any]) -> None:
    own = own_data(SHED | data, defaults)
    assert {key: own[key] for key in expected} == expected
    merged, _inherited = inherit(defaults, own, ("fleet.yml", ()))
    assert isinstance(merged, dict)
    assert merged["router"] == SHED["router"]
    assert not merged.get("wifi")
    assert not (merged.get("lan") or {}).get("internet")


def test_the_order_is_that_of_the_model() -> None:
    assert list(own_data(SHED | {"state": "planned"}, None)) == ["id", "state", "router", "uplink"]
