# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a lab camera sees: a moving ball, and its own name in capitals, so that nobody takes it for another one."""

from __future__ import annotations

WIDTH, HEIGHT = 640, 360
SCALE = 4
"""Pixels of a dot of the letters."""
BACKGROUND, INK = 0x20, 0xEB
"""Shades of grey of the name's strip."""

# fmt: off
LETTERS = {
    "A": "7c1211127c", "B": "7f49494936", "C": "3e41414122", "D": "7f4141413e",
    "E": "7f49494941", "F": "7f09090901", "G": "3e41415172", "H": "7f0808087f",
    "I": "00417f4100", "J": "2040413f01", "K": "7f08142241", "L": "7f40404040",
    "M": "7f020c027f", "N": "7f0408107f", "O": "3e4141413e", "P": "7f09090906",
    "Q": "3e4151215e", "R": "7f09192946", "S": "2649494932", "T": "01017f0101",
    "U": "3f4040403f", "V": "1f2040201f", "W": "3f4038403f", "X": "6314081463",
    "Y": "0304780403", "Z": "6151494543", "0": "3e5149453e", "1": "00427f4000",
    "2": "7249494946", "3": "2141494d33", "4": "1814127f10", "5": "2745454539",
    "6": "3c4a494931", "7": "4121110907", "8": "3649494936", "9": "464949291e",
    "-": "0808080808",
}
# fmt: on
"""Each as five columns of seven dots, the lowest bit on top."""


def strip_height() -> int:
    """Return the lines of the strip with the name."""
    return 9 * SCALE


def name_strip(name: str) -> bytes:
    """Return the strip with *name*, grey, a byte for a pixel, :data:`WIDTH` wide; what does not fit is cut off."""
    rows = []
    for line in range(-1, 8):
        dots = [0]
        for letter in name.upper():
            columns = bytes.fromhex(LETTERS.get(letter, "0000000000"))
            dots += [column >> line & 1 if line >= 0 else 0 for column in columns] + [0]
        row = b"".join(bytes([INK if dot else BACKGROUND]) * SCALE for dot in dots)
        rows += [row.ljust(WIDTH, bytes([BACKGROUND]))[:WIDTH]] * SCALE
    return b"".join(rows)


def pipeline(strip_file: str) -> str:
    """Return GStreamer's words for the picture, given the file of the name's strip.

    The ball is no live source: the compositor of one lets a frame go without the name where that comes late.
    """
    size = f"width={WIDTH},height={HEIGHT},framerate=10/1"
    strip = f"rawvideoparse format=gray8 width={WIDTH} height={strip_height()} framerate=10/1"
    return (
        f"videotestsrc pattern=ball ! video/x-raw,{size} ! mix.sink_0 "
        f"filesrc location={strip_file} blocksize={WIDTH * strip_height()} ! {strip} "
        "! imagefreeze ! videoconvert ! mix.sink_1 "
        f"compositor name=mix background=black sink_1::ypos={SCALE} ! video/x-raw,format=I420,{size}"
    )
