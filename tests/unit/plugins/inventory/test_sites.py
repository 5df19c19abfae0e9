# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The plugin in this process; what Ansible makes of it is tested with the playbooks."""

from __future__ import annotations

import pathlib
import shutil
import typing as t

import pytest
import yaml
from ansible import constants
from ansible.inventory.data import InventoryData
from ansible.parsing.dataloader import DataLoader
from ansible.parsing.vault import EncryptedString
from ansible.plugins.doc_fragments import constructed, inventory_cache

from ansible_collections.farsite.fleet.plugins.inventory import sites
from ansible_collections.farsite.fleet.plugins.inventory.sites import DOCUMENTATION, EXAMPLES, InventoryModule
from ansible_collections.farsite.fleet.plugins.plugin_utils.adapter import run_start
from ansible_collections.farsite.fleet.plugins.plugin_utils.adapter.fleet_files import load_contents

EXAMPLE = pathlib.Path(__file__).resolve().parents[4] / "inventories" / "example"
VAULT = "$ANSIBLE_VAULT;1.1;AES256\n3333\n"


@pytest.fixture(name="fleet")
def _fleet(tmp_path: pathlib.Path) -> pathlib.Path:
    folder = tmp_path / "fleet"
    shutil.copytree(EXAMPLE, folder, ignore=shutil.ignore_patterns("intended"))
    return folder / "fleet.yml"


def new_plugin() -> t.Any:
    """Return a plugin as Ansible's loader makes it."""
    fragments = (constructed.ModuleDocFragment, inventory_cache.ModuleDocFragment)
    texts = (DOCUMENTATION, *(fragment.DOCUMENTATION for fragment in fragments))
    options = {name: option for text in texts for name, option in yaml.safe_load(text)["options"].items()}
    configuration: t.Any = constants.config
    configuration.initialize_plugin_configuration_definitions("inventory", InventoryModule.NAME, options)
    plugin: t.Any = InventoryModule()
    plugin._load_name = plugin.ansible_name = InventoryModule.NAME
    plugin._redirected_names = [InventoryModule.NAME]
    return plugin


def parse(fleet: pathlib.Path, plugin: t.Any = None, *, cache: bool = True) -> t.Any:
    inventory: t.Any = InventoryData()
    loader: t.Any = DataLoader
    plugin = plugin or new_plugin()
    plugin.parse(inventory, loader(), str(fleet), cache=cache)
    if plugin.get_option("cache"):
        plugin.update_cache_if_changed()
    inventory.reconcile_inventory()
    return inventory


def stopped(fleet: pathlib.Path, capsys: pytest.CaptureFixture[str], plugin: t.Any = None) -> list[str]:
    """Parse what must stop the program; return what is said, without the sum at the end."""
    capsys.readouterr()
    inventory: t.Any = InventoryData()
    loader: t.Any = DataLoader
    plugin = plugin or new_plugin()
    plugin.display._errors.clear()
    with pytest.raises(SystemExit) as caught:
        plugin.parse(inventory, loader(), str(fleet))
    assert caught.value.code == 1
    lines = capsys.readouterr().err.splitlines()
    assert "so nothing is done with it" in lines[-1]
    return [line.removeprefix("[ERROR]: ") for line in lines[:-1]]


def add(fleet: pathlib.Path, text: str) -> None:
    fleet.write_text(fleet.read_text("utf-8") + text, "utf-8")


def names(inventory: t.Any, group: str) -> list[str]:
    return [host.name for host in inventory.groups[group].get_hosts()]


def test_hosts_groups_and_variables(fleet: pathlib.Path) -> None:
    inventory = parse(fleet)
    assert names(inventory, "sites") == ["harbour", "orchard", "quarry-north", "quarry-south"]
    assert names(inventory, "hub") == ["hub-1"]
    assert names(inventory, "uplink_lte") == ["harbour", "quarry-north", "quarry-south"]
    assert names(inventory, "label_unattended") == ["quarry-north", "quarry-south"]
    variables = inventory.hosts["quarry-north"].vars
    assert variables["ansible_host"] == "10.79.0.17"
    assert variables["site"]["uplink"]["pin"] == "{{ vault_pins.quarry_north }}"
    assert inventory.groups["all"].vars["fleet"]["folder"] == str(fleet.parent)
    assert inventory.groups["sites"].vars["ansible_user"] == "root"


def test_encrypted_values_stay_encrypted(fleet: pathlib.Path) -> None:
    cipher = VAULT.replace("\n", "\n    ").rstrip()
    path = fleet.parent / "sites" / "orchard.yml"
    text = f"id: 2\nuplink:\n  kind: wifi\n  ssid: a\n  key: !vault |\n    {cipher}\n"
    path.write_text(text, "utf-8")
    key = parse(fleet).hosts["orchard"].vars["site"]["uplink"]["key"]
    assert isinstance(key, EncryptedString)


@pytest.mark.parametrize(
    ("name", "text", "ours"),
    [
        ("fleet.yml", "plugin: farsite.fleet.sites\n", True),
        ("fleet.yml", "---\n# a\n'plugin' : \"farsite.fleet.sites\"\n", True),
        ("fleet.yml", "{name: a, hub: [\nplugin: farsite.fleet.sites}", True),
        ("other.yaml", "plugin: farsite.fleet.sites\n", True),
        ("fleet.yml", "plugin: farsite.fleet.sites_of_others\n", False),
        ("fleet.yml", "plugin: constructed\n# farsite.fleet.sites\n", False),
        ("fleet.ini", "plugin: farsite.fleet.sites\n", False),
        ("fleet.yml", VAULT, False),
    ],
)
def test_which_files_are_ours(tmp_path: pathlib.Path, name: str, text: str, ours: bool) -> None:  # noqa: FBT001
    (tmp_path / name).write_text(text, "utf-8")
    assert new_plugin().verify_file(str(tmp_path / name)) is ours


