# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import re
import time

from hypothesis import given

from ansible_collections.farsite.fleet.plugins.plugin_utils.report.data import Hub, Report
from ansible_collections.farsite.fleet.plugins.plugin_utils.report.page import page
from ansible_collections.farsite.fleet.tests.unit.plugins.plugin_utils.report.reports import (
    camera,
    few,
    fleet,
    reports,
    site,
)
from ansible_collections.farsite.fleet.tests.unit.plugins.plugin_utils.report.test_markup import Reader

TAGS = {
    "html", "head", "meta", "title", "style", "body", "svg", "symbol", "circle", "path", "h1", "h2", "p", "ul", "li",
    "b", "div", "line", "g", "rect", "text", "a", "use", "table", "thead", "tbody", "tr", "th", "td", "details",
    "summary", "dl", "dt", "dd",
}  # fmt: skip


def test_a_site_is_told_of_three_times() -> None:
    text = page(fleet(site(), site("harbour", reachable=False, age=None)))
    assert text.count(">quarry-north<") == 3
    assert "2 sites" in Reader(text).text.replace("2sites", "2 sites")
    assert "TP-Link TL-MR3020 v3, 24.10.3" in text
    assert "<td>answers (200) H264</td>" in text


def test_a_hub_that_does_not_answer() -> None:
    text = page(fleet(site(), hubs=(Hub(name="hub-1", reachable=False, error="Connection refused"),)))
    assert "The hub hub-1 does not answer: Connection refused" in text


def test_no_sites() -> None:
    assert "There are no sites." in page(fleet())


def test_it_needs_nothing_else() -> None:
    text = page(fleet(site()))
    reader = Reader(text)
    assert not re.search(r"https?:|url\(|@import|<script", text)
    for _tag, attributes in reader.tags:
        assert (attributes.get("href") or "#").startswith("#")
        assert "src" not in attributes


@few
@given(reports)
def test_strangers_put_no_markup_into_it(made: Report) -> None:
    for tag, attributes in Reader(page(made)).tags:
        assert tag in TAGS
        assert not [name for name in attributes if name.startswith("on")]


def test_links_lead_somewhere() -> None:
    text = page(fleet(*(site(f"site-{number}") for number in range(20))))
    goals = set(re.findall(r'href="#([^"]*)"', text))
    assert goals <= set(re.findall(r'id="([^"]*)"', text))


def test_a_thousand_sites_in_two_seconds() -> None:
    made = fleet(*(site(f"site-{number}", cameras=(camera(), camera("yard"))) for number in range(1000)))
    start = time.process_time()
    page(made)
    assert time.process_time() - start < 2
