# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The lines of an answer on an AT port, picked apart. Pure.

Between them stand blank lines, the echo of the command, and lines that the modem says unasked (3GPP TS 27.007, 5.2.4;
ITU-T V.250, 5.7).
"""

from __future__ import annotations

import csv
import re
import typing as t

if t.TYPE_CHECKING:
    from ansible_collections.farsite.fleet.plugins.plugin_utils.modem.status import Answers

_NAMED = re.compile(r"[+^*$%#&_][A-Z]", re.IGNORECASE)
_ECHO = re.compile(r"AT(?:[+^*$%#&].*|[EI][01]?)?", re.IGNORECASE)
_RESULT = re.compile(r"OK|ERROR|COMMAND NOT SUPPORT.*|TOO MANY PARAMETERS")
_UNASKED = re.compile(
    r"RING|RDY|READY|NO CARRIER|BUSY|CONNECT|(?:PB|SMS) DONE|(?:SMS|CALL) READY|DST: ?[0-9]"
    r"|(?:NORMAL )?POWER(?:ED)? DOWN",
    re.IGNORECASE,
)


def named(answers: Answers, query: str, *names: str) -> list[str]:
    """Return what follows the colon on each line that begins with one of *names*, such as ``+CSQ``."""
    found = []
    for line in _lines(answers, query):
        name, colon, rest = line.partition(":")
        if colon and name.rstrip().upper() in names:
            found.append(rest.strip())
    return found


def fields(answers: Answers, query: str, *names: str) -> list[list[str]]:
    """Return the parameters of each such line, one or more, without quotes and spaces around them."""
    return [_parameters(rest) for rest in named(answers, query, *names)]


def plain(answers: Answers, query: str) -> list[str]:
    """Return the lines that have no such name before them, without those that are no part of the answer."""
    return [
        line
        for line in _lines(answers, query)
        if not _NAMED.match(line) and not any(noise.fullmatch(line) for noise in (_ECHO, _RESULT, _UNASKED))
    ]


def values(answers: Answers, query: str, *names: str) -> list[str]:
    """Return the lines of an answer that one modem names and another does not, without the name and quotes."""
    return [line.strip('" ') for line in (*named(answers, query, *names), *plain(answers, query))]


def _lines(answers: Answers, query: str) -> list[str]:
    answer = answers.get(query)
    if answer is None or answer.status != 0:
        return []
    return [line.strip() for line in answer.text.splitlines() if line.strip()]


def _parameters(text: str) -> list[str]:
    try:
        row = next(csv.reader([text], skipinitialspace=True), [])
    except csv.Error:  # one parameter of more than 128 KiB
        row = []
    return [parameter.strip() for parameter in row] or [""]
