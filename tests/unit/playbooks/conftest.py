# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The example's fleet, and playbooks run on it with nobody there to answer."""

from __future__ import annotations

import os
import pathlib
import shutil
import subprocess
import sys
import typing as t

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[3]
NOBODY = "#!/bin/sh\necho 'ssh: connect to host: No route to host' >&2\nexit 255\n"


class Runner(t.Protocol):
    def __call__(self, playbook: str, *arguments: str) -> subprocess.CompletedProcess[str]: ...


@pytest.fixture(name="fleet")
def _fleet(tmp_path: pathlib.Path) -> pathlib.Path:
    shutil.copytree(ROOT / "inventories" / "example", tmp_path / "fleet")
    return tmp_path / "fleet"


@pytest.fixture(name="alone")
def _alone(tmp_path: pathlib.Path, fleet: pathlib.Path) -> Runner:
    """Run a playbook on the fleet; its ssh reaches nobody."""
    (tmp_path / "ansible_collections" / "farsite").mkdir(parents=True)
    (tmp_path / "ansible_collections" / "farsite" / "fleet").symlink_to(ROOT)
    ssh = tmp_path / "ssh"
    ssh.write_text(NOBODY)
    ssh.chmod(0o755)

    def run(playbook: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        environment = {name: value for name, value in os.environ.items() if not name.startswith("ANSIBLE_")}
        environment |= {"ANSIBLE_COLLECTIONS_PATH": str(tmp_path), "ANSIBLE_HOME": str(tmp_path / "home")}
        environment |= {"ANSIBLE_CONFIG": str(fleet / "ansible.cfg"), "ANSIBLE_NOCOLOR": "1"}
        extra = ("-e", f"ansible_ssh_executable={ssh}", "-e", f"ansible_python_interpreter={sys.executable}")
        command = [sys.executable, "-m", "ansible", "playbook", "-i", "fleet.yml", playbook, *extra, *arguments]
        return subprocess.run(command, cwd=fleet, env=environment, capture_output=True, text=True, check=False)

    return run
