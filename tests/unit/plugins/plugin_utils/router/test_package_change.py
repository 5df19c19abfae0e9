# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import re
import typing as t

import pytest

from ansible_collections.farsite.fleet.plugins.plugin_utils.router.package_change import (
    PackageOutcome,
    carry_out,
    submission,
)
from ansible_collections.farsite.fleet.plugins.plugin_utils.router.package_plan import PackagePlan
from ansible_collections.farsite.fleet.plugins.plugin_utils.router.transport import Reply, UnreachableError

PLAN = PackagePlan("opkg", "install", ("a", "b"), {"a": "1", "b": "1", "c": "1"}, {}, {}, (), 10, 20, ())


class Replay:
    """A router whose only answer is given."""

    def __init__(self, answer: str | Exception) -> None:
        self.answer = answer
        self.scripts: list[bytes] = []

    def run(self, script: bytes, *, fresh: bool = False, host: str | None = None) -> Reply:
        assert not fresh
        assert host is None
        self.scripts.append(script)
        if isinstance(self.answer, Exception):
            raise self.answer
        return Reply(0, self.answer.encode(), b"")

    def forget(self) -> None:
        raise AssertionError


def outcome(answer: str | Exception) -> PackageOutcome:
    router = Replay(answer)
    result = carry_out(router, PLAN)
    assert len(router.scripts) == 1
    assert f"package_submit {result.identifier} ".encode() in router.scripts[0]
    return result


def test_done() -> None:
    result = outcome(
        "farsite waiting\nfarsite end done\n"
        "farsite added a 1\nfarsite changed b 1 2\nfarsite removed c 3\nfarsite free 100\n"
    )
    assert (result.end, result.reason, result.free) == ("done", "", 102400)
    assert (result.installed, result.upgraded, result.removed) == ({"a": "1"}, {"b": ("1", "2")}, {"c": "3"})


@pytest.mark.parametrize(
    ("answer", "end", "reason"),
    [
        ("farsite end refused\nfarsite reason another change\n", "refused", "another change"),
        (
            "farsite end failed\nfarsite reason  * x: No space left on device.\nfarsite reason No space left\n",
            "failed",
            "the flash is full (x: No space left on device.; No space left)",
        ),
        ("farsite waiting\n", "unknown", "the router did not tell the end in time"),
        ("", "unknown", "the router did not tell the end in time"),
        (UnreachableError("no route"), "unknown", "the connection broke: no route"),
    ],
)
def test_other_ends(answer: str | Exception, end: str, reason: str) -> None:
    result = outcome(answer)
    assert (result.end, result.reason) == (end, reason)


def test_lists_of_names_are_one_assignment_each() -> None:
    script = submission(PLAN, "12ab").decode()
    assert re.findall(r"^(?:names|expect)=.*$", script, re.MULTILINE) == ["names='a b'", "expect='a b c'"]


def test_half_a_script_does_nothing() -> None:
    script: t.Final = submission(PLAN, "12ab")
    assert script.endswith(b"}\nmain\n")
