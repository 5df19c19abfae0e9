# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Files to a fleet, whatever stands in them."""

from __future__ import annotations

import copy
import dataclasses
import typing as t

from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.files import (
    FleetFiles,
    key_file,
    operator_file,
    operator_key_file,
    site_file,
)
from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.kinds import Encrypted
from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.problems import Path, Problem, errors
from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.reading import merged_site, read_fleet
from ansible_collections.farsite.fleet.tests.unit.plugins.plugin_utils.fleet.fleet_strategies import fleets
from ansible_collections.farsite.fleet.tests.unit.plugins.plugin_utils.fleet.fleets import (
    DEPOT,
    FLEET,
    files,
    fleet_of,
    public_key,
    small_files,
)

WORDS = st.sampled_from(
    (
        *("id", "uplink", "kind", "lte", "ethernet", "cameras", "name", "mac", "lan", "prefix", "defaults", "hub"),
        *("address", "router_uci", "network", "type", "options", "pools", "plugin", "forward", "from", "port", "key"),
        *("retired_ids", "x", "operator_groups", "access", "groups", "sites", "labels", "reach", "number", "state"),
    )
)
SCALARS = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=5), WORDS, st.just(Encrypted("x"))
)
ANYTHING = st.recursive(
    SCALARS,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.one_of(WORDS, st.integers(), st.none()), inner, max_size=4)
    ),
    max_leaves=12,
)

VALUES = st.one_of(
    ANYTHING,
    st.integers(-1, 70000),
    st.ip_addresses().map(str),
    st.ip_addresses(v=4).map(lambda address: f"{address}/32"),
    st.sampled_from(
        ("10.0.0.0/8", "255.255.255.248/29", "0.0.0.0/8", "wan", "lan", "fleet", "br-lan", "static", "pppoe")
    ),
    st.sampled_from(
        ("anywhere", "quarry", "DE", "FR", "radio0", "planned", "44:19:b6:00:01:01", "{{ x }}", "2h", "auto", "all")
    ),
)
"""Values that are good somewhere, so that some of them get far."""


def test_a_small_fleet() -> None:
    fleet = fleet_of(small_files())
    assert list(fleet.sites) == ["depot", "quarry-north"]
    assert [hub.public_key for hub in fleet.sites["depot"].hubs] == [public_key(1)]
    assert fleet.sites["quarry-north"].site.router.model == "tplink_tl-mr3020-v3"
    assert fleet.keys == {"depot": public_key(2), "hub-1": public_key(1), "quarry-north": public_key(3)}


def test_a_planned_site_needs_no_key() -> None:
    wanted = files({"depot": {**DEPOT, "state": "planned"}})
    fleet = fleet_of(FleetFiles(wanted.fleet, wanted.sites, {"hub-1": public_key(1)}))
    assert fleet.sites["depot"].site.state == "planned"


def test_what_could_not_be_read_forbids_the_fleet() -> None:
    good = small_files()
    problem = Problem("sites/x.yml", "", "line 1, column 1: no YAML")
    fleet, problems = read_fleet(FleetFiles(good.fleet, good.sites, good.keys, (problem,)))
    assert (fleet, problems) == (None, (problem,))


def test_the_merged_data_has_the_secrets_where_the_site_says_they_are() -> None:
    wanted = files(
        {"depot": {**DEPOT}}, {**FLEET, "defaults": {**FLEET["defaults"], "tunnel": {"preshared_key": "{{ k }}"}}}
    )
    secret = fleet_of(wanted).sites["depot"].site.tunnel.preshared_key
    assert secret is not None
    data: t.Any = merged_site(wanted, "depot")[0]
    for step in secret.path:
        data = data[step]
    assert data == "{{ k }}"


def places(data: object, path: Path = ()) -> list[Path]:
    """Return the paths of all values in data, that of the whole first."""
    below: list[tuple[str | int, object]] = []
    if isinstance(data, dict):
        below = list(data.items())
    elif isinstance(data, list):
        below = list(enumerate(data))
    return [path, *(found for step, value in below for found in places(value, (*path, step)))]


def replaced(data: t.Any, path: Path, value: object) -> t.Any:
    if not path:
        return value
    items: t.Any = copy.copy(data)
    items[path[0]] = replaced(data[path[0]], path[1:], value)
    return items


@given(fleets(least=1, most=3), st.data())
def test_no_value_in_a_good_fleet_raises_whatever_it_becomes(good: FleetFiles, data: st.DataObject) -> None:
    people = {f"operator {name}": data for name, data in good.operators.items()}
    documents: dict[str, t.Any] = {"": good.fleet, **good.sites, **people}
    for _change in range(data.draw(st.integers(1, 3))):
        name = data.draw(st.sampled_from(sorted(documents)))
        path = data.draw(st.sampled_from(places(documents[name])))
        documents[name] = replaced(documents[name], path, data.draw(VALUES))
    people = {name: documents[f"operator {name}"] for name in good.operators}
    data_of_sites = {name: documents[name] for name in good.sites}
    fleet, problems = read_fleet(dataclasses.replace(good, fleet=documents[""], sites=data_of_sites, operators=people))
    assert (fleet is None) == bool(errors(problems))
    files_of_sites = (*map(site_file, good.sites), *map(key_file, good.keys))
    files_of_people = (*map(operator_file, people), *map(operator_key_file, people))
    assert {problem.file for problem in problems} <= {"fleet.yml", *files_of_sites, *files_of_people}


@given(fleets())
def test_random_valid_fleets_are_valid_and_in_order(good: FleetFiles) -> None:
    fleet = fleet_of(good)
    assert list(fleet.sites) == sorted(good.sites)
    assert set(fleet.keys) == set(good.keys)
    assert {name: view.site.id for name, view in fleet.sites.items()} == {
        name: t.cast("dict[str, int]", data)["id"] for name, data in good.sites.items()
    }


@given(ANYTHING, ANYTHING, ANYTHING, st.dictionaries(st.text(max_size=3), st.text(max_size=50), max_size=2))
def test_no_data_raises(fleet: object, site: object, person: object, keys: dict[str, str]) -> None:
    retired = "\n".join(keys.values())
    people = {"y": person}
    assert errors(read_fleet(FleetFiles(fleet, {"x": site}, keys, (), people, keys, retired))[1])
    changed = small_files()
    mixed: t.Any = {**DEPOT, **site} if isinstance(site, dict) else site
    result, problems = read_fleet(FleetFiles(changed.fleet, {**changed.sites, "depot": mixed}, changed.keys))
    assert (result is None) == bool(errors(problems))
