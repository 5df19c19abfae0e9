# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The schemas and the page are what the model says; editors refuse what the reader refuses."""

from __future__ import annotations

import copy
import dataclasses
import re
import typing as t

import jsonschema
import pytest
import yaml
from hypothesis import given

from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.files import FleetFiles
from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.kinds import INVALID
from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.model.fleet import FleetSettings
from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.model.operator import Operator
from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.model.site import Site
from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.problems import Place, Report
from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.reading import read_fleet
from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.record import Record, settings
from ansible_collections.farsite.fleet.tests.unit.plugins.plugin_utils.fleet import (
    bad_access,
    bad_forwards,
    bad_lans,
    bad_settings,
    bad_sites,
    bad_uplinks,
)
from ansible_collections.farsite.fleet.tests.unit.plugins.plugin_utils.fleet.bad_fleets import changed
from ansible_collections.farsite.fleet.tests.unit.plugins.plugin_utils.fleet.fleet_strategies import fleets
from ansible_collections.farsite.fleet.tests.unit.plugins.plugin_utils.fleet.fleets import (
    DEPOT,
    FLEET,
    files,
    small_files,
)
from ansible_collections.farsite.fleet.tests.unit.plugins.plugin_utils.fleet.model_strategies import values
from ansible_collections.farsite.fleet.tools import data_model

BAD = bad_access.BAD | bad_forwards.BAD | bad_sites.BAD | bad_uplinks.BAD | bad_lans.BAD | bad_settings.BAD
EXAMPLES = re.compile(r"^```yaml\n(# yaml-language-server.*?)^```", re.MULTILINE | re.DOTALL)
SCHEMAS = {name: jsonschema.Draft202012Validator(schema) for name, schema in data_model.schemas().items()}
SITE, SETTINGS = SCHEMAS["site.schema.json"], SCHEMAS["fleet.schema.json"]
OPERATOR = SCHEMAS["operator.schema.json"]


@pytest.mark.parametrize("path", sorted(data_model.outputs()), ids=lambda path: path.name)
def test_what_is_committed_is_what_is_generated(path: t.Any) -> None:
    assert path.read_text("utf-8") == data_model.outputs()[path], "run tools/data_model.py"


@pytest.mark.parametrize("name", sorted(SCHEMAS))
def test_the_schemas_are_schemas(name: str) -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMAS[name].schema)


def test_the_examples_of_the_page_are_a_fleet_that_editors_take() -> None:
    fleet, site = (yaml.safe_load(text) for text in EXAMPLES.findall(data_model.PAGE.read_text("utf-8")))
    assert SETTINGS.is_valid(fleet)
    assert SITE.is_valid(site)
    assert read_fleet(files({"quarry-north": site}, fleet))[1] == ()


def test_a_part_of_a_mapping_needs_nothing() -> None:
    assert SETTINGS.is_valid({**FLEET, "defaults": {"router": {"release": "24.10"}, "wave": 2}})
    assert not SETTINGS.is_valid({**FLEET, "defaults": {"cameras": [{"name": "x"}]}})


@given(fleets(most=2))
def test_editors_take_a_valid_fleet(given_files: FleetFiles) -> None:
    SETTINGS.validate(given_files.fleet)
    for site in given_files.sites.values():
        SITE.validate(site)
    for person in given_files.operators.values():
        OPERATOR.validate(person)


@given(values(Record(Operator), nonsense=False))
def test_editors_take_what_is_read_as_a_person(data: object) -> None:
    if Record(Operator).read(data, Place(Report(), "f")) is not INVALID:
        OPERATOR.validate(data)


@pytest.mark.parametrize("kind", ["a person without an id", "a person with a typo", "a camera that no site has"])
def test_editors_refuse_people_too(kind: str) -> None:
    (person,) = changed(BAD[kind][0]).operators.values()
    assert not OPERATOR.is_valid(person)


@given(values(Record(Site), nonsense=False))
def test_editors_take_what_is_read_as_a_site(data: object) -> None:
    if Record(Site).read(data, Place(Report(), "f")) is not INVALID:
        SITE.validate(data)


@given(values(Record(FleetSettings), nonsense=False))
def test_editors_take_what_is_read_as_settings(data: dict[str, t.Any]) -> None:
    # The defaults are read by themselves.
    data = {**data, "defaults": None}
    if Record(FleetSettings).read(data, Place(Report(), "f")) is not INVALID:
        SETTINGS.validate(data)


