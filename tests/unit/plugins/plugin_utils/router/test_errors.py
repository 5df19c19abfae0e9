# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from ansible_collections.farsite.fleet.plugins.plugin_utils.router.errors import NotUsableError


def test_all_problems_are_in_the_message() -> None:
    error = NotUsableError(("one", "two"))
    assert str(error) == "one; two"
    assert error.problems == ("one", "two")
