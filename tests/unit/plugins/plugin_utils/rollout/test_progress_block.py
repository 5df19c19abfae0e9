# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.farsite.fleet.plugins.plugin_utils.rollout.progress_block import Block
from ansible_collections.farsite.fleet.tests.unit.plugins.plugin_utils.rollout.terminal import Terminal

WIDTH, HEIGHT = 20, 6
WORDS = st.text("abc #.", max_size=WIDTH - 1)
MESSAGES = st.text("xyz", min_size=1, max_size=3 * WIDTH)
DRAWN = st.lists(WORDS, min_size=1, max_size=HEIGHT - 1)


def wrapped(message: str) -> list[str]:
    return [message[start : start + WIDTH] for start in range(0, len(message), WIDTH)]


@given(st.lists(MESSAGES | DRAWN, max_size=30))
def test_messages_stay_and_the_block_is_below_them(steps: list[str | list[str]]) -> None:
    terminal, block = Terminal(WIDTH, HEIGHT), Block()
    said: list[str] = []
    drawn: list[str] = []
    for step in steps:
        if isinstance(step, str):
            terminal.feed(block.erase() + step + "\n")
            said += wrapped(step)
            drawn = []
        else:
            terminal.feed(block.draw(step))
            drawn = step
        assert terminal.text == "\n".join(line.rstrip() for line in (*said, *drawn)).rstrip("\n")
        assert block.drawn == bool(drawn)


def test_the_same_lines_are_not_drawn_again() -> None:
    block = Block()
    assert block.draw(["one", "two"]) == "one\x1b[K\ntwo\x1b[K\n"
    assert block.draw(["one", "two"]) == ""
    assert block.draw(["three"]) == "\r\x1b[2Athree\x1b[K\n\x1b[K\n\x1b[1A"
    assert block.erase() == "\r\x1b[1A\x1b[K\n\x1b[1A"
    assert block.erase() == ""


@given(st.integers(1, HEIGHT), DRAWN, MESSAGES)
def test_a_terminal_that_became_lower_loses_no_message(height: int, lines: list[str], message: str) -> None:
    terminal, block = Terminal(WIDTH, HEIGHT), Block()
    terminal.feed(message + "\n" + block.draw(lines))
    terminal.height = height
    terminal.feed(block.erase() + "next\n")
    assert "\n".join(wrapped(message)) in terminal.text
    assert "next" in terminal.text
