# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs one module of the collection in a playbook and keeps its result, whatever it was."""

from __future__ import annotations

import sys
import typing as t

if t.TYPE_CHECKING:
    from playbooks import Play, Player


def run_module(player: Player, module: str, *, check: bool = False, diff: bool = False, **arguments: t.Any) -> Play:
    """Run ``farsite.fleet.MODULE``; the play's result is the module's, also where it failed."""
    result = player.folder / "result.json"
    result.unlink(missing_ok=True)
    keep = {
        "ansible.builtin.copy": {"content": "{{ run | to_json }}", "dest": str(result), "mode": "0600"},
        "delegate_to": "localhost",
        "connection": "local",
        "check_mode": False,
        "diff": False,
        "vars": {"ansible_python_interpreter": sys.executable},
    }
    task = {f"farsite.fleet.{module}": arguments, "register": "run", "ignore_errors": True, "ignore_unreachable": True}
    return player.play(task, keep, options=["--check"] * check + ["--diff"] * diff)
