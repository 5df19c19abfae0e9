# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Arguments of the module farsite.fleet.router_facts: the only place where their defaults stand."""

from __future__ import annotations

import typing as t

ARGUMENT_SPEC: dict[str, dict[str, t.Any]] = {
    "subset": {
        "type": "list",
        "elements": "str",
        "default": ["all"],
        "choices": [
            "all",
            "system",
            "resources",
            "storage",
            "packages",
            "interfaces",
            "tunnels",
            "access",
            "isolation",
            "leases",
        ],
    },
}
