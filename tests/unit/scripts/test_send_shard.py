# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The example that sends a shard, up to what it hands to ansible-runner; tests/lab sends in earnest."""

from __future__ import annotations

import os
import pathlib
import subprocess
import sys

import pytest

SCRIPT = pathlib.Path(__file__).resolve().parents[3] / "examples" / "ansible-runner" / "send_shard.py"
RUNNER = """
import types

def run(passwords, **more):
    print([*passwords.values()])
    return types.SimpleNamespace(rc=0)
"""


@pytest.mark.parametrize(
    ("mode", "status", "said"), [(0o600, 0, "['hidden']\n"), (0o700, 2, "password is a program; give a file that has")]
)
def test_a_program_is_no_password(tmp_path: pathlib.Path, mode: int, status: int, said: str) -> None:
    (tmp_path / "ansible_runner.py").write_text(RUNNER)
    (tmp_path / "password").write_text("hidden\n")
    (tmp_path / "password").chmod(mode)
    words = [sys.executable, str(SCRIPT), "shards", "--limit", "sites", "--vault-password", "password"]
    environment = os.environ | {"PYTHONPATH": str(tmp_path)}
    done = subprocess.run(words, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == status
    assert said in done.stdout + done.stderr
