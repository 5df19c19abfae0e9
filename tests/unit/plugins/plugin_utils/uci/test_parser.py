# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import contextlib
import typing as t
from operator import itemgetter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.farsite.fleet.plugins.plugin_utils.uci.document import Package, Section
from ansible_collections.farsite.fleet.plugins.plugin_utils.uci.errors import DataError, UciSyntaxError
from ansible_collections.farsite.fleet.plugins.plugin_utils.uci.parser import parse, parse_export, parse_sections
from ansible_collections.farsite.fleet.plugins.plugin_utils.uci.renderer import render
from ansible_collections.farsite.fleet.plugins.plugin_utils.uci.storable import generated_name, type_problem
from ansible_collections.farsite.fleet.tests.unit.plugins.plugin_utils.uci import vectors

# An index such as @route[-1] is not the parser's business.
SHOWN = [seen for seen in vectors.observations("uci", "show") if not seen.stderr and "@" not in seen.target]
SHOWN_WITH_IDS = [
    seen for seen in vectors.observations("uci", "-X", "show") if not seen.stderr and "@" not in seen.target
]
EXPORTED = [seen for seen in vectors.observations("uci", "export") if not seen.stderr]
PIECES = [
    "\nconfig a",
    "\noption b ",
    "\nlist b ",
    "c",
    " d",
    "'",
    '"',
    "\\",
    "#",
    ";",
    "\n",
    "\r\n",
    "é",
    "\udcff",
    "''",
]
REFUSED = [
    seen
    for seen in (*vectors.observations("uci", "show"), *vectors.observations("uci", "commit"), *vectors.imports())
    if vectors.PARSE_ERROR.search(seen.stderr)
]


def test_vectors_were_found() -> None:
    assert len(SHOWN) > 40
    assert len(SHOWN_WITH_IDS) > 2
    assert len(EXPORTED) > 5
    assert len(REFUSED) > 9


@pytest.mark.parametrize("seen", SHOWN, ids=str)
def test_reads_what_uci_shows(seen: vectors.Observation) -> None:
    assert vectors.show(parse(seen.text, seen.package), seen.target) == seen.stdout


@pytest.mark.parametrize("seen", SHOWN_WITH_IDS, ids=str)
def test_counts_sections_as_uci_does(seen: vectors.Observation) -> None:
    assert vectors.show(parse(seen.text, seen.package), generated_name=generated_name) == seen.stdout


@pytest.mark.parametrize("seen", EXPORTED, ids=str)
def test_file_and_export_of_it_are_the_same(seen: vectors.Observation) -> None:
    package = parse(seen.text, seen.package)
    assert parse(seen.stdout, seen.package) == package
    assert parse_export(seen.stdout) == (package,)


@pytest.mark.parametrize("seen", REFUSED, ids=str)
def test_refuses_with_the_reason_and_place_of_uci(seen: vectors.Observation) -> None:
    expected = vectors.PARSE_ERROR.search(seen.stderr)
    assert expected is not None
    with pytest.raises(UciSyntaxError) as caught:
        parse(seen.text, seen.package)
    assert caught.value.reason == expected["reason"]
    assert caught.value.line == int(expected["line"])
    assert caught.value.column == int(expected["byte"]) + 1
    assert caught.value.package == seen.package


