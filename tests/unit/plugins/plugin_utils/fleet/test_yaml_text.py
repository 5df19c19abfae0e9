# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""YAML that is written by hand, read back by a real reader."""

from __future__ import annotations

import typing as t

import yaml
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.yaml_text import document

SCALARS = st.none() | st.integers() | st.text() | st.from_regex(r"[a-zA-Z0-9.:/_-]{1,12}", fullmatch=True)
SCALAR_LISTS = st.lists(SCALARS, max_size=3)


def mappings(values: st.SearchStrategy[t.Any]) -> st.SearchStrategy[dict[str, t.Any]]:
    return st.dictionaries(st.text(max_size=40), values, max_size=4)


FLAT = mappings(SCALARS | SCALAR_LISTS)
DATA = mappings(SCALARS | SCALAR_LISTS | FLAT | st.lists(FLAT.filter(bool), max_size=3))


@given(DATA)
def test_it_is_read_as_what_was_written(data: dict[str, t.Any]) -> None:
    read = yaml.safe_load(document("Comment.", data))
    assert (read or {}) == data


def test_it_looks_as_people_write_it() -> None:
    data = {
        "site": "quarry-north",
        "id": 17,
        "tunnel": ["10.79.0.17", "fd00::11"],
        "cameras": [{"name": "gate", "forwards": [{"port": 80, "from": ["0.0.0.0/0"]}]}, {"name": "no"}],
        "names": {"hub.example.net": ["10.0.0.1"]},
        "none": [],
        "yes": True,
    }
    assert document("Made.", data) == (
        "# Made.\n"
        "---\n"
        "site: quarry-north\n"
        "id: 17\n"
        'tunnel: [10.79.0.17, "fd00::11"]\n'
        "cameras:\n"
        "  - name: gate\n"
        "    forwards:\n"
        "      - port: 80\n"
        "        from: [0.0.0.0/0]\n"
        '  - name: "no"\n'
        "names:\n"
        "  hub.example.net: [10.0.0.1]\n"
        "none: []\n"
        '"yes": true\n'
    )
