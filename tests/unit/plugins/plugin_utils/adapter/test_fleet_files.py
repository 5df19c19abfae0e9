# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import os
import typing as t

import pytest
import yaml

from ansible_collections.farsite.fleet.plugins.plugin_utils.adapter.fleet_files import (
    RESERVED_NAMES,
    load_contents,
    load_folder,
    read_contents,
)
from ansible_collections.farsite.fleet.tests.unit.plugins.plugin_utils.fleet import fleets

if t.TYPE_CHECKING:
    import pathlib


@pytest.fixture(name="folder")
def _folder(tmp_path: pathlib.Path) -> pathlib.Path:
    files = fleets.small_files()
    (tmp_path / "sites").mkdir()
    (tmp_path / "keys").mkdir()
    (tmp_path / "fleet.yml").write_text(yaml.safe_dump(files.fleet), "utf-8")
    for name, site in files.sites.items():
        (tmp_path / "sites" / f"{name}.yml").write_text(yaml.safe_dump(site), "utf-8")
    for name, key in files.keys.items():
        (tmp_path / "keys" / f"{name}.pub").write_text(key, "utf-8")
    return tmp_path


def problems(folder: pathlib.Path) -> list[str]:
    return [str(problem) for problem in load_folder(folder).problems]


def change(path: pathlib.Path, **values: t.Any) -> None:
    path.write_text(yaml.safe_dump(yaml.safe_load(path.read_text("utf-8")) | values), "utf-8")


def test_a_fleet(folder: pathlib.Path) -> None:
    loaded = load_folder(folder)
    assert loaded.problems == ()
    assert loaded.files == fleets.small_files()
    assert loaded.fleet == fleets.fleet_of(fleets.small_files())


def test_people_and_retired_keys(folder: pathlib.Path) -> None:
    (folder / "operators").mkdir()
    (folder / "operators" / "anna.yml").write_text(yaml.safe_dump(fleets.ANNA), "utf-8")
    (folder / "operators" / "anna.pub").write_text(fleets.public_key(2001), "utf-8")
    (folder / "keys" / "retired.txt").write_text(f"{fleets.public_key(9)} depot\n", "utf-8")
    loaded = load_folder(folder)
    assert loaded.problems == ()
    assert loaded.fleet is not None
    assert loaded.fleet.operators["anna"].public_key == fleets.public_key(2001)
    assert loaded.fleet.retired_keys == (fleets.public_key(9),)
    assert list(loaded.files.sites) == ["depot", "quarry-north"]


def test_two_hubs_of_names_that_mean_something_else(folder: pathlib.Path) -> None:
    (folder / "keys" / "sites.pub").write_text(fleets.public_key(9), "utf-8")
    change(folder / "fleet.yml", hub=[{"address": "192.0.2.1"}, {"name": "sites", "address": "192.0.2.2"}])
    (problem,) = problems(folder)
    assert problem.startswith("fleet.yml: hub[1].name: sites means something else in an Ansible inventory")


def test_hidden_files_and_backups_are_ignored(folder: pathlib.Path) -> None:
    for name in ("sites/.depot.yml.swp", "sites/depot.yml~", "keys/.gitkeep", "keys/depot.pub~"):
        (folder / name).write_text("?", "utf-8")
    assert problems(folder) == []


@pytest.mark.parametrize(
    ("name", "problem"),
    [
        ("sites/new.yaml", "sites/new.yaml: is not read; rename it to sites/new.yml, or remove it"),
        ("sites/new", "sites/new: is not read; expected sites/<name>.yml and nothing else"),
        ("sites/depot.yml.orig", "sites/depot.yml.orig: is not read; expected sites/<name>.yml and nothing else"),
        (
            "sites/north/a.yml",
            "sites/north/: is a folder, which is not read; expected sites/<name>.yml and nothing else",
        ),
        (
            "keys/depot.key",
            (
                "keys/depot.key: is not read; expected keys/<name>.pub, keys/retired.txt and nothing else; a private "
                "key never"
            ),
        ),
        (
            "keys/retired.txt.orig",
            "keys/retired.txt.orig: is not read; expected keys/<name>.pub, keys/retired.txt and nothing else",
        ),
        ("keys/depot.yaml", "keys/depot.yaml: is not read; expected keys/<name>.pub, keys/retired.txt and nothing"),
        ("operators/anna.yaml", "operators/anna.yaml: is not read; rename it to operators/anna.yml, or remove it"),
        (
            "operators/anna.key",
            (
                "operators/anna.key: is not read; expected operators/<name>.yml, operators/<name>.pub and nothing "
                "else; a private key never"
            ),
        ),
        ("keys/old/a.pub", "keys/old/: is a folder, which is not read; expected keys/<name>.pub, "),
        ("fleet.yaml", "fleet.yaml: is not read; rename it to fleet.yml, or remove it"),
    ],
)
def test_what_does_not_belong_there(folder: pathlib.Path, name: str, problem: str) -> None:
    (folder / name).parent.mkdir(exist_ok=True)
    (folder / name).write_text("", "utf-8")
    loaded = load_folder(folder)
    (found,) = loaded.problems
    assert str(found).startswith(problem)
    assert loaded.fleet is None


