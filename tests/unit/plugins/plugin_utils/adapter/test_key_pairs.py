# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Key pairs, against those of RFC 7748 and each other."""

from __future__ import annotations

import base64

import pytest

from ansible_collections.farsite.fleet.plugins.plugin_utils.adapter import key_pairs


def test_a_public_key_is_that_of_the_standard() -> None:
    # RFC 7748, 6.1; wg pubkey says the same
    alice = "dwdtCnMYpX08FsFyUbJmRd9ML4frwJkqsXf7pR25LCo="
    assert key_pairs.public_key_of(alice) == "hSDwCYkwp1R0i33ctD73Wg2/Og0mOBr066SpjqqbTmo="


def test_new_ones_are_all_different() -> None:
    keys = {key_pairs.new_private_key() for _number in range(20)}
    assert len(keys) == len({key_pairs.public_key_of(key) for key in keys}) == 20
    assert all(len(base64.b64decode(key, validate=True)) == 32 for key in keys)


@pytest.mark.parametrize(
    "text", ["", "secret!", "c2hvcnQ=", "A" * 44, "eEsA6nYX6PPuFOVrKZXrsd9CJ6jQw5YUlvKEHFsq0Hk", "ä"]
)
def test_what_is_no_key_is_not_shown(text: str) -> None:
    with pytest.raises(
        ValueError, match=r"^found something else than a private key, which is 32 bytes in base64$"
    ) as raised:
        key_pairs.public_key_of(text)
    assert raised.value.__cause__ is None
    assert raised.value.__suppress_context__
