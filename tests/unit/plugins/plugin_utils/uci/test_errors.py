# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pickle

import pytest

from ansible_collections.farsite.fleet.plugins.plugin_utils.uci.errors import DataError, UciSyntaxError


@pytest.mark.parametrize(
    ("error", "text"),
    [
        (UciSyntaxError("invalid command", 2, 5), "line 2, column 5: invalid command"),
        (UciSyntaxError("invalid command", 2, 5, "network"), "network: line 2, column 5: invalid command"),
        (UciSyntaxError("r", 1, 1, "dhcp", "expected x"), "dhcp: line 1, column 1: r (expected x)"),
        (DataError(("a: one", "b: two")), "a: one\nb: two"),
    ],
)
def test_str_has_everything_and_survives_pickling(error: ValueError, text: str) -> None:
    copy = pickle.loads(pickle.dumps(error))  # noqa: S301
    assert isinstance(error, ValueError)
    assert str(error) == str(copy) == text
    assert vars(copy) == vars(error)