@pytest.mark.parametrize("off", [False, "off", None])
def test_editors_take_what_is_off_as_either_version_of_yaml_reads_it(off: object) -> None:
    site = {**DEPOT, "wifi": off, "ddns": off}
    SITE.validate(site)
    assert read_fleet(files({"depot": site}))[1] == ()


def optional_settings(model: type) -> t.Iterator[tuple[str, t.Any]]:
    """Yield the schema of each setting that may be left out, by its path, here and in the models below."""
    properties = Record(model).schema()["properties"]
    for key, (field, meta) in settings(model).items():
        if field.default is not dataclasses.MISSING:
            yield f"{model.__name__}.{key}", properties[key]
        for _word, inner in data_model.models(meta.kind):
            yield from optional_settings(inner)


OPTIONAL = dict([*optional_settings(Site), *optional_settings(FleetSettings), *optional_settings(Operator)])


@pytest.mark.parametrize("path", OPTIONAL)
def test_editors_take_a_key_without_a_value(path: str) -> None:
    jsonschema.Draft202012Validator(OPTIONAL[path]).validate(None)


def test_editors_take_raw_uci_of_nothing() -> None:
    site = {**DEPOT, "router_uci": {"wireless": [{"type": "wifi-device", "name": None, "options": None}]}}
    SITE.validate(site)
    assert read_fleet(files({"depot": site}))[1] == ()


def patterns(schema: object) -> set[str]:
    """Return all regular expressions of a schema."""
    if isinstance(schema, list):
        return set().union(*map(patterns, schema))
    if not isinstance(schema, dict):
        return set()
    own = {schema["pattern"]} if isinstance(schema.get("pattern"), str) else set()
    return own.union(*map(patterns, schema.values()))


PATTERNS = sorted(set().union(*(patterns(schema) for schema in data_model.schemas().values())))


@pytest.mark.parametrize("pattern", PATTERNS)
def test_patterns_mean_the_same_in_editors(pattern: str) -> None:
    # JavaScript with the flag u has no \Z and no needless backslash, and its \d are other characters.
    assert set(re.findall(r"\\.", pattern)) <= {r"\."}
    assert set(re.findall(r"\(\?.", pattern)) <= {"(?:", "(?="}


SINGLE = (
    "an id that is text",
    "an id out of range",
    "a key with a typo",
    "a key with a typo below",
    "a release that is not supported",
    "a wave that is true",
    "a label that is no group",
    "a MAC address that is none",
    "a camera without a MAC address",
    "a forward whose sources are missing",
    "a port that is none",
    "no uplink",
    "an uplink of no kind",
    "an interface name that is too long",
    "a modem of no protocol",
    "a PIN that YAML takes for a number",
    "raw UCI without a type",
)


@pytest.mark.parametrize("kind", SINGLE)
def test_editors_refuse_it_too(kind: str) -> None:
    good, bad = small_files(), changed(BAD[kind][0])
    assert all(SITE.is_valid(site) for site in good.sites.values())
    assert not all(SITE.is_valid(site) for site in bad.sites.values())


@pytest.mark.parametrize(
    "kind",
    [
        "the wrong plugin",
        "no name of the fleet",
        "no settings",
        "no hub",
        "the hub's address is missing",
        "a pool of IPv6",
        "a domain with capitals",
        "a key of the defaults with a typo",
        "a release of the defaults",
        "defaults that are no mapping",
    ],
)
def test_editors_refuse_settings_too(kind: str) -> None:
    assert SETTINGS.is_valid(small_files().fleet)
    assert not SETTINGS.is_valid(changed(BAD[kind][0]).fleet)


def test_no_default_is_python_s_none() -> None:
    assert "`None`" not in data_model.tables()


def test_ansible_s_own_options_are_no_unknown_keys() -> None:
    good = small_files()
    fleet: t.Any = {**copy.deepcopy(t.cast("dict[str, t.Any]", good.fleet)), "cache": True, "keyed_groups": []}
    assert SETTINGS.is_valid(fleet)
    assert read_fleet(FleetFiles(fleet, good.sites, good.keys))[1] == ()
