# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A fleet's folder as what the fleet package reads: its YAML files and public keys."""

from __future__ import annotations

import dataclasses
import hashlib
import os
import typing as t

from ansible_collections.farsite.fleet.plugins.plugin_utils.adapter.fleet_yaml import read_text, read_yaml
from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.files import (
    FLEET_FILE,
    RETIRED_FILE,
    FleetFiles,
    site_file,
)
from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.intended import intended
from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.problems import FleetError, Problem
from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.reading import read_fleet
from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.zone import name_problems

if t.TYPE_CHECKING:
    import pathlib
    from collections.abc import Iterator

    from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.fleet import Fleet

RESERVED_NAMES = frozenset({"all", "hub", "localhost", "planned", "sites", "ungrouped"})
"""Groups of the inventory, and the controller: no host can have their names."""

DATA_SUFFIX = ".yml"
KEY_SUFFIX = ".pub"
_RETIRED = RETIRED_FILE.rpartition("/")[2]
_NEVER = "a private key never leaves the device that made it"
_EXPECTED = {
    "sites": "expected sites/<name>.yml and nothing else",
    "operators": f"expected operators/<name>.yml, operators/<name>.pub and nothing else; {_NEVER}",
    "keys": f"expected keys/<name>.pub, {RETIRED_FILE} and nothing else; {_NEVER}",
}
_SUFFIXES = {"sites": (DATA_SUFFIX,), "operators": (DATA_SUFFIX, KEY_SUFFIX), "keys": (KEY_SUFFIX, f"/{_RETIRED}")}
"""How the files of each folder end, from the folder on."""


@dataclasses.dataclass(frozen=True, slots=True)
class Contents:
    """The bytes of a fleet's files by their names in its folder, None of what cannot be read; and the problems."""

    files: dict[str, bytes | None]
    problems: tuple[Problem, ...]

    def digest(self) -> str:
        """Return a digest that changes whenever anything here does."""
        state = hashlib.sha256()
        for name, content in sorted(self.files.items()):
            state.update(f"{len(name)} {name} {-1 if content is None else len(content)}\n".encode())
            state.update(content or b"")
        for problem in self.problems:
            state.update(f"{problem}\n".encode())
        return state.hexdigest()


@dataclasses.dataclass(frozen=True, slots=True)
class Loaded:
    """A fleet's folder as data, the fleet in it unless there are errors, and all problems."""

    files: FleetFiles
    fleet: Fleet | None
    problems: tuple[Problem, ...]


def read_contents(folder: pathlib.Path) -> Contents:
    """Read the files of the fleet in *folder*; what does not belong there is a problem.

    Nothing is ignored in silence but hidden files and the backups of editors (``*~``).
    """
    files: dict[str, bytes | None] = {}
    problems: list[Problem] = []
    for name in (FLEET_FILE, *(file for below in _SUFFIXES for file in _listed(folder, below, problems))):
        try:
            with open(os.path.join(folder, name), "rb") as stream:  # noqa: PTH118, PTH123 # there are thousands
                files[name] = stream.read()
        except OSError as error:
            files[name] = None
            problems.append(Problem(name, "", f"cannot be read: {error.strerror}"))
    if (folder / "fleet.yaml").exists():
        problems.append(Problem("fleet.yaml", "", f"is not read; rename it to {FLEET_FILE}, or remove it"))
    return Contents(files, tuple(problems))


def load_contents(contents: Contents) -> Loaded:
    """Return the fleet in the files' contents, or everything that is wrong with them."""
    problems = list(contents.problems)
    data: dict[str, object] = {}
    unreadable = set()
    for name, content in contents.files.items():
        value: object = None
        found: tuple[Problem, ...] = ()
        if content is not None:
            value, found = (read_yaml if name.endswith(DATA_SUFFIX) else read_text)(name, content)
        if not value and (content is None or found):
            unreadable.add(name)
        data[name] = value
        problems += found
    files = _fleet_files(data, tuple(problems))
    if FLEET_FILE in unreadable:
        # without the defaults in it, every site would seem to be wrong
        return Loaded(files, None, files.problems)
    fleet, all_problems = read_fleet(files)
    known = set(files.problems)
    shown = tuple(problem for problem in all_problems if problem in known or problem.file not in unreadable)
    found_later = (*_names_of_ansible(files, fleet), *(name_problems(fleet) if fleet else ()), *_raw_uci(fleet))
    return Loaded(files, None if found_later else fleet, shown + found_later)


