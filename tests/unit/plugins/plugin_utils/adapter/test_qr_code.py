# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""QR codes, read back by another library; and those that cannot be."""

from __future__ import annotations

import pytest

from ansible_collections.farsite.fleet.plugins.plugin_utils.adapter import qr_code
from ansible_collections.farsite.fleet.tests.unit.plugins.plugin_utils.adapter.qr_reader import decoded


@pytest.mark.parametrize("length", [1, 300, 1273, 2953])
def test_what_is_written_is_read(length: int) -> None:
    text = "[Peer]\nAllowedIPs = 10.80.17.0/24, 10.80.18.0/24\n" * 60
    assert decoded(qr_code.png(text[:length])) == text[:length]


def test_other_letters() -> None:
    assert decoded(qr_code.png("# Zoë at hub-1\n")) == "# Zoë at hub-1\n"


def test_the_same_text_gives_the_same_picture() -> None:
    assert qr_code.png("text") == qr_code.png("text")


def test_a_text_that_is_too_long_is_refused() -> None:
    with pytest.raises(
        qr_code.QrError, match=r"^the file has 2954 bytes, a QR code holds 2953; hand over the file instead$"
    ):
        qr_code.png("x" * 2954)
    with pytest.raises(qr_code.QrError, match=r"^the file has 2954 bytes"):
        qr_code.png("ë" * 1477)


def test_a_missing_library_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(qr_code, "segno", None)
    with pytest.raises(qr_code.QrError, match=r"segno is missing on the controller; install it: pip install segno$"):
        qr_code.png("text")
