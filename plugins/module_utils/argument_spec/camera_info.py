# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Arguments of the module farsite.fleet.camera_info: the only place where their defaults stand."""

from __future__ import annotations

import typing as t

_CAMERA: dict[str, dict[str, t.Any]] = {
    "name": {"type": "str", "required": True},
    "address": {"type": "str", "required": True},
    "vendor": {"type": "str"},
    "rtsp_port": {"type": "int", "default": 554},
    "rtsp_path": {"type": "str"},
    "http_port": {"type": "int", "default": 80},
    "http_path": {"type": "str", "default": "/"},
    "username": {"type": "str"},
    "password": {"type": "str", "no_log": True},
}

ARGUMENT_SPEC: dict[str, dict[str, t.Any]] = {
    "cameras": {"type": "list", "elements": "dict", "required": True, "options": _CAMERA},
    "timeout": {"type": "float", "default": 5.0},
}
