# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Raw UCI: read as the filters read it, without its secrets."""

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.kinds import INVALID
from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.model.raw_uci import RawUci, read_raw_uci
from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.placeholders import PRIVATE_KEY
from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.problems import Place, Report
from ansible_collections.farsite.fleet.plugins.plugin_utils.uci.data import SectionData
from ansible_collections.farsite.fleet.plugins.plugin_utils.uci.document import Section


def read(value: object) -> tuple[t.Any, list[str]]:
    report = Report()
    result = read_raw_uci(value, Place(report, "f", ("router_uci",)))
    return result, [str(problem) for problem in report]


def test_packages_and_options_that_go() -> None:
    sections = [{"type": "interface", "name": "lan", "options": {"mtu": 1400, "dns": ["192.0.2.1"], "auto": None}}]
    assert read({"network": sections}) == (
        (
            RawUci(
                package="network",
                sections=(
                    SectionData(Section("interface", "lan", (("mtu", "1400"), ("dns", ("192.0.2.1",)))), ("auto",)),
                ),
            ),
        ),
        [],
    )


def test_the_key_of_the_routers_own_is_no_secret_of_the_fleet() -> None:
    options = {"private_key": PRIVATE_KEY}
    (package,) = read({"network": [{"type": "interface", "name": "fleet", "options": options}]})[0]
    assert package.sections[0].section.options == (("private_key", PRIVATE_KEY),)


@pytest.mark.parametrize("value", ["{{ vault.psk }}", "hunter2"])
def test_a_secret_is_its_path(value: str) -> None:
    result, problems = read({"wireless": [{"type": "wifi-iface", "options": {"key": value}}]})
    assert result[0].sections[0].section.get("key") == "<secret router_uci.wireless[0].options.key>"
    assert len(problems) == (value == "hunter2")
    assert value not in "".join(problems)


@pytest.mark.parametrize(
    ("value", "problems"),
    [
        ([], ["f: router_uci: found a list, expected a mapping of UCI packages to lists of sections"]),
        ({5: []}, ["f: router_uci: has a key that is a whole number; expected the name of a UCI package"]),
        ({"a": 5}, ["f: router_uci.a: found a whole number, expected a list of sections"]),
        (
            {"a": [{"type": "{{lookup(x)}}"}, {"type": "b", "name": "{%x%}", "options": {}}]},
            [
                "f: router_uci.a[0].type: found a template, expected the value: only secrets may be left for later",
                "f: router_uci.a[1].name: found a template, expected the value: only secrets may be left for later",
                "f: router_uci.a[1].name: is no name that uci takes; expected letters, digits and _",
            ],
        ),
        (
            {"a": [{"type": "b", "options": {"c": 1.5, "d": "{{ x }}"}}, 7]},
            [
                (
                    "f: router_uci.a[0].options.d: found a template, expected the value: only secrets may be left for "
                    "later"
                ),
                (
                    "f: router_uci.a[0].options.c: found a number with a fraction, expected text, a whole number, true "
                    "or false, a list of these, or null; write it in quotes to say which digits are meant"
                ),
                "f: router_uci.a[1]: found a whole number, expected a mapping with type, name and options",
            ],
        ),
        (
            {"a": [{"type": "b", "options": {"key": 5}}]},
            [
                (
                    "f: router_uci.a[0].options.key: found a whole number, expected a secret: a template such as "
                    "{{ vault_pins.north }}, or a vault value; write it in quotes"
                ),
            ],
        ),
    ],
)
def test_what_is_refused(value: object, problems: list[str]) -> None:
    assert read(value) == (INVALID, problems)


@pytest.mark.parametrize(
    ("options", "path"),
    [
        ({"a: b": 1}, "router_uci.a[0].options['a: b']"),
        ({"it's: b": 1}, 'router_uci.a[0].options["it\'s: b"]'),
        ({"a": ["b", 1.5]}, "router_uci.a[0].options.a[1]"),
        ({True: 1}, "router_uci.a[0].options[True]"),
    ],
)
def test_a_problem_s_path_is_all_of_it(options: object, path: str) -> None:
    report = Report()
    read_raw_uci({"a": [{"type": "b", "options": options}]}, Place(report, "f", ("router_uci",)))
    (problem,) = report
    assert problem.path == path
    assert problem.message.startswith(("the name ", "found ", "is no name "))
