# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Random valid fleets as they stand in files, for properties that hold of every fleet."""

from __future__ import annotations

import dataclasses
import ipaddress
import typing as t

from hypothesis import strategies as st

from ansible_collections.farsite.fleet.tests.unit.plugins.plugin_utils.fleet.fleets import FLEET, files

if t.TYPE_CHECKING:
    from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.files import FleetFiles
    from ansible_collections.farsite.fleet.tests.unit.plugins.plugin_utils.fleet.fleets import Data

LARGE_POOLS = {
    "tunnel": "172.16.0.0/12",
    "sites": "10.0.0.0/8",
    "operators": "192.168.192.0/20",
    "ula": "fd00:1:2::/48",
}
"""Room for ids to 65535."""

_TAKEN = {"all", "hub", "hub-1", "hub-2", "hub-3", "hub-4", "localhost", "planned", "sites", "ungrouped"}
"""The hub, and names that no host of an inventory can have."""
NAMES = st.from_regex(r"[a-z]([a-z0-9-]{0,10}[a-z0-9])?", fullmatch=True).filter(lambda name: name not in _TAKEN)
SECRETS = st.sampled_from(("{{ vault_a }}", "{{ lookup('x', 'y') }}"))
MOST_NUMBER = 16
"""Largest number of a camera here: it fits into the smallest LAN here, beside a router at its end."""


@dataclasses.dataclass(frozen=True, slots=True)
class Shape:
    """What the sites of one random fleet depend on."""

    highest_id: int
    fleet: Data
    forwards: bool


@st.composite
def shapes(draw: st.DrawFn) -> Shape:
    large = draw(st.booleans())
    fleet: Data = {**FLEET, "name": draw(NAMES)}
    addresses = ("203.0.113.10", "hub.example.net", "hub.example.org", "203.0.113.11")
    hubs = [{"address": address} for address in draw(st.permutations(addresses))]
    # One in two fleets has one hub, as most have.
    number = draw(st.one_of(st.just(0), st.integers(1, len(addresses))))
    fleet["hub"] = hubs[:number] or hubs[0]
    fleet["operator_groups"] = {
        "technicians": {"sites": "all", "reach": "everything", "hub": True},
        "guards": {"sites": "all"},
        "north": {"labels": ["north", "south"], "reach": draw(st.sampled_from(("cameras", "everything")))},
    }
    if large:
        fleet["pools"] = LARGE_POOLS
    if draw(st.booleans()):
        fleet["domain"] = draw(st.sampled_from(("cams.example.net", "x.internal")))
    if draw(st.booleans()):
        fleet["defaults"] = {**fleet["defaults"], "wave": draw(st.integers(1, 99)), "lan": {"internet": True}}
    # Beyond it a site's block of ports is above 65535.
    return Shape(60000 if large else 4095, fleet, not large)


@st.composite
def uplinks(draw: st.DrawFn) -> t.Any:
    """Return one uplink, or several of different kinds: their names are different then."""
    kinds: list[st.SearchStrategy[Data]] = [
        st.fixed_dictionaries(
            {"kind": st.just("lte")},
            optional={"pin": SECRETS, "modem": st.sampled_from(("qmi", "mbim", "ncm", "3g")), "apn": st.just("web")},
        ),
        st.one_of(
            st.fixed_dictionaries({"kind": st.just("ethernet")}, optional={"metric": st.integers(100, 9999)}),
            st.just(
                {
                    "kind": "ethernet",
                    "protocol": "static",
                    "address": "198.51.100.2/30",
                    "gateway": "198.51.100.1",
                    "dns": ["198.51.100.1", "2001:db8::53"],
                }
            ),
            st.fixed_dictionaries(
                {
                    "kind": st.just("ethernet"),
                    "protocol": st.just("pppoe"),
                    "username": st.just("u"),
                    "password": SECRETS,
                }
            ),
        ),
        st.one_of(
            st.fixed_dictionaries(
                {"kind": st.just("wifi"), "ssid": st.text("ab c", min_size=1, max_size=32), "key": SECRETS}
            ),
            st.just({"kind": "wifi", "ssid": "x", "encryption": "none"}),
        ),
    ]
    chosen = draw(st.lists(st.sampled_from(range(3)), min_size=1, max_size=3, unique=True))
    given = [draw(kinds[kind]) for kind in chosen]
    return given[0] if len(given) == 1 and draw(st.booleans()) else given


