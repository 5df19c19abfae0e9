# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A router that is to be adopted: what is asked besides its UCI, and what it told. Pure; nothing is changed."""

from __future__ import annotations

import dataclasses
import typing as t

from ansible_collections.farsite.fleet.plugins.plugin_utils.router import files as router_files
from ansible_collections.farsite.fleet.plugins.plugin_utils.router.facts import commands as facts_commands
from ansible_collections.farsite.fleet.plugins.plugin_utils.router.facts import router_facts
from ansible_collections.farsite.fleet.plugins.plugin_utils.router.files import ObservedFile, WantedFile, plan_files
from ansible_collections.farsite.fleet.plugins.plugin_utils.router.installed import installed_packages, package_name
from ansible_collections.farsite.fleet.plugins.plugin_utils.router.observation import ABSENT
from ansible_collections.farsite.fleet.plugins.plugin_utils.router.script import words

if t.TYPE_CHECKING:
    from ansible_collections.farsite.fleet.plugins.plugin_utils.router.installed import Installed, Manager
    from ansible_collections.farsite.fleet.plugins.plugin_utils.router.observation import Observation

SOURCES = ("packages", "facts", "adoption", *router_files.SOURCES)
"""The shell files that ``commands`` needs."""

_FACTS = ("system",)
_FIELDS = ("Package|Version|Status|Provides|Auto-Installed", "PVp")


@dataclasses.dataclass(frozen=True, slots=True)
class Told:
    """What a router told of itself; what is not known is None.

    ``board`` is the board's name as the kernel has it, ``release`` OpenWrt's version. ``configs`` are the names of all
    UCI packages, ``files`` those of the asked paths that are there. ``installed`` are names of packages and of what
    they provide, ``added`` those that somebody installed besides the image's, without what came along.
    """

    board: str | None
    release: str | None
    configs: tuple[str, ...]
    files: t.Mapping[str, ObservedFile]
    installed: frozenset[str] | None
    added: tuple[str, ...] | None


def commands(paths: t.Iterable[str]) -> list[str]:
    """Return what to ask with ``observe``; of the files at *paths* the text."""
    asked = router_files.commands(_files(paths))
    return [*facts_commands(_FACTS), "adoption_configs", "adoption_image", words("packages_part", *_FIELDS), *asked]


def read(observation: Observation, paths: t.Iterable[str]) -> Told:
    """Return what the reply to ``commands`` says. Raises NotUsableError."""
    facts = router_facts(observation, _FACTS)
    parts = observation.parts
    files = {plan.wanted.path: plan.observed for plan in plan_files(_files(paths), observation)}
    packages: dict[str, Installed] | None = None
    if "packages" in parts:
        (manager,), text = parts["packages"]
        packages = installed_packages(t.cast("Manager", manager), text)
    return Told(
        facts["board"],
        facts["release"]["version"],
        tuple(parts["configs"][1].split()),
        {path: file for path, file in files.items() if file.digest != ABSENT},
        None if packages is None else frozenset(packages).union(*(package.provides for package in packages.values())),
        _added(observation, packages),
    )


def _files(paths: t.Iterable[str]) -> list[WantedFile]:
    # of a file that is not to be, the router sends what it has
    return [WantedFile(path, None, 0) for path in paths]


def _added(observation: Observation, packages: t.Mapping[str, Installed] | None) -> tuple[str, ...] | None:
    if packages is None or "image" not in observation.parts:
        return None
    image = set(observation.parts["image"][1].split())
    asked = {name for name, package in packages.items() if not package.automatic}
    if "world" in observation.parts:
        asked = {package_name(word) for word in observation.parts["world"][1].split()} & set(packages)
    return tuple(sorted(asked - image))
