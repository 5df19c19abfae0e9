# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import typing as t

from ansible_collections.farsite.fleet.plugins.module_utils.wireguard.seen import Sighting
from ansible_collections.farsite.fleet.plugins.modules.wireguard_info import remembered

if t.TYPE_CHECKING:
    import pathlib

KEY = "B" * 42 + "A="


def test_what_was_seen_is_read_by_interface(tmp_path: pathlib.Path) -> None:
    (tmp_path / "fleet.seen").write_text(f"{KEY} 1795308732 198.51.100.1:40112\n")
    (tmp_path / "fleet.conf").write_text("[Interface]\n")
    assert remembered(tmp_path) == {"fleet": {KEY: Sighting(1795308732, "198.51.100.1:40112")}}
    assert remembered(tmp_path / "none") == {}
