# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import copy
import dataclasses
import json
import typing as t

from ansible_collections.farsite.fleet.plugins.plugin_utils.adapter.inventory_data import InventoryData, inventory_data
from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.kinds import Encrypted
from ansible_collections.farsite.fleet.tests.unit.plugins.plugin_utils.fleet import fleets

CIPHER = "$ANSIBLE_VAULT;1.1;AES256\n3333\n"


def data_of(**sites: t.Any) -> InventoryData:
    files = fleets.files({name.replace("_", "-"): site for name, site in sites.items()})
    keys = {name: key for name, key in files.keys.items() if name != "planned-site"}
    files = dataclasses.replace(files, keys=keys)
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
        "tunnel_interfaces": ["fleet"],
        "public_key": fleets.public_key(2),
        "site_prefix": "10.80.17.0/24",
        "site_prefix6": cameras[0]["address6"].split("::")[0] + "::/64",
        "lan_prefix": "192.168.1.0/24",
        "lan_address": "192.168.1.1",
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
    assert fleet["report_folder"] == "/fleets/example/report"
    assert fleet["hub"]["public_key"] == fleets.public_key(1)
    assert fleet["hub"]["tunnel_address"] == found["hosts"]["hub-1"]["tunnel_address"] == "10.79.255.254"
    assert fleet["pools"]["sites"] == "10.80.0.0/12"
    assert fleet["settings"] == {key: fleets.FLEET[key] for key in ("plugin", "name", "hub")}
    assert found["variables"]["sites"]["ansible_facts_modules"] == []
    assert found["variables"]["hub"] == {"ansible_pipelining": True, "ansible_python_interpreter": "/usr/bin/python3"}
    assert "HostKeyAlias={{ inventory_hostname }}" in found["variables"]["sites"]["ansible_ssh_common_args"]


HUB_VARIABLES = {
    "ansible_host": "hub.example.net",
    "tunnel_address": "10.79.255.253",
    "tunnel_address6": "fd00:1:2::1:1",
    "dns_name": "hub-2.example.internal",
    "hub_interface": "fleet",
    "hub_port": 443,
    "hub_addresses": ["10.79.255.253/32", "fd00:1:2::1:1/128"],
    "hub_pools": ["10.79.0.0/16", "10.80.0.0/12", "10.78.4.0/22", "fd00:1:2::/48"],
    "hub_site_networks": ["10.79.0.0/16", "10.80.0.0/12", "fd00:1:2::/48"],
    "hub_peers": [
        {
            "name": "depot",
            "public_key": fleets.public_key(2),
            "allowed_ips": ["10.79.1.44/32", "fd00:1:2::12c/128", "10.81.44.0/24", "fd00:1:2:12c::/64"],
            "preshared_key": "{{ hostvars['depot'].site.tunnel.preshared_key }}",
        },
        {
            "name": "quarry",
            "public_key": fleets.public_key(3),
            "allowed_ips": ["10.79.0.17/32", "fd00:1:2::11/128", "10.80.17.0/24", "fd00:1:2:11::/64"],
        },
        {"name": "operator anna", "public_key": fleets.public_key(2001), "allowed_ips": ["10.78.4.5/32"]},
    ],
    "hub_retired_keys": [fleets.public_key(9)],
    "hub_forwards": [
        {
            "name": "quarry/yard",
            "port": 20162,
            "address": "10.80.17.12",
            "target_port": 80,
            "from": ["198.51.100.0/24"],
            "default_password": False,
        }
    ],
    "hub_operators": [
        {"name": "anna", "addresses": ["10.78.4.5"], "reaches": ["10.79.0.0/16", "10.80.0.0/12"], "hub": True}
    ],
    "operators": [
        {
            "name": "anna",
            "id": 5,
            "description": "",
            "groups": [],
            "address": "10.78.4.5",
            "public_key": fleets.public_key(2001),
        }
    ],
}


def test_all_that_a_second_hub_needs() -> None:
    settings = {**fleets.FLEET, "hub": fleets.TWO_HUBS, "pools": {"ula": "fd00:1:2::/48"}}
    site = {**fleets.DEPOT, "tunnel": {"preshared_key": "{{ vault_psk }}"}}
    files = fleets.files({"depot": site, "quarry": fleets.QUARRY}, settings, {"anna": fleets.ANNA})
    files = dataclasses.replace(files, retired_keys=f"{fleets.public_key(9)} depot")
    found = inventory_data(fleets.fleet_of(files), files, "/fleets/example")
    assert found["groups"]["hub"] == ["hub-1", "hub-2"]
    assert found["hosts"]["hub-2"] == HUB_VARIABLES
    assert json.loads(json.dumps(found)) == found
    fleet = found["variables"]["all"]["fleet"]
    assert [hub["name"] for hub in fleet["hubs"]] == ["hub-1", "hub-2"]
    assert fleet["hub"] == fleet["hubs"][0]
    assert fleet["hubs"][1] == {
        "name": "hub-2",
        "number": 2,
        "state": "active",
        "address": "hub.example.net",
        "port": 443,
        "public_key": fleets.public_key(1002),
        "tunnel_address": "10.79.255.253",
        "tunnel_address6": "fd00:1:2::1:1",
        "operators": "10.78.4.0/22",
        "dns_name": "hub-2.example.internal",
    }


def test_the_first_active_hub_is_the_hub() -> None:
    hubs = [{**fleets.TWO_HUBS[0], "state": "planned"}, fleets.TWO_HUBS[1]]
    files = fleets.files({"depot": fleets.DEPOT}, {**fleets.FLEET, "hub": hubs})
    files = dataclasses.replace(files, keys={name: key for name, key in files.keys.items() if name != "hub-1"})
    fleet = inventory_data(fleets.fleet_of(files), files, "/fleets/example")["variables"]["all"]["fleet"]
    assert (fleet["hub"]["name"], fleet["hubs"][0]["public_key"]) == ("hub-2", None)


def test_the_first_active_hub_has_the_records_of_the_fleets_domain() -> None:
    hubs = [{**fleets.TWO_HUBS[0], "state": "planned"}, fleets.TWO_HUBS[1]]
    files = fleets.files({"depot": fleets.DEPOT}, {**fleets.FLEET, "hub": hubs, "domain": "example.org"})
    hosts = inventory_data(fleets.fleet_of(files), files, "/fleets/example")["hosts"]
    assert "hub_dns_records" not in hosts["hub-1"]
    records = hosts["hub-2"]["hub_dns_records"]
    assert {"name": "depot.example.org", "type": "A", "values": ["10.79.1.44"], "ttl": 3600} in records
    assert {record["name"] for record in records} == {"hub-2.example.org", "depot.example.org"}


def test_a_forward_to_all_is_called_so() -> None:
    camera = {"name": "a", "mac": "44:19:b6:00:00:01", "forward": {"from": "anywhere", "port": 80}}
    found = data_of(depot={**fleets.DEPOT, "cameras": [camera]})
    assert [forward["from"] for forward in found["hosts"]["hub-1"]["hub_forwards"]] == ["anywhere"]


def test_a_cache_can_keep_it_with_what_is_encrypted() -> None:
    site = copy.deepcopy(fleets.QUARRY)
    site["uplink"]["pin"] = Encrypted(CIPHER)
    found = data_of(quarry=site)
    assert json.loads(json.dumps(found)) == found
    assert found["hosts"]["quarry"]["site"]["uplink"]["pin"] == {"__ansible_vault": CIPHER}
