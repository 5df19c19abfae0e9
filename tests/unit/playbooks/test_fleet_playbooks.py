# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The inventory plugin and the playbooks in whole processes, on copies of the example fleet."""

from __future__ import annotations

import base64
import json
import os
import pathlib
import shutil
import subprocess
import sys
import typing as t

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[3]
EXAMPLE = ROOT / "inventories" / "example"
SHOW = """
- hosts: quarry-north:orchard
  gather_facts: false
  tasks:
    - ansible.builtin.debug:
        msg: "{{ inventory_hostname }} {{ secret }} {{ ansible_host }} {{ ansible_user }}"
      vars:
        secret: "{{ site.uplink.pin | default(site.uplink.key) }}"
    - ansible.builtin.debug:
        msg: "{{ ansible_ssh_common_args }}"
"""


SHOW_PEERS = """
- hosts: hub
  gather_facts: false
  tasks:
    - ansible.builtin.debug:
        msg: "{{ hub_peers | map(attribute='preshared_key', default='') }}"
"""


class Runner(t.Protocol):
    def __call__(self, program: str, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]: ...


@pytest.fixture(name="collections", scope="module")
def _collections(tmp_path_factory: pytest.TempPathFactory) -> pathlib.Path:
    place = tmp_path_factory.mktemp("collections")
    (place / "ansible_collections" / "farsite").mkdir(parents=True)
    (place / "ansible_collections" / "farsite" / "fleet").symlink_to(ROOT)
    return place


@pytest.fixture(name="fleet")
def _fleet(tmp_path: pathlib.Path) -> pathlib.Path:
    folder = tmp_path / "fleet"
    shutil.copytree(EXAMPLE, folder)
    return folder


@pytest.fixture(name="run")
def _run(collections: pathlib.Path, fleet: pathlib.Path) -> Runner:
    """Run an Ansible program in the fleet's folder, by default with its ansible.cfg."""

    def run(program: str, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
        environment = {name: value for name, value in os.environ.items() if not name.startswith("ANSIBLE_")}
        environment |= {"ANSIBLE_COLLECTIONS_PATH": str(collections), "ANSIBLE_HOME": str(collections / "home")}
        environment |= {"ANSIBLE_CONFIG": str(fleet / "ansible.cfg"), "ANSIBLE_NOCOLOR": "1"}
        command = [sys.executable, "-m", "ansible", program, *arguments]
        return subprocess.run(
            command, cwd=fleet, env=environment | variables, capture_output=True, text=True, check=False
        )

    return run


@pytest.fixture(name="own_settings")
def _own_settings(fleet: pathlib.Path) -> dict[str, str]:
    """Return the environment of somebody with another ansible.cfg."""
    (fleet / "ansible.cfg").write_text("[defaults]\nforks = 3\n", "utf-8")
    return {"ANSIBLE_CONFIG": str(fleet / "ansible.cfg")}


def well(process: subprocess.CompletedProcess[str]) -> str:
    assert process.returncode == 0, process.stdout + process.stderr
    assert "[WARNING]" not in process.stderr
    assert "[DEPRECATION" not in process.stderr
    return process.stdout


def edit(path: pathlib.Path, old: str, new: str) -> None:
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), "utf-8")


def tree(folder: pathlib.Path) -> dict[str, str]:
    return {str(path.relative_to(folder)): path.read_text("utf-8") for path in folder.rglob("*") if path.is_file()}


def test_the_inventory_is_plain_json(run: Runner) -> None:
    inventory = json.loads(well(run("inventory", "--list")))
    assert inventory["sites"]["hosts"] == ["harbour", "orchard", "quarry-north", "quarry-south"]
    assert inventory["hub"]["hosts"] == ["hub-1"]
    variables = inventory["_meta"]["hostvars"]["quarry-north"]
    assert variables["site"]["uplink"] == {"kind": "lte", "apn": "auto", "pin": "{{ vault_pins.quarry_north }}"}
    assert variables["ansible_host"] == variables["tunnel_address"] == "10.79.0.17"
    assert "__ansible_" not in json.dumps(inventory)


def test_the_folder_is_as_good_as_the_file_with_our_settings(run: Runner) -> None:
    assert well(run("inventory", "--list", "-i", ".")) == well(run("inventory", "--list"))


