# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import dataclasses
import typing as t

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.intended import intended
from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.problems import FleetError
from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.reading import merged_site, read_fleet
from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.site_view import settings_for_sites, site_view, values
from ansible_collections.farsite.fleet.tests.unit.plugins.plugin_utils.fleet.fleet_strategies import fleets
from ansible_collections.farsite.fleet.tests.unit.plugins.plugin_utils.fleet.fleets import (
    FLEET,
    QUARRY,
    TWO_HUBS,
    files,
    public_key,
    small_files,
)

if t.TYPE_CHECKING:
    from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.files import FleetFiles


def rendered(data: t.Any) -> t.Any:
    """Return the data as Ansible gives it: with the secrets themselves."""
    if isinstance(data, dict):
        return {key: rendered(value) for key, value in data.items()}
    if isinstance(data, list):
        return [rendered(value) for value in data]
    return "a secret" if isinstance(data, str) and "{{" in data else data


@given(fleets(), st.booleans())
def test_it_is_what_the_whole_fleet_gives(found: FleetFiles, with_secrets: bool) -> None:  # noqa: FBT001
    fleet, _problems = read_fleet(found)
    assert fleet is not None
    settings = settings_for_sites(found.fleet)
    keys = {hub.name: hub.public_key for hub in fleet.hubs if hub.public_key}
    for name, view in fleet.sites.items():
        data, _inherited = merged_site(found, name)
        alone = site_view(settings, keys, name, rendered(data) if with_secrets else data)
        assert dataclasses.replace(alone, settings=view.settings) == view
        assert intended(alone) == intended(view)


def test_what_sites_do_not_need_is_not_handed_around() -> None:
    fleet = {**FLEET, "retired_ids": [3], "domain": None, "cache": True}
    assert settings_for_sites(fleet) == {key: FLEET[key] for key in ("plugin", "name", "hub")}


def test_a_hub_without_a_key_is_there() -> None:
    found = files({"quarry-north": QUARRY}, {**FLEET, "hub": TWO_HUBS})
    data, _inherited = merged_site(found, "quarry-north")
    view = site_view(settings_for_sites(found.fleet), {"hub-2": public_key(7)}, "quarry-north", data)
    assert [(hub.name, hub.public_key) for hub in view.hubs] == [("hub-1", None), ("hub-2", public_key(7))]


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"id": 0}, "sites/quarry-north.yml: id: "),
        ({"id": 60000}, "sites/quarry-north.yml: id: "),
        ({"uplink": {"kind": "lte", "pin": 1234}}, "sites/quarry-north.yml: uplink.pin: found "),
        ({"lan": {"prefix": "10.79.0.0/24"}}, "sites/quarry-north.yml: lan"),
        ({"surplus": 1}, "sites/quarry-north.yml: surplus: unknown key"),
    ],
)
def test_variables_that_somebody_has_changed_are_refused(change: dict[str, t.Any], problem: str) -> None:
    found = small_files()
    data, _inherited = merged_site(found, "quarry-north")
    assert isinstance(data, dict)
    with pytest.raises(FleetError) as raised:
        site_view(settings_for_sites(found.fleet), {"hub-1": public_key(1)}, "quarry-north", data | change)
    assert str(raised.value).startswith(problem)
    assert "1234" not in str(raised.value)


def test_values_are_found_by_the_path_that_people_write() -> None:
    data = {"uplink": [{"pin": "0815"}, {"metric": 20}], "a b": {"c": ["x", None, True]}}
    assert values(data) == {
        "uplink[0].pin": "0815",
        "uplink[1].metric": "20",
        "['a b'].c[0]": "x",
        "['a b'].c[2]": "True",
    }
