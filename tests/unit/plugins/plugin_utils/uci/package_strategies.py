# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Packages for properties: few types, names and values, so that sections often nearly fit each other."""

from __future__ import annotations

import typing as t

from hypothesis import strategies as st

from ansible_collections.farsite.fleet.plugins.plugin_utils.uci.document import Package, Section, Value

_LISTS = (("a",), ("b",), ("a", "b"), ("b", "a"), ("a", "a"), ("a b",), ("A", "b", "a"))
# Mostly absent or a plain text, so that identities are often the same; lists are drawn too, but rarely.
_VALUES = (None, None, None, "a", "a", "a", "a", "b", "b", "A", "a b", "b a", *_LISTS)

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

TYPES_OF_ALL: t.Final = {name: options for types in TYPES.values() for name, options in types.items()}


def _section(section_type: str, name: str | None, values: tuple[Value | None, ...], *, backwards: bool) -> Section:
    options = TYPES_OF_ALL[section_type]
    items = [(option, value) for option, value in zip(options, values, strict=False) if value is not None]
    return Section(section_type, name, tuple(reversed(items) if backwards else items))


def _package(name: str, sections: list[Section]) -> Package:
    seen: set[str | None] = set()
    unique = []
    for section in sections:
        if section.name is None or section.name not in seen:
            unique.append(section)
        seen.add(section.name)
    return Package(name, tuple(unique))


def packages(name: str) -> st.SearchStrategy[Package]:
    value = st.sampled_from(_VALUES)
    section = st.builds(
        _section,
        st.sampled_from(sorted(TYPES[name])),
        st.sampled_from((None, None, None, "one", "two", "three")),
        st.tuples(value, value, value, value),
        backwards=st.booleans(),
    )
    return st.builds(_package, st.just(name), st.lists(section, max_size=6))


PAIRS: t.Final = st.sampled_from(sorted(TYPES)).flatmap(lambda name: st.tuples(packages(name), packages(name)))
