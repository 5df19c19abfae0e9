# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Arguments of the module farsite.fleet.uci_config: the only place where their defaults stand."""

from __future__ import annotations

import typing as t

ARGUMENT_SPEC: dict[str, dict[str, t.Any]] = {
    "config": {
        "type": "list",
        "elements": "dict",
        "options": {
            "package": {"type": "str", "required": True},
            "sections": {"type": "list", "elements": "dict"},
            "keep": {"type": "list", "elements": "str", "default": []},
        },
    },
    "running_config": {"type": "str"},
    "state": {
        "type": "str",
        "default": "merged",
        "choices": ["merged", "replaced", "overridden", "deleted", "gathered", "rendered", "parsed"],
    },
    "confirm": {"type": "bool", "default": True},
    "confirm_host": {"type": "str"},
    "rollback_timeout": {"type": "int"},
    "staged_changes": {"type": "str", "default": "refuse", "choices": ["refuse", "discard", "commit"]},
}
