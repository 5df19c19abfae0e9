# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""USB descriptors: which configurations a device has, and what is in them, also of one that nobody has configured.

Source: Universal Serial Bus Specification 2.0, 9.6 (descriptors follow each other; each begins with length and type).
"""

from __future__ import annotations

import dataclasses
import typing as t

_CONFIGURATION = 2
_INTERFACE = 4
_CONFIGURATION_LENGTH = 9
_INTERFACE_LENGTH = 9
_SHORTEST = 2


class Triple(t.NamedTuple):
    """Class, subclass and protocol of an interface, each 0 to 255."""

    klass: int
    subclass: int
    protocol: int

    def __str__(self) -> str:
        """Return it as ``ff/03/12``."""
        return "/".join(f"{part:02x}" for part in self)


@dataclasses.dataclass(frozen=True, slots=True)
class Configuration:
    """One configuration: its bConfigurationValue, and the classes of its interfaces (of the first setting of each)."""

    value: int
    triples: tuple[Triple, ...]


def configurations(descriptors: bytes) -> tuple[Configuration, ...]:
    """Return the configurations in the content of sysfs' file ``descriptors``; one that is cut off ends it."""
    found: list[Configuration] = []
    position = 0
    while position + _SHORTEST <= len(descriptors):
        length, kind = descriptors[position], descriptors[position + 1]
        body = descriptors[position : position + length]
        if length < _SHORTEST or len(body) < length:
            break
        if kind == _CONFIGURATION and length >= _CONFIGURATION_LENGTH:
            found.append(Configuration(body[5], ()))
        elif kind == _INTERFACE and length >= _INTERFACE_LENGTH and found and body[3] == 0:
            last = found[-1]
            found[-1] = dataclasses.replace(last, triples=(*last.triples, Triple(body[5], body[6], body[7])))
        position += length
    return tuple(found)
