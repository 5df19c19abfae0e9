# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import typing as t

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from ansible_collections.farsite.fleet.plugins.plugin_utils.uci.difference import apply, difference, invert
from ansible_collections.farsite.fleet.plugins.plugin_utils.uci.document import Package, Section
from ansible_collections.farsite.fleet.plugins.plugin_utils.uci.identity import IdentityError
from ansible_collections.farsite.fleet.plugins.plugin_utils.uci.parser import parse
from ansible_collections.farsite.fleet.plugins.plugin_utils.uci.plan import PlanError, State, target
from ansible_collections.farsite.fleet.plugins.plugin_utils.uci.semantics import semantics
from ansible_collections.farsite.fleet.tests.unit.plugins.plugin_utils.uci import stock
from ansible_collections.farsite.fleet.tests.unit.plugins.plugin_utils.uci.package_strategies import PAIRS, TYPES

STATES: t.Final[tuple[State, ...]] = ("merged", "replaced", "overridden", "deleted")
KEEP: t.Final = {"firewall": ("zone.a", "mys*"), "dhcp": ("host", "*.one"), "dropbear": ("dropbear.2*",)}


@st.composite
def requests(draw: st.DrawFn) -> tuple[Package, Package, State, tuple[str, ...], tuple[tuple[str, ...], ...]]:
    running, intended = draw(PAIRS)
    state = draw(st.sampled_from(STATES))
    keep = KEEP[running.name] if state == "overridden" and draw(st.booleans()) else ()
    removed = []
    for section in intended.sections:
        free = [option for option in TYPES[running.name][section.type] if section.get(option) is None]
        removed.append(tuple(draw(st.lists(st.sampled_from(free), max_size=1)) if free else ()))
    return running, intended, state, keep, tuple(removed)


@given(requests())
def test_a_second_plan_is_empty_and_the_changes_are_the_target(
    request: tuple[Package, Package, State, tuple[str, ...], tuple[tuple[str, ...], ...]],
) -> None:
    running, intended, state, keep, removed = request
    try:
        planned = target(running, intended, state, keep, removed)
    except IdentityError:
        assume(False)  # noqa: FBT003
    names = [section.name for section in planned.sections if section.name]
    assert len(names) == len(set(names))
    assert target(planned, intended, state, keep, removed) == planned
    changes = difference(running, planned)
    assert apply(changes, running) == planned
    assert apply(invert(changes), planned) == running


@settings(max_examples=40)
@given(PAIRS)
def test_overridden_is_exactly_what_is_given(pair: tuple[Package, Package]) -> None:
    running, intended = pair
    assert target(Package(intended.name), intended, "overridden") == intended
    planned = target(running, intended, "overridden")
    assert sorted(map(_meaning(intended), planned.sections)) == sorted(map(_meaning(intended), intended.sections))
    for section_type in TYPES[intended.name]:
        if semantics(intended.name, section_type).ordered:
            expected, found = ([s for s in p.sections if s.type == section_type] for p in (intended, planned))
            assert list(map(_meaning(intended), expected)) == list(map(_meaning(intended), found))


@settings(max_examples=40)
@given(PAIRS)
def test_the_device_is_its_own_plan(pair: tuple[Package, Package]) -> None:
    running = pair[0]
    for state in STATES[:3]:
        try:
            assert target(running, running, state) == running
        except IdentityError:  # several anonymous sections of a type that there is one of
            assert state != "overridden"


@settings(max_examples=40)
@given(PAIRS)
def test_merged_keeps_what_is_not_given(pair: tuple[Package, Package]) -> None:
    running, intended = pair
    try:
        planned = target(running, intended, "merged")
    except IdentityError:
        assume(False)  # noqa: FBT003
    types = {section.type for section in intended.sections}
    rest = [section for section in running.sections if section.type not in types]
    assert [section for section in planned.sections if section.type not in types] == rest
    assert len(planned.sections) >= max(len(running.sections), len(intended.sections))


