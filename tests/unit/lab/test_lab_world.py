# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The lab's world as far as it needs no machine: names, state, command line; and the fleet that is for it."""

from __future__ import annotations

import pathlib
import typing as t

import lab_camera
import lab_demo
import lab_internet
import lab_world
import pytest
from lab_podman import LabError
from lab_world import SITES, LabWorld, main

from ansible_collections.farsite.fleet.plugins.plugin_utils.adapter.fleet_files import load_folder

if t.TYPE_CHECKING:
    from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.fleet import Fleet

FLEET = pathlib.Path(lab_world.__file__).parents[1] / "inventories" / "lab"


@pytest.fixture(autouse=True)
def state(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> pathlib.Path:
    monkeypatch.setenv("FARSITE_LAB_STATE", str(tmp_path))
    return tmp_path


@pytest.fixture(scope="module")
def fleet() -> Fleet:
    found = load_folder(FLEET).fleet
    assert found
    return found


def names(world: LabWorld) -> set[str]:
    hosts = {host.name for host in world.hosts.values()} | {world.internet.namespace.name}
    return hosts | {camera.container for camera in world.cameras.values()} | {world.carrier.container}


def test_two_worlds_share_no_name() -> None:
    one, other = LabWorld("one"), LabWorld("other")
    assert len(names(one)) == len(names(other)) == 8
    assert names(one).isdisjoint(names(other))
    assert one.folder != other.folder


def test_two_state_folders_share_no_name(monkeypatch: pytest.MonkeyPatch, tmp_path: pathlib.Path) -> None:
    before = names(LabWorld("one"))
    monkeypatch.setenv("FARSITE_LAB_STATE", str(tmp_path / "other"))
    assert before.isdisjoint(names(LabWorld("one")))


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["describe", "one"], "there is no world one; there are: other"),
        (["run", "other", "cellar", "true"], "there is no computer cellar; there are: office, person, listed"),
        (["bench", "other", "quarry-north"], "the world other is not whole, other-quarry-north is missing"),
    ],
)
def test_what_is_not_there_is_told(state: pathlib.Path, arguments: list[str], words: str) -> None:
    folder = state / "worlds" / "other"
    folder.mkdir(parents=True)
    (folder / "places.json").write_text('{"quarry-north": "shelf", "quarry-south": "shelf"}')
    with pytest.raises(LabError, match=words):
        main(arguments)


def test_a_site_that_is_not_there_is_told() -> None:
    with pytest.raises(LabError, match="there is no site cellar; there are: quarry-north, quarry-south"):
        LabWorld("one").router("cellar")


def test_the_internet_has_no_private_addresses() -> None:
    with pytest.raises(LabError, match=r"10\.80\.17\.11 is in none of the internet's networks: 203"):
        lab_internet.Internet("none").join("nobody", "eth0", "10.80.17.11")


def test_the_fleet_is_that_of_the_world(fleet: Fleet) -> None:
    assert str(fleet.hubs[0].settings.address) == lab_world.HUB
    seen = {name: [(each.name, each.mac) for each in view.site.cameras] for name, view in fleet.sites.items()}
    assert seen == {name: [(site.camera, site.camera_mac)] for name, site in SITES.items()}
    secrets = (FLEET / "group_vars/all/secrets.yml").read_text()
    assert f"\nvault_camera_password: {lab_camera.PASSWORD}\n" in secrets


def test_the_demo_asks_for_the_addresses_of_the_fleet(fleet: Fleet) -> None:
    assert {name: str(view.addresses.cameras[0].address) for name, view in fleet.sites.items()} == lab_demo.CAMERAS
    assert {name: str(view.addresses.tunnel) for name, view in fleet.sites.items()} == lab_demo.ROUTERS
    (forward,) = fleet.sites[lab_demo.TRIED].addresses.cameras[0].forwards
    assert forward.hub_port == lab_demo.FORWARD


def test_a_recap_tells_what_has_changed() -> None:
    recap = """
PLAY RECAP *********************************************************************
hub-1                      : ok=42   changed=14   unreachable=0    failed=0    skipped=7
quarry-north               : ok=5    changed=0    unreachable=0    failed=0    skipped=0
"""
    assert lab_demo.changes(recap) == {"hub-1": 14, "quarry-north": 0}
