# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import typing as t

import pytest
from hypothesis import given

from ansible_collections.farsite.fleet.plugins.plugin_utils.uci.difference import (
    Change,
    DifferenceError,
    OptionAdded,
    OptionChanged,
    OptionMoved,
    OptionRemoved,
    SectionAdded,
    SectionMoved,
    SectionRemoved,
    SectionRenamed,
    apply,
    difference,
    invert,
)
from ansible_collections.farsite.fleet.plugins.plugin_utils.uci.document import Package, Section
from ansible_collections.farsite.fleet.tests.unit.plugins.plugin_utils.uci import stock
from ansible_collections.farsite.fleet.tests.unit.plugins.plugin_utils.uci.package_strategies import PAIRS


@given(PAIRS)
def test_changes_lead_there_and_back(pair: tuple[Package, Package]) -> None:
    before, after = pair
    changes = difference(before, after)
    assert apply(changes, before) == after
    assert apply(invert(changes), after) == before
    assert invert(invert(changes)) == changes
    assert bool(changes) == (before != after)


def _rule(name: str, **options: str) -> Section:
    return Section("rule", None, (("name", name), *options.items()))


FEWEST: list[tuple[str, tuple[Section, ...], tuple[Section, ...], tuple[Change, ...]]] = [
    ("one moved", (_rule("a"), _rule("b"), _rule("c")), (_rule("c"), _rule("a"), _rule("b")), (SectionMoved(2, 0),)),
    ("added in place", (_rule("a"), _rule("c")), (_rule("a"), _rule("b"), _rule("c")), (SectionAdded(1, _rule("b")),)),
    ("removed", (_rule("a"), _rule("b")), (_rule("b"),), (SectionRemoved(0, _rule("a")),)),
    (
        "named",
        (Section("zone", None, (("name", "lan"),)),),
        (Section("zone", "lan", (("name", "lan"),)),),
        (SectionRenamed(0, None, "lan"),),
    ),
    (
        "options",
        (_rule("a", src="x", dest="y"),),
        (_rule("a", dest="z", proto="udp"),),
        (OptionRemoved(0, "src", 1, "x"), OptionChanged(0, "dest", "y", "z"), OptionAdded(0, "proto", 2, "udp")),
    ),
    ("order of options", (_rule("a", x="1", y="2"),), (_rule("a", y="2", x="1"),), (OptionMoved(0, "y", 2, 1),)),
]


@pytest.mark.parametrize(("before", "after", "changes"), [row[1:] for row in FEWEST], ids=[row[0] for row in FEWEST])
def test_fewest_changes(before: tuple[Section, ...], after: tuple[Section, ...], changes: tuple[Change, ...]) -> None:
    assert difference(Package("firewall", before), Package("firewall", after)) == changes


MISFITS: list[Change] = [
    SectionAdded(99, Section("rule")),
    SectionRemoved(99, Section("rule")),
    SectionRemoved(0, Section("rule")),
    SectionRenamed(0, "other", "new"),
    SectionMoved(0, 99),
    OptionAdded(0, "input", 0, "ACCEPT"),
    OptionAdded(0, "new", 99, "1"),
    OptionRemoved(0, "input", 0, "REJECT"),
    OptionChanged(0, "input", "ACCEPT", "DROP"),
    OptionMoved(0, "input", 0, 1),
    OptionMoved(0, "syn_flood", 0, 99),
]


@pytest.mark.parametrize("change", MISFITS, ids=repr)
def test_changes_for_another_package_are_refused(change: t.Any) -> None:
    with pytest.raises(DifferenceError, match=r"^firewall: section \d+.* made for another package$"):
        apply([change], stock.FIREWALL)


def test_packages_of_different_names_are_refused() -> None:
    with pytest.raises(DifferenceError, match=r"^dhcp: compared with package 'firewall'"):
        difference(stock.FIREWALL, stock.DHCP)
