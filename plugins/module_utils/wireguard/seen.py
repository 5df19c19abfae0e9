# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""When each key was last seen, and where: remembered over restarts of the interface, which forgets both. Pure.

A line of the file is ``PUBLIC_KEY EPOCH ENDPOINT``, the endpoint ``-`` where none is known. The interface's own hook
adds lines as well (see configuration.py), so a key may be in it twice: the newest counts.
"""

from __future__ import annotations

import dataclasses
import re
import typing as t

from ansible_collections.farsite.fleet.plugins.module_utils.wireguard.peers import key_problem

_LINE = re.compile(r"([A-Za-z0-9+/]{43}=) ([0-9]{1,12}) ([0-9\[]\S*|-|\(none\))", re.ASCII)


@dataclasses.dataclass(frozen=True)
class Sighting:
    """The newest handshake, in seconds since 1970, 0 for none, and the endpoint then."""

    handshake: int
    endpoint: str | None = None


Seen = t.Mapping[str, Sighting]
NEVER = Sighting(0)
_SLACK = 600
"""Seconds that a clock may be set back without doubt about what was seen before: a live key is seen anew by then."""


def parse_seen(text: str) -> dict[str, Sighting]:
    """Return what the file says; a line that is none is passed over, since a power cut may have left half a one."""
    found: dict[str, Sighting] = {}
    for line in text.splitlines():
        match = _LINE.fullmatch(line)
        if match and not key_problem(match[1]):
            endpoint = match[3] if match[3][0] not in "-(" else None
            sighting = Sighting(int(match[2]), endpoint)
            found[match[1]] = max(found.get(match[1], sighting), sighting, key=_when)
    return found


def render_seen(seen: Seen, keys: t.Collection[str]) -> str:
    """Return the file's text: the sightings of *keys*, by key."""
    return "".join(
        f"{key} {seen[key].handshake} {seen[key].endpoint or '-'}\n"
        for key in sorted(keys)
        if key in seen and seen[key].handshake
    )


def joined(live: Seen, remembered: Seen) -> dict[str, Sighting]:
    """Return what is known of each key: its newest handshake, and the endpoint that it has now, else had then."""
    result = dict(remembered)
    for key, sighting in live.items():
        before = remembered.get(key, NEVER)
        result[key] = Sighting(max(sighting.handshake, before.handshake), sighting.endpoint or before.endpoint)
    return result


def believed(seen: Seen, now: int) -> dict[str, Sighting]:
    """Return *seen* without handshakes of the future, which a clock that was wrong has timed: they become the oldest.

    Else such a key would be the one that was seen last until that time has come. *now* is in seconds since 1970.
    """
    return {
        key: dataclasses.replace(sighting, handshake=1) if sighting.handshake > now + _SLACK else sighting
        for key, sighting in seen.items()
    }


def handshake(seen: Seen, key: str) -> int:
    """Return the key's newest handshake, 0 for one that was never seen."""
    return seen.get(key, NEVER).handshake


def _when(sighting: Sighting) -> int:
    return sighting.handshake
