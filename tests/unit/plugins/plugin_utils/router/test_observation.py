# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import re

import pytest

from ansible_collections.farsite.fleet.plugins.plugin_utils.router.errors import NotUsableError
from ansible_collections.farsite.fleet.plugins.plugin_utils.router.observation import Question, observe
from ansible_collections.farsite.fleet.plugins.plugin_utils.uci.document import Package, Section
from ansible_collections.farsite.fleet.plugins.plugin_utils.uci.semantics import SecretOptions
from ansible_collections.farsite.fleet.tests.unit.plugins.plugin_utils.router.replayed import ReplayedTransport

QUESTIONS = [Question("system", SecretOptions(frozenset({"token"})))]
SYSTEM = "package farsite-system\n\nconfig system\n\toption hostname 'a'\n\n"


def replying(*parts: str) -> ReplayedTransport:
    """A router that answers with *parts*, marked with the nonce of the question; an "end" is added."""

    def reply(script: bytes) -> bytes:
        nonce = re.search(rb"^nonce=(\w+)$", script, re.MULTILINE)
        assert nonce
        return "".join(f"\n@{nonce[1].decode()} {part}" for part in (*parts, "end\n")).encode(
            "utf-8", "surrogateescape"
        )

    return ReplayedTransport(reply)


def test_everything_comes_in_one_exec() -> None:
    transport = replying(
        f"package system d1 s1\n{SYSTEM}",
        "edited system\n" + SYSTEM.replace("'a'", "'b'"),
        "staged system\n",
        "transaction armed 12ab\n",
        "last\nundone 99 the reason\nkept /tmp/x\n",
        "board one two\nthe text\n",
    )
    seen = observe(transport, QUESTIONS, "salt", staged_too=True, more=["board"], sources=["wireguard"])
    observed = seen.packages["system"]
    assert observed.package == Package("system", (Section("system", None, (("hostname", "a"),)),))
    assert observed.edited is not None
    assert (observed.digest, observed.staged, observed.absent) == ("d1", "s1", False)
    assert seen.staged == ("system",)
    assert seen.pending == ("armed", "12ab")
    assert seen.last == ("undone 99 the reason", "kept /tmp/x")
    assert seen.parts == {"board": (("one", "two"), "the text\n")}
    (script,) = transport.scripts
    assert re.search(rb"observe_package system 'token ~[^']*' salt commit\n", script)
    assert b"wireguard_sync()" in script
    assert transport.fresh == [False]


def test_the_question_is_short() -> None:
    transport = replying("absent system\n")
    observe(transport, QUESTIONS * 9, "salt")
    assert len(transport.scripts[0]) < 8_000


def test_a_package_that_is_not_there_is_empty() -> None:
    observed = observe(replying("absent system\n"), QUESTIONS, "salt").packages["system"]
    assert observed.absent
    assert observed.package == Package("system")


@pytest.mark.parametrize(
    ("parts", "texts"),
    [
        (["foreign openwrt Linux 6.1\n"], ["not an OpenWrt router", "Linux 6.1"]),
        (["foreign uci\n"], ["no uci"]),
        (["failed cannot write to /tmp\n"], ["cannot write to /tmp"]),
        (["broken system\nuci: Parse error (invalid command) at line 3, byte 0\n"], ["/etc/config/system", "line 3"]),
        (["package system d -\nconfig 'x\n"], ["/etc/config/system", "cannot be parsed"]),
        (["broken a\nx", "broken b\ny"], ["/etc/config/a", "/etc/config/b"]),
    ],
)
def test_a_router_that_cannot_be_planned_for_is_named(parts: list[str], texts: list[str]) -> None:
    with pytest.raises(NotUsableError) as caught:
        observe(replying(*parts), QUESTIONS, "salt")
    for text in texts:
        assert text in str(caught.value)


@pytest.mark.parametrize("output", [b"", b"garbage", b"\n@0123 end\n"])
def test_a_reply_that_is_not_whole_is_refused(output: bytes) -> None:
    with pytest.raises(NotUsableError, match="not complete"):
        observe(ReplayedTransport(output), QUESTIONS, "salt")


def test_a_value_cannot_pose_as_a_part() -> None:
    text = "package x\n\nconfig system\n\toption note 'a\n@0000 end\n@0000 foreign uci'\n\n"
    seen = observe(replying(f"package system d -\n{text}"), QUESTIONS, "salt")
    assert seen.packages["system"].package.sections[0].get("note") == "a\n@0000 end\n@0000 foreign uci"