# Most of these are not in the recordings; they follow from file.c and list.c.
@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(
            "c a b\no x y\nl z 1\np q\n", [Section("a", "b", (("x", "y"), ("z", ("1",))))], id="abbreviations"
        ),
        pytest.param("config a\n\toption x ''\n\toption y\n", [Section("a")], id="empty options"),
        pytest.param("config a\no x 1\no x ''\n", [Section("a", None, (("x", "1"),))], id="empty option again"),
        pytest.param(
            "config a\nl x ''\nl x\nl x #\n", [Section("a", None, (("x", ("", "", "")),))], id="empty elements"
        ),
        pytest.param("config a ''\n", [Section("a")], id="empty name"),
        pytest.param("config a b ''\n", [Section("a", "b")], id="empty word behind the last"),
        pytest.param(
            "config a\no x 1\no y 2\nl x 3\n",
            [Section("a", None, (("x", ("1", "3")), ("y", "2")))],
            id="place of a list",
        ),
        pytest.param(
            "config a\nl x 1\no y 2\no x 3\n", [Section("a", None, (("x", "3"), ("y", "2")))], id="place of an option"
        ),
        pytest.param(
            "config a b\no x 1\nconfig c\nconfig a b\nl x 2\n",
            [Section("a", "b", (("x", ("1", "2")),)), Section("c")],
            id="merged into the first",
        ),
        pytest.param("config a\nconfig a\n", [Section("a"), Section("a")], id="anonymous ones are never merged"),
        pytest.param(
            "config a\nconfig a cfg01b606\no x 1\n", [Section("a", None, (("x", "1"),))], id="merged by uci's id"
        ),
        pytest.param(
            "config a cfg02b606\nconfig a\nconfig a cfg02b606\no x 1\n",
            [Section("a", "cfg02b606", (("x", "1"),)), Section("a")],
            id="merged into the first of two that uci calls the same",
        ),
        pytest.param("config a b; option x 1\no y 2\n", [Section("a", "b", (("y", "2"),))], id="rest of line lost"),
        pytest.param("config a 'b'; o x '1'; o y 2\n", [Section("a", "b", (("x", "1"), ("y", "2")))], id="semicolons"),
        pytest.param("config a b ; o x 1\n", [Section("a", "b", (("x", "1"),))], id="blank before a semicolon"),
        pytest.param("config a b\\", [Section("a", "b")], id="backslash at the end"),
        pytest.param("config 'a#;b'\n", [Section("a#;b")], id="quoted type"),
        pytest.param(
            "package x\npackage y\nconfig a\npackage z\no x 1\n", [Section("a", None, (("x", "1"),))], id="packages"
        ),
        pytest.param(b"config a\no x \xff\xc3\xa9\n", [Section("a", None, (("x", "\udcffé"),))], id="bytes"),
        pytest.param(
            "config a\no x \udcff\u2028\x1b\n", [Section("a", None, (("x", "\udcff\u2028\x1b"),))], id="odd text"
        ),
    ],
)
def test_reads_what_uci_accepts(text: str | bytes, expected: list[Section]) -> None:
    assert parse(text, "t") == Package("t", tuple(expected))


@pytest.mark.parametrize(
    ("text", "line", "column", "reason"),
    [
        ("config a\n\n  value x\n", 3, 3, "invalid command"),
        ("'config' a\n", 1, 1, "invalid command"),
        ("config\ta\nopt x y\n", 2, 1, "invalid command"),
        ("config a\noption\n", 2, 1, "invalid command"),
        ("config a\noption\r\n", 2, 1, "invalid command"),
        ("config a\no x 'y';\n", 2, 9, "invalid command"),
        ("config a\no x 'y' ; z\n", 2, 10, "invalid command"),
        ("config a\no x '' '' \n", 2, 11, "invalid command"),
        ("config a\n; o x y\n", 2, 1, "invalid command"),
        ("\ufeffconfig a\n", 1, 1, "invalid command"),
        ("config", 1, 1, "config without name"),
        ("package", 1, 1, "package without name"),
        ("config a\nlist", 2, 1, "list without name"),
        ("config \n", 1, 9, "insufficient arguments"),
        ("config \\\n", 1, 9, "insufficient arguments"),
        ("config ''\n", 1, 11, "insufficient arguments"),
        ("config a\n\toption # x\n", 2, 9, "insufficient arguments"),
        ("package \n", 1, 10, "insufficient arguments"),
        ("config a b c\n", 1, 14, "too many arguments"),
        ("config a\n\toption x y z\n", 2, 15, "too many arguments"),
        ("package a b\n", 1, 13, "too many arguments"),
        ("config 'a'; option x y\n", 1, 20, "too many arguments"),
        ("config a\no x 'y\nz' q\n", 3, 6, "too many arguments"),
        ("config a b-c\n", 1, 14, "invalid character in name field"),
        ("package a.b\n", 1, 13, "invalid character in name field"),
        ("config a\no é x\n", 2, 6, "invalid character in name field"),
        ("config é\n", 1, 11, "invalid character in type field"),
        ("config a\x7f\n", 1, 11, "invalid character in type field"),
        ("config 'a b'\n", 1, 14, "invalid character in type field"),
        ("option x y\n", 1, 1, "option/list command found before the first section"),
        ("package x\n list x y\n", 2, 2, "option/list command found before the first section"),
        ("config a\no x 'y\n\n", 3, 2, "EOF with unterminated '"),
        ('config a\no x "y\\', 2, 8, 'EOF with unterminated "'),
        ("config a b\nconfig c b\n", 2, 12, "section of different type overwrites prior section with same name"),
        ("config a\nconfig b cfg01b606\n", 2, 20, "section of different type overwrites prior section with same name"),
        ("config a\no x 'é\0'\n", 2, 8, "NUL byte"),
        ("config a\no x é\ud800\n", 2, 7, "no character"),
    ],
)
def test_refuses_what_uci_refuses(text: str, line: int, column: int, reason: str) -> None:
    with pytest.raises(UciSyntaxError) as caught:
        parse(text, "t")
    assert (caught.value.line, caught.value.column, caught.value.reason) == (line, column, reason)
    assert str(caught.value).startswith(f"t: line {line}, column {column}: {reason}")


