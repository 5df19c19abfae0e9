# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What changes in a zone: only what is ours, nothing that is not refused, and then nothing more."""

from __future__ import annotations

import typing as t

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.farsite.fleet.plugins.module_utils.dns.plan import (
    Change,
    Edit,
    PlanError,
    batches,
    lines,
    plan,
)
from ansible_collections.farsite.fleet.plugins.module_utils.dns.records import Names, Node, RecordSet, marker, owners

ZONE = "z.test"
OURS = marker("us")
THEIRS = marker("them")


def node(*records: tuple[str, int, t.Iterable[str]]) -> Node:
    return {kind: RecordSet(ttl, frozenset(values)) for kind, ttl, values in records}


def planned(wanted: Names, present: Names, **options: t.Any) -> tuple[Change, ...]:
    settings: dict[str, t.Any] = {"zone": ZONE, "owner": "us", "adopt": False, "max_removals": "10%"}
    return plan(wanted, present, **settings | options)


def carried_out(present: Names, changes: t.Iterable[Change]) -> Names:
    """Return what a server has after the edits, as RFC 2136, 3.4.2 says."""
    zone = {name: dict(entry) for name, entry in present.items()}
    for change in changes:
        entry = zone.setdefault(change.name, {})
        for edit in change.edits():
            old = entry.get(edit.kind, RecordSet(edit.ttl, frozenset()))
            values = (old.values - set(edit.delete)) | set(edit.add)
            entry[edit.kind] = RecordSet(edit.ttl if edit.add else old.ttl, values)
            if not values:
                del entry[edit.kind]
        if not entry:
            del zone[change.name]
    return zone


WANTED = node(("A", 300, ["192.0.2.1"]), ("AAAA", 300, ["2001:db8::1"]))
PRESENT = {**WANTED, "TXT": RecordSet(300, frozenset({OURS}))}


def test_a_new_name_gets_its_addresses_and_the_marker() -> None:
    (change,) = planned({"a.z.test": WANTED}, {ZONE: node(("SOA", 1, ["x"]))})
    assert (change.name, change.kind, change.is_new, change.before) == ("a.z.test", "added", True, {})
    assert list(change.edits()) == [
        Edit("A", 300, (), ("192.0.2.1",)),
        Edit("AAAA", 300, (), ("2001:db8::1",)),
        Edit("TXT", 300, (), (OURS,)),
    ]


def test_what_is_right_is_left_alone() -> None:
    assert planned({"a.z.test": WANTED}, {"a.z.test": PRESENT}) == ()


@pytest.mark.parametrize(
    ("present", "edits"),
    [
        (
            node(("A", 300, ["192.0.2.1", "192.0.2.9"]), ("AAAA", 300, ["2001:db8::1"])),
            [Edit("A", 300, ("192.0.2.9",), ())],
        ),
        (
            node(("A", 300, ["192.0.2.9"])),
            [Edit("A", 300, ("192.0.2.9",), ("192.0.2.1",)), Edit("AAAA", 300, (), ("2001:db8::1",))],
        ),
        # all values of a set have one TTL
        (
            node(("A", 60, ["192.0.2.1"]), ("AAAA", 300, ["2001:db8::1"])),
            [Edit("A", 300, ("192.0.2.1",), ("192.0.2.1",))],
        ),
    ],
)
def test_a_name_of_ours_is_made_right(present: Node, edits: list[Edit]) -> None:
    present = {**present, "TXT": RecordSet(300, frozenset({OURS}))}
    (change,) = planned({"a.z.test": WANTED}, {"a.z.test": present})
    assert (change.kind, change.is_new) == ("updated", False)
    assert list(change.edits()) == edits


def test_a_type_that_is_not_wanted_any_more_goes() -> None:
    (change,) = planned({"a.z.test": node(("A", 300, ["192.0.2.1"]))}, {"a.z.test": PRESENT})
    assert list(change.edits()) == [Edit("AAAA", 0, ("2001:db8::1",), ())]


