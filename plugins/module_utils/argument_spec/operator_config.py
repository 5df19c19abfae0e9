# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Arguments of the module farsite.fleet.operator_config: the only place where their defaults stand."""

from __future__ import annotations

import typing as t

ARGUMENT_SPEC: dict[str, dict[str, t.Any]] = {
    "folder": {"type": "path"},
    "operator": {"type": "str", "required": True},
    "hub": {"type": "str"},
    "dest": {"type": "path", "required": True},
    "generate_key": {"type": "bool", "default": False, "no_log": False},
    "replace": {"type": "bool", "default": False},
    "qr": {"type": "bool", "default": False},
    "dns": {"type": "list", "elements": "str", "default": []},
    "mtu": {"type": "int"},
}
