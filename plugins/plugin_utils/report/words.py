# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Numbers and texts of strangers, for people. Pure."""

from __future__ import annotations

import datetime as dt
import unicodedata

_UNITS = ((86400, "day"), (3600, "hour"), (60, "minute"), (1, "second"))
_BYTES = ((2**30, "GB"), (2**20, "MB"), (2**10, "kB"))


def duration(seconds: int) -> str:
    """Return a time in its greatest unit: ``3 days``."""
    size, name = next(((size, name) for size, name in _UNITS if seconds >= size), (1, "second"))
    number = seconds // size
    return f"{number} {name}{'' if number == 1 else 's'}"


def ago(moment: int, now: int) -> str:
    """Return how long ago *moment* is; what the clocks say is in the future is now."""
    return f"{duration(max(now - moment, 0))} ago"


def timestamp(moment: int) -> str:
    """Return a moment in UTC: ``2026-11-21 12:51:40 UTC``."""
    return dt.datetime.fromtimestamp(moment, dt.UTC).strftime("%Y-%m-%d %H:%M:%S UTC")


def size(number: int) -> str:
    """Return a number of bytes in a unit: ``3.7 MB``."""
    for unit, name in _BYTES:
        if number >= unit:
            return f"{number / unit:.1f} {name}"
    return f"{number} bytes"


def printable(text: str) -> str:
    """Return *text* in one line, with nothing in it that steers a terminal or turns the direction of writing."""
    if text.isascii() and text.isprintable():
        return text
    line = " ".join(text.split())
    return "".join("?" if unicodedata.category(letter)[0] == "C" else letter for letter in line)


def shortened(text: str, most: int) -> str:
    """Return *text* in *most* letters; what is left out is in its middle, as names often differ at their end."""
    if len(text) <= most:
        return text
    end = (most - 1) // 3
    return f"{text[: most - 1 - end]}…{text[len(text) - end :]}"
