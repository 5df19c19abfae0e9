# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads a QR code from a PNG as a phone does: with a decoder that is not of those who made it."""

from __future__ import annotations

import struct
import zlib

import zxingcpp


def decoded(png: bytes) -> str:
    """Return the text of the only QR code in a PNG of one bit per pixel, which is not interlaced."""
    width, rows = _rows(png)
    picture = memoryview(b"".join(rows)).cast("B", shape=[len(rows), width])
    (code,) = zxingcpp.read_barcodes(picture)
    assert code.format == zxingcpp.BarcodeFormat.QRCode
    return code.text


def _rows(png: bytes) -> tuple[int, list[bytes]]:
    """Return the width, and each row with a byte per pixel: 0 is black, 255 white."""
    assert png.startswith(b"\x89PNG\r\n\x1a\n")
    chunks: dict[bytes, bytes] = {}
    at = 8
    while at < len(png):
        (size,) = struct.unpack_from(">I", png, at)
        kind, data = png[at + 4 : at + 8], png[at + 8 : at + 8 + size]
        (checksum,) = struct.unpack_from(">I", png, at + 8 + size)
        assert checksum == zlib.crc32(kind + data)
        chunks[kind] = chunks.get(kind, b"") + data
        at += size + 12
    width, height, depth, color, _compression, _filter, interlaced = struct.unpack(">IIBBBBB", chunks[b"IHDR"])
    assert (depth, color, interlaced) == (1, 0, 0)
    stride = (width + 7) // 8 + 1
    data = zlib.decompress(chunks[b"IDAT"])
    assert len(data) == stride * height
    rows = []
    line = bytes(stride - 1)
    for start in range(0, len(data), stride):
        given = data[start + 1 : start + stride]
        # filter None, and Up, which adds the row above
        assert data[start] in (0, 2)
        line = given if data[start] == 0 else bytes((a + b) % 256 for a, b in zip(given, line, strict=True))
        bits = "".join(f"{byte:08b}" for byte in line)[:width]
        rows.append(bytes(255 * int(bit) for bit in bits))
    return width, rows
