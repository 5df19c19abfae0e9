# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Small valid fleets as they stand in files, for tests to read, to change and to break."""

from __future__ import annotations

import base64
import copy
import typing as t

from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.files import FleetFiles
from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.reading import read_fleet

if t.TYPE_CHECKING:
    from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.fleet import Fleet, SiteView

Data = dict[str, t.Any]

AUTHORIZED_KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJxk0G7zqgU5VOzqVQnRk1hN1m3bQO3mJH4s0e0L3x7Z operator"

FLEET: Data = {
    "plugin": "farsite.fleet.sites",
    "name": "example",
    "hub": {"address": "203.0.113.10"},
    "defaults": {
        "router": {"model": "tplink_tl-mr3020-v3", "release": "24.10"},
        "ssh": {"authorized_keys": [AUTHORIZED_KEY]},
    },
}
QUARRY: Data = {
    "id": 17,
    "uplink": {"kind": "lte", "apn": "auto", "pin": "{{ vault_pins.quarry_north }}"},
    "lan": {"prefix": "192.168.1.0/24"},
    "cameras": [
        {"name": "gate", "mac": "44:19:b6:00:00:01", "vendor": "hikvision"},
        {
            "name": "yard",
            "mac": "44:19:b6:00:00:02",
            "vendor": "hikvision",
            "forward": {"from": ["198.51.100.0/24"], "port": 80},
        },
    ],
}
TWO_HUBS: list[Data] = [{"address": "203.0.113.10"}, {"address": "hub.example.net", "port": 443}]
ANNA: Data = {"id": 5, "access": {"sites": "all", "reach": "everything", "hub": True}}
DEPOT: Data = {"id": 300, "uplink": {"kind": "ethernet"}}


def public_key(number: int) -> str:
    """Return a WireGuard public key of its own for each number."""
    return base64.b64encode(number.to_bytes(32, "big")).decode()


def small_files() -> FleetFiles:
    """Return a fleet of two sites, ``quarry-north`` and ``depot``; the data are the caller's to change."""
    return files({"quarry-north": QUARRY, "depot": DEPOT})


def files(
    sites: t.Mapping[str, Data],
    fleet: t.Mapping[str, t.Any] = FLEET,
    operators: t.Mapping[str, Data] | None = None,
) -> FleetFiles:
    """Return the files of a fleet with these sites and people, and with a key for each and for the hubs."""
    keys = {name: public_key(number) + "\n" for number, name in enumerate(["hub-1", *sorted(sites)], 1)}
    hubs = fleet["hub"] if isinstance(fleet["hub"], list) else []
    keys |= {f"hub-{number}": public_key(1000 + number) + "\n" for number in range(2, len(hubs) + 1)}
    people = dict(operators or {})
    return FleetFiles(
        copy.deepcopy(dict(fleet)),
        copy.deepcopy(dict(sites)),
        keys,
        operators=copy.deepcopy(people),
        operator_keys={name: public_key(2000 + number) + "\n" for number, name in enumerate(sorted(people), 1)},
    )


def fleet_of(wanted: FleetFiles) -> Fleet:
    """Read a fleet that must be valid."""
    fleet, problems = read_fleet(wanted)
    assert fleet is not None, "\n".join(map(str, problems))
    return fleet


def site_view(site: Data | None = None, name: str = "quarry-north", **fleet: t.Any) -> SiteView:
    """Return one site of a fleet, whose ``fleet.yml`` has *fleet* besides."""
    return fleet_of(files({name: QUARRY if site is None else site}, {**FLEET, **fleet})).sites[name]
