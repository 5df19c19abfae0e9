# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Lines at the end of a terminal that are redrawn in place. Pure: text for the terminal comes out.

Sequences are those of ECMA-48 that every terminal knows. The cursor always rests below the block, at the left, so that
a program that ends, or a message that nobody announced, starts on a line of its own.
"""

from __future__ import annotations

import typing as t

_CLEAR_REST = "\x1b[K"


class Block:
    """What was drawn last; each of its lines must fit into the terminal's width."""

    def __init__(self) -> None:
        """Begin with nothing drawn."""
        self._lines: tuple[str, ...] = ()

    @property
    def drawn(self) -> bool:
        """Whether there is something that a message would have to get out of the way."""
        return bool(self._lines)

    def draw(self, lines: t.Sequence[str]) -> str:
        """Return what puts *lines* in the place of those before; nothing where they are the same.

        Where a terminal was made narrower and has wrapped what was drawn, the remains are left standing: whoever goes
        up further may go over a message. All is cleared line by line: a terminal of which everything is cleared at once
        may keep it to be scrolled to, as tmux does.
        """
        new = tuple(lines)
        if new == self._lines:
            return ""
        surplus = max(len(self._lines) - len(new), 0)
        text = f"\r{_up(len(self._lines))}" if self._lines else ""
        text += "".join(f"{line}{_CLEAR_REST}\n" for line in (*new, *[""] * surplus))
        self._lines = new
        return text + _up(surplus)

    def erase(self) -> str:
        """Return what takes the lines away, with the cursor where the first of them was."""
        return self.draw(())


def _up(rows: int) -> str:
    return f"\x1b[{rows}A" if rows else ""
