# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A terminal that does with text what real ones do, as far as a redrawn block needs it; other sequences are refused."""

from __future__ import annotations

import re

_SEQUENCE = re.compile(r"\x1b\[(\d*)([A-Za-z])")


class Terminal:
    """Lines, of which the last ``height`` are on the screen and those above can be scrolled to."""

    def __init__(self, width: int, height: int) -> None:
        self.width = width
        self.height = height
        self.rows = [""]
        self._row = 0
        self._column = 0

    @property
    def text(self) -> str:
        return "\n".join(row.rstrip() for row in self.rows).rstrip("\n")

    def feed(self, text: str) -> None:
        while text:
            if text[0] == "\x1b":
                found = _SEQUENCE.match(text)
                if found is None:
                    raise ValueError(f"unknown sequence: {text[:8]!r}")
                self._sequence(found[1], found[2])
                text = text[found.end() :]
                continue
            letter, text = text[0], text[1:]
            if letter == "\r":
                self._column = 0
            elif letter == "\n":
                self._down()
            else:
                self._put(letter)

    def _down(self) -> None:
        # what a program writes as \n, the line discipline of the terminal sends as \r\n
        self._row, self._column = self._row + 1, 0
        if self._row == len(self.rows):
            self.rows.append("")

    def _put(self, letter: str) -> None:
        if self._column == self.width:
            self._down()
        row = self.rows[self._row].ljust(self._column)
        self.rows[self._row] = row[: self._column] + letter + row[self._column + 1 :]
        self._column += 1

    def _sequence(self, number: str, kind: str) -> None:
        if kind == "A":
            top = max(len(self.rows) - self.height, 0)
            self._row = max(self._row - int(number or 1), top)
        elif kind == "K" and not number:
            self.rows[self._row] = self.rows[self._row][: self._column]
        elif kind != "m":
            raise ValueError(f"unknown sequence: {number}{kind}")
