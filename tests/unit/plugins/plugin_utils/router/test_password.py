# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import subprocess

import pytest

from ansible_collections.farsite.fleet.plugins.plugin_utils.router.errors import NotUsableError
from ansible_collections.farsite.fleet.plugins.plugin_utils.router.observation import Observation
from ansible_collections.farsite.fleet.plugins.plugin_utils.router.password import commands, problem, read_state


@pytest.mark.parametrize("kind", ["-1", "-5", "-6"])
def test_what_openssl_makes_is_a_hash(kind: str) -> None:
    done = subprocess.run(
        ["openssl", "passwd", kind, "-stdin"], input="a word", capture_output=True, text=True, check=True
    )
    assert problem(done.stdout.strip()) is None


@pytest.mark.parametrize(
    "text",
    ["*", None, "$2b$05$abcdefghijklmnopqrstuu5Lo0gaEDJi5Bvb0FT5r4DCZ2L1Zjq1G", "$5$rounds=5000$salt$" + "a" * 43],
)
def test_these_are_hashes(text: str | None) -> None:
    assert problem(text) is None


@pytest.mark.parametrize(
    "text", ["", "secret word", "$6$:$abcdefghijkl", "$6$a\n$abcdefghijkl", "!", "$9$a$abcdefghijkl"]
)
def test_these_are_none_and_are_not_shown(text: str) -> None:
    said = problem(text)
    assert said
    assert not text or text == "!" or text not in said


def test_what_is_asked_is_one_line_of_shell() -> None:
    assert commands(None, change=False) == ["password look ''"]
    assert commands("$6$a$b", change=True) == ["password set '$6$a$b'"]


def test_what_the_router_says() -> None:
    def said(*words: str) -> Observation:
        return Observation({}, (), None, (), {"password": (words, "")} if words else {})

    assert [read_state(said(word)) for word in ("same", "other", "empty")] == ["same", "other", "empty"]
    for words in ((), ("odd",), ("same", "more")):
        with pytest.raises(NotUsableError, match="did not tell"):
            read_state(said(*words))
