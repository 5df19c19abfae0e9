# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The APN of a SIM card, and the table that it is looked up in."""

from __future__ import annotations

import json
import pathlib
import re
import typing as t

import hypothesis
import pytest
from hypothesis import strategies as st

from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.kinds import Text
from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.model.uplink import LteUplink
from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.record import settings
from ansible_collections.farsite.fleet.plugins.plugin_utils.modem import apn
from ansible_collections.farsite.fleet.plugins.plugin_utils.modem.apn import Access, ApnError, lookup, table

DATA: dict[str, t.Any] = json.loads((pathlib.Path(apn.__file__).with_name("data") / "apn.json").read_text("utf-8"))

SMALL = {
    "99901": [{"n": "One", "a": "one"}],
    "999011": [{"n": "Long", "a": "long.net", "u": "me", "p": "mine"}],
    "99902": [{"n": "A", "a": "same"}, {"n": "B", "a": "same"}, {"n": "A", "a": "same"}],
    "99903": [{"n": "A", "a": "contract"}, {"n": "A", "a": "prepaid", "u": "x"}],
    "99904": [{"n": "A", "a": "web", "u": "a", "p": "a"}, {"n": "B", "a": "web", "u": "b", "p": "b"}],
    "999051": [{"n": "A", "a": "x"}, {"n": "A", "a": "y"}],
    "99905": [{"n": "B", "a": "z"}],
}


