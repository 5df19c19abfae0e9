# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.farsite.fleet.plugins.module_utils.wireguard.seen import (
    Sighting,
    believed,
    handshake,
    joined,
    parse_seen,
    render_seen,
)
from ansible_collections.farsite.fleet.tests.unit.plugins.module_utils.wireguard.hosts import key

ENDPOINTS = st.sampled_from([None, "192.0.2.1:5", "[fd00::1]:51820", "[fe80::1%eth0]:1"])
SEEN = st.dictionaries(
    st.integers(0, 5).map(key), st.builds(Sighting, st.integers(1, 2_000_000_000), ENDPOINTS), max_size=5
)


@given(SEEN)
def test_what_is_written_is_read(seen: dict[str, Sighting]) -> None:
    assert parse_seen(render_seen(seen, seen)) == seen


@given(SEEN, st.sets(st.integers(0, 5).map(key)))
def test_only_keys_asked_for_and_seen_are_written(seen: dict[str, Sighting], keys: set[str]) -> None:
    assert parse_seen(render_seen({**seen, key(9): Sighting(0, "192.0.2.1:5")}, {*keys, key(9)})).keys() == (
        seen.keys() & keys
    )


def test_the_newest_line_of_a_key_counts_and_broken_lines_do_not() -> None:
    text = f"{key(1)} 5 -\n{key(1)} 9 192.0.2.1:5\n{key(1)} 7 192.0.2.2:5\n{key(2)} 3 (none)\n{key(3)} 12\n{key(4)}"
    assert parse_seen(text) == {key(1): Sighting(9, "192.0.2.1:5"), key(2): Sighting(3)}


@given(SEEN, SEEN)
def test_joined_knows_the_newest_handshake_of_each(live: dict[str, Sighting], old: dict[str, Sighting]) -> None:
    both = joined(live, old)
    assert both.keys() == live.keys() | old.keys()
    for one in both:
        assert handshake(both, one) == max(handshake(live, one), handshake(old, one))


def test_what_was_seen_in_the_future_was_seen_long_ago() -> None:
    seen = {key(1): Sighting(2000, "192.0.2.1:5"), key(2): Sighting(1500), key(3): Sighting(0)}
    assert believed(seen, 1000) == seen | {key(1): Sighting(1, "192.0.2.1:5")}
    assert believed(seen, 2000) == seen


def test_an_endpoint_is_remembered_until_there_is_another() -> None:
    old = {key(1): Sighting(5, "192.0.2.1:5")}
    assert joined({key(1): Sighting(0)}, old) == old
    assert joined({key(1): Sighting(0, "192.0.2.2:5")}, old) == {key(1): Sighting(5, "192.0.2.2:5")}
    assert handshake(old, key(2)) == 0