def test_other_records_at_our_names_are_nobody_of_ours() -> None:
    others = {"SSHFP": RecordSet(9, frozenset({"1 1 aa"})), "MX": RecordSet(9, frozenset({"10 m."}))}
    texts = RecordSet(77, frozenset({OURS, '"v=spf1 -all"'}))
    present = {"a.z.test": {**WANTED, **others, "TXT": texts}, "b.z.test": {**WANTED, **others, "TXT": texts}}
    assert planned({"a.z.test": WANTED, "b.z.test": WANTED}, present) == ()
    (change,) = planned({"a.z.test": WANTED}, present)
    assert (change.name, change.kind) == ("b.z.test", "removed")
    assert carried_out(present, [change])["b.z.test"] == {**others, "TXT": RecordSet(77, frozenset({'"v=spf1 -all"'}))}


@pytest.mark.parametrize(
    ("there", "problem"),
    [
        (WANTED, r"^a\.z\.test: is there already \(A, AAAA\), without the marker of us; adopt: true takes it over$"),
        (node(("TXT", 9, ['"x"'])), r"is there already \(TXT\), without"),
        (node(("MX", 9, ["10 m."])), r"is there already \(MX\), without"),
        (
            {**WANTED, "TXT": RecordSet(9, frozenset({THEIRS}))},
            r"^a\.z\.test: belongs to them by its TXT record; adopt",
        ),
        ({**WANTED, "TXT": RecordSet(9, frozenset({THEIRS, OURS}))}, r"^a\.z\.test: belongs to them by its"),
    ],
)
def test_what_is_not_ours_is_refused_unless_adopted(there: Node, problem: str) -> None:
    present = {"a.z.test": there}
    with pytest.raises(PlanError, match=problem):
        planned({"a.z.test": WANTED}, present)
    after = carried_out(present, planned({"a.z.test": WANTED}, present, adopt=True))["a.z.test"]
    assert {kind: after[kind] for kind in WANTED} == WANTED
    assert owners(after) == {"us"}
    assert {kind: entry for kind, entry in there.items() if kind == "MX"}.items() <= after.items()


@pytest.mark.parametrize(
    ("present", "problem"),
    [
        ({"b.a.z.test": node(("CNAME", 9, ["c."]))}, r"^b\.a\.z\.test: has a CNAME record"),
        ({"a.z.test": node(("NS", 9, ["n."]))}, r"^b\.a\.z\.test: a\.z\.test is delegated to other servers \(NS\)"),
        ({"b.a.z.test": node(("NS", 9, ["n."]))}, r"^b\.a\.z\.test: b\.a\.z\.test is delegated"),
        ({"a.z.test": node(("DNAME", 9, ["n."]))}, r"^b\.a\.z\.test: a\.z\.test has a DNAME record"),
    ],
)
def test_what_cannot_be_is_refused_also_with_adopt(present: Names, problem: str) -> None:
    present = {ZONE: node(("NS", 9, ["n."]), ("SOA", 9, ["s"])), **present}
    with pytest.raises(PlanError, match=problem):
        planned({"b.a.z.test": WANTED}, present, adopt=True)


def test_the_name_of_the_zone_itself_is_somebodys() -> None:
    present = {ZONE: node(("NS", 9, ["n."]), ("SOA", 9, ["s"]))}
    with pytest.raises(PlanError, match=r"^z\.test: is there already \(NS, SOA\)"):
        planned({ZONE: WANTED}, present)
    assert planned({ZONE: WANTED}, present, adopt=True)[0].kind == "added"


def test_all_refusals_at_once() -> None:
    present = {f"{name}.z.test": WANTED for name in "abc"} | {f"x{number}.z.test": PRESENT for number in range(30)}
    with pytest.raises(PlanError) as raised:
        planned({f"{name}.z.test": WANTED for name in "abc"}, present)
    assert [problem.partition(":")[0] for problem in raised.value.problems] == [
        "a.z.test",
        "b.z.test",
        "c.z.test",
        "max_removals",
    ]
    assert raised.value.problems[3].startswith(
        "max_removals: 30 of 30 names of us would go, and 3 may (max_removals: 10%)"
    )
    assert " and 20 more; " in raised.value.problems[3]


