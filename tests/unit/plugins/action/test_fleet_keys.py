# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Public keys into a copy of the example fleet, by whole Ansible processes."""

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

ROOT = pathlib.Path(__file__).resolve().parents[4]
NEW, OTHER = (base64.b64encode(text.ljust(32).encode()).decode() for text in ("a new key", "another key"))


class Fleet:
    """The copy, in which the site ``orchard`` is planned and has no key."""

    def __init__(self, place: pathlib.Path) -> None:
        collection = place / "ansible_collections" / "farsite" / "fleet"
        collection.parent.mkdir(parents=True)
        collection.symlink_to(ROOT)
        self.collections = place
        self.folder = place / "fleet"
        shutil.copytree(ROOT / "inventories" / "example", self.folder)
        with (self.folder / "sites" / "orchard.yml").open("a", encoding="utf-8") as file:
            file.write("state: planned\n")
        (self.folder / "keys" / "orchard.pub").unlink()

    def run(self, keys: dict[str, object], *options: str, **arguments: t.Any) -> tuple[int, str]:
        """Run the module; return how it ended, and all it printed with backslashes and newlines as they are."""
        environment = {name: value for name, value in os.environ.items() if not name.startswith("ANSIBLE_")}
        environment |= {
            "ANSIBLE_COLLECTIONS_PATH": str(self.collections),
            "ANSIBLE_HOME": str(self.collections / "home"),
            "ANSIBLE_CONFIG": str(self.folder / "ansible.cfg"),
            "ANSIBLE_NOCOLOR": "1",
        }
        command = [sys.executable, "-m", "ansible", "adhoc", "localhost", "-m", "farsite.fleet.fleet_keys"]
        done = subprocess.run(
            [*command, "-a", json.dumps({"keys": keys, **arguments}), *options],
            cwd=self.folder,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        return done.returncode, done.stdout + done.stderr

    def files(self) -> dict[str, str]:
        return {path.name: path.read_text("utf-8") for path in (self.folder / "keys").iterdir()}


@pytest.fixture(name="fleet")
def _fleet(tmp_path: pathlib.Path) -> Fleet:
    return Fleet(tmp_path)


def test_a_new_key_is_written_once(fleet: Fleet) -> None:
    before = fleet.files()
    status, announced = fleet.run({"orchard": NEW}, "--check", "--diff")
    assert (status, fleet.files()) == (0, before)
    assert f"+{NEW}" in announced
    status, said = fleet.run({"orchard": NEW})
    assert status == 0, said
    assert fleet.files() == before | {"orchard.pub": f"{NEW}\n"}
    assert (fleet.folder / "keys" / "orchard.pub").stat().st_mode & 0o777 == 0o644
    status, said = fleet.run({"orchard": NEW})
    assert '"changed": false' in said


def test_another_key_is_an_error_unless_it_is_said_why(fleet: Fleet) -> None:
    before = fleet.files()
    old = before["harbour.pub"].strip()
    status, said = fleet.run({"harbour": OTHER, "orchard": NEW})
    assert status == 2
    assert f"harbour: the router has the key {OTHER}, keys/harbour.pub has {old}" in said
    assert fleet.files() == before | {"orchard.pub": f"{NEW}\n"}
    status, said = fleet.run({"harbour": OTHER}, replace=["harbour"])
    assert status == 0, said
    assert fleet.files() == before | {
        "orchard.pub": f"{NEW}\n",
        "harbour.pub": f"{OTHER}\n",
        "retired.txt": before.get("retired.txt", "") + f"{old} harbour\n",
    }
    status, said = fleet.run({"harbour": old})
    assert status == 2
    assert "keys.harbour: is retired, by keys/retired.txt" in said


def test_a_rotation_retires_nothing(fleet: Fleet) -> None:
    before = fleet.files()
    status, said = fleet.run({"harbour": OTHER}, rotated=["harbour"])
    assert status == 0, said
    assert fleet.files() == before | {"harbour.pub": f"{OTHER}\n"}


def test_one_bad_key_stops_all(fleet: Fleet) -> None:
    before = fleet.files()
    status, said = fleet.run({"orchard": NEW, "harbour": "x", "nobody": OTHER})
    assert status == 2
    assert "keys: found nobody, expected the name of a site or hub" in said
    assert "keys.harbour: found" in said
    assert fleet.files() == before
    (fleet.folder / "sites" / "orchard.yml").write_text("id: no\n", "utf-8")
    status, said = fleet.run({"harbour": OTHER}, replace=["harbour"])
    assert status != 0
    assert fleet.files() == before
