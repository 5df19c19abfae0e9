# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import dataclasses
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.farsite.fleet.plugins.plugin_utils.report.words import timestamp
from ansible_collections.farsite.fleet.plugins.plugin_utils.rollout.data import (
    STATES,
    Before,
    Entry,
    Journal,
    Owner,
    Wave,
)
from ansible_collections.farsite.fleet.plugins.plugin_utils.rollout.journal import JournalError, parse, render

JOURNAL = Journal(
    fleet="quarries",
    began=1,
    updated=2,
    asked="canary 1, waves by default",
    waves=(Wave("canary", ("a",)),),
    sites={"a": Entry(digest="d", before=Before(cameras=("gate",)))},
    owner=Owner("hub", 17, "123"),
)
LAST_MOMENT = 253_402_300_799
MOMENTS = st.integers(0, LAST_MOMENT)
NAMES = st.text(min_size=1, max_size=5)
BEFORES = st.builds(
    Before,
    cameras=st.lists(NAMES, max_size=2).map(tuple),
    uplinks=st.none() | st.lists(NAMES, max_size=2).map(tuple),
    reached=st.booleans(),
)
ENTRIES = st.builds(
    Entry,
    digest=NAMES,
    state=st.sampled_from(STATES),
    reason=st.none() | st.text(),
    moment=st.none() | MOMENTS,
    away=st.booleans(),
    before=st.none() | BEFORES,
)


@given(
    st.builds(
        Journal,
        fleet=NAMES,
        began=MOMENTS,
        updated=MOMENTS,
        asked=NAMES,
        waves=st.lists(st.builds(Wave, NAMES, st.lists(NAMES, max_size=3).map(tuple)), max_size=3).map(tuple),
        sites=st.dictionaries(NAMES, ENTRIES, max_size=3),
        stopped=st.none() | st.text(),
        owner=st.none() | st.builds(Owner, NAMES, st.integers(1, 2**31 - 1), NAMES),
    )
)
def test_what_is_written_is_read(journal: Journal) -> None:
    assert parse(render(journal)) == journal
    assert render(journal).isascii()


@pytest.mark.parametrize(
    ("path", "value", "message"),
    [
        ("format", 2, "format: found 2, expected 1"),
        ("fleet", None, "fleet: found None, expected text"),
        ("began", True, "began: found True, expected a whole number"),
        ("waves", {}, "waves: found {}, expected a list"),
        ("waves.0.sites", [1], r"waves[0].sites: found [1], expected names"),
        ("sites.a", [], "sites.a.state: found [], expected text"),
        ("sites.a.state", "done", "sites.a.state: found 'done', expected one of pending, right, "),
        ("sites.a.away", 1, "sites.a.away: found 1, expected true or false"),
        ("sites.a.before.cameras", None, "sites.a.before.cameras: found None, expected a list"),
        ("owner.process", "1", "owner.process: found '1', expected a whole number"),
        # to a signal these are all processes of a group, and all there are
        ("owner.process", 0, "owner.process: found 0, expected 1 to 2147483647"),
        ("owner.process", -1, "owner.process: found -1, expected 1 to 2147483647"),
        ("owner.process", 2**31, "owner.process: found 2147483648, expected 1 to 2147483647"),
        ("began", -1, "began: found -1, expected 0 to 253402300799"),
        ("updated", 10**18, "updated: found 1000000000000000000, expected 0 to 253402300799"),
        ("sites.a.moment", LAST_MOMENT + 1, "sites.a.moment: found 253402300800, expected 0 to 253402300799"),
    ],
)
def test_what_is_no_journal_is_named(path: str, value: object, message: str) -> None:
    data = json.loads(render(JOURNAL))
    *way, last = path.split(".")
    place = data
    for key in way:
        place = place[int(key) if key.isdigit() else key]
    place[last] = value
    with pytest.raises(JournalError) as caught:
        parse(json.dumps(data))
    assert message in str(caught.value)


def test_the_last_moment_that_is_taken_is_one_that_people_can_be_told() -> None:
    updated = parse(render(dataclasses.replace(JOURNAL, updated=LAST_MOMENT))).updated
    assert timestamp(updated) == "9999-12-31 23:59:59 UTC"


@pytest.mark.parametrize(("text", "message"), [("", "is no JSON: "), ("[]", "format: found [], expected 1")])
def test_neither_is_something_else(text: str, message: str) -> None:
    with pytest.raises(JournalError) as caught:
        parse(text)
    assert str(caught.value).startswith(message)