def _meaning(package: Package) -> t.Callable[[Section], str]:
    """Return what tells sections of the same meaning from others, apart from a name that is only the device's."""

    def meaning(section: Section) -> str:
        table = semantics(package.name, section.type)
        options = {}
        for option, value in section.options:
            canonical = table.canonical(option, value)
            options[option] = sorted(canonical) if isinstance(canonical, frozenset) else canonical
        return f"{section.type} {sorted(options.items(), key=repr)}"

    return meaning


def _planned(running: str, intended: str, state: State, keep: tuple[str, ...] = ()) -> Package:
    return target(parse(running, "firewall"), parse(intended, "firewall"), state, keep)


RUNNING = """
config zone
	option name 'lan'
	list network 'lan'
	list network 'guest'
	option input 'ACCEPT'
config zone
	option name 'wan'
	option network 'wan wan6'
config rule
	option name 'a'
	option target 'ACCEPT'
config rule
	option name 'b'
config rule 'mine'
	option name 'c'
config rule
	option name 'd'
"""

TARGETS: dict[str, tuple[State, tuple[str, ...], str, str]] = {
    "nothing changes, the spelling stays": (
        "replaced",
        (),
        """
config zone
	option input 'ACCEPT'
	list network 'guest'
	list network 'lan'
	list network 'lan'
	option name 'lan'
config zone
	option name 'wan'
	list network 'wan6'
	list network 'wan'
config rule
	option name 'c'
""",
        RUNNING,
    ),
    "one option is set, one comes": (
        "merged",
        (),
        "config zone\n option name 'lan'\n option input 'DROP'\n option masq '1'",
        RUNNING.replace("input 'ACCEPT'", "input 'DROP'\n\toption masq '1'"),
    ),
    "the rest of the section goes": (
        "replaced",
        (),
        "config zone\n option masq '1'\n option name 'lan'\n option input 'DROP'",
        RUNNING.replace("\tlist network 'lan'\n\tlist network 'guest'\n", "").replace(
            "input 'ACCEPT'", "input 'DROP'\n\toption masq '1'"
        ),
    ),
    "a new one follows the one given before": (
        "merged",
        (),
        "config rule\n option name 'a'\nconfig rule\n option name 'new'\nconfig rule\n option name 'newer'",
        RUNNING.replace(
            "config rule\n\toption name 'b'",
            "config rule\n\toption name 'new'\nconfig rule\n\toption name 'newer'\nconfig rule\n\toption name 'b'",
        ),
    ),
    "a new one goes before the one given after": (
        "merged",
        (),
        "config rule\n option name 'new'\nconfig rule\n option name 'b'",
        RUNNING.replace(
            "config rule\n\toption name 'b'", "config rule\n\toption name 'new'\nconfig rule\n\toption name 'b'"
        ),
    ),
    "a new one alone goes to the end": (
        "merged",
        (),
        "config zone\n option name 'lan'\nconfig rule\n option name 'new'",
        RUNNING + "config rule\n\toption name 'new'\n",
    ),
    "the given order, with one move": (
        "merged",
        (),
        "config rule\n option name 'd'\nconfig rule\n option name 'a'\nconfig rule\n option name 'b'",
        RUNNING.replace("config rule\n\toption name 'd'\n", "").replace(
            "config rule\n\toption name 'a'", "config rule\n\toption name 'd'\nconfig rule\n\toption name 'a'"
        ),
    ),
    "overridden with what is kept": (
        "overridden",
        ("zone.w*", "rule.mine", "rule.d"),
        "config rule\n option name 'b'\nconfig forwarding\n option src 'lan'\n option dest 'wan'",
        """
config zone
	option name 'wan'
	option network 'wan wan6'
config rule
	option name 'b'
config rule 'mine'
	option name 'c'
config rule
	option name 'd'
config forwarding
	option src 'lan'
	option dest 'wan'
""",
    ),
    "a kept type": ("overridden", ("zone",), "", RUNNING.split("config rule", maxsplit=1)[0]),
    "deleted by identity, whatever else": (
        "deleted",
        (),
        "config rule\n option name 'b'\n option target 'DROP'\nconfig rule\n option name 'nowhere'",
        RUNNING.replace("config rule\n\toption name 'b'\n", ""),
    ),
    "deleted by name": (
        "deleted",
        (),
        "config rule 'mine'\nconfig rule 'yours'",
        RUNNING.replace("config rule 'mine'\n\toption name 'c'\n", ""),
    ),
}


