# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Arguments of the module farsite.fleet.rollout_schedule: the only place where their defaults stand."""

from __future__ import annotations

import typing as t

ARGUMENT_SPEC: dict[str, dict[str, t.Any]] = {
    "journal": {"type": "path", "required": True},
    "folder": {"type": "path"},
    "canary": {"type": "list", "elements": "str", "default": ["1"]},
    "waves": {"type": "list", "elements": "str"},
    "max_failures": {"type": "str", "default": "10%"},
    "hold": {"type": "int", "default": 60},
    "gate_timeout": {"type": "int"},
    "site_timeout": {"type": "int", "default": 900},
    "window": {"type": "int", "default": 0},
    "plan": {"type": "path"},
    "lasts": {"type": "int", "default": 86400},
    "restart": {"type": "bool", "default": False},
    "take_over": {"type": "bool", "default": False},
    "ask": {"type": "bool", "default": False},
    "tunnels": {"type": "list", "elements": "dict", "default": []},
}
