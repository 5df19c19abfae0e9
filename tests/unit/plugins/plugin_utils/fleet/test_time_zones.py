# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The table of time zones."""

from __future__ import annotations

import re

import pytest

from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet import time_zones


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("UTC", "UTC0"),
        ("Europe/Berlin", "CET-1CEST,M3.5.0,M10.5.0/3"),
        ("America/New_York", "EST5EDT,M3.2.0,M11.1.0"),
        ("America/Sao_Paulo", "<-03>3"),
        ("Asia/Kolkata", "IST-5:30"),
        ("Asia/Calcutta", "IST-5:30"),
        ("Australia/Lord_Howe", "<+1030>-10:30<+11>-11,M10.1.0,M4.1.0"),
    ],
)
def test_a_zone_has_its_posix_form(name: str, expected: str) -> None:
    assert time_zones.posix(name) == expected


def test_what_is_no_zone_is_not_there() -> None:
    with pytest.raises(KeyError):
        time_zones.posix("Europe/Atlantis")


def test_every_rule_has_the_form_of_posix() -> None:
    name, offset = r"(?:[A-Za-z]{3,}|<[A-Za-z0-9+-]+>)", r"[+-]?\d{1,2}(?::\d{2}){0,2}"
    date = rf"(?:M\d{{1,2}}\.\d\.\d|J?\d{{1,3}})(?:/{offset})?"
    rule = re.compile(rf"{name}{offset}(?:{name}(?:{offset})?,{date},{date})?")
    table = time_zones.table()
    assert [zone for zone, text in table.items() if not rule.fullmatch(text)] == []
    assert len(table) > 400