@pytest.mark.parametrize(("state", "keep", "intended", "expected"), TARGETS.values(), ids=TARGETS)
def test_targets(state: State, keep: tuple[str, ...], intended: str, expected: str) -> None:
    assert _planned(RUNNING, intended, state, keep) == parse(expected, "firewall")


def test_an_option_given_as_null_goes() -> None:
    lan = Section("zone", None, (("name", "lan"), ("input", "DROP")))
    planned = target(stock.FIREWALL, Package("firewall", (lan,)), "merged", removed=[("forward", "never_there")])
    assert planned.sections[1].get("forward") is None
    assert planned.sections[1].get("input") == "DROP"
    assert planned.sections[2:] == stock.FIREWALL.sections[2:]


def test_an_unknown_option_is_compared_exactly() -> None:
    running = Package("unknown", (Section("thing", "x", (("list", ("a",)),)),))
    intended = Package("unknown", (Section("thing", "x", (("list", "a"),)),))
    assert target(running, intended, "merged") == intended


@pytest.mark.parametrize("running", [stock.DROPBEAR, stock.DROPBEAR_23], ids=["24.10", "23.05"])
@pytest.mark.parametrize("name", [None, "main"])
def test_dropbear_stays_one_daemon(running: Package, name: str | None) -> None:
    wanted = Section("dropbear", name, (("PasswordAuth", "off"),))
    planned = target(running, Package("dropbear", (wanted,)), "merged")
    assert [section.get("PasswordAuth") for section in planned.sections] == ["off"]
    assert planned.sections[0].name == (name or running.sections[0].name)


def test_a_camera_that_was_replaced_keeps_its_entry() -> None:
    old = Section("host", None, (("name", "gate"), ("mac", "44:19:b6:00:00:01"), ("ip", "10.17.0.2")))
    new = Section("host", None, (("name", "gate"), ("mac", "44:19:b6:00:00:09"), ("ip", "10.17.0.2")))
    assert target(Package("dhcp", (old,)), Package("dhcp", (new,)), "merged") == Package("dhcp", (new,))


def test_a_name_of_another_type() -> None:
    running = Package("network", (Section("interface", "x"), Section("interface", "y")))
    intended = Package("network", (Section("device", "x", (("name", "eth0"),)),))
    states: tuple[State, ...] = ("merged", "replaced", "deleted")
    for state in states:
        with pytest.raises(IdentityError, match=r"^network: device 'x': the name belongs to a section of type"):
            target(running, intended, state)
    expected = (Section("interface", "y"), *intended.sections)
    assert target(running, intended, "overridden", keep=["interface"]) == Package("network", expected)


MISTAKES: dict[str, tuple[Package, str, tuple[str, ...], tuple[tuple[str, ...], ...], str]] = {
    "package": (stock.DHCP, "merged", (), (), r"^dhcp: the device's package is 'firewall'"),
    "state": (stock.FIREWALL, "absent", (), (), r"^firewall: state 'absent' is none of merged, replaced"),
    "keep": (stock.FIREWALL, "merged", ("zone",), (), r"^firewall: keep has a meaning only with state overridden"),
    "pattern": (stock.FIREWALL, "overridden", ("zone.",), (), r"^firewall: keep has 'zone\.', expected TYPE or"),
    "empty pattern": (stock.FIREWALL, "overridden", ("",), (), r"^firewall: keep has '', expected TYPE or"),
    "removed": (stock.FIREWALL, "merged", (), ((),), r"^firewall: removed options for 1 sections, expected 8"),
}


@pytest.mark.parametrize(("intended", "state", "keep", "removed", "message"), MISTAKES.values(), ids=MISTAKES)
def test_requests_without_a_meaning(
    intended: Package, state: str, keep: tuple[str, ...], removed: tuple[tuple[str, ...], ...], message: str
) -> None:
    with pytest.raises(PlanError, match=message):
        target(stock.FIREWALL, intended, t.cast("State", state), keep, removed)