def test_an_encrypted_fleet_file_is_ours_beside_sites(
    tmp_path: pathlib.Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "sites").mkdir()
    (tmp_path / "fleet.yml").write_text(VAULT, "utf-8")
    assert new_plugin().verify_file(str(tmp_path / "fleet.yml"))
    (said,) = stopped(tmp_path / "fleet.yml", capsys)
    assert said.startswith("fleet.yml: is encrypted as a whole")


def test_no_file_is_not_ours(tmp_path: pathlib.Path) -> None:
    assert not new_plugin().verify_file(str(tmp_path / "fleet.yml"))


def test_every_problem_is_said_and_the_program_ends(fleet: pathlib.Path, capsys: pytest.CaptureFixture[str]) -> None:
    add(fleet, "hob: 1\n")
    add(fleet.parent / "sites" / "orchard.yml", "wave: x\nwave: 2\n")
    (fleet.parent / "keys" / "harbour.pub").unlink()
    said = stopped(fleet, capsys)
    assert [line.split(": ")[0] for line in said] == [
        "fleet.yml",
        "sites/harbour.yml",
        "sites/orchard.yml",
        "sites/orchard.yml",
    ]


def test_broken_yaml_is_said_in_one_line(fleet: pathlib.Path, capsys: pytest.CaptureFixture[str]) -> None:
    add(fleet, "x: [\n")
    (said,) = stopped(fleet, capsys)
    assert "is not valid YAML" in said


def test_another_name_is_refused(fleet: pathlib.Path, capsys: pytest.CaptureFixture[str]) -> None:
    other = fleet.rename(fleet.with_name("inventory.yml"))
    assert stopped(other, capsys) == ["found inventory.yml, but the file of a fleet is called fleet.yml; rename it"]


def test_a_mistake_of_ours_stops_the_program_too(
    fleet: pathlib.Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def mistake(_folder: object) -> None:
        raise KeyError("x")

    monkeypatch.setattr(sites, "read_contents", mistake)
    assert stopped(fleet, capsys) == ["KeyError: 'x'"]


def test_constructed_variables_and_groups(fleet: pathlib.Path) -> None:
    add(fleet, "compose: {number: site.id + 1}\ngroups: {many: number | default(0) > 17}\n")
    add(fleet, "keyed_groups: [{key: lan_prefix, prefix: lan}]\n")
    inventory = parse(fleet)
    assert inventory.hosts["quarry-north"].vars["number"] == 18
    assert names(inventory, "many") == ["quarry-north", "quarry-south"]
    assert names(inventory, "lan_192_168_1_0_24") == ["quarry-north", "quarry-south"]


def test_what_cannot_be_constructed_stops_the_program_if_strict(
    fleet: pathlib.Path, capsys: pytest.CaptureFixture[str]
) -> None:
    add(fleet, "compose: {number: nothing.at_all}\n")
    assert "number" not in parse(fleet).hosts["orchard"].vars
    add(fleet, "strict: true\n")
    assert "Could not set number for host" in stopped(fleet, capsys)[0]


def test_a_cache_saves_reading_but_is_never_stale(fleet: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> None:
    add(fleet, f"cache: true\ncache_plugin: jsonfile\ncache_connection: {fleet.parent.parent / 'cache'}\n")
    loads = []
    load = load_contents

    def counted(contents: t.Any) -> t.Any:
        loads.append(contents.digest())
        return load(contents)

    monkeypatch.setattr(sites, "load_contents", counted)
    first = parse(fleet)
    second = parse(fleet)
    assert len(loads) == 1
    assert {name: host.vars for name, host in second.hosts.items()} == {n: h.vars for n, h in first.hosts.items()}
    parse(fleet, cache=False)
    assert len(loads) == 2
    add(fleet.parent / "sites" / "orchard.yml", "description: new\n")
    assert parse(fleet).hosts["orchard"].vars["site"]["description"] == "new"
    assert len(loads) == 3
    monkeypatch.setattr(sites, "_code_digest", lambda: "another release of the collection")
    parse(fleet)
    assert len(loads) == 4


def test_a_fleet_that_became_invalid_is_not_taken_from_the_cache(
    fleet: pathlib.Path, capsys: pytest.CaptureFixture[str]
) -> None:
    add(fleet, f"cache: true\ncache_plugin: jsonfile\ncache_connection: {fleet.parent.parent / 'cache'}\n")
    parse(fleet)
    (fleet.parent / "keys" / "orchard.pub").unlink()
    assert len(stopped(fleet, capsys)) == 1


def test_the_documented_example_is_one(tmp_path: pathlib.Path) -> None:
    text, _comment, site = EXAMPLES.partition("# inventories/example/sites/quarry-north.yml\n")
    (tmp_path / "sites").mkdir()
    (tmp_path / "keys").mkdir()
    (tmp_path / "fleet.yml").write_text(text, "utf-8")
    site = "\n".join(line.removeprefix("# ") for line in site.splitlines())
    (tmp_path / "sites" / "quarry-north.yml").write_text(site, "utf-8")
    for name in ("hub-1", "quarry-north"):
        shutil.copy(EXAMPLE / "keys" / f"{name}.pub", tmp_path / "keys")
    inventory = parse(tmp_path / "fleet.yml")
    assert names(inventory, "sites") == ["quarry-north"]


def test_the_start_of_the_run_is_noted_before_anything_else() -> None:
    """A plan that is made later was not reviewed; the actions are loaded only when they are needed."""
    assert InventoryModule.began == run_start.BEGAN
