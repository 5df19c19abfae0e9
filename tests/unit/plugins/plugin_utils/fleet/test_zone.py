# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The records of a fleet's own domain, and the file of them as another library reads it."""

from __future__ import annotations

import dataclasses
import typing as t

import dns.rdatatype
import dns.zone
import pytest

from ansible_collections.farsite.fleet.plugins.module_utils.dns import records as of_the_module
from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.zone import (
    ZoneRecord,
    marker,
    name_problems,
    zone_records,
    zone_text,
)
from ansible_collections.farsite.fleet.tests.unit.plugins.plugin_utils.fleet.fleets import (
    FLEET,
    fleet_of,
    public_key,
    small_files,
)

if t.TYPE_CHECKING:
    from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.fleet import Fleet

DOMAIN = "fleet.example.net"


def fleet(*hubs: dict[str, t.Any]) -> Fleet:
    files = small_files()
    given = {**FLEET, "domain": DOMAIN, "pools": {"ula": "fd00:0:79::/48"}}
    if hubs:
        given["hub"] = list(hubs) if len(hubs) > 1 else hubs[0]
    keys = {**files.keys, **{f"hub-{number}": public_key(80 + number) for number in range(1, len(hubs) + 1)}}
    return fleet_of(dataclasses.replace(files, fleet=given, keys=keys))


def shown(*hubs: dict[str, t.Any]) -> list[str]:
    return [
        f"{record.name} {record.ttl} {record.type} {' '.join(record.values)}" for record in zone_records(fleet(*hubs))
    ]


TUNNEL = [
    "hub-1.fleet.example.net 3600 A 10.79.255.254",
    "hub-1.fleet.example.net 3600 AAAA fd00:0:79::1:0",
    "depot.fleet.example.net 3600 A 10.79.1.44",
    "depot.fleet.example.net 3600 AAAA fd00:0:79::12c",
    "quarry-north.fleet.example.net 3600 A 10.79.0.17",
    "quarry-north.fleet.example.net 3600 AAAA fd00:0:79::11",
    "gate.quarry-north.fleet.example.net 3600 A 10.80.17.11",
    "gate.quarry-north.fleet.example.net 3600 AAAA fd00:0:79:11::b",
    "yard.quarry-north.fleet.example.net 3600 A 10.80.17.12",
    "yard.quarry-north.fleet.example.net 3600 AAAA fd00:0:79:11::c",
]


def test_all_that_has_a_name() -> None:
    assert shown() == ["public.hub-1.fleet.example.net 300 A 203.0.113.10", *TUNNEL]


@pytest.mark.parametrize(
    ("hub", "public"),
    [
        ({"address": "dial.fleet.example.net"}, []),
        ({"address": "vps.example.org"}, []),
        (
            {"address": "dial.fleet.example.net", "public_addresses": ["203.0.113.5", "2001:db8::5", "203.0.113.6"]},
            ["dial.fleet.example.net 300 A 203.0.113.5 203.0.113.6", "dial.fleet.example.net 300 AAAA 2001:db8::5"],
        ),
        (
            {"address": "203.0.113.5", "public_addresses": ["2001:db8::5", "203.0.113.5"]},
            ["public.hub-1.fleet.example.net 300 A 203.0.113.5", "public.hub-1.fleet.example.net 300 AAAA 2001:db8::5"],
        ),
    ],
)
def test_public_addresses_of_a_hub(hub: dict[str, t.Any], public: list[str]) -> None:
    assert shown(hub) == [*public, *TUNNEL]


def test_several_hubs() -> None:
    first = {"address": "dial.fleet.example.net", "public_addresses": "203.0.113.5"}
    second = {"address": "203.0.113.6"}
    found = shown(first, second)
    assert found[:2] == [
        "dial.fleet.example.net 300 A 203.0.113.5",
        "public.hub-2.fleet.example.net 300 A 203.0.113.6",
    ]
    assert "hub-2.fleet.example.net 3600 A 10.79.255.253" in found
    planned = shown(first, {**second, "state": "planned"})
    assert planned == ["dial.fleet.example.net 300 A 203.0.113.5", *TUNNEL]


def test_a_planned_site_has_no_name() -> None:
    files = small_files()
    depot = {**t.cast("dict[str, t.Any]", files.sites["depot"]), "state": "planned"}
    planned = fleet_of(dataclasses.replace(files, sites={**files.sites, "depot": depot}))
    assert not [record for record in zone_records(planned) if "depot" in record.name]


def test_without_a_domain_the_names_are_internal() -> None:
    assert zone_records(fleet_of(small_files()))[1].name == "hub-1.example.internal"


def test_the_file_as_it_is_read() -> None:
    whole = f"@ 1 IN SOA ns hostmaster 1 1 1 1 1\n@ 1 IN NS ns\n{zone_text(fleet())}"
    # whatever the zone is that it is included in
    for origin in (DOMAIN, "example.net"):
        zone = dns.zone.from_text(whole, origin=origin, relativize=False)
        read = {
            ZoneRecord(
                name.to_text(omit_final_dot=True),
                dns.rdatatype.to_text(rdataset.rdtype),
                tuple(rdata.to_text() for rdata in rdataset),
                rdataset.ttl,
            )
            for name, node in zone.nodes.items()
            for rdataset in node
            if name.to_text() != f"{origin}."
        }
        wanted = zone_records(fleet())
        assert {record for record in read if record.type != "TXT"} == set(wanted)
        texts = {record.name: record.values for record in read if record.type == "TXT"}
        assert texts == {record.name: (marker("example"),) for record in wanted}


def test_the_file_is_the_same_each_time_and_begins_with_what_it_is_for() -> None:
    text = zone_text(fleet())
    assert text == zone_text(fleet())
    assert text.splitlines()[:5] == [
        "; Made from the fleet's files by farsite.fleet; a change here is lost.",
        "; $INCLUDE this file in the zone fleet.example.net or one above it, and raise that zone's serial.",
        'public.hub-1.fleet.example.net. 300 IN TXT "heritage=farsite.fleet,owner=example"',
        "public.hub-1.fleet.example.net. 300 IN A 203.0.113.10",
        'hub-1.fleet.example.net. 3600 IN TXT "heritage=farsite.fleet,owner=example"',
    ]
    assert text.count(" TXT ") == 6


def test_the_marker_and_the_records_are_those_of_the_module() -> None:
    assert marker("quarries") == of_the_module.marker("quarries")
    given = [dataclasses.asdict(record) for record in zone_records(fleet())]
    assert len(of_the_module.wanted_names(given, DOMAIN)) == 6


@pytest.mark.parametrize("name", ["hub-1", "depot", "gate.quarry-north"])
def test_a_hub_is_not_dialled_by_a_name_that_leads_into_the_tunnel(name: str) -> None:
    (problem,) = name_problems(fleet({"address": f"{name}.{DOMAIN}"}))
    assert (problem.file, problem.path) == ("fleet.yml", "hub.address")
    assert problem.message.endswith("routers cannot dial; take another, such as dial.fleet.example.net")


def test_public_addresses_without_a_name_for_them() -> None:
    hubs = ({"address": "203.0.113.1"}, {"address": "vps.example.org", "public_addresses": "203.0.113.5"})
    (problem,) = name_problems(fleet(*hubs))
    assert problem.path == "hub[1].public_addresses"
    assert "fleet.example.net, where vps.example.org is not; leave them out" in problem.message


def test_names_that_are_right() -> None:
    for address in ("203.0.113.1", "dial.fleet.example.net", "vps.example.org", "hub-1.example.org"):
        assert list(name_problems(fleet({"address": address}))) == []
