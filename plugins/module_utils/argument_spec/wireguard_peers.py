# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Arguments of the module farsite.fleet.wireguard_peers: the only place where their defaults stand."""

from __future__ import annotations

import typing as t

ARGUMENT_SPEC: dict[str, dict[str, t.Any]] = {
    "interface": {"type": "str", "default": "fleet"},
    "private_key_file": {"type": "path"},
    "listen_port": {"type": "int", "default": 51820},
    "addresses": {"type": "list", "elements": "str", "required": True},
    "mtu": {"type": "int", "default": 1420},
    "pools": {"type": "list", "elements": "str", "default": []},
    "peers": {
        "type": "list",
        "elements": "dict",
        "required": True,
        "options": {
            "name": {"type": "str", "required": True},
            "public_key": {"type": "str", "required": True},
            "allowed_ips": {"type": "list", "elements": "str", "required": True},
            "preshared_key": {"type": "str", "no_log": True},
            "endpoint": {"type": "str"},
            "persistent_keepalive": {"type": "int"},
        },
    },
    "unmanaged": {"type": "str", "default": "remove", "choices": ["keep", "remove"]},
    "retire": {"type": "list", "elements": "str", "default": []},
    "replace_preshared_keys": {"type": "list", "elements": "str", "default": [], "no_log": False},
    "max_removals": {"type": "str", "default": "10%"},
}