@pytest.mark.parametrize(
    ("command", "variables"),
    [
        (("playbook", "show.yml"), {}),
        (("playbook", "show.yml", "-i", "other,"), {"ANSIBLE_INVENTORY_ANY_UNPARSED_IS_FAILED": "false"}),
        (("inventory", "--list"), {"ANSIBLE_INVENTORY_ANY_UNPARSED_IS_FAILED": "true"}),
    ],
)
def test_an_invalid_fleet_stops_everything_whatever_is_set(
    run: Runner, fleet: pathlib.Path, own_settings: dict[str, str], command: tuple[str, ...], variables: dict[str, str]
) -> None:
    (fleet / "show.yml").write_text("- hosts: all:other\n  gather_facts: false\n  tasks: []\n", "utf-8")
    edit(fleet / "sites" / "orchard.yml", "uplink:", "uplnk:")
    edit(fleet / "sites" / "quarry-north.yml", "id: 17", "id: 2")
    ended = run(*command, "-i", "fleet.yml", **own_settings | variables)
    assert ended.returncode == 1
    assert ended.stdout == ""
    said = ended.stderr.splitlines()
    assert [line.split(": ")[1] for line in said[:-1]] == [*["sites/orchard.yml"] * 2, "sites/quarry-north.yml"]
    assert said[0].startswith("[ERROR]: sites/orchard.yml: uplnk: unknown key; did you mean ")
    assert said[-1].endswith("fleet.yml: the fleet has 3 errors, so nothing is done with it.")


def test_a_fleet_file_that_is_no_yaml(run: Runner, fleet: pathlib.Path, request: pytest.FixtureRequest) -> None:
    with (fleet / "fleet.yml").open("a") as stream:
        stream.write("x: [\n")
    ended = run("playbook", "farsite.fleet.plan")
    assert (ended.returncode, ended.stdout) == (1, "")
    assert ended.stderr.startswith("[ERROR]: fleet.yml: line ")
    # without our settings Ansible looks at the file before us and only warns, but the playbook looks again
    ended = run("playbook", "-i", "fleet.yml", "farsite.fleet.validate", **request.getfixturevalue("own_settings"))
    assert ended.returncode == 2
    assert "fleet.yml: line " in ended.stdout + ended.stderr


def test_validate(run: Runner) -> None:
    said = well(run("playbook", "farsite.fleet.validate"))
    assert "Sites: 4, of them planned: 0, cameras: 6, forwards: 1" in said


def test_a_warning_stops_nothing(run: Runner, fleet: pathlib.Path) -> None:
    edit(fleet / "sites" / "orchard.yml", '"{{ vault_wifi_keys.orchard }}"', "in-plain-text")
    ended = run("inventory", "--graph")
    assert ended.returncode == 0
    assert "[WARNING]: sites/orchard.yml: uplink.key: is a secret in plain text" in ended.stderr
    assert "in-plain-text" not in ended.stderr


def test_the_committed_example_is_what_is_rendered(run: Runner) -> None:
    assert "changed=0" in well(run("playbook", "farsite.fleet.plan", "--check", "--diff"))


def test_check_mode_shows_what_is_then_done(run: Runner, fleet: pathlib.Path) -> None:
    committed = tree(fleet / "intended")
    edit(fleet / "sites" / "orchard.yml", "name: barn", "name: shed")
    said = well(run("playbook", "farsite.fleet.plan", "--check", "--diff"))
    assert "changed=1" in said
    assert "--- before: intended/orchard/addresses.yml" in said
    assert "+++ after: intended/orchard/addresses.yml" in said
    assert [line for line in said.splitlines() if line.startswith("-  - name: ")] == [
        "-  - name: barn.orchard.quarries.example.net"
    ]
    assert tree(fleet / "intended") == committed
    well(run("playbook", "farsite.fleet.plan"))
    changed = {path for path, text in tree(fleet / "intended").items() if committed.get(path) != text}
    assert changed
    assert {path.split("/")[0] for path in changed} == {"orchard", "hub-1"}
    assert all(f"+++ after: intended/{path}" in said for path in changed)
    assert said.count("+++ after: ") == len(changed)


def test_a_second_hub_is_planned_first_and_then_dialled(run: Runner, fleet: pathlib.Path) -> None:
    committed = tree(fleet / "intended")
    one = "hub:\n  name: hub-1\n  address: hub.quarries.example.net\n"
    two = f"  - address: 203.0.113.20\n    state: planned\n  - {one.removeprefix('hub:').strip()}\n    number: 1\n"
    two = two.replace("\n  address: hub.", "\n    address: hub.").replace(
        "state: planned", "state: planned\n    number: 2"
    )
    edit(fleet / "fleet.yml", one, f"hub:\n{two}")
    well(run("playbook", "farsite.fleet.plan"))
    changed = {path for path, text in tree(fleet / "intended").items() if committed.get(path) != text}
    assert {path.split("/")[0] for path in changed} == {"hub-2"}
    inventory = json.loads(well(run("inventory", "--list")))
    assert inventory["hub"]["hosts"] == ["hub-2", "hub-1"]
    assert len(inventory["_meta"]["hostvars"]["hub-2"]["hub_peers"]) == 6
    (fleet / "keys" / "hub-2.pub").write_text(f"{base64.b64encode(b'a' * 32).decode()}\n", "utf-8")
    edit(fleet / "fleet.yml", "    state: planned\n", "")
    well(run("playbook", "farsite.fleet.plan"))
    rendered = tree(fleet / "intended")
    for name in ("harbour", "orchard", "quarry-north", "quarry-south"):
        assert "config interface 'fleet2'" in rendered[f"{name}/etc/config/network"]


