# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Values out of the JSON that uqmi and mmcli print, whatever shape it turns out to have. Pure."""

from __future__ import annotations

import json
import typing as t

if t.TYPE_CHECKING:
    from ansible_collections.farsite.fleet.plugins.plugin_utils.modem.status import Answer


def parsed(answer: Answer | None) -> t.Any:
    """Return the JSON value that a program printed before it succeeded; None where it failed, or printed no JSON."""
    if answer is None or answer.status != 0:
        return None
    try:
        return json.loads(answer.text, strict=False)  # mmcli leaves the control character 0x1f as it is
    except (ValueError, RecursionError):
        return None


def member(value: t.Any, *names: str) -> t.Any:
    """Return what the objects nested in *value* have under these names; None where there is no such object or name."""
    for name in names:
        value = value.get(name) if isinstance(value, dict) else None
    return value


def text(value: t.Any) -> str:
    """Return a JSON string as it is and a number as digits; the empty text for anything else."""
    if isinstance(value, bool) or not isinstance(value, (str, int, float)):
        return ""
    return str(value)


def texts(value: t.Any) -> tuple[str, ...]:
    """Return the strings and numbers in a JSON array, as texts; none for anything else."""
    return tuple(text(item) for item in value) if isinstance(value, list) else ()
