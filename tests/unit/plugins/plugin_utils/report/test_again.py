# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest

from ansible_collections.farsite.fleet.plugins.plugin_utils.report.again import as_text, left_to_do


@pytest.mark.parametrize(
    ("before", "left"),
    [
        ([], ["c", "d"]),
        (["x", "a"], ["x", "c", "d"]),
        (["gone", "x", "x"], ["x", "c", "d"]),
    ],
    ids=["none before", "one of this run", "one that is no site any more"],
)
def test_what_is_left_to_do_with_those_of_earlier_runs(before: list[str], left: list[str]) -> None:
    assert left_to_do(before, "abcdex", "abcde", ["c", "d"]) == left


def test_the_text() -> None:
    assert as_text(["c", "d"]) == "c\nd\n"
    assert as_text([]) == ""
