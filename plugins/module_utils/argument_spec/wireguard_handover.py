# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Arguments of the module farsite.fleet.wireguard_handover: the only place where their defaults stand."""

from __future__ import annotations

import typing as t

ARGUMENT_SPEC: dict[str, dict[str, t.Any]] = {
    "interface": {"type": "str", "default": "fleet"},
    "keys": {
        "type": "list",
        "elements": "dict",
        "required": True,
        "no_log": False,
        "options": {
            "name": {"type": "str", "required": True},
            "public_key": {"type": "str", "required": True},
            "next_public_key": {"type": "str", "required": True},
            "next_preshared_key": {"type": "str", "no_log": True},
        },
    },
    "phase": {"type": "str", "required": True, "choices": ["announce", "follow"]},
    "timeout": {"type": "int", "default": 300},
    "settle": {"type": "int", "default": 10},
}
