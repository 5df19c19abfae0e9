# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whose picture the frame of a lab camera is: it has the camera's name."""

from __future__ import annotations

import struct
import sys
import zlib

from lab_podman import LAB, LabError

sys.path.insert(0, str(LAB / "camera"))

import camera_picture

CHANNELS = 3
MIDDLE = 128
ENOUGH = 0.98
"""Share of the name's pixels; another name of the same length has less."""


def shows(png: bytes, name: str) -> bool:
    """Whether the picture is that of the camera *name*."""
    return likeness(png, camera_picture.name_strip(name), camera_picture.SCALE, camera_picture.WIDTH) > ENOUGH


def pixels(png: bytes) -> list[bytes]:
    """Return the lines of the picture, three bytes for a pixel.

    Raise LabError unless it has 8 bits for each of red, green and blue, and is not interlaced.
    """
    width, height, bits, colour, _compression, _filter, interlaced = struct.unpack(">IIBBBBB", png[16:29])
    if (bits, colour, interlaced) != (8, 2, 0):
        raise LabError(f"the picture has {bits} bits, colour type {colour}, interlaced {interlaced}; expected 8, 2, 0")
    data, place = b"", 8
    while place < len(png):
        (length,) = struct.unpack(">I", png[place : place + 4])
        if png[place + 4 : place + 8] == b"IDAT":
            data += png[place + 8 : place + 8 + length]
        place += length + 12
    raw = zlib.decompress(data)
    size = width * CHANNELS
    lines = [bytes(size)]
    for start in range(0, (size + 1) * height, size + 1):
        lines.append(_unfiltered(raw[start], raw[start + 1 : start + 1 + size], lines[-1]))
    return lines[1:]


def _unfiltered(kind: int, line: bytes, above: bytes) -> bytes:
    found = bytearray(line)
    for index, value in enumerate(line):
        left = found[index - CHANNELS] if index >= CHANNELS else 0
        corner = above[index - CHANNELS] if index >= CHANNELS else 0
        up = above[index]
        found[index] = (value + (0, left, up, (left + up) // 2, _paeth(left, up, corner))[kind]) & 255
    return bytes(found)


def _paeth(left: int, up: int, corner: int) -> int:
    guess = left + up - corner
    return min((left, up, corner), key=lambda value: abs(guess - value))


def likeness(png: bytes, strip: bytes, top: int, width: int) -> float:
    """Return the share of pixels of the grey *strip*, from the line *top* on, that the picture has as light or dark."""
    wanted = [strip[start : start + width] for start in range(0, len(strip), width)]
    seen = [line[1::CHANNELS] for line in pixels(png)[top : top + len(wanted)]]
    pairs = list(zip(b"".join(wanted), b"".join(seen), strict=True))
    return sum((one > MIDDLE) == (other > MIDDLE) for one, other in pairs) / len(pairs)