def test_the_hub_gets_the_pre_shared_key_of_a_site_and_nobody_else_sees_it(run: Runner, fleet: pathlib.Path) -> None:
    edit(fleet / "sites" / "orchard.yml", "wave: 2", 'wave: 2\ntunnel: {preshared_key: "{{ vault_psk }}"}')
    (fleet / "group_vars" / "all" / "psk.yml").write_text("vault_psk: '{{ vault_psks.orchard }}'\n", "utf-8")
    (fleet / "group_vars" / "all" / "psks.yml").write_text("vault_psks: {orchard: hush}\n", "utf-8")
    (fleet / "show.yml").write_text(SHOW_PEERS, "utf-8")
    assert '"msg": ["", "hush", "", "", "", ""]' in " ".join(well(run("playbook", "show.yml")).split()).replace(
        '[ "', '["'
    ).replace('" ]', '"]')
    well(run("playbook", "farsite.fleet.plan"))
    assert "hush" not in "".join(tree(fleet / "intended").values())


def test_a_limited_plan_touches_these_hosts_only(run: Runner, fleet: pathlib.Path) -> None:
    committed = tree(fleet / "intended")
    for name in ("orchard", "harbour"):
        edit(fleet / "sites" / f"{name}.yml", "wave: 2", f"wave: 2\nsystem: {{hostname: new-{name}}}")
    (fleet / "intended" / "gone").mkdir()
    (fleet / "intended" / "gone" / "packages.txt").write_text("", "utf-8")
    well(run("playbook", "farsite.fleet.plan", "--limit", "orchard"))
    changed = {path for path, text in tree(fleet / "intended").items() if committed.get(path) != text}
    assert {path.split("/")[0] for path in changed} == {"orchard", "gone"}
    # what is not limited is checked all the same
    edit(fleet / "sites" / "harbour.yml", "id: 1", "id: 2")
    assert run("playbook", "farsite.fleet.plan", "--limit", "orchard").returncode == 1


def test_a_removed_site_leaves_nothing_and_changes_the_hub_only(run: Runner, fleet: pathlib.Path) -> None:
    committed = tree(fleet / "intended")
    (fleet / "sites" / "orchard.yml").unlink()
    (fleet / "keys" / "orchard.pub").unlink()
    well(run("playbook", "farsite.fleet.plan"))
    left = tree(fleet / "intended")
    assert {path.split("/")[0] for path in committed.keys() - left.keys()} == {"orchard"}
    assert {path.split("/")[0] for path, text in left.items() if committed[path] != text} == {"hub-1"}
    assert not (fleet / "intended" / "orchard").exists()


def test_secrets_are_rendered_and_decrypted_where_they_are_used(run: Runner, fleet: pathlib.Path) -> None:
    (fleet / "password").write_text("open sesame\n", "utf-8")
    (fleet / "show.yml").write_text(SHOW, "utf-8")
    (fleet / "group_vars" / "uplink_wifi.yml").write_text("ansible_user: admin\n", "utf-8")
    vault = ("encrypt_string", "--vault-password-file", "password", "hush")
    secret = well(run("vault", *vault)).replace("\n", "\n    ")
    orchard = "---\nid: 2\nwave: 2\nuplink:\n  kind: wifi\n  ssid: orchard-guests\n  country: DE\n  key: " + secret
    (fleet / "sites" / "orchard.yml").write_text(orchard.rstrip() + "\n", "utf-8")
    cache = {
        "ANSIBLE_INVENTORY_CACHE": "true",
        "ANSIBLE_INVENTORY_CACHE_PLUGIN": "ansible.builtin.jsonfile",
        "ANSIBLE_INVENTORY_CACHE_CONNECTION": str(fleet.parent / "cache"),
    }
    for _first_or_cached in range(2):
        said = well(run("playbook", "show.yml", "--vault-password-file", "password", **cache))
        assert '"msg": "quarry-north 0000 10.79.0.17 root"' in said
        assert '"msg": "orchard hush 10.79.0.2 admin"' in said
        assert '"msg": "-o HostKeyAlias=orchard -o ' in said
    assert list((fleet.parent / "cache").iterdir())
    # neither the inventory nor a plan needs the password
    assert "orchard" in well(run("inventory", "--graph"))
    well(run("playbook", "farsite.fleet.plan"))
    rendered = "".join(tree(fleet / "intended").values())
    assert "<secret uplink.key>" in rendered
    assert "hush" not in rendered