@pytest.fixture
def small(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> t.Iterator[None]:
    path = tmp_path / "apn.json"
    path.write_text(json.dumps({"apn": SMALL}), "utf-8")
    monkeypatch.setattr(apn, "_DATA", path)
    table.cache_clear()
    yield
    table.cache_clear()


@pytest.mark.usefixtures("small")
@pytest.mark.parametrize(
    ("imsi", "expected"),
    [
        ("999012345678901", Access("One", "one")),
        ("999011345678901", Access("Long", "long.net", "me", "mine")),
        ("999022345678901", Access("A, B", "same")),
        ("999052345678901", Access("B", "z")),
        ("999012", Access("One", "one")),
    ],
    ids=["5-digits", "6-digits-first", "of-two-operators", "6-digits-of-another", "shortest"],
)
def test_a_card_has_its_one_access_point(imsi: str, expected: Access) -> None:
    assert lookup(imsi) == expected


CONTRACT = "write the APN of your contract in the site file: apn: "


TWO = "the SIM card's operator has more than one APN"
TWO_USERS = "the SIM card's operator has one APN with more than one user name or password"
UNKNOWN = "the SIM card's operator is not in the table of APNs"
NO_COUNTRY = "the SIM card is of no country (its IMSI begins with 901), such cards are not in the table of APNs"
A_OR_B = "web, username a, password a (A); web, username b, password b (B)"


@pytest.mark.usefixtures("small")
@pytest.mark.parametrize(
    ("imsi", "why", "write"),
    [
        ("999032345678901", f"{TWO} (its IMSI begins with 99903): contract (A); prepaid, username x (A)", "NAME"),
        ("999051345678901", f"{TWO} (its IMSI begins with 999051): x (A); y (A)", "NAME"),
        (
            "999042345678901",
            f"{TWO_USERS} (its IMSI begins with 99904): {A_OR_B}",
            "web, with its username and password",
        ),
        ("001010123456789", f"{UNKNOWN} (its IMSI begins with 001010)", "NAME"),
        ("901405123456789", NO_COUNTRY, "NAME"),
    ],
    ids=["ambiguous", "ambiguous-6-digits", "ambiguous-users", "unknown", "no-country"],
)
def test_the_message_says_what_to_write(imsi: str, why: str, write: str) -> None:
    with pytest.raises(ApnError) as caught:
        lookup(imsi)
    assert caught.value.problems == (f"{why}; write the APN of your contract in the site file: apn: {write}",)
    assert str(caught.value) == caught.value.problems[0]


@pytest.mark.usefixtures("small")
def test_the_candidates_are_there_to_choose_from() -> None:
    with pytest.raises(ApnError) as caught:
        lookup("999032345678901")
    assert caught.value.candidates == (Access("A", "contract"), Access("A", "prepaid", "x"))


@pytest.mark.parametrize(
    "imsi", ["", "26202", "2620212345678901", "26202 123456", "26202a1234567", "262021234567890\n", "٢٦٢٠٢١٢٣٤٥"]
)
def test_what_is_no_imsi_is_said_to_be_none(imsi: str) -> None:
    with pytest.raises(ApnError, match="the modem gave no IMSI of 6 to 15 digits"):
        lookup(imsi)


@hypothesis.given(st.one_of(st.text(), st.from_regex(r"[0-9]{6,15}", fullmatch=True)))
def test_any_text_gives_an_access_point_or_one_message(imsi: str) -> None:
    problems: tuple[str, ...] = ()
    found: tuple[Access, ...] = ()
    try:
        found = (lookup(imsi),)
    except ApnError as error:
        problems = error.problems
    assert len(problems) + len(found) == 1
    assert all("apn: " in problem for problem in problems)
    assert found in {(), table().get(imsi[:6]), table().get(imsi[:5])}


@pytest.mark.parametrize("imsi", ["262021234567890", "001010123456789", "901405123456789"])
def test_no_message_says_who_the_subscriber_is(imsi: str) -> None:
    with pytest.raises(ApnError) as caught:
        lookup(imsi)
    assert imsi[:7] not in str(caught.value)


@pytest.mark.parametrize(
    ("imsi", "expected"),
    [
        ("202011234567890", Access("Cosmote", "internet")),
        ("202091234567890", Access("Wind", "gint.b-online.gr", "web", "web")),
        ("208260123456789", Access("Simplus", "fnetnrj")),
        ("722340123456789", Access("Arnet", "arnet.personal.com")),
    ],
)
def test_the_table_that_ships_knows_cards(imsi: str, expected: Access) -> None:
    assert lookup(imsi) == expected


def test_the_table_that_ships_knows_cards_of_more_than_one_contract() -> None:
    with pytest.raises(ApnError, match=r"web\.vodafone\.de \(Bild Mobil, Vodafone, 1&1\)"):
        lookup("262021234567890")


def test_the_table_says_where_it_is_from() -> None:
    assert DATA["source"].startswith("mobile-broadband-provider-info")
    assert re.fullmatch(r"20\d{6}", DATA["release"])
    assert DATA["licence"].startswith("public domain")


def test_every_network_has_a_code_and_access_points() -> None:
    assert [code for code in DATA["apn"] if not re.fullmatch(r"[0-9]{5,6}", code)] == []
    assert [code for code, entries in DATA["apn"].items() if not entries] == []
    assert len(DATA["apn"]) > 700


def test_no_access_point_is_there_twice() -> None:
    assert [code for code, entries in DATA["apn"].items() if any(entries.count(entry) > 1 for entry in entries)] == []


def test_every_access_point_can_be_written_in_a_site_file() -> None:
    found = settings(LteUplink)
    for key, name in (("a", "apn"), ("u", "username")):
        kind = found[name][1].kind
        assert isinstance(kind, Text)
        values = {entry[key] for entries in DATA["apn"].values() for entry in entries if key in entry}
        assert sorted(value for value in values if not re.fullmatch(kind.pattern, value)) == []
        assert sorted(value for value in values if len(value.encode()) > kind.longest) == []


def test_every_entry_has_an_operator_and_nothing_unknown() -> None:
    entries = [entry for entries in DATA["apn"].values() for entry in entries]
    assert {key for entry in entries for key in entry} == {"n", "a", "u", "p"}
    assert [entry for entry in entries if "n" not in entry or "a" not in entry] == []
