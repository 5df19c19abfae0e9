# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Digests that say whether a router, or what it is to be, is still what a plan was made from. Pure.

They are the same in every run in which nothing has changed, so nothing is salted: a secret would be searched for in no
time. Hence none is in them. That a secret has changed is seen by the commands, which say which ones are new.
"""

from __future__ import annotations

import hashlib
import json
import typing as t

from ansible_collections.farsite.fleet.plugins.plugin_utils.adapter.site_plan import wanted_files
from ansible_collections.farsite.fleet.plugins.plugin_utils.router.secrets import masked

if t.TYPE_CHECKING:
    from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.intended import Intended
    from ansible_collections.farsite.fleet.plugins.plugin_utils.router.observation import Observation
    from ansible_collections.farsite.fleet.plugins.plugin_utils.uci.document import Package, Section


Digests = dict[str, str]
"""SHA-256 in hex by what it is of: the path of a file, ``PACKAGES``, ``PUBLIC_KEY``."""

PACKAGES = "packages"
PUBLIC_KEY = "public key"
UCI_FOLDER = "/etc/config/"


def intended_digests(wanted: Intended) -> Digests:
    """Return those of an intended configuration with its placeholders: without what a router knows."""
    given = {
        f"{UCI_FOLDER}{package.name}": [
            [[_section(entry.section), sorted(entry.absent)] for entry in package.shared],
            _sections(package.owned),
            package.keep,
        ]
        for package in wanted.packages
    }
    files = {file.path: [file.mode, file.digest] for file in wanted_files(wanted)}
    return _digests({**given, **files, PACKAGES: wanted.install})


def intended_digest(wanted: Intended) -> str:
    """Return the SHA-256 of all of an intended configuration, in hex."""
    return whole(intended_digests(wanted))


def running_digests(observation: Observation, public_key: str | None) -> Digests:
    """Return those of what of a router was asked for a plan, and of its *public_key*.

    Of UCI it is what the files say, not how they say it: uci itself, and the firmware of some vendors, write them anew.
    """
    packages = {
        f"{UCI_FOLDER}{name}": [seen.absent, _sections(masked(seen.package))]
        for name, seen in observation.packages.items()
    }
    files = {
        arguments[0]: arguments[1:]
        for word, (arguments, _text) in observation.parts.items()
        if word.startswith("file-")
    }
    missing = sorted(observation.parts.get("missing", ((), ""))[1].split())
    return _digests({**packages, **files, PACKAGES: missing, PUBLIC_KEY: public_key})


def whole(digests: Digests) -> str:
    """Return the SHA-256 of all of them, in hex."""
    return _digest(digests)


def _sections(package: Package) -> list[t.Any]:
    return [_section(section) for section in package.sections]


def _section(section: Section) -> list[t.Any]:
    return [section.type, section.name, sorted(section.options)]


def _digests(parts: t.Mapping[str, t.Any]) -> Digests:
    return {name: _digest(data) for name, data in sorted(parts.items())}


def _digest(data: t.Any) -> str:
    return hashlib.sha256(json.dumps(data).encode()).hexdigest()
