# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Random data as YAML gives it, in the shape of a model: good values, nulls, and where it is asked for nonsense."""

from __future__ import annotations

import dataclasses
import typing as t

from hypothesis import strategies as st

from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.kinds import (
    Boolean,
    Choice,
    Encrypted,
    Integer,
    ListOf,
    MappingOf,
    Secret,
    Text,
)
from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.model.operator import SiteNames
from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.network_kinds import (
    HostAddress,
    IpAddress,
    MacAddress,
    Prefix,
)
from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.record import Record, Variants, settings

WORDS = (
    *("", "a", "off", "auto", "lan", "lte", "24.10", "1", "a b", "A", "DE", "12h", "x\ny", "\ud800", "{{ x }}"),
    *("192.168.1.1", "192.168.1.0/24", "198.51.100.2/30", "10.0.0.0/8", "0.0.0.0/0", "fd00::1", "fd00::/48", "::/0"),
    *("44:19:b6:00:00:01", "hub.example.net", "farsite.fleet.sites", "anywhere", "ssh-ed25519 AAAA x", "Europe/Berlin"),
)
PREFIXES = ("192.168.1.0/24", "198.51.100.2/30", "10.0.0.0/8", "fd00::/48", "2001:DB8::/32")
ADDRESSES = st.ip_addresses()
ASCII = st.characters(codec="ascii", min_codepoint=ord(" "))
TEXTS = st.sampled_from(WORDS) | st.text(max_size=5) | st.sampled_from(WORDS).map(Encrypted)
SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | TEXTS
NONSENSE = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(SCALARS, inner, max_size=3),
    max_leaves=8,
)
UCI = st.dictionaries(
    st.sampled_from(("network", "wireless", "a")),
    st.lists(
        st.fixed_dictionaries(
            {"type": st.sampled_from(("interface", "rule"))},
            optional={
                "name": st.none() | st.sampled_from(("a", "b")),
                "options": st.none() | st.dictionaries(st.sampled_from(("key", "mtu", "a: b")), NONSENSE, max_size=2),
            },
        )
        | NONSENSE,
        max_size=2,
    ),
    max_size=2,
)


def values(kind: t.Any, *, nonsense: bool) -> st.SearchStrategy[t.Any]:
    """Return values like those of *kind*, most of them good ones; with *nonsense* now and then anything at all."""
    like = _like(kind, nonsense=nonsense)
    return st.one_of(like, like, like, NONSENSE) if nonsense else like


def _like(kind: t.Any, *, nonsense: bool) -> st.SearchStrategy[t.Any]:
    if isinstance(kind, Record):
        record = _record(kind.model, nonsense=nonsense)
        return record | st.sampled_from((False, "off")) if kind.off else record
    if isinstance(kind, Variants):
        return st.one_of(*(_record(model, nonsense=nonsense, tag=kind.tag) for model in kind.models.values()))
    if isinstance(kind, ListOf):
        element = values(kind.element, nonsense=nonsense)
        several = st.lists(element, min_size=kind.least, max_size=2)
        return element | several if kind.or_one else several
    if isinstance(kind, MappingOf):
        names = st.sampled_from(("a", "b", *(["", "A b"] if nonsense else [])))
        return st.dictionaries(names, values(kind.element, nonsense=nonsense), max_size=2)
    return _value(kind)


def _value(kind: t.Any) -> st.SearchStrategy[t.Any]:
    simple: dict[type, t.Callable[[], st.SearchStrategy[t.Any]]] = {
        Boolean: st.booleans,
        Choice: lambda: st.sampled_from(kind.words),
        Integer: lambda: st.integers(kind.lowest, kind.highest),
        Secret: lambda: st.sampled_from(("{{ x }}", Encrypted("6162"))),
        Text: lambda: st.from_regex(kind.pattern, fullmatch=True, alphabet=ASCII) if kind.pattern else TEXTS,
        MacAddress: lambda: st.from_regex(r"[02468ACEace]{2}(?:[:-][0-9a-f]{2}){5}", fullmatch=True),
        HostAddress: lambda: ADDRESSES.map(str) | st.just("hub.example.net"),
        IpAddress: lambda: ADDRESSES.filter(lambda address: kind.version in (0, address.version)).map(str),
        Prefix: lambda: st.sampled_from(PREFIXES),
        SiteNames: lambda: st.sampled_from(("all", "a", [], ["a", "b"])),
    }
    return simple[type(kind)]() if type(kind) in simple else st.sampled_from(PREFIXES) | UCI


def _record(model: type, *, nonsense: bool, tag: str = "") -> st.SearchStrategy[dict[t.Any, t.Any]]:
    """Return mappings like those of *model*; what stands at *tag* is always good."""
    needed, optional = {}, {}
    for key, (field, meta) in settings(model).items():
        if key == tag:
            needed[key] = _value(meta.kind)
        elif field.default is dataclasses.MISSING:
            needed[key] = values(meta.kind, nonsense=nonsense)
        else:
            optional[key] = st.none() | values(meta.kind, nonsense=nonsense)
    whole = st.fixed_dictionaries(needed, optional=optional)
    if not nonsense:
        return whole
    odd = st.dictionaries(SCALARS, NONSENSE, max_size=1)
    return st.one_of(whole, whole, st.builds(lambda data, more: {**data, **more}, whole, odd))
