# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest

from ansible_collections.farsite.fleet.plugins.plugin_utils.uci.lexer import Lexer


def words(text: bytes) -> list[bytes]:
    """Return the words of the first command up to the first empty one."""
    lexer = Lexer(text, None)
    assert lexer.start_line()
    return list(iter(lexer.word, b""))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(b"a b\tc\n", [b"a", b"b", b"c"], id="blanks"),
        pytest.param(b" \v\f\r\t a\n", [b"a"], id="every space"),
        pytest.param(b"a\xa0b\n", [b"a\xa0b"], id="a byte that is no space in C"),
        pytest.param(b"'a b'\n", [b"a b"], id="single quotes"),
        pytest.param(b"'a\\'\n", [b"a\\"], id="backslash in single quotes"),
        pytest.param(b"'it'\\''s'\n", [b"it's"], id="quote in quotes"),
        pytest.param(b'"a b"\n', [b"a b"], id="double quotes"),
        pytest.param(b'"a\\"\\\\\\n"\n', [b'a"\\n'], id="backslash in double quotes"),
        pytest.param(b"a\\ b\\'\\#\\;\n", [b"a b'#;"], id="backslash in a bare word"),
        pytest.param(b"a'b c'\"d e\"f\n", [b"ab cd ef"], id="adjacent pieces"),
        pytest.param(b"'a''b'\"\"c\n", [b"abc"], id="empty piece"),
        pytest.param(b"'\xc3''\xa9'\n", [b"\xc3\xa9"], id="a character cut in two"),
        pytest.param(b"a#b c\n", [b"a"], id="comment in a word"),
        pytest.param(b"'a'#b c\n", [b"a"], id="comment behind quotes"),
        pytest.param(b"'a#b' \"c#d\"\n", [b"a#b", b"c#d"], id="hash in quotes"),
        pytest.param(b"'a;b' \";\"\n", [b"a;b", b";"], id="semicolon in quotes"),
        pytest.param(b"'a\n\nb' c\n", [b"a\n\nb", b"c"], id="quoted newlines"),
        pytest.param(b"'a\r\nb'\n", [b"a\r\nb"], id="quoted CRLF"),
        pytest.param(b'"a\nb\\\nc"\n', [b"a\nbc"], id="newline and joined line in double quotes"),
        pytest.param(b"'a\\\nb'\n", [b"a\\\nb"], id="no joined line in single quotes"),
        pytest.param(b"a\\\nb\n", [b"ab"], id="joined line"),
        pytest.param(b"a\\\r\nb\r\n", [b"ab"], id="joined CRLF line"),
        pytest.param(b"a\\\n b\n", [b"a", b"b"], id="joined line that begins with a blank"),
        pytest.param(b"'a'\\\n'b'\n", [b"ab"], id="joined quotes"),
        pytest.param(b"a\\\n", [b"a"], id="joined to nothing"),
        pytest.param(b"a\\", [b"a"], id="backslash at the end of the text"),
        pytest.param(b"a\\\rb\n", [b"a\rb"], id="escaped carriage return"),
        pytest.param(b"a", [b"a"], id="no newline at the end"),
    ],
)
def test_words(text: bytes, expected: list[bytes]) -> None:
    assert words(text) == expected


def test_lines_end_with_their_words() -> None:
    lexer = Lexer(b"a\n\n# b\n c", None)
    found = []
    while lexer.start_line():
        found.append((lexer.keyword(), lexer.word()))
    assert found == [(b"a\n", b"a"), (None, b""), (None, b""), (b"c", b"c")]


def test_bare_word_before_a_semicolon_loses_the_line_and_a_quoted_one_does_not() -> None:
    bare, quoted = Lexer(b"a; b c\nd\n", None), Lexer(b"'a'; b c\nd\n", None)
    assert bare.start_line()
    assert quoted.start_line()
    assert [bare.word(), bare.word(), bare.keyword()] == [b"a", b"", None]
    assert [quoted.word(), quoted.word(), quoted.keyword()] == [b"a", b"", b"b"]
    assert bare.start_line()
    assert bare.word() == b"d"


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (b"\toption a_1 'b #;\\\"c'\n", (b"option", b"a_1", b'b #;\\"c')),
        (b"\tlist a ''\n", (b"list", b"a", b"")),
        (b"\toption a 'b'\\''c'\n", None),
        (b"\toption a 'b' c\n", None),
        (b"\toption a 'b\nc'\n", None),
        (b"\toption a-b 'c'\n", None),
        (b"\toption a 'b'", None),
        (b"option a 'b'\n", None),
    ],
)
def test_a_line_as_uci_writes_it_is_taken_whole(line: bytes, expected: tuple[bytes, bytes, bytes] | None) -> None:
    whole, by_words = Lexer(line, None), Lexer(line, None)
    assert whole.assignment() == expected
    if expected is None:
        assert whole.start_line(), "nothing was taken"
        return
    assert not whole.start_line()
    assert by_words.start_line()
    assert by_words.keyword() == expected[0]
    by_words.pass_keyword("", "")
    assert (by_words.word(), by_words.word(), by_words.word()) == (*expected[1:], b"")