def test_a_name_that_is_not_utf8_can_be_shown(folder: pathlib.Path) -> None:
    (folder / "sites" / os.fsdecode(b"\xff.yml")).write_text("", "utf-8")
    assert problems(folder) == ["sites/\\xff.yml: is not read; expected sites/<name>.yml and nothing else"]


def test_no_ordinary_file(folder: pathlib.Path) -> None:
    os.mkfifo(folder / "sites" / "pipe.yml")
    assert problems(folder) == ["sites/pipe.yml: is no ordinary file; expected sites/<name>.yml and nothing else"]


def test_what_cannot_be_read_is_one_problem_each(folder: pathlib.Path) -> None:
    (folder / "sites" / "depot.yml").unlink()
    (folder / "sites" / "depot.yml").symlink_to("nowhere")
    (folder / "sites" / "quarry-north.yml").write_text("id: [", "utf-8")
    (folder / "keys" / "hub-1.pub").write_bytes(b"\xff")
    assert [problem.split(": ")[0] for problem in problems(folder)] == [
        "keys/hub-1.pub",
        "sites/depot.yml",
        "sites/quarry-north.yml",
    ]


def test_a_fleet_file_that_cannot_be_read_hides_no_other_file(folder: pathlib.Path) -> None:
    (folder / "fleet.yml").write_text("a: [", "utf-8")
    (folder / "sites" / "depot.yml").write_text("id: 1\nid: 2\n", "utf-8")
    assert [problem.split(": ")[0] for problem in problems(folder)] == ["fleet.yml", "sites/depot.yml"]


def test_no_fleet_at_all(tmp_path: pathlib.Path) -> None:
    assert problems(tmp_path) == ["fleet.yml: cannot be read: No such file or directory"]


def test_sites_is_a_file(folder: pathlib.Path) -> None:
    (folder / "keys").rename(folder / "old")
    (folder / "keys").write_text("", "utf-8")
    assert "keys/: cannot be read: Not a directory" in problems(folder)


def test_doubled_keys_and_other_errors_of_a_site_come_together(folder: pathlib.Path) -> None:
    (folder / "sites" / "depot.yml").write_text("id: 1\nid: 2\nuplink: {kind: ethernet}\nlam: 1\n", "utf-8")
    assert [problem.split(": ")[1] for problem in problems(folder)] == ["line 2, column 1", "lam"]


@pytest.mark.parametrize("name", sorted(RESERVED_NAMES))
def test_names_that_mean_something_else_to_ansible(folder: pathlib.Path, name: str) -> None:
    meaning = f"{name} means something else in an Ansible inventory; take another name"
    (folder / "sites" / "depot.yml").rename(folder / "sites" / f"{name}.yml")
    (folder / "keys" / "depot.pub").rename(folder / "keys" / f"{name}.pub")
    assert problems(folder) == [f"sites/{name}.yml: the file's name: {meaning}"]
    (folder / "sites" / f"{name}.yml").unlink()
    (folder / "keys" / f"{name}.pub").unlink()
    (folder / "keys" / "hub-1.pub").rename(folder / "keys" / f"{name}.pub")
    change(folder / "fleet.yml", hub={"name": name, "address": "192.0.2.1"})
    loaded = load_folder(folder)
    assert [str(problem) for problem in loaded.problems] == [f"fleet.yml: hub.name: {meaning}"]
    assert loaded.fleet is None


def test_raw_uci_that_does_not_fit_is_found(folder: pathlib.Path) -> None:
    path = folder / "sites" / "depot.yml"
    change(path, router_uci={"network": [{"type": "route", "name": "lan"}], "dhcp": [{"type": "host", "name": "lan"}]})
    assert sorted(problem.split(": ")[1] for problem in problems(folder)) == ["router_uci.dhcp", "router_uci.network"]
    assert load_folder(folder).fleet is None


def test_a_hub_that_is_dialled_into_the_tunnel_is_found(folder: pathlib.Path) -> None:
    change(folder / "fleet.yml", hub={"address": "depot.example.internal"})
    loaded = load_folder(folder)
    assert [str(problem).split(" is a name that")[0] for problem in loaded.problems] == [
        "fleet.yml: hub.address: depot.example.internal"
    ]
    assert loaded.fleet is None


def test_the_digest_changes_with_everything(folder: pathlib.Path) -> None:
    digests = [read_contents(folder).digest()]
    assert read_contents(folder).digest() == digests[0]
    (folder / "keys" / "new.pub").write_text("", "utf-8")
    digests.append(read_contents(folder).digest())
    (folder / "keys" / "new.pub").write_text("a", "utf-8")
    digests.append(read_contents(folder).digest())
    (folder / "keys" / "new.pub").rename(folder / "keys" / "next.pub")
    digests.append(read_contents(folder).digest())
    (folder / "sites" / "stray").write_text("", "utf-8")
    digests.append(read_contents(folder).digest())
    assert len(set(digests)) == len(digests)


def test_contents_are_all_that_counts(folder: pathlib.Path) -> None:
    contents = read_contents(folder)
    (folder / "fleet.yml").unlink()
    assert load_contents(contents).fleet is not None
