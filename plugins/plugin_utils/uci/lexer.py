# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Words of UCI text, cut as ``file.c`` of OpenWrt's uci (16ff0bad, release 24.10) cuts them.

The text is bytes: uci knows no encoding. A command is one line; a quoted text or a backslash before the newline makes
it go on in the next. Within a word:

* ``'…'`` is literal, ``"…"`` and bare text know the backslash, which makes the next byte literal (or, before a newline,
  joins the lines); pieces without a blank between them are one word;
* outside quotes ``#`` ends the line, even inside a word;
* outside quotes ``;`` ends the command, except directly behind a word without quotes and backslashes: there uci loses
  the rest of the line without a word.
"""

from __future__ import annotations

import re

from ansible_collections.farsite.fleet.plugins.plugin_utils.uci.errors import UciSyntaxError

_SPACES = re.compile(rb"[ \t\n\v\f\r]*")
_BARE = re.compile(rb"[^ \t\n\v\f\r'\"#;\\]+")
_KEYWORD = re.compile(rb"[ \t]*([^ \t]*)")
# as uci itself writes it
_ASSIGNMENT = re.compile(rb"\t(option|list) ([A-Za-z0-9_]+) '([^'\n]*)'\n")
_SINGLE_QUOTED = re.compile(rb"[^']*")
_DOUBLE_QUOTED = re.compile(rb'[^"\\]*')
_SPACE = frozenset(b" \t\n\v\f\r")
_SINGLE_QUOTE, _DOUBLE_QUOTE, _HASH, _SEMICOLON, _BACKSLASH = b"'\"#;\\"


class Lexer:
    """A cursor over the text that raises UciSyntaxError; ``package`` is the name for its messages."""

    def __init__(self, data: bytes, package: str | None) -> None:
        """Refuse NUL at once: uci's lines are C strings and what it makes of one is never what the file says."""
        self.package = package
        self._data = data
        self._position = 0
        self._limit = 0  # end of what the current line still offers
        self._unread = 0  # start of the first line that was not taken yet
        self._line = 0
        self._line_start = 0
        self._keyword_end = 0
        null = data.find(b"\0")
        if null >= 0:
            self._line = data.count(b"\n", 0, null) + 1
            self._line_start = data.rfind(b"\n", 0, null) + 1
            self._position = null
            raise self.error("NUL byte", "expected text")

    def error(self, reason: str, detail: str = "") -> UciSyntaxError:
        """Return an error at the cursor."""
        return UciSyntaxError(reason, self._line, self._column(), self.package, detail)

    def assignment(self) -> tuple[bytes, bytes, bytes] | None:
        """Go past the next line if it is an option or list as uci itself writes it; return command, name and text.

        Most lines are; the other methods would return the same, word by word.
        """
        match = _ASSIGNMENT.match(self._data, self._unread)
        if match is None:
            return None
        self._line += 1
        self._line_start = self._unread
        self._position = self._limit = self._unread = match.end()
        return match[1], match[2], match[3]

    def start_line(self) -> bool:
        """Go to the first word of the next line; return False at the end of the text."""
        if not self._take_line():
            return False
        self._position = self._line_start
        self._skip_spaces()
        return True

    def keyword(self) -> bytes | None:
        """Return the command's keyword, which knows no quotes, without going past it; None where the line ends."""
        match = _KEYWORD.match(self._data, self._position, self._limit)
        if match is None or not match[1] or match[1].startswith(b"#"):
            return None
        self._keyword_end = match.end()
        return match[1]

    def pass_keyword(self, command: str, expected: str) -> None:
        """Go past the keyword just seen; *command* and *expected* are for the message where the text ends there."""
        if self._keyword_end == self._limit:
            raise self.error(f"{command} without name", f"expected {expected}")
        self._position = self._keyword_end + 1

    def word(self) -> bytes:
        """Return the next word of the command; empty where there is none, and for an empty quoted one."""
        self._skip_spaces()
        if self._at(_SEMICOLON):
            self._position += 1
            return b""
        word = bytearray()
        bare = True
        while self._position < self._limit:
            match = _BARE.match(self._data, self._position, self._limit)
            if match:
                word += match[0]
                self._position = match.end()
            elif self._at(_HASH) or (self._at(_SEMICOLON) and bare):
                self._limit = self._position
                break
            elif self._at(_SEMICOLON):
                break
            else:
                bare = False
                self._piece(word)
            if self._position < self._limit and self._data[self._position] in _SPACE:
                self._position += 1
                break
        return bytes(word)

    def _piece(self, word: bytearray) -> None:
        """Append a quoted piece or what a backslash stands for."""
        if self._at(_SINGLE_QUOTE):
            self._quoted(word, _SINGLE_QUOTED, _SINGLE_QUOTE)
        elif self._at(_DOUBLE_QUOTE):
            self._quoted(word, _DOUBLE_QUOTED, _DOUBLE_QUOTE)
        else:
            self._escaped(word)

    def _quoted(self, word: bytearray, plain: re.Pattern[bytes], quote: int) -> None:
        """Append the text between two quotes, which may span lines."""
        opened = f"the quote opens at line {self._line}, column {self._column()}"
        self._position += 1
        while True:
            match = plain.match(self._data, self._position, self._limit)
            if match:
                word += match[0]
                self._position = match.end()
            if self._at(quote):
                self._position += 1
                return
            if self._at(_BACKSLASH):
                self._escaped(word)
            elif not self._take_line():
                raise self.error(f"EOF with unterminated {chr(quote)}", opened)

    def _escaped(self, word: bytearray) -> None:
        """Append the byte behind a backslash; at the end of a line go on in the next one."""
        self._position += 1
        if self._data[self._position : self._limit] in {b"", b"\n", b"\r\n"}:
            if self._take_line():
                self._position = self._line_start
            else:
                self._limit = self._position
            return
        word.append(self._data[self._position])
        self._position += 1

    def _take_line(self) -> bool:
        """Make the next line available up to and with its newline."""
        if self._unread == len(self._data):
            return False
        self._line += 1
        self._line_start = self._unread
        newline = self._data.find(b"\n", self._unread)
        self._limit = self._unread = len(self._data) if newline < 0 else newline + 1
        return True

    def _skip_spaces(self) -> None:
        match = _SPACES.match(self._data, self._position, self._limit)
        if match:
            self._position = match.end()

    def _at(self, byte: int) -> bool:
        return self._position < self._limit and self._data[self._position] == byte

    def _column(self) -> int:
        return self._position - self._line_start + 1
