# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import shlex

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ansible_collections.farsite.fleet.plugins.plugin_utils.uci.document import Package, Section
from ansible_collections.farsite.fleet.plugins.plugin_utils.uci.errors import DataError
from ansible_collections.farsite.fleet.plugins.plugin_utils.uci.parser import parse, parse_export
from ansible_collections.farsite.fleet.plugins.plugin_utils.uci.renderer import quote, render, render_export
from ansible_collections.farsite.fleet.tests.unit.plugins.plugin_utils.uci import storable_strategies, vectors

WRITTEN = list(vectors.written_files())
IMPORTED = [seen for seen in vectors.imports() if not seen.stderr]
EXPORTED = [seen for seen in vectors.observations("uci", "export") if not seen.stderr]


def test_vectors_were_found() -> None:
    assert len(WRITTEN) > 50
    assert len(IMPORTED) > 2
    assert len(EXPORTED) > 5


@pytest.mark.parametrize(("case", "package", "text"), WRITTEN)
def test_writes_what_uci_commits(case: str, package: str, text: str) -> None:
    assert case
    assert render(parse(text, package)) == text


@pytest.mark.parametrize("seen", IMPORTED, ids=str)
def test_writes_what_uci_makes_of_an_import(seen: vectors.Observation) -> None:
    assert render(parse(seen.text, seen.package)) == seen.stdout


@pytest.mark.parametrize("seen", EXPORTED, ids=str)
def test_writes_what_uci_exports(seen: vectors.Observation) -> None:
    assert render_export([parse(seen.text, seen.package)]) == seen.stdout


def test_writes_what_uci_exports_of_everything() -> None:
    case = next(case for case in vectors.CASES if ["uci", "export"] in case["commands"])
    packages = [parse(text, name) for name, text in sorted(case["files"].items())]
    assert len(packages) > 1
    assert render_export(packages) == case["results"][case["commands"].index(["uci", "export"])]["stdout"]


@given(storable_strategies.PACKAGES)
def test_reading_gives_back_what_was_written(package: Package) -> None:
    text = render(package)
    assert parse(text, package.name) == package
    assert parse(text.encode("utf-8", "surrogateescape"), package.name) == package
    assert parse_export(render_export([package])) == (package,)


@settings(max_examples=20)
@given(st.lists(storable_strategies.PACKAGES, max_size=3, unique_by=lambda package: package.name))
def test_reading_gives_back_an_export(packages: list[Package]) -> None:
    assert parse_export(render_export(packages)) == tuple(packages)


@given(storable_strategies.TEXTS)
def test_shell_reads_a_quoted_text_as_one_word(text: str) -> None:
    assert shlex.split(quote(text)) == [text]


def test_empty_package_is_a_blank_line() -> None:
    assert render(Package("t")) == "\n"
    assert render_export([Package("t")]) == "package t\n\n"
    assert render_export([]) == ""


@pytest.mark.parametrize(
    ("section", "problem"),
    [
        (Section("a", "b", (("o", ""),)), "t.b.o: is empty"),
        (Section("a", "b", (("o", ()),)), "t.b.o: is an empty list"),
        (Section("a", "b", (("o", "x\0"),)), "t.b.o: contains the control byte 0x00"),
        (Section("a", "b", (("l", ("x", "\x1b")),)), "t.b.l[1]: contains the control byte 0x1b"),
        (Section("a", "b", (("o", "\ud800"),)), "t.b.o: contains U+D800"),
        (Section("a", "b", (("o-o", "x"),)), "t.b.o-o: the name is no name that uci takes"),
        (Section("a", "b", (("o o", "x"),)), "t.b.'o o': the name is no name that uci takes"),
        (Section("a", "b", (("o", "x"), ("o", "y"))), "t.b.o: occurs 2 times"),
        (Section("a", "b c"), "t.'b c': the name is no name that uci takes"),
        (Section("a", ""), "t.'': the name is empty"),
        (Section("", "b"), "t.b: the type '' is empty"),
        (Section("a#b", "b"), "t.b: the type 'a#b' is no section type"),
        (Section("a", None, (("o", ""),)), "t.@a[1].o: is empty"),
        (Section("q", "first"), "t.first: the name is the name of a section above it"),
        (
            Section("q", "cfg02b606"),
            "t.cfg02b606: the name is the name that uci generates for an anonymous section above",
        ),
    ],
)
def test_refuses_what_uci_cannot_store(section: Section, problem: str) -> None:
    package = Package("t", (Section("a", "first"), Section("a"), section))
    if section.type == "a" and section.name is None:
        package = Package("t", (Section("a", "first"), section))
    with pytest.raises(DataError) as caught:
        render(package)
    assert len(caught.value.problems) == 1
    assert caught.value.problems[0].startswith(problem)


def test_names_every_problem() -> None:
    package = Package("t t", (Section("a b", "c", (("d", ""), ("e-f", ("\0",)))),))
    with pytest.raises(DataError) as caught:
        render(package)
    assert [problem.split(":")[0] for problem in caught.value.problems] == [
        "'t t'",
        "'t t'.c",
        "'t t'.c.e-f",
        "'t t'.c.d",
        "'t t'.c.e-f[0]",
    ]


@pytest.mark.parametrize(
    ("packages", "problem"),
    [
        ([Package("a"), Package("b", (Section("c", "d", (("o", ""),)),))], "b.d.o: is empty"),
        ([Package("a~")], "a~: cannot be read back from a package line"),
        ([Package("a"), Package("b"), Package("a")], "a: is the name of 2 packages"),
    ],
)
def test_refuses_an_export_that_cannot_be_read(packages: list[Package], problem: str) -> None:
    with pytest.raises(DataError) as caught:
        render_export(packages)
    assert len(caught.value.problems) == 1
    assert caught.value.problems[0].startswith(problem)


def test_file_may_have_a_name_that_an_export_cannot_say() -> None:
    assert render(Package("a~", (Section("x"),))) == "\nconfig x\n\n"
