# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from ansible_collections.farsite.fleet.plugins.plugin_utils.rollout.ending import AGAIN, left, words
from ansible_collections.farsite.fleet.plugins.plugin_utils.rollout.trials import Trial

TRIALS = {
    "a": Trial("changed"),
    "b": Trial("right"),
    "c": Trial("rolled_back", "undone"),
    "d": Trial("off_line", "gone"),
    "e": Trial("pending"),
    "f": Trial("pending", "failed before: dark"),
}


def test_what_a_person_reads() -> None:
    assert words(TRIALS, "too many") == {
        "changed": ["a"],
        "right": ["b"],
        "rolled back": {"c": "undone"},
        "off line": {"d": "gone"},
        "not tried": ["e", "f (failed before: dark)"],
        "stopped": "too many",
        "to go on": AGAIN,
    }
    assert words({"b": Trial("right")}, None) == {"changed": [], "right": ["b"], "to go on": "nothing is left to do"}
    assert left(TRIALS) == ["c", "d", "e", "f"]
