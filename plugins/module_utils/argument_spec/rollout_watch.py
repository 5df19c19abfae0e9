# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Arguments of the module farsite.fleet.rollout_watch: the only place where their defaults stand."""

from __future__ import annotations

import typing as t

_CAMERA: dict[str, dict[str, t.Any]] = {
    "name": {"type": "str", "required": True},
    "address": {"type": "str", "required": True},
}

_SITE: dict[str, dict[str, t.Any]] = {
    "name": {"type": "str", "required": True},
    "address": {"type": "str", "required": True},
    "cameras": {"type": "list", "elements": "dict", "default": [], "options": _CAMERA},
    "hold": {"type": "int", "default": 0},
    "timeout": {"type": "int", "default": 0},
}

ARGUMENT_SPEC: dict[str, dict[str, t.Any]] = {
    "sites": {"type": "list", "elements": "dict", "required": True, "options": _SITE},
    "interval": {"type": "int", "default": 5},
    "camera_timeout": {"type": "float", "default": 5.0},
    "looks": {"type": "int", "default": 1},
    "enough": {"type": "int"},
    "linger": {"type": "int", "default": 0},
}
