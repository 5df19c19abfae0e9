# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.farsite.fleet.plugins.plugin_utils.modem.descriptors import (
    Configuration,
    Triple,
    configurations,
)

DEVICE = bytes([18, 1, *range(16)])
MBIM = Triple(0x02, 0x0E, 0x00)
ECM = Triple(0x02, 0x06, 0x00)


def configuration(value: int) -> bytes:
    return bytes([9, 2, 0, 0, 1, value, 0, 0x80, 50])


def interface(triple: Triple, alternate: int = 0) -> bytes:
    return bytes([9, 4, 0, alternate, 2, *triple, 0])


def test_configurations_with_their_interfaces() -> None:
    endpoint = bytes([7, 5, 0x81, 2, 0, 2, 0])
    text = DEVICE + configuration(1) + interface(ECM) + endpoint + configuration(3) + interface(MBIM) + interface(ECM)
    assert configurations(text) == (Configuration(1, (ECM,)), Configuration(3, (MBIM, ECM)))


def test_other_settings_of_an_interface_do_not_count() -> None:
    assert configurations(configuration(1) + interface(MBIM) + interface(ECM, 1)) == (Configuration(1, (MBIM,)),)


def test_what_is_cut_off_ends_it() -> None:
    whole = DEVICE + configuration(1) + interface(ECM)
    assert configurations(whole[:-1]) == (Configuration(1, ()),)
    assert configurations(b"\x00\x02" * 9) == ()


@given(st.binary())
def test_nothing_makes_it_fail(text: bytes) -> None:
    assert all(0 <= part <= 255 for found in configurations(text) for triple in found.triples for part in triple)


def test_a_triple_reads_as_people_write_it() -> None:
    assert str(Triple(0xFF, 0x03, 0x12)) == "ff/03/12"
