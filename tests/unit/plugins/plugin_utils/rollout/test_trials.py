# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.farsite.fleet.plugins.plugin_utils.rollout.trials import STALE, Sighting, Trial, trial

OFF = {"unreachable": True, "msg": "Failed to connect to the host via ssh: No route to host"}
UNDONE = {"failed": True, "msg": "it has undone it", "transaction": {"end": "undone"}, "changed": False}


@pytest.mark.parametrize(
    ("result", "sighting", "found"),
    [
        (None, None, Trial("failed", "the run ended before it")),
        ({"changed": False}, None, Trial("right")),
        ({"changed": True}, None, Trial("changed", touched=True)),
        (UNDONE, None, Trial("rolled_back", "it has undone it")),
        ({"failed": True, "changed": True, "msg": "?"}, None, Trial("failed", "?", touched=True)),
        ({"failed": True, "timedout": {}, "msg": "late"}, None, Trial("failed", "late", touched=True)),
        ({"failed": True, "msg": "long", "reason": "short"}, None, Trial("failed", "short")),
        ({"failed": True}, None, Trial("failed", "it gave no reason")),
        (OFF, None, Trial("off_line", "no hub tells when it was seen; No route to host", away=True)),
        (OFF, Sighting(), Trial("off_line", "no handshake since the hub started; No route to host", away=True)),
        (
            OFF,
            Sighting(handshake_age=7200),
            Trial("off_line", "last handshake 2 hours ago; No route to host", away=True),
        ),
        (
            OFF,
            Sighting(heard=True, handshake_age=2),
            Trial("failed", "its tunnel works, but SSH does not let in: No route to host"),
        ),
    ],
)
def test_what_a_result_comes_to(result: t.Any, sighting: Sighting | None, found: Trial) -> None:
    assert trial(result, sighting) == found


@pytest.mark.parametrize(("age", "there"), [(None, False), (0, True), (STALE, True), (STALE + 1, False)])
def test_who_may_be_there(age: int | None, there: bool) -> None:  # noqa: FBT001
    assert Sighting(handshake_age=age).may_be_there is there
