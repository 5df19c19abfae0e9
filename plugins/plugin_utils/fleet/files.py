# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What stands in a fleet's files, as plain data, and how the files are called."""

from __future__ import annotations

import dataclasses
import typing as t

if t.TYPE_CHECKING:
    from collections.abc import Mapping

    from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.problems import Problem

FLEET_FILE = "fleet.yml"
RETIRED_FILE = "keys/retired.txt"


@dataclasses.dataclass(frozen=True, slots=True)
class FleetFiles:
    """What stands in a fleet's files, as plain data (``kinds.Encrypted`` for a vault value).

    ``sites``, ``operators`` and the keys are by the file's name without its ending; ``retired_keys`` is a file's text.
    ``problems`` has what could not be read at all.
    """

    fleet: object
    sites: Mapping[str, object]
    keys: Mapping[str, str]
    problems: tuple[Problem, ...] = ()
    operators: Mapping[str, object] = dataclasses.field(default_factory=dict)
    operator_keys: Mapping[str, str] = dataclasses.field(default_factory=dict)
    retired_keys: str = ""


def site_file(name: str) -> str:
    """Return the file of the site called *name*, relative to the fleet's folder."""
    return f"sites/{name}.yml"


def key_file(name: str) -> str:
    """Return the file of the public key of a site or a hub, relative to the fleet's folder."""
    return f"keys/{name}.pub"


def operator_file(name: str) -> str:
    """Return the file of the person called *name*, relative to the fleet's folder."""
    return f"operators/{name}.yml"


def operator_key_file(name: str) -> str:
    """Return the file of a person's public key, relative to the fleet's folder."""
    return f"operators/{name}.pub"
