# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What can be wrong with UCI text and with data that is to become UCI."""

from __future__ import annotations


class UciSyntaxError(ValueError):
    """Text that OpenWrt's uci refuses to read.

    ``reason`` is uci's own wording. ``line`` (1-based) and ``column`` (1-based, in bytes) say where uci had got to when
    it gave up, which is mostly just behind the word it did not like: ``column`` is the ``byte`` of uci's message plus
    one. Two things differ from that message because they make it hard to use: a last line without a newline is counted,
    and where a quoted text spans lines ``column`` counts from the start of ``line``, not from where the text began.
    ``package`` is None where the text has no name; ``detail`` says what was expected and may be empty. No value of an
    option is ever quoted, as it may be a secret.
    """

    def __init__(self, reason: str, line: int, column: int, package: str | None = None, detail: str = "") -> None:
        """Keep all parts as ``args`` too, so that the error can be pickled."""
        super().__init__(reason, line, column, package, detail)
        self.reason = reason
        self.line = line
        self.column = column
        self.package = package
        self.detail = detail

    def __str__(self) -> str:
        """Return one line: package, line, column, reason, detail."""
        package = f"{self.package}: " if self.package else ""
        detail = f" ({self.detail})" if self.detail else ""
        return f"{package}line {self.line}, column {self.column}: {self.reason}{detail}"


class DataError(ValueError):
    """Data that cannot become UCI; ``problems`` has every one of them as ``path: message``, at least one."""

    def __init__(self, problems: tuple[str, ...]) -> None:
        """Take all the problems that were found."""
        super().__init__(problems)
        self.problems = problems

    def __str__(self) -> str:
        """Return one problem per line."""
        return "\n".join(self.problems)