def load_folder(folder: pathlib.Path) -> Loaded:
    """Return the fleet in *folder*, or everything that is wrong with it."""
    return load_contents(read_contents(folder))


def _names_of_ansible(files: FleetFiles, fleet: Fleet | None) -> Iterator[Problem]:
    meaning = "means something else in an Ansible inventory; take another name"
    for name in sorted(RESERVED_NAMES.intersection(files.sites)):
        yield Problem(site_file(name), "the file's name", f"{name} {meaning}")
    for index, hub in enumerate(fleet.hubs if fleet else ()):
        if hub.name in RESERVED_NAMES:
            path = f"hub[{index}].name" if fleet and len(fleet.hubs) > 1 else "hub.name"
            yield Problem(FLEET_FILE, path, f"{hub.name} {meaning}")


def _raw_uci(fleet: Fleet | None) -> Iterator[Problem]:
    # whether raw UCI fits is seen only where it is merged
    for view in fleet.sites.values() if fleet else ():
        if view.site.router_uci:
            try:
                intended(view)
            except FleetError as error:
                yield from error.problems


def _fleet_files(data: dict[str, object], problems: tuple[Problem, ...]) -> FleetFiles:
    found: dict[tuple[str, str], dict[str, t.Any]] = {
        (folder, suffix): {} for folder, suffixes in _SUFFIXES.items() for suffix in suffixes
    }
    for name, value in data.items():
        folder, _slash, file = name.rpartition("/")
        stem, dot, ending = file.rpartition(".")
        if (folder, dot + ending) in found:
            found[folder, dot + ending][stem] = value if dot + ending == DATA_SUFFIX else str(value or "")
    return FleetFiles(
        data[FLEET_FILE],
        found["sites", DATA_SUFFIX],
        found["keys", KEY_SUFFIX],
        problems,
        found["operators", DATA_SUFFIX],
        found["operators", KEY_SUFFIX],
        str(data.get(RETIRED_FILE) or ""),
    )


def _listed(folder: pathlib.Path, name: str, problems: list[Problem]) -> Iterator[str]:
    """Yield the files that belong into the folder *name*, by name; report the others."""
    suffixes = _SUFFIXES[name]
    try:
        entries = sorted(os.scandir(folder / name), key=lambda entry: entry.name)
    except FileNotFoundError:
        return
    except OSError as error:
        problems.append(Problem(f"{name}/", "", f"cannot be read: {error.strerror}"))
        return
    for entry in entries:
        if entry.name.startswith(".") or entry.name.endswith("~"):
            continue
        # a name that is not UTF-8 could not be printed
        shown = f"{name}/{os.fsencode(entry.name).decode(errors='backslashreplace')}"
        if entry.is_dir():
            problems.append(Problem(f"{shown}/", "", f"is a folder, which is not read; {_EXPECTED[name]}"))
        elif shown != f"{name}/{entry.name}" or not shown.endswith(suffixes):
            yaml = DATA_SUFFIX in suffixes and shown.endswith(".yaml")
            hint = f"rename it to {shown[:-5]}{DATA_SUFFIX}, or remove it" if yaml else _EXPECTED[name]
            problems.append(Problem(shown, "", f"is not read; {hint}"))
        elif not entry.is_file() and not entry.is_symlink():
            problems.append(Problem(shown, "", f"is no ordinary file; {_EXPECTED[name]}"))
        else:
            yield shown
