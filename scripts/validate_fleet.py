# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Validate the files of a fleet, without Ansible: for pre-commit, editors and CI.

Exit codes: 0 the fleet is valid, 1 it is not, 2 there is no such fleet.
"""

from __future__ import annotations

import argparse
import json
import pathlib
import sys
import types
import typing as t

if t.TYPE_CHECKING:
    from ansible_collections.farsite.fleet.plugins.plugin_utils.adapter.fleet_files import Loaded

ROOT = pathlib.Path(__file__).resolve().parents[1]


def find_collection() -> None:
    """Let Python find the collection that this file is in, wherever it is: installed, or a checkout of any name."""
    names = ("ansible_collections", "ansible_collections.farsite", "ansible_collections.farsite.fleet")
    for name in names:
        module = types.ModuleType(name)
        module.__path__ = [str(ROOT)] if name == names[-1] else []
        sys.modules[name] = module


def load(folder: pathlib.Path) -> Loaded:
    """Return the fleet in *folder*, or its problems."""
    from ansible_collections.farsite.fleet.plugins.plugin_utils.adapter.fleet_files import load_folder  # noqa: PLC0415

    return load_folder(folder)


def as_json(loaded: Loaded) -> str:
    """Return what there is to say, for programs: one object of one line."""
    problems = [
        {"file": problem.file, "path": problem.path, "message": problem.message, "severity": problem.severity}
        for problem in loaded.problems
    ]
    return json.dumps({"valid": loaded.fleet is not None, "problems": problems})


def as_text(loaded: Loaded, folder: pathlib.Path) -> str:
    """Return what there is to say, for people: a line for each problem, and one for all."""
    lines = []
    for problem in loaded.problems:
        severity = "warning: " if problem.severity == "warning" else ""
        lines.append(f"{severity}{folder / problem.file}{str(problem).removeprefix(problem.file)}")
    if loaded.fleet is None:
        count = sum(problem.severity == "error" for problem in loaded.problems)
        lines.append(f"{folder}: {count} error{'s' * (count != 1)}")
    else:
        cameras = sum(len(view.addresses.cameras) for view in loaded.fleet.sites.values())
        lines.append(f"{folder}: valid, {len(loaded.fleet.sites)} sites, {cameras} cameras")
    return "\n".join(lines)


def main(arguments: list[str]) -> int:
    """Do what the command line says; return the exit code."""
    parser = argparse.ArgumentParser(description="Validate the files of a fleet, without Ansible.")
    parser.add_argument("folders", nargs="+", type=pathlib.Path, metavar="FOLDER", help="folder with a fleet.yml")
    parser.add_argument("--format", choices=("text", "json"), default="text", help="json: one line for each folder")
    options = parser.parse_args(arguments)
    find_collection()
    code = 0
    for folder in options.folders:
        if not (folder / "fleet.yml").is_file():
            print(f"{folder}: there is no fleet.yml; expected the folder of a fleet", file=sys.stderr)  # noqa: T201
            return 2
        loaded = load(folder)
        text = as_json(loaded) if options.format == "json" else as_text(loaded, folder)
        # whatever the terminal's encoding, what is wrong can be shown
        sys.stdout.buffer.write(text.encode(errors="backslashreplace") + b"\n")
        code = max(code, int(loaded.fleet is None))
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
