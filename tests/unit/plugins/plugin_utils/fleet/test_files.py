# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.files import (
    key_file,
    operator_file,
    operator_key_file,
    site_file,
)


def test_how_files_are_called() -> None:
    assert [name_of("a") for name_of in (site_file, key_file, operator_file, operator_key_file)] == [
        "sites/a.yml",
        "keys/a.pub",
        "operators/a.yml",
        "operators/a.pub",
    ]
