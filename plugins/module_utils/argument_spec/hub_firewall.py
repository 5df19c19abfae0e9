# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Arguments of the module farsite.fleet.hub_firewall: the only place where their defaults stand."""

from __future__ import annotations

import typing as t

TASK_ARGUMENTS: dict[str, dict[str, t.Any]] = {
    "tunnel_interface": {"type": "str", "default": "fleet"},
    "wireguard_port": {"type": "int", "default": 51820},
    "tunnel_addresses": {"type": "list", "elements": "str", "default": []},
    "site_networks": {"type": "list", "elements": "str", "default": []},
    "ssh": {
        "type": "dict",
        "apply_defaults": True,
        "options": {
            "port": {"type": "int", "default": 22},
            "from": {"type": "list", "elements": "str", "default": []},
        },
    },
    "ports": {
        "type": "list",
        "elements": "dict",
        "default": [],
        "options": {
            "name": {"type": "str", "required": True},
            "protocol": {"type": "str", "default": "tcp", "choices": ["tcp", "udp"]},
            "port": {"type": "int", "required": True},
            "from": {"type": "raw", "required": True},
        },
    },
    "forwards": {
        "type": "list",
        "elements": "dict",
        "default": [],
        "options": {
            "name": {"type": "str", "required": True},
            "port": {"type": "int", "required": True},
            "address": {"type": "str", "required": True},
            "target_port": {"type": "int", "required": True},
            "from": {"type": "raw", "required": True},
            "default_password": {"type": "bool", "default": False},
        },
    },
    "operators": {
        "type": "list",
        "elements": "dict",
        "default": [],
        "options": {
            "name": {"type": "str", "required": True},
            "addresses": {"type": "list", "elements": "str", "required": True},
            "reaches": {"type": "list", "elements": "str", "default": []},
            "hub": {"type": "bool", "default": False},
        },
    },
    "forward_others": {"type": "bool", "default": False},
    "state": {"type": "str", "default": "present", "choices": ["present", "absent"]},
    "confirm": {"type": "bool", "default": True},
    "rollback_timeout": {"type": "int", "default": 60},
}
"""What a task may say."""

ARGUMENT_SPEC: dict[str, dict[str, t.Any]] = TASK_ARGUMENTS | {
    "phase": {"type": "str", "default": "apply", "choices": ["apply", "confirm", "status"]},
    "transaction": {"type": "str"},
}
"""The same with what the action tells the module."""
