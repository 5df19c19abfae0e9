# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Single values as modems write them: signal with units, identities, addresses, tries. Pure."""

from __future__ import annotations

import ipaddress
import re
import typing as t

_NUMBER = re.compile(r"(?:[<>]=?)?\s*([+-]?[0-9]{1,4}(?:\.[0-9]{1,4})?)\s*(?:dBm?)?", re.IGNORECASE)

# What a modem can report by 3GPP TS 36.133 (9.1.4, 9.1.7) and TS 38.133 (10.1.16); outside is a word for "nothing".
_RANGES: t.Mapping[str, tuple[float, float]] = {
    "rssi": (-120, -20),
    "rsrp": (-156, -31),
    "rsrq": (-43, 20),
    "sinr": (-23, 40),
}
_IDENTITIES: t.Mapping[str, re.Pattern[str]] = {
    "imei": re.compile(r"[0-9]{15}"),
    "imsi": re.compile(r"[0-9]{6,15}"),
    "iccid": re.compile(r"([0-9]{18,20})F?", re.IGNORECASE),
    "plmn": re.compile(r"[0-9]{5,6}"),
}
_PLACEHOLDERS = ("-", "--", "N/A", "n/a")
_MOST_TRIES = 10
"""Of a PUK (3GPP TS 31.101, 9.5); a PIN has 3."""


def level(quantity: t.Literal["rssi", "rsrp", "rsrq", "sinr"], text: str) -> float | None:
    """Return the level in dBm or dB that *text* says, such as ``-95dBm``, ``-9.0`` or ``>=-51dBm`` (its limit).

    None for what is no number, or out of the range that the quantity has: sticks say 0 or -500 for "not measured".
    """
    match = _NUMBER.fullmatch(text.strip())
    lowest, highest = _RANGES[quantity]
    if match is None or not lowest <= float(match[1]) <= highest:
        return None
    return float(match[1])


def identity(kind: t.Literal["imei", "imsi", "iccid", "plmn"], text: str) -> str | None:
    """Return the digits of an identity, without the F that fills up an ICCID of 19 digits; None for anything else."""
    match = _IDENTITIES[kind].fullmatch(text.strip())
    return None if match is None else match[match.re.groups]


def tries(text: str) -> int | None:
    """Return how many tries are left, 0 to 10; None for anything else."""
    return int(text) if re.fullmatch(r"[0-9]{1,2}", text.strip()) and int(text) <= _MOST_TRIES else None


def addresses(*texts: str) -> tuple[str, ...]:
    """Return those of the texts that are addresses, as RFC 5952 writes them; ``0.0.0.0`` and ``::`` are none."""
    found = []
    for text in texts:
        try:
            address = ipaddress.ip_address(text.strip())
        except ValueError:
            continue
        if not address.is_unspecified and "%" not in text:  # an address with a scope is of the stick's own network
            found.append(str(address))
    return tuple(dict.fromkeys(found))


def words(text: str) -> str | None:
    """Return *text* with its spaces in order, None for an empty one, a placeholder, or what cannot be printed."""
    line = " ".join(text.split())
    return line if line and line.isprintable() and line not in _PLACEHOLDERS else None
