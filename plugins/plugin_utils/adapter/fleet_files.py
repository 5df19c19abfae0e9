# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A fleet's folder as what the fleet package reads: ``fleet.yml``, ``sites/*.yml`` and ``keys/*.pub``."""

from __future__ import annotations

import dataclasses
import hashlib
import os
import typing as t

from ansible_collections.farsite.fleet.plugins.plugin_utils.adapter.fleet_yaml import read_text, read_yaml
from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.intended import intended
from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.problems import FleetError, Problem
from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.reading import (
    FLEET_FILE,
    FleetFiles,
    read_fleet,
    site_file,
)

if t.TYPE_CHECKING:
    import pathlib
    from collections.abc import Iterator

    from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.fleet import Fleet

RESERVED_NAMES = frozenset({"all", "hub", "localhost", "planned", "sites", "ungrouped"})
"""Groups of the inventory, and the controller: no host can have their names."""

SITE_SUFFIX = ".yml"
KEY_SUFFIX = ".pub"
_EXPECTED = {
    "sites": "expected sites/<name>.yml and nothing else",
    "keys": "expected keys/<name>.pub and nothing else; a private key never leaves the device that made it",
}


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
    sites = _listed(folder, "sites", SITE_SUFFIX, problems)
    keys = _listed(folder, "keys", KEY_SUFFIX, problems)
    for name in (FLEET_FILE, *sites, *keys):
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
            value, found = (read_text if name.endswith(KEY_SUFFIX) else read_yaml)(name, content)
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
    found_later = (*_names_of_ansible(files, fleet), *_raw_uci(fleet))
    return Loaded(files, None if found_later else fleet, shown + found_later)


def load_folder(folder: pathlib.Path) -> Loaded:
    """Return the fleet in *folder*, or everything that is wrong with it."""
    return load_contents(read_contents(folder))


def _names_of_ansible(files: FleetFiles, fleet: Fleet | None) -> Iterator[Problem]:
    meaning = "means something else in an Ansible inventory; take another name"
    for name in sorted(RESERVED_NAMES.intersection(files.sites)):
        yield Problem(site_file(name), "the file's name", f"{name} {meaning}")
    if fleet is not None and fleet.settings.hub.name in RESERVED_NAMES:
        yield Problem(FLEET_FILE, "hub.name", f"{fleet.settings.hub.name} {meaning}")


def _raw_uci(fleet: Fleet | None) -> Iterator[Problem]:
    # whether raw UCI fits is seen only where it is merged
    for view in fleet.sites.values() if fleet else ():
        if view.site.router_uci:
            try:
                intended(view)
            except FleetError as error:
                yield from error.problems


def _fleet_files(data: dict[str, object], problems: tuple[Problem, ...]) -> FleetFiles:
    sites, keys = {}, {}
    for name, value in data.items():
        stem = name.rpartition("/")[2]
        if name.endswith(KEY_SUFFIX):
            keys[stem.removesuffix(KEY_SUFFIX)] = str(value or "")
        elif name != FLEET_FILE:
            sites[stem.removesuffix(SITE_SUFFIX)] = value
    return FleetFiles(data[FLEET_FILE], sites, keys, problems)


def _listed(folder: pathlib.Path, name: str, suffix: str, problems: list[Problem]) -> Iterator[str]:
    """Yield the files that belong into the folder *name*, by name; report the others."""
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
        elif shown != f"{name}/{entry.name}" or not entry.name.endswith(suffix):
            hint = f"rename it to {shown[:-5]}{suffix}, or remove it" if shown.endswith(".yaml") else _EXPECTED[name]
            problems.append(Problem(shown, "", f"is not read; {hint}"))
        elif not entry.is_file() and not entry.is_symlink():
            problems.append(Problem(shown, "", f"is no ordinary file; {_EXPECTED[name]}"))
        else:
            yield shown
