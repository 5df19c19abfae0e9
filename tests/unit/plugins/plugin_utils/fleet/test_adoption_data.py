# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What can be told of a site, and what its old file has besides."""

from __future__ import annotations

import dataclasses
import typing as t

import pytest

from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.adoption_data import site_data
from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.adoption_router import References
from ansible_collections.farsite.fleet.tests.unit.plugins.plugin_utils.fleet.adoptions import STOCK_NETWORK, stock
from ansible_collections.farsite.fleet.tests.unit.plugins.plugin_utils.fleet.fleets import (
    QUARRY,
    files,
    fleet_of,
    public_key,
)

if t.TYPE_CHECKING:
    from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.adoption_router import FoundRouter
    from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.files import FleetFiles


def read(found: FoundRouter, given: FleetFiles | None = None, name: str = "shed") -> tuple[dict[str, t.Any], list[str]]:
    given = given or files({"quarry": QUARRY})
    return site_data(found, fleet_of(given), given, name, 18, References(name, found))


def test_a_site_without_a_key_is_planned() -> None:
    assert read(stock())[0]["state"] == "planned"
    assert read(stock(), name="quarry")[0]["state"] is None


TUNNEL = f"""{STOCK_NETWORK}
config interface 'fleet'
	option proto 'wireguard'
	list addresses '10.79.0.18/32'
"""


@pytest.mark.parametrize(
    ("network", "key", "retired", "state"),
    [
        (TUNNEL, public_key(7), "", None),
        (TUNNEL, None, "", "planned"),
        (TUNNEL, public_key(7), f"{public_key(7)} stolen", "planned"),
        (STOCK_NETWORK, public_key(7), "", "planned"),
    ],
)
@pytest.mark.parametrize("name", ["shed", "quarry"])
def test_a_router_with_a_tunnel_and_a_key_is_not_planned(
    name: str, network: str, key: str | None, retired: str, state: str | None
) -> None:
    given = dataclasses.replace(files({"quarry": {**QUARRY, "state": "planned"}}), retired_keys=retired)
    found = dataclasses.replace(stock(network=network), public_key=key)
    assert read(found, given, name)[0]["state"] == state


def test_what_the_router_does_not_know_is_not_said() -> None:
    data, notes = read(dataclasses.replace(stock(), model=None, release="21.02"))
    assert data["router"] == {}
    assert notes == ["OpenWrt 21.02 is none that a site can have: 23.05, 24.10, 25.12"]
    assert "packages" not in data
    assert read(dataclasses.replace(stock(), added=("mtr-json",)))[0]["packages"] == ["mtr-json"]


def test_a_router_without_an_uplink() -> None:
    data, notes = read(stock(network=""))
    assert data["uplink"] == [{"kind": "ethernet"}]
    assert notes == ["no interface of the router is an uplink that a site can have"]


def test_a_name_follows_an_uplink_that_can_be_reached() -> None:
    service = (
        "config service\n\toption enabled '1'\n\toption service_name 'a'\n\toption domain 'b'\n\toption password 'c'\n"
    )
    first, _notes = read(stock(ddns=f"{service}\toption interface 'wan'\n"))
    assert (first["uplink"][0]["public_address"], first["ddns"]["uplink"]) == (True, None)
    other, _notes = read(stock(ddns=f"{service}\toption interface 'else'\n"))
    assert ("public_address" in other["uplink"][0], other["ddns"]["uplink"]) == (False, "else")


def test_what_people_have_said_stays() -> None:
    old = {**QUARRY, "state": "planned", "wave": 4, "labels": ["a"], "description": "old"}
    dhcp = "config host\n\toption name 'new'\n\toption mac '44:19:B6:00:00:02'\n\toption ip '192.168.1.12'\n"
    data, _notes = read(stock(dhcp=dhcp), files({"quarry": old}), "quarry")
    assert {key: data[key] for key in ("state", "wave", "labels")} == {"state": "planned", "wave": 4, "labels": ["a"]}
    assert data["description"] == ""
    (camera,) = data["cameras"]
    assert (camera["name"], camera["vendor"], camera["forward"]) == (
        "new",
        "hikvision",
        QUARRY["cameras"][1]["forward"],
    )
