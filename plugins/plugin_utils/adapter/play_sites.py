# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The sites of a play, as an action finds them in its variables."""

from __future__ import annotations

import typing as t

from ansible_collections.farsite.fleet.plugins.plugin_utils.adapter.arguments import plain


def active_sites(variables: t.Mapping[str, t.Any]) -> tuple[list[str], list[str]]:
    """Return the names of the inventory's sites that are not planned, and of those among them that the play is for."""
    groups = plain(variables.get("groups", {}))
    planned = set(groups.get("planned", ()))
    active = [name for name in groups.get("sites", ()) if name not in planned]
    hosts = plain(variables.get("ansible_play_hosts_all", []))
    return active, [name for name in hosts if name in active]
