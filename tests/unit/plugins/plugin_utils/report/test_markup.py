# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import html.parser

from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.farsite.fleet.plugins.plugin_utils.report.markup import Markup, element, joined, text
from ansible_collections.farsite.fleet.plugins.plugin_utils.report.words import printable
from ansible_collections.farsite.fleet.tests.unit.plugins.plugin_utils.report.reports import texts


class Reader(html.parser.HTMLParser):
    """Keeps what a browser would see."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data


def test_elements() -> None:
    assert element("p", "a<b", element("b", "c"), class_="x", aria_hidden="true", id=None) == (
        '<p class="x" aria-hidden="true">a&lt;b<b>c</b></p>'
    )
    assert element("rect", x=1.5, rx=7) == '<rect x="1.5" rx="7"/>'
    assert element("meta", charset="utf-8") == '<meta charset="utf-8">'
    assert element("td", None, "") == "<td></td>"


def test_markup_is_not_escaped_twice() -> None:
    assert text(Markup("<br>")) == "<br>"
    assert joined(["<", Markup("<i></i>")], "&") == "&lt;&<i></i>"


@given(texts, texts)
def test_whatever_is_put_in_is_text(content: str, value: str) -> None:
    reader = Reader(element("p", content, title=value))
    assert [tag for tag, _attributes in reader.tags] == ["p"]
    assert reader.text == printable(content)
    assert reader.tags[0][1] == {"title": printable(value)}


@given(st.text())
def test_text_has_no_sign_of_markup(content: str) -> None:
    assert not set(text(content)) & set("<>\"'")
