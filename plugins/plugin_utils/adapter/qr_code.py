# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""QR codes (ISO/IEC 18004) as PNG, by the library segno, which only this needs."""

from __future__ import annotations

import io

try:
    import segno
except ImportError:
    segno = None  # type: ignore[assignment]

MOST_BYTES = 2953
"""What the largest QR code holds (version 40, level L)."""

_SCALE = 6
"""Pixels of a module."""


class QrError(ValueError):
    """Text that no QR code can hold, or a library that is not there."""


def png(text: str) -> bytes:
    """Return the QR code of *text*, black on white with the border that scanners need. Raises QrError."""
    if segno is None:
        raise QrError("the Python library segno is missing on the controller; install it: pip install segno")
    content = text.encode()
    if len(content) > MOST_BYTES:
        raise QrError(f"the file has {len(content)} bytes, a QR code holds {MOST_BYTES}; hand over the file instead")
    stream = io.BytesIO()
    segno.make_qr(content, mode="byte").save(stream, kind="png", scale=_SCALE)
    return stream.getvalue()
