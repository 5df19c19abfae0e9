# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The device, and the OpenWrt that it runs."""

from __future__ import annotations

import dataclasses

from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.kinds import Choice, Text
from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.record import setting

RELEASES = ("23.05", "24.10", "25.12")


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Router:
    """The device and the OpenWrt that it runs."""

    model: str = setting(
        Text("a board name such as tplink_tl-mr3020-v3", r"[a-z0-9][a-z0-9_.,-]*"),
        "Board, as in `/tmp/sysinfo/board_name` of the router with a _ for the comma. A group of the inventory.",
    )
    release: str = setting(Choice(RELEASES), "Release series of OpenWrt. A group of the inventory. Write it in quotes.")
