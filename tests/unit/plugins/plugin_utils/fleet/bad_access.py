# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Bad data of hubs, of people, and of retired keys."""

from __future__ import annotations

import typing as t

from ansible_collections.farsite.fleet.tests.unit.plugins.plugin_utils.fleet.bad_fleets import (
    GONE,
    KEY4,
    PK,
    Bad,
    D,
    F,
    K,
    P,
    Q,
    R,
)

HUB = {"address": "203.0.113.10"}
RESERVE = {"address": "203.0.113.11"}
KEY5 = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAU="
KEY6 = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAY="
TWO: t.Any = [(F, ("hub",), [HUB, RESERVE]), (K, ("hub-2",), KEY4)]
ANNA = {"id": 5, "access": {"sites": "all"}}
PERSON: t.Any = [(P, ("anna",), ANNA), (PK, ("anna",), KEY5)]

BAD: Bad = {
    "two hubs of one name": (
        [(F, ("hub",), [{**HUB, "name": "a"}, {**RESERVE, "name": "a"}]), (K, ("a",), KEY4), (K, ("hub-1",), GONE)],
        ["fleet.yml: hub[1].name: the hub's name is that of hub[0].name too; every one needs its own"],
    ),
    "two hubs of one number": (
        [*TWO, (F, ("hub", 0, "number"), 2), (F, ("hub", 0, "name"), "hub-1")],
        ["fleet.yml: hub[1].number: the hub's number is that of hub[0].number too; every one needs its own"],
    ),
    "two hubs of one address": (
        [*TWO, (F, ("hub", 1, "address"), "203.0.113.10")],
        ["fleet.yml: hub[1].address: the hub's address is that of hub[0].address too; every one needs its own"],
    ),
    "a second hub in a pool": (
        [*TWO, (F, ("hub", 1, "address"), "10.79.0.1")],
        ["fleet.yml: hub[1].address: 10.79.0.1 is in pools.tunnel 10.79.0.0/16; expected a public address"],
    ),
    "a second hub in a LAN": (
        [*TWO, (F, ("hub", 1, "address"), "198.51.100.7"), (Q, ("lan", "prefix"), "198.51.100.0/24")],
        [
            (
                "sites/quarry-north.yml: lan.prefix: 198.51.100.0/24 has the hub's address 198.51.100.7 in it, which "
                "the router then cannot reach"
            )
        ],
    ),
    "a second hub called like a site": (
        [*TWO, (F, ("hub", 1, "name"), "depot"), (K, ("hub-2",), GONE)],
        ["fleet.yml: hub[1].name: depot is the name of a site too; name the hub otherwise"],
    ),
    "a second hub without a key": (
        [*TWO, (K, ("hub-2",), GONE)],
        [
            (
                "fleet.yml: hub[1]: there is no keys/hub-2.pub; put the hub's public key there (there: wg show "
                "INTERFACE public-key), or say state: planned until it has one"
            )
        ],
    ),
    "five hubs": (
        [
            (F, ("hub",), [{"address": f"203.0.113.{n}", "state": "planned"} for n in range(5)]),
            (K, ("hub-1",), GONE),
        ],
        ["fleet.yml: hub: has 5 elements, at most 4 are possible; remove some"],
    ),
    "a list of no hub": (
        [(F, ("hub",), [])],
        [
            (
                "fleet.yml: hub: is empty, expected a mapping with name, address, public_addresses, port, number, "
                "state, or a list of such"
            )
        ],
    ),
    "a hub that is only planned": (
        [(F, ("hub", "state"), "planned"), (K, ("hub-1",), GONE)],
        ["fleet.yml: hub: is planned, so routers would have nothing to dial; expected an active hub"],
    ),
    "a tunnel whose name has no room for a number": (
        [*TWO, (D, ("tunnel",), {"interface": "a_name_of_15_xx"})],
        [
            (
                "sites/depot.yml: tunnel.interface: the interface to another hub would be called a_name_of_15_xx2, "
                "which has 16 characters, at most 15 are possible; shorten it"
            )
        ],
    ),
    "an uplink called like the second tunnel": (
        [*TWO, (D, ("uplink",), {"kind": "ethernet", "name": "fleet2"})],
        ["sites/depot.yml: uplink.name: fleet2 is the name of tunnel.interface too; give another"],
    ),
    "an id that the second hub's address is": (
        [*TWO, (F, ("pools",), {"tunnel": "10.79.0.0/24"}), (D, ("id",), 253)],
        [
            (
                "sites/depot.yml: id: found 253, but pools.tunnel 10.79.0.0/24 of fleet.yml ends at 252; take a lower "
                "one, or a larger pool"
            )
        ],
    ),
    "a person without an id": (
        [*PERSON, (P, ("anna", "id"), GONE)],
        ["operators/anna.yml: id: is missing; expected a whole number from 1 to 65535"],
    ),
    "a person with a typo": (
        [*PERSON, (P, ("anna", "acess"), {})],
        ["operators/anna.yml: acess: unknown key; did you mean access?"],
    ),
    "a person of no good name": (
        [(P, ("Anna",), ANNA), (PK, ("Anna",), KEY5)],
        [("operators/Anna.yml: found 'Anna', expected a name of lower-case letters, digits and hyphens, at most 63")],
    ),
    "an id that two people have": (
        [*PERSON, (P, ("ben",), ANNA), (PK, ("ben",), KEY6)],
        ["operators/ben.yml: id: the person's id is that of operators/anna.yml: id too; every one needs its own"],
    ),
    "an id of a person beyond the pool": (
        [*PERSON, (P, ("anna", "id"), 1023)],
        [
            (
                "operators/anna.yml: id: found 1023, but each hub's part of pools.operators 10.78.0.0/20 of fleet.yml "
                "ends at 1022; take a lower one, or a larger pool"
            )
        ],
    ),
    "a group that is none": (
        [*PERSON, (P, ("anna", "groups"), ["gards"]), (F, ("operator_groups",), {"guards": {"sites": "all"}})],
        ["operators/anna.yml: groups[0]: gards is none of operator_groups of fleet.yml; did you mean guards?"],
    ),
    "a group of nowhere": (
        [(F, ("operator_groups",), {"guards": {"sites": ["depo", "quarry-north"]}})],
        ["fleet.yml: operator_groups.guards.sites[0]: there is no site called depo; did you mean depot?"],
    ),
    "a group that is no mapping": (
        [(F, ("operator_groups",), {"guards": "all"})],
        [("fleet.yml: operator_groups.guards: found text, expected a mapping with sites, labels, reach, cameras, hub")],
    ),
    "groups that are a list": (
        [(F, ("operator_groups",), [])],
        [
            (
                "fleet.yml: operator_groups: found a list, expected a mapping of names to a mapping with sites, "
                "labels, reach, cameras, hub"
            )
        ],
    ),
    "a group whose name is a number": (
        [(F, ("operator_groups",), {7: {"sites": "all"}})],
        [
            (
                "fleet.yml: operator_groups: has a key that is a whole number; expected a name of lower-case letters, "
                "digits and hyphens, at most 63, in quotes"
            )
        ],
    ),
    "everything of nothing": (
        [*PERSON, (P, ("anna", "access"), {"reach": "everything", "cameras": "quarry-north/gate"})],
        [
            (
                "operators/anna.yml: access.reach: found everything, but neither sites nor labels that it could be of; "
                "give some"
            )
        ],
    ),
    "a camera that no site has": (
        [*PERSON, (P, ("anna", "access"), {"cameras": ["quarry-north/gat", "depo/a", "gate"]})],
        [("operators/anna.yml: access.cameras[2]: found 'gate', expected a camera such as quarry-north/gate")],
    ),
    "cameras that no site has": (
        [*PERSON, (P, ("anna", "access"), {"cameras": ["quarry-north/gat", "depo/a"]})],
        [
            "operators/anna.yml: access.cameras[0]: quarry-north has no camera called gat; did you mean gate?",
            "operators/anna.yml: access.cameras[1]: there is no site called depo; did you mean depot?",
        ],
    ),
    "all among names of sites": (
        [*PERSON, (P, ("anna", "access"), {"sites": ["depot", "all"]})],
        ["operators/anna.yml: access.sites[1]: is no site; for all of them write all instead of the list"],
    ),
    "a person's key that a site has": (
        [*PERSON, (PK, ("anna",), "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAI=")],
        ["operators/anna.pub: the public key is that of keys/depot.pub too; every one needs its own"],
    ),
    "a person's key that is none": (
        [*PERSON, (PK, ("anna",), "AAAA")],
        ["operators/anna.pub: found a key of 3 bytes, expected the 32 of a WireGuard public key"],
    ),
    "a key of no person": (
        [(PK, ("anna",), KEY5)],
        ["operators/anna.pub: there is no operators/anna.yml; add it, or remove the key"],
    ),
    "a key that is retired": (
        [(K, ("depot",), KEY4), (R, (), f"# gone\n{KEY5} ben\n{KEY4} depot, lost in May\n")],
        ["keys/depot.pub: is retired, by line 3 of keys/retired.txt; expected another key"],
    ),
    "a person's key that is retired": (
        [*PERSON, (R, (), KEY5)],
        ["operators/anna.pub: is retired, by line 1 of keys/retired.txt; expected another key"],
    ),
    "a retired key that is none": (
        [(R, (), "\ndepot AAAA\n")],
        [
            (
                "keys/retired.txt: line 2: found something that is not base64, expected a WireGuard public key of 44 "
                "characters"
            )
        ],
    ),
}
