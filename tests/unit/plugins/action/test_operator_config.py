# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A person's files by whole Ansible processes, with everything they print."""

from __future__ import annotations

import os
import pathlib
import shutil
import subprocess
import sys

import pytest

from ansible_collections.farsite.fleet.plugins.plugin_utils.adapter.key_pairs import public_key_of
from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.operator_text import private_key_in

ROOT = pathlib.Path(__file__).resolve().parents[4]


class Office:
    """A copy of the example fleet with one more person, ``zoe``, and the folder that is handed over."""

    def __init__(self, place: pathlib.Path) -> None:
        collection = place / "ansible_collections" / "farsite" / "fleet"
        collection.parent.mkdir(parents=True)
        collection.symlink_to(ROOT)
        self.collections = place
        self.fleet = place / "fleet"
        self.dest = place / "handover"
        shutil.copytree(ROOT / "inventories" / "example", self.fleet)
        (self.fleet / "operators").mkdir(exist_ok=True)
        (self.fleet / "operators" / "zoe.yml").write_text("---\nid: 77\naccess: {sites: all}\n", "utf-8")
        self.key = self.fleet / "operators" / "zoe.pub"

    def run(self, *options: str, **arguments: str) -> tuple[int, str]:
        """Run the module with Ansible's *options*, as loud as it can be; return how it ended and all it printed."""
        environment = {name: value for name, value in os.environ.items() if not name.startswith("ANSIBLE_")}
        environment |= {
            "ANSIBLE_COLLECTIONS_PATH": str(self.collections),
            "ANSIBLE_HOME": str(self.collections / "home"),
        }
        environment |= {"ANSIBLE_CONFIG": str(self.fleet / "ansible.cfg"), "ANSIBLE_NOCOLOR": "1"}
        environment |= {"ANSIBLE_LOG_PATH": str(self.collections / "log"), "ANSIBLE_DEBUG": "1"}
        given = " ".join(
            f"{name}={value}" for name, value in {"operator": "zoe", "dest": str(self.dest), **arguments}.items()
        )
        command = [sys.executable, "-m", "ansible", "adhoc", "localhost", "-m", "farsite.fleet.operator_config"]
        done = subprocess.run(
            [*command, "-a", given, "-vvvvv", *options],
            cwd=self.fleet,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        return done.returncode, done.stdout + done.stderr + (self.collections / "log").read_text("utf-8")

    def files(self) -> dict[str, bytes]:
        return {path.name: path.read_bytes() for path in self.dest.iterdir()} if self.dest.exists() else {}


@pytest.fixture(name="office")
def _office(tmp_path: pathlib.Path) -> Office:
    return Office(tmp_path)


def test_a_person_from_nothing_to_a_new_phone(office: Office) -> None:
    said: list[str] = []
    private: str | None = ""
    status, text = office.run("--check", "--diff", generate_key="true", qr="true")
    assert (status, office.files(), office.key.exists()) == (0, {}, False)
    assert '"public_key": null' in text
    assert f"+++ after: {office.dest}/zoe.conf (mode 0600)" in text
    assert "+PrivateKey = (hidden" in text

    for replace in ("false", "true"):
        status, text = office.run("--diff", generate_key="true", qr="true", replace=replace)
        assert status == 0, text
        said.append(text)
        files = office.files()
        assert files.keys() == {"zoe.conf", "zoe.png"}
        private = private_key_in(files["zoe.conf"].decode())
        assert private is not None
        assert public_key_of(private) == office.key.read_text("utf-8").strip()
        assert all(path.stat().st_mode & 0o777 == 0o600 for path in office.dest.iterdir())
        assert private not in "".join(said)
        assert f'"public_key": "{public_key_of(private)}"' in text

    status, text = office.run("--diff", generate_key="true", qr="true")
    assert (status, office.files()) == (0, files)
    assert "localhost | SUCCESS" in text
    assert '"changed": false' in text
    assert private
    assert private not in text
    retired = (office.fleet / "keys" / "retired.txt").read_text("utf-8")
    assert " operator zoe\n" in retired


def test_what_is_wrong_is_said_all_at_once(office: Office) -> None:
    status, text = office.run(operator="zo", mtu="1")
    assert status == 2
    assert "mtu: found 1, expected 576 to 65535" in text
    assert "operator: there is no operators/zo.yml; did you mean zoe?" in text
    (office.fleet / "operators" / "zoe.yml").write_text("---\nidd: 77\n", "utf-8")
    status, text = office.run(folder=str(office.fleet))
    assert status != 0
    assert "operators/zoe.yml: idd: unknown key" in text


def test_a_folder_that_cannot_be_written(office: Office) -> None:
    office.dest.write_text("a file", "utf-8")
    status, text = office.run(generate_key="true")
    assert status == 2
    assert f"{office.dest}" in text
    assert "Not a directory" in text
    assert not office.key.exists()
