# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Packages for properties: few types, names and values, so that sections often nearly fit each other."""

from __future__ import annotations

import typing as t

from hypothesis import strategies as st

from ansible_collections.farsite.fleet.plugins.plugin_utils.uci.document import Package, Section, Value

_VALUES: t.Final = ("a", "b", "A", "a b", "b a")

VALUES: st.SearchStrategy[Value] = st.one_of(
    st.sampled_from(_VALUES), st.lists(st.sampled_from(_VALUES), min_size=1, max_size=3).map(tuple)
)
_TEXTS: st.SearchStrategy[Value] = st.sampled_from(("a", "b"))

# Per type the options that matter to identity, to lists and to nothing.
TYPES: t.Final[dict[str, dict[str, tuple[str, ...]]]] = {
    "firewall": {
        "defaults": ("input",),
        "zone": ("name", "network", "input"),
        "forwarding": ("src", "dest", "family"),
        "rule": ("name", "src", "proto", "target"),
        "mystery": ("name", "list"),
    },
    "dhcp": {
        "dnsmasq": ("port", "server"),
        "host": ("mac", "name", "ip", "tag"),
        "domain": ("name", "ip"),
        "tag": ("dhcp_option",),
    },
    "dropbear": {"dropbear": ("Port", "keyfile", "Interface")},
}


@st.composite
def sections(draw: st.DrawFn, package: str) -> Section:
    section_type = draw(st.sampled_from(sorted(TYPES[package])))
    options = draw(st.permutations(TYPES[package][section_type]))
    chosen = options[: draw(st.integers(0, len(options)))]
    # Identities are mostly plain texts: lists in them are drawn too, but rarely.
    values = [draw(st.one_of(_TEXTS, _TEXTS, VALUES)) for _option in chosen]
    name = draw(st.sampled_from((None, None, None, "one", "two", "three")))
    return Section(section_type, name, tuple(zip(chosen, values, strict=True)))


@st.composite
def packages(draw: st.DrawFn, name: str, max_size: int = 6) -> Package:
    drawn = draw(st.lists(sections(name), max_size=max_size))
    seen: set[str] = set()
    unique = []
    for section in drawn:
        if section.name is None or section.name not in seen:
            unique.append(section)
        if section.name is not None:
            seen.add(section.name)
    return Package(name, tuple(unique))


PAIRS: t.Final = st.sampled_from(sorted(TYPES)).flatmap(lambda name: st.tuples(packages(name), packages(name)))