@pytest.mark.parametrize(
    ("gone", "allowed", "fits"),
    [(1, "10%", True), (2, "10%", False), (2, "2", True), (3, "2", False), (9, "100%", True), (1, "0%", False)],
)
def test_no_more_go_than_may(gone: int, allowed: str, fits: bool) -> None:  # noqa: FBT001
    present = {f"n{number}.z.test": PRESENT for number in range(10)}
    wanted: Names = {f"n{number}.z.test": WANTED for number in range(gone, 10)}
    if fits:
        changes = planned(wanted, present, max_removals=allowed)
        assert [change.kind for change in changes] == ["removed"] * gone
        assert carried_out(present, changes).keys() == wanted.keys()
    else:
        with pytest.raises(PlanError, match=r"^max_removals: "):
            planned(wanted, present, max_removals=allowed)


def test_max_removals_is_a_number_or_a_share() -> None:
    with pytest.raises(PlanError, match=r"^max_removals: found 'some', expected"):
        planned({"a.z.test": WANTED}, {}, max_removals="some")


def test_the_addresses_of_a_name_with_two_owners_stay_when_one_leaves() -> None:
    both = {**WANTED, "TXT": RecordSet(300, frozenset({OURS, THEIRS}))}
    present = {"a.z.test": both, "b.z.test": PRESENT}
    changes = planned({"b.z.test": WANTED}, present)
    assert carried_out(present, changes)["a.z.test"] == {**WANTED, "TXT": RecordSet(300, frozenset({THEIRS}))}


def test_lines() -> None:
    shown = lines([("a.z.test", PRESENT), ("b.z.test", {})])
    assert shown == f"a.z.test. 300 IN A 192.0.2.1\na.z.test. 300 IN AAAA 2001:db8::1\na.z.test. 300 IN TXT {OURS}\n"


def test_batches_are_small_enough_and_in_order() -> None:
    changes = planned({f"n{number:03}.z.test": WANTED for number in range(500)}, {})
    found = batches(changes)
    assert [change for batch in found for change in batch] == list(changes)
    assert all(sum(change.size() for change in batch) <= 32_000 for batch in found)
    assert 1 < len(found) < 20
    assert [len(batch) for batch in batches(changes[:3], 1)] == [1, 1, 1]
    assert batches(()) == ()


LABELS = st.sampled_from(["a", "b", "c", "a.b", "d.a"])
SETS = st.builds(
    RecordSet,
    st.sampled_from([60, 300]),
    st.frozensets(st.sampled_from(["192.0.2.1", "192.0.2.2", "192.0.2.3"]), min_size=1),
)
TEXTS = st.builds(
    RecordSet, st.sampled_from([60, 300]), st.frozensets(st.sampled_from([OURS, THEIRS, '"x"']), min_size=1)
)
WANTED_NODES = st.dictionaries(st.just("A"), SETS, min_size=1)
NODES = st.fixed_dictionaries({}, optional={"A": SETS, "TXT": TEXTS, "MX": SETS}).filter(bool)
ZONES = st.dictionaries(LABELS.map("{}.z.test".format), NODES)


@given(wanted=st.dictionaries(LABELS.map("{}.z.test".format), WANTED_NODES), present=ZONES, adopt=st.booleans())
def test_a_plan_reaches_what_is_wanted_and_touches_no_others(wanted: Names, present: Names, adopt: bool) -> None:  # noqa: FBT001
    try:
        changes = planned(wanted, present, adopt=adopt, max_removals="100%")
    except PlanError:
        assert not adopt
        return
    after = carried_out(present, changes)
    assert all(after[name]["A"] == entry["A"] for name, entry in wanted.items())
    assert {name for name, entry in after.items() if "us" in owners(entry)} == wanted.keys()
    assert planned(wanted, after, adopt=adopt, max_removals="0") == ()
    for name, entry in present.items():
        if name not in wanted and "us" not in owners(entry):
            assert after[name] == entry
        assert ("MX" in entry) == ("MX" in after.get(name, {}))
        foreign = {'"x"'} & (entry["TXT"].values if "TXT" in entry else set())
        assert foreign <= (after[name]["TXT"].values if foreign else set())
