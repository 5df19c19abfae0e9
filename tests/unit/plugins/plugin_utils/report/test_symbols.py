# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import re

from ansible_collections.farsite.fleet.plugins.plugin_utils.report.data import STATES
from ansible_collections.farsite.fleet.plugins.plugin_utils.report.symbols import (
    inline_symbol,
    symbol,
    symbol_definitions,
)


def test_each_state_has_a_shape_of_its_own() -> None:
    shapes = re.findall('<symbol [^>]*id="s-([^"]*)"[^>]*>(.*?)</symbol>', symbol_definitions())
    assert {name for name, _shape in shapes} == set(STATES)
    assert len({shape for _name, shape in shapes}) == len(STATES)


def test_a_symbol_is_one_that_is_defined() -> None:
    for state in STATES:
        assert f'href="#s-{state}"' in symbol(state, 1, 2)
        assert symbol(state, 0, 0) in inline_symbol(state)
