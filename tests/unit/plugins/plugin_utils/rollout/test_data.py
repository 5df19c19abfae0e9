# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from ansible_collections.farsite.fleet.plugins.plugin_utils.rollout.data import STATES, Before, Entry, Journal


def test_done_are_right_and_changed() -> None:
    sites: dict[str, Entry] = {state: Entry(digest="", state=state) for state in STATES}
    journal = Journal(fleet="f", began=0, updated=0, asked="", waves=(), sites=sites)
    assert journal.left(STATES) == ["pending", "failed", "rolled_back", "off_line"]
    assert not journal.finished
    done = {name: entry for name, entry in sites.items() if name in ("right", "changed")}
    assert Journal(fleet="f", began=0, updated=0, asked="", waves=(), sites=done).finished


def test_what_worked_before_several_changes_has_to_work_after_them() -> None:
    first = Before(cameras=("gate", "yard"), uplinks=("wan",), reached=True)
    assert Before(cameras=("yard", "barn")).and_before(None) == Before(cameras=("yard", "barn"))
    found = Before(cameras=("yard", "barn"), uplinks=("lte", "wan")).and_before(first)
    assert found == Before(cameras=("gate", "yard", "barn"), uplinks=("wan", "lte"), reached=True)
    # a router that was not there for the earlier change may be changed by this one
    assert Before(reached=True).and_before(Before()) == Before(reached=True)
    assert Before().and_before(Before(reached=True)) == Before(reached=True)
