# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The streams that a camera offers, from the SDP of its DESCRIBE (RFC 8866). Pure."""

from __future__ import annotations

import re
import typing as t

from ansible_collections.farsite.fleet.plugins.module_utils.camera.messages import shown

MOST_STREAMS = 16

Stream = dict[str, t.Any]


def streams(text: str) -> list[Stream]:
    """Return the streams: ``media`` (video, audio, …), ``codec`` (H264, …; None if it is not told), ``clock_rate``."""
    found: list[Stream] = []
    payload = ""
    for line in text.splitlines():
        kind, _sign, value = line.strip().partition("=")
        if kind == "m":
            words = value.split()
            if len(found) == MOST_STREAMS:
                break
            payload = words[3] if len(words) > 3 else ""  # noqa: PLR2004
            found.append({"media": _word(words[0]) if words else None, "codec": None, "clock_rate": None})
        elif kind == "a" and found:
            mapped = re.fullmatch(r"rtpmap:(\S+) ([^/\s]+)/([0-9]{1,9})\S*", value.strip())
            if mapped and mapped[1] == payload:
                found[-1] |= {"codec": _word(mapped[2]), "clock_rate": int(mapped[3])}
    return found


def _word(text: str) -> str:
    return shown(text, 20)[1:-1]
