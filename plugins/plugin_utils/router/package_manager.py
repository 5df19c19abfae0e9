# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a package manager says, in opkg's words and in apk's, as data. Pure.

Sources: opkg_install.c, opkg_cmd.c and opkg_message.c of opkg-lede; commit.c, solver.c and print.c of apk-tools 3.
"""

from __future__ import annotations

import dataclasses
import json
import re
import typing as t

from ansible_collections.farsite.fleet.plugins.plugin_utils.router.errors import NotUsableError
from ansible_collections.farsite.fleet.plugins.plugin_utils.router.package_arguments import NAME

if t.TYPE_CHECKING:
    from ansible_collections.farsite.fleet.plugins.plugin_utils.router.installed import Manager

_MOST_LINES = 12

_OPKG_INSTALLING = re.compile(r"^Installing (\S+) \((\S+)\) to ", re.MULTILINE)
_OPKG_UPGRADING = re.compile(r"^Upgrading (\S+) on \S+ from (\S+) to (\S+?)\.\.\.$", re.MULTILINE)
_OPKG_REMOVING = re.compile(r"^Removing package (\S+) from ", re.MULTILINE)
_APK_STEP = re.compile(r"^\( *\d+/\d+\) (\w+) (\S+) \((\S+)(?: -> (\S+))?\)$", re.MULTILINE)

_REASONS: tuple[tuple[str, str], ...] = (
    (r"Could not lock |[Uu]nable to lock ", "another program holds the package manager's lock"),
    (r"Only have (?P<what>.+)", "the flash has no room for it: only {what}"),
    (r"No space left on device", "the flash is full"),
    (r"^Unknown package '(?P<what>[^']+)'", "{what}: no package of that name is in the router's index"),
    (r"^ +(?P<what>\S+) \(no such package\)", "{what}: no package of that name is in the router's index"),
    (
        r"Cannot satisfy the following dependencies for (?P<what>[^:\s]+)",
        "{what}: what it needs is not in the router's index",
    ),
    (r"wget returned|Failed to download|network error|temporary error", "the package feeds cannot be reached"),
)
"""Patterns in what a manager says, and what they mean for people; of the first that is found, each is told."""


@dataclasses.dataclass(frozen=True, slots=True)
class Steps:
    """What a manager would do: new packages with their versions, upgrades with (old, new), removals."""

    installed: dict[str, str]
    upgraded: dict[str, tuple[str, str]]
    removed: tuple[str, ...]


def steps(manager: Manager, output: str) -> Steps:
    """Return the steps that the dry run's *output* has; a step that is told twice counts once.

    Raises NotUsableError for a name that cannot be one, since names go into commands.
    """
    if manager == "opkg":
        found = Steps(
            dict(_OPKG_INSTALLING.findall(output)),
            {name: (old, new) for name, old, new in _OPKG_UPGRADING.findall(output)},
            tuple(dict.fromkeys(_OPKG_REMOVING.findall(output))),
        )
    else:
        installed, upgraded, removed = {}, {}, []
        for verb, name, version, new in _APK_STEP.findall(output):
            match verb:
                case "Installing":
                    installed[name] = version
                case "Purging":
                    removed.append(name)
                case "Upgrading" | "Downgrading":
                    upgraded[name] = (version, new)
        found = Steps(installed, upgraded, tuple(removed))
    problems = tuple(
        f"the router's package manager names a package {name!r}, which can be no name"
        for name in (*found.installed, *found.upgraded, *found.removed)
        if not NAME.fullmatch(name)
    )
    if problems:
        raise NotUsableError(problems)
    return found


def failed(manager: Manager, status: int, output: str) -> bool:
    """Return whether the manager failed; opkg may end with 0 and tell it in ``Collected errors:`` alone."""
    return status != 0 or (manager == "opkg" and bool(complaints(output)))


def complaints(output: str) -> list[str]:
    """Return opkg's collected errors; that a changed configuration file was kept is told there but is no error."""
    _before, _heading, errors = output.partition("Collected errors:\n")
    lines = [line.removeprefix(" * ").strip() for line in errors.splitlines() if line.startswith(" * ")]
    return [line for line in lines if line and not line.startswith("resolve_conffiles: ")]


def explained(output: str) -> str:
    """Return in a sentence why a manager failed, and its own words."""
    own = own_words(output)
    for pattern, meaning in _REASONS:
        if found := list(re.finditer(pattern, output, re.MULTILINE)):
            told = dict.fromkeys(meaning.format(what=match.groupdict().get("what")) for match in found)
            return f"{'; '.join(told)} ({own})"
    return own or "the package manager failed and said nothing"


def own_words(output: str) -> str:
    """Return the manager's own words in a line: its errors, or else the last that it said."""
    told = complaints(output) or [line.strip() for line in output.splitlines() if line.strip()]
    return "; ".join(line[:200] for line in told[-_MOST_LINES:])


def sizes(manager: Manager, text: str) -> dict[tuple[str, str], int]:
    """Return the bytes on flash by name and version, from the part ``sizes`` of the dry run."""
    if manager == "opkg":
        rows = [line.split() for line in text.splitlines()]
        return {(row[0], row[1]): int(row[2]) for row in rows if len(row) == 3 and row[2].isdigit()}  # noqa: PLR2004
    try:
        entries = json.loads(text) if text.strip() else []
        return {(entry["name"], entry["version"]): int(entry["installed-size"]) for entry in entries}
    except (KeyError, TypeError, ValueError) as error:
        raise NotUsableError((f"the answer of `apk query` is not understood: {error!r}: {text[:200]}",)) from None
