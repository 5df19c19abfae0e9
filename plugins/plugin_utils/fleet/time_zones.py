# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Time zones: from a name of the IANA database to the POSIX form that OpenWrt wants.

``data/time_zones.json`` is the table, made by ``tools/time_zones.py``; it says which release it is from.
"""

from __future__ import annotations

import functools
import json
import pathlib
import types
import typing as t

_DATA = pathlib.Path(__file__).with_name("data") / "time_zones.json"


@functools.cache
def table() -> t.Mapping[str, str]:
    """Return the POSIX form (POSIX.1-2017, 8.3, TZ) of each zone by its name, links included."""
    zones: dict[str, str] = json.loads(_DATA.read_text("utf-8"))["zones"]
    return types.MappingProxyType(zones)


def posix(name: str) -> str:
    """Return the POSIX form of the zone called *name*, such as ``CET-1CEST,M3.5.0,M10.5.0/3``; KeyError for no zone."""
    return table()[name]
