# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The fleet's defaults under each site's own data, and which values come from where."""

from __future__ import annotations

import typing as t
from collections.abc import Mapping

if t.TYPE_CHECKING:
    from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.problems import Path

Inherited = dict["Path", tuple[str, "Path"]]
"""Paths of the merged data whose values are defaults, with the file and the path where they stand."""

_KIND = "kind"


def inherit(defaults: object, own: object, origin: tuple[str, Path]) -> tuple[object, Inherited]:
    """Return *own* with what only *defaults* have, and what that is. *origin*: file and path of the defaults.

    Mappings are merged key by key, everything else is one value. A mapping whose ``kind`` is another one than the
    default's is a different thing, and takes nothing over. A null of the site's own takes a default away.
    """
    inherited: Inherited = {}
    if not isinstance(defaults, Mapping) or not isinstance(own, Mapping):
        return own, inherited
    return _merged(defaults, own, (), inherited, origin), inherited


def _merged(
    defaults: Mapping[t.Any, object],
    own: Mapping[t.Any, object],
    path: Path,
    inherited: Inherited,
    origin: tuple[str, Path],
) -> dict[t.Any, object]:
    merged = dict(own)
    file, root = origin
    for key, default in defaults.items():
        below = (*path, str(key))
        if key not in own:
            merged[key] = default
            inherited[below] = (file, (*root, *below))
            continue
        value = own[key]
        if isinstance(value, Mapping) and isinstance(default, Mapping) and not _another_kind(default, value):
            merged[key] = _merged(default, value, below, inherited, origin)
    return merged


def _another_kind(default: Mapping[t.Any, object], own: Mapping[t.Any, object]) -> bool:
    return _KIND in own and own[_KIND] != default.get(_KIND)
