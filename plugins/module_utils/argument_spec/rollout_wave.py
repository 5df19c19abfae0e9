# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Arguments of the module farsite.fleet.rollout_wave: the only place where their defaults stand."""

from __future__ import annotations

import typing as t

ARGUMENT_SPEC: dict[str, dict[str, t.Any]] = {
    "step": {"type": "str", "choices": ["begin", "tried", "judged", "queue"], "required": True},
    "run": {"type": "dict", "required": True},
    "names": {"type": "list", "elements": "str", "required": True},
    "returned": {"type": "bool", "default": False},
    "looked": {"type": "dict"},
    "interrupted": {"type": "list", "elements": "str", "default": []},
    "reached": {"type": "list", "elements": "str", "default": []},
    "watched": {"type": "dict"},
    "round": {"type": "int", "default": 0},
}
