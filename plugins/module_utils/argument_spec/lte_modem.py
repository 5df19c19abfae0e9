# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Arguments of the module farsite.fleet.lte_modem: the only place where their defaults stand.

What an uplink is, and its defaults, stands in the fleet's model (``plugin_utils/fleet/model/uplink.py``).
"""

from __future__ import annotations

import typing as t

ARGUMENT_SPEC: dict[str, dict[str, t.Any]] = {
    "uplink": {"type": "dict", "required": True},
    "zone": {"type": "str", "default": "wan"},
    "identities": {"type": "bool", "default": False},
    "confirm_host": {"type": "str"},
    "rollback_timeout": {"type": "int"},
}
