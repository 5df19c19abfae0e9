# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Arguments of the module farsite.fleet.dns_records: the only place where their defaults stand."""

from __future__ import annotations

import typing as t

_RECORD: dict[str, dict[str, t.Any]] = {
    "name": {"type": "str", "required": True},
    "type": {"type": "str", "required": True, "choices": ["A", "AAAA"]},
    "values": {"type": "list", "elements": "str", "required": True},
    "ttl": {"type": "int", "default": 3600},
}

ARGUMENT_SPEC: dict[str, dict[str, t.Any]] = {
    "server": {"type": "str", "required": True},
    "port": {"type": "int", "default": 53},
    "zone": {"type": "str", "required": True},
    "records": {"type": "list", "elements": "dict", "required": True, "options": _RECORD},
    "owner": {"type": "str", "required": True},
    "key_name": {"type": "str", "required": True},
    "key_secret": {"type": "str", "required": True, "no_log": True},
    "key_algorithm": {
        "type": "str",
        "default": "hmac-sha256",
        "choices": ["hmac-sha256", "hmac-sha384", "hmac-sha512"],
    },
    "adopt": {"type": "bool", "default": False},
    "max_removals": {"type": "str", "default": "10%"},
    "timeout": {"type": "int", "default": 30},
}