@pytest.mark.parametrize(
    ("text", "detail"),
    [
        ("\ufeffconfig a\n", "the text begins with a byte order mark; save it as UTF-8 without one"),
        ("config a\no b-c x\n", "found '-', expected letters, digits and _"),
        ("config a\no é x\n", "found the byte 0xc3, expected letters, digits and _"),
        ("package a.b\n", "found '.', expected letters, digits, - and _"),
        ("config a\no x 1\no y 'z\no q 1\no r 2\n", "the quote opens at line 3, column 5"),
        ("config a b\nconfig c b\n", "b is of type a above, of type c here"),
        ("config a\nlist \n", "expected the name of the list"),
    ],
)
def test_error_says_what_was_expected(text: str, detail: str) -> None:
    with pytest.raises(UciSyntaxError) as caught:
        parse(text, "t")
    assert caught.value.detail == detail


@pytest.mark.parametrize(
    "text", ["o k s3cret\n", "config a\no k v s3cret\n", "config a\ns3cret\n", "config a\no k 's3cret\n"]
)
def test_error_never_shows_a_value(text: str) -> None:
    with pytest.raises(UciSyntaxError) as caught:
        parse(text, "t")
    assert "s3cret" not in str(caught.value)


@pytest.mark.parametrize("name", ["", "a b", "a.bak", "../passwd"])
def test_name_that_no_package_can_have(name: str) -> None:
    with pytest.raises(DataError, match=r"package|empty"):
        parse("", name)


def test_export_of_several_packages() -> None:
    text = "package a\n\nconfig x 'y'\n\toption o '1'\n\npackage b-c\n\npackage d\n\nconfig x 'y'\n\n"
    assert parse_export(text) == (
        Package("a", (Section("x", "y", (("o", "1"),)),)),
        Package("b-c"),
        Package("d", (Section("x", "y"),)),
    )
    assert parse_export("") == ()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("config a\n", "line 1, column 1: attempting to import a file without a package name"),
        ("option x y\n", "line 1, column 1: option/list command found before the first section"),
        ("package a\nconfig x\npackage b\noption x y\n", "b: line 4, column 1: option/list command found before"),
        ("package a\nconfig x\npackage b\npackage a\n", "b: line 4, column 11: Duplicate entry"),
        ("package a~\n", "line 1, column 12: invalid character in name field"),
    ],
)
def test_export_that_is_refused(text: str, message: str) -> None:
    with pytest.raises(UciSyntaxError) as caught:
        parse_export(text)
    assert str(caught.value).startswith(message)


@pytest.mark.parametrize(
    "case", [case for case in vectors.CASES if ["uci", "show"] in case["commands"]], ids=itemgetter("name")
)
def test_reads_what_uci_shows_of_everything(case: dict[str, t.Any]) -> None:
    position = case["commands"].index(["uci", "show"])
    shown = []
    for name in sorted(case["files"]):
        text = vectors.text_read(case, position, name)
        assert text is not None
        # uci leaves out a file that no package can have the name of, and goes on after one that it cannot read.
        with contextlib.suppress(DataError, UciSyntaxError):
            shown.append(vectors.show(parse(text, name)))
    assert "".join(shown) == case["results"][position]["stdout"]


def test_sections_without_a_name() -> None:
    assert parse_sections("package q\nconfig a b\n") == (Section("a", "b"),)
    with pytest.raises(UciSyntaxError, match=r"^line 3, column 11: second package line"):
        parse_sections("package q\nconfig a b\npackage r\n")


@given(st.lists(st.sampled_from(PIECES), max_size=20))
def test_any_text_is_read_or_refused_and_what_uci_can_store_stays(pieces: list[str]) -> None:
    text = "config x y\n" + "".join(pieces)
    try:
        package = parse(text, "t")
    except UciSyntaxError as error:
        assert 1 <= error.line <= text.count("\n") + 1  # noqa: PT017
        return
    if all(type_problem(section.type) is None for section in package.sections):
        assert parse(render(package), "t") == package


@given(st.binary(max_size=40))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    try:
        package = parse(data, "t")
    except UciSyntaxError as error:
        assert error.package == "t"  # noqa: PT017
    else:
        assert package.name == "t"
