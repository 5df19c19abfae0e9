# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The command as pre-commit runs it: with a Python that knows nothing of collections."""

from __future__ import annotations

import json
import os
import pathlib
import shutil
import subprocess
import sys

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[3]
SCRIPT = ROOT / "scripts" / "validate_fleet.py"


@pytest.fixture(name="fleet")
def _fleet(tmp_path: pathlib.Path) -> pathlib.Path:
    shutil.copytree(ROOT / "inventories" / "example", tmp_path / "fleet")
    return tmp_path / "fleet"


def run(*arguments: str | pathlib.Path, script: pathlib.Path = SCRIPT) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "PYTHONIOENCODING")}
    command = [sys.executable, str(script), *map(str, arguments)]
    return subprocess.run(
        command, cwd="/", env=environment | {"LC_ALL": "C"}, capture_output=True, text=True, check=False
    )


def test_a_valid_fleet(fleet: pathlib.Path) -> None:
    ended = run(fleet)
    assert (ended.returncode, ended.stdout, ended.stderr) == (0, f"{fleet}: valid, 4 sites, 6 cameras\n", "")


def test_every_problem_is_a_line(fleet: pathlib.Path) -> None:
    (fleet / "sites" / "orchard.yml").write_text("id: 1\nid: 2\nuplink: {kind: wifi, ssid: a, key: é}\n", "utf-8")
    (fleet / "keys" / "harbour.pub").unlink()
    ended = run(fleet)
    assert ended.returncode == 1
    lines = ended.stdout.splitlines()
    assert lines[0].startswith(f"{fleet}/sites/harbour.yml: there is no keys/harbour.pub")
    twice = "line 2, column 1: the key 'id' is there already, in line 1; remove one"
    assert lines[1] == f"{fleet}/sites/orchard.yml: {twice}"
    assert lines[2].startswith(f"warning: {fleet}/sites/orchard.yml: uplink.key: is a secret in plain text")
    assert lines[3:] == [f"{fleet}: 2 errors"]


def test_several_fleets_as_json(fleet: pathlib.Path, tmp_path: pathlib.Path) -> None:
    shutil.copytree(fleet, tmp_path / "broken")
    (tmp_path / "broken" / "keys" / "orchard.pub").write_text("x\n", "utf-8")
    ended = run("--format", "json", fleet, tmp_path / "broken")
    assert ended.returncode == 1
    first, second = (json.loads(line) for line in ended.stdout.splitlines())
    assert first == {"valid": True, "problems": []}
    assert second["valid"] is False
    assert [(problem["file"], problem["severity"]) for problem in second["problems"]] == [("keys/orchard.pub", "error")]


def test_no_fleet(tmp_path: pathlib.Path) -> None:
    ended = run(tmp_path)
    assert (ended.returncode, ended.stdout) == (2, "")
    assert ended.stderr == f"{tmp_path}: there is no fleet.yml; expected the folder of a fleet\n"


def test_any_checkout_will_do_and_ansible_is_not_needed(fleet: pathlib.Path, tmp_path: pathlib.Path) -> None:
    copied = tmp_path / "of any name"
    for folder in ("plugins/plugin_utils", "scripts"):
        shutil.copytree(ROOT / folder, copied / folder, ignore=shutil.ignore_patterns("__pycache__"))
    (tmp_path / "ansible").mkdir()
    (tmp_path / "ansible" / "__init__.py").write_text("raise ImportError('Ansible is imported')\n", "utf-8")
    script = copied / "scripts" / "validate_fleet.py"
    shutil.copytree(tmp_path / "ansible", script.parent / "ansible")
    assert run(fleet, script=script).returncode == 0
