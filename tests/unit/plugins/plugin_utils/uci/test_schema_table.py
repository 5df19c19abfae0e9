# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest

from ansible_collections.farsite.fleet.plugins.plugin_utils.uci.schema_table import (
    INTERFACE_OPTIONS,
    OPTIONS,
    PROTOCOLS,
    SECTION_TYPES,
)
from ansible_collections.farsite.fleet.plugins.plugin_utils.uci.semantics import section_types, semantics


@pytest.mark.parametrize("package", [name for name, known in SECTION_TYPES.items() if known.complete])
def test_every_type_that_the_semantics_know_is_known_here(package: str) -> None:
    known = SECTION_TYPES[package].names
    assert {name for name in section_types(package) if "*" not in name} <= known


@pytest.mark.parametrize("key", list(OPTIONS))
def test_the_identity_and_the_lists_of_a_type_are_options_of_it(key: tuple[str, str]) -> None:
    meaning = semantics(*key)
    named = {option for alternative in meaning.identity for option in alternative} | meaning.sets | meaning.sequences
    if OPTIONS[key].complete:
        assert named - OPTIONS[key].names == set()


def test_every_interface_has_the_options_of_all_and_those_of_its_protocol() -> None:
    assert {"proto", "device"} <= INTERFACE_OPTIONS.names
    assert "private_key" in PROTOCOLS["wireguard"].names
    assert "apn" in PROTOCOLS["qmi"].names
    assert not PROTOCOLS["wireguard"].names & {"apn", "pincode"}
