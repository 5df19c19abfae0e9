# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Hypothesis strategies: everything that uci can store, with texts that are hard on quoting."""

from __future__ import annotations

from hypothesis import strategies as st

from ansible_collections.farsite.fleet.plugins.plugin_utils.uci.document import Package, Section, Value
from ansible_collections.farsite.fleet.plugins.plugin_utils.uci.storable import name_clashes, text_problem, type_problem

_PIECES = [
    "'",
    '"',
    "\\",
    "\n",
    "\r\n",
    "\t",
    " ",
    "#",
    ";",
    "$(x)",
    "option a 'b'",
    "é",
    "\U0001f4f7",
    "\udcff",
    "\x7f",
]

TEXTS = st.one_of(st.lists(st.sampled_from(_PIECES), max_size=5).map("".join), st.text(max_size=4)).filter(
    lambda text: text_problem(text) is None
)
NAMES = st.text("abzABZ019_", min_size=1, max_size=4)
TYPES = st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1, max_size=4).filter(
    lambda section_type: type_problem(section_type) is None
)
PACKAGE_NAMES = st.text("azAZ09_-", min_size=1, max_size=4)

_VALUES: st.SearchStrategy[Value] = st.one_of(TEXTS.filter(bool), st.lists(TEXTS, min_size=1, max_size=3).map(tuple))
_OPTIONS = st.dictionaries(NAMES, _VALUES, max_size=3).map(lambda options: tuple(options.items()))
_SECTIONS = st.builds(Section, TYPES, st.none() | NAMES, _OPTIONS)

PACKAGES = st.builds(Package, PACKAGE_NAMES, st.lists(_SECTIONS, max_size=3).map(tuple)).filter(
    lambda package: not list(name_clashes((section.type, section.name) for section in package.sections))
)
