# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import typing as t

import pytest
from ansible.errors import AnsibleFilterError
from ansible.parsing.dataloader import DataLoader
from hypothesis import given

from ansible_collections.farsite.fleet.plugins.filter.from_uci import from_uci
from ansible_collections.farsite.fleet.plugins.filter.to_uci import FilterModule, to_uci
from ansible_collections.farsite.fleet.plugins.plugin_utils.uci.data import sections_to_data
from ansible_collections.farsite.fleet.plugins.plugin_utils.uci.renderer import render
from ansible_collections.farsite.fleet.tests.unit.plugins.plugin_utils.uci import storable_strategies

if t.TYPE_CHECKING:
    from ansible_collections.farsite.fleet.plugins.plugin_utils.uci.document import Package

YAML = """
- type: interface
  name: lan
  options: {proto: static, metric: 10, delegate: false, auto: true, gone: null, dns: [192.0.2.1, 5]}
- type: route
"""
TEXT = """
config interface 'lan'
	option proto 'static'
	option metric '10'
	option delegate '0'
	option auto '1'
	list dns '192.0.2.1'
	list dns '5'

config route

"""


def test_filter_has_its_name() -> None:
    assert FilterModule().filters() == {"to_uci": to_uci}


def test_sections_as_ansible_loads_them() -> None:
    loader: t.Any = DataLoader
    text = to_uci(loader().load(YAML))
    assert text == TEXT
    assert type(text) is str


def test_no_sections() -> None:
    assert to_uci([]) == "\n"


@given(storable_strategies.PACKAGES)
def test_is_the_reverse_of_from_uci(package: Package) -> None:
    data = sections_to_data(package)
    assert to_uci(data) == render(package)
    assert from_uci(to_uci(data)) == data


def test_refusal_names_every_element() -> None:
    sections = [
        {"type": "a"},
        {"type": "a", "name": "b"},
        {"type": "a", "options": {"ports": [1.5], "o": {}}},
        {"name": "b"},
    ]
    with pytest.raises(AnsibleFilterError) as caught:
        to_uci(sections)
    lines = str(caught.value).splitlines()
    assert lines[0].startswith("to_uci: sections[2].options.ports[0]: found a number with a fraction")
    assert [line.split(": ")[0] for line in lines[1:]] == [
        "sections[2].options.o",
        "sections[3].type",
        "sections[3].name",
    ]


def test_refuses_what_is_no_list() -> None:
    with pytest.raises(AnsibleFilterError, match=r"^to_uci: sections: found text, expected a list of sections"):
        to_uci("config a")