@st.composite
def lans(draw: st.DrawFn) -> Data:
    lan: Data = {}
    if draw(st.booleans()):
        length = draw(st.integers(24, 27))
        third, start = draw(st.integers(0, 127)), draw(st.integers(0, 2 ** (length - 24) - 1))
        network = ipaddress.IPv4Network((f"192.168.{third}.{start << (32 - length)}", length))
        lan["prefix"] = str(network)
        if length > 24:
            lan["dhcp"] = {"enabled": False}
        if draw(st.booleans()):
            lan["address"] = str(network[-2])
    if draw(st.booleans()):
        lan["internet"] = draw(st.booleans())
    return lan


@st.composite
def cameras(draw: st.DrawFn, site_id: int, *, forwards: bool) -> list[Data]:
    names = draw(st.lists(NAMES, max_size=4, unique=True))
    numbers: list[int | None] = [None] * len(names)
    if draw(st.booleans()):
        numbers = list(
            draw(st.lists(st.integers(1, MOST_NUMBER), min_size=len(names), max_size=len(names), unique=True))
        )
    given = []
    for position, (name, number) in enumerate(zip(names, numbers, strict=True), 1):
        camera: Data = {"name": name, "mac": f"44:19:b6:{site_id >> 8:02x}:{site_id & 255:02x}:{position:02x}"}
        if number is not None:
            camera["number"] = number
        # By default a site has ports for five cameras.
        if forwards and (number or position) <= 5 and draw(st.booleans()):
            ports = draw(st.sampled_from((80, [80], [80, 554])))
            camera["forward"] = {"from": draw(st.sampled_from(("anywhere", ["198.51.100.0/24"]))), "port": ports}
        given.append(camera)
    return given


@st.composite
def sites(draw: st.DrawFn, site_id: int, *, forwards: bool = True) -> Data:
    """Return the file of a valid site with that id."""
    site: Data = {"id": site_id, "uplink": draw(uplinks()), "lan": draw(lans())}
    site["cameras"] = draw(cameras(site_id, forwards=forwards))
    if draw(st.booleans()):
        site["wifi"] = {
            "ssid": "y",
            "key": "{{ k }}",
            "country": "DE",
            "radio": draw(st.sampled_from(("r0", "radio0"))),
        }
    if draw(st.booleans()):
        site["system"] = {"time_zone": draw(st.sampled_from(("Europe/Berlin", "Asia/Kolkata", "UTC")))}
    if draw(st.booleans()):
        site["labels"] = draw(st.lists(st.sampled_from(("north", "south", "quarry")), unique=True))
    return site


@st.composite
def fleets(draw: st.DrawFn, least: int = 0, most: int = 5) -> FleetFiles:
    """Return the files of a valid fleet of *least* to *most* sites."""
    shape = draw(shapes())
    names = draw(st.lists(NAMES, min_size=least, max_size=most, unique=True))
    ids = draw(st.lists(st.integers(1, shape.highest_id), min_size=len(names), max_size=len(names), unique=True))
    data = {name: draw(sites(site_id, forwards=shape.forwards)) for name, site_id in zip(names, ids, strict=True)}
    return files(data, shape.fleet, draw(operators(data)))


@st.composite
def operators(draw: st.DrawFn, data: t.Mapping[str, Data]) -> dict[str, Data]:
    """Return the files of people who reach something of these sites."""
    names = draw(st.lists(NAMES, max_size=3, unique=True))
    ids = draw(st.lists(st.integers(1, 1022), min_size=len(names), max_size=len(names), unique=True))
    cameras_of = [f"{name}/{camera['name']}" for name, site in data.items() for camera in site["cameras"]]
    people = {}
    for name, number in zip(names, ids, strict=True):
        access: Data = {"reach": "cameras", "hub": draw(st.booleans())}
        if draw(st.booleans()) and data:
            access |= {"sites": draw(st.lists(st.sampled_from(sorted(data)), min_size=1, unique=True))}
            access |= {"reach": draw(st.sampled_from(("cameras", "everything")))}
        if cameras_of:
            access["cameras"] = draw(st.lists(st.sampled_from(cameras_of), unique=True, max_size=2))
        groups = draw(st.lists(st.sampled_from(("technicians", "guards", "north")), unique=True))
        people[name] = {"id": number, "groups": groups, "access": draw(st.sampled_from((access, None)))}
    return people
