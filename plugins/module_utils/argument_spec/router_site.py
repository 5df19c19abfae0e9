# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Arguments of the module farsite.fleet.router_site: the only place where their defaults stand."""

from __future__ import annotations

import typing as t

ARGUMENT_SPEC: dict[str, dict[str, t.Any]] = {
    "role_variables": {"type": "bool", "default": False},
    "require_key": {"type": "bool", "default": False},
    "confirm_host": {"type": "str"},
    "require_uplinks": {"type": "bool", "default": True},
    "reviewed_plan": {"type": "path"},
    "rollback_timeout": {"type": "int"},
    "staged_changes": {"type": "str", "default": "refuse", "choices": ["refuse", "discard"]},
}
