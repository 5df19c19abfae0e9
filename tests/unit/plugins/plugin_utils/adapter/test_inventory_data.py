# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import copy
import json
import typing as t

from ansible_collections.farsite.fleet.plugins.plugin_utils.adapter.inventory_data import InventoryData, inventory_data
from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.kinds import Encrypted
from ansible_collections.farsite.fleet.tests.unit.plugins.plugin_utils.fleet import fleets

CIPHER = "$ANSIBLE_VAULT;1.1;AES256\n3333\n"


def data_of(**sites: t.Any) -> InventoryData:
    files = fleets.files({name.replace("_", "-"): site for name, site in sites.items()})
    files = type(files)(files.fleet, files.sites, {k: v for k, v in files.keys.items() if k != "planned-site"})
    return inventory_data(fleets.fleet_of(files), files, "/fleets/example")


def test_groups() -> None:
    two_uplinks = [{"kind": "ethernet"}, {"kind": "lte"}, {"kind": "lte", "name": "lte2"}]
    planned = {"id": 5, "state": "planned", "uplink": {"kind": "wifi", "ssid": "a", "key": "{{ b }}"}, "wave": 12}
    found = data_of(
        quarry=fleets.QUARRY, both={"id": 6, "uplink": two_uplinks, "labels": ["new"]}, planned_site=planned
    )
    assert found["groups"] == {
        "hub": ["hub-1"],
        "label_new": ["both"],
        "model_tplink_tl_mr3020_v3": ["both", "planned-site", "quarry"],
        "planned": ["planned-site"],
        "release_24_10": ["both", "planned-site", "quarry"],
        "sites": ["both", "planned-site", "quarry"],
        "uplink_ethernet": ["both"],
        "uplink_lte": ["both", "quarry"],
        "uplink_wifi": ["planned-site"],
        "wave_1": ["both", "quarry"],
        "wave_12": ["planned-site"],
    }


def test_each_uplink_has_a_name_and_a_metric() -> None:
    two = [{"kind": "ethernet", "metric": 7}, {"kind": "lte", "name": "modem"}]
    variables = data_of(both={"id": 6, "uplink": two})["hosts"]["both"]
    assert variables["uplinks"] == [
        {"kind": "ethernet", "name": "wan", "metric": 7},
        {"kind": "lte", "name": "modem", "metric": 20},
    ]
    assert variables["site"]["uplink"] == two


def test_variables_of_a_site() -> None:
    variables = data_of(quarry_north=fleets.QUARRY)["hosts"]["quarry-north"]
    site = variables.pop("site")
    assert site == fleets.QUARRY | fleets.FLEET["defaults"]
    cameras = variables.pop("cameras")
    assert variables.pop("uplinks") == [{**fleets.QUARRY["uplink"], "name": "lte", "metric": 10}]
    assert variables == {
        "ansible_host": "10.79.0.17",
        "tunnel_address": "10.79.0.17",
        "tunnel_address6": cameras[0]["address6"].split("::")[0][:-3] + "::11",
        "site_prefix": "10.80.17.0/24",
        "site_prefix6": cameras[0]["address6"].split("::")[0] + "::/64",
        "lan_prefix": "192.168.1.0/24",
        "dns_name": "quarry-north.example.internal",
        "forwards": [
            {"camera": "yard", "address": "10.80.17.12", "hub_port": 20162, "port": 80, "from": ["198.51.100.0/24"]}
        ],
    }
    assert cameras[1] == {
        "name": "yard",
        "number": 2,
        "address": "10.80.17.12",
        "address6": cameras[1]["address6"],
        "lan_address": "192.168.1.12",
        "dns_name": "yard.quarry-north.example.internal",
        "mac": "44:19:b6:00:00:02",
        "vendor": "hikvision",
        "forwards": [{"hub_port": 20162, "port": 80, "from": ["198.51.100.0/24"]}],
    }


def test_variables_of_the_hub_and_of_all() -> None:
    found = data_of(depot=fleets.DEPOT)
    assert found["hosts"]["hub-1"]["ansible_host"] == "203.0.113.10"
    fleet = found["variables"]["all"]["fleet"]
    assert (fleet["name"], fleet["domain"], fleet["folder"]) == ("example", "example.internal", "/fleets/example")
    assert fleet["hub"]["public_key"] == fleets.public_key(1)
    assert fleet["hub"]["tunnel_address"] == found["hosts"]["hub-1"]["tunnel_address"] == "10.79.255.254"
    assert fleet["pools"]["sites"] == "10.80.0.0/12"
    assert found["variables"]["sites"]["ansible_facts_modules"] == []
    assert "HostKeyAlias={{ inventory_hostname }}" in found["variables"]["sites"]["ansible_ssh_common_args"]


def test_a_cache_can_keep_it_with_what_is_encrypted() -> None:
    site = copy.deepcopy(fleets.QUARRY)
    site["uplink"]["pin"] = Encrypted(CIPHER)
    found = data_of(quarry=site)
    assert json.loads(json.dumps(found)) == found
    assert found["hosts"]["quarry"]["site"]["uplink"]["pin"] == {"__ansible_vault": CIPHER}
