# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.farsite.fleet.plugins.module_utils.camera.messages import (
    MessageError,
    parse_head,
    request,
    shown,
)


def test_an_answer_is_read() -> None:
    answer = parse_head(
        b"RTSP/1.0 401 Unauthorized\r\nCSeq: 2\r\nWWW-Authenticate: Digest a\r\nwww-authenticate: Basic b"
    )
    assert (answer.protocol, answer.status, answer.reason) == ("RTSP", 401, "Unauthorized")
    assert answer.headers["www-authenticate"] == ("Digest a", "Basic b")
    assert answer.header("CSeq") == "2"
    assert answer.header("Server") is None
    assert answer.length == 0


@pytest.mark.parametrize("head", [b"HTTP/1.0 200", b"HTTP/1.1 200 OK\nServer: x\nno header\n: nothing"])
def test_what_is_not_quite_right_is_read_too(head: bytes) -> None:
    assert parse_head(head).status == 200


@pytest.mark.parametrize("head", [b"", b"SSH-2.0-dropbear", b"HTTP/1.1 999 x", b"HTTP/2 200", b"\x00\xff"])
def test_what_is_no_answer_is_refused(head: bytes) -> None:
    with pytest.raises(MessageError, match="its first line is"):
        parse_head(head)


@pytest.mark.parametrize("length", ["-1", "1e3", "12345678901", "٣", ""])
def test_a_length_is_a_number(length: str) -> None:
    answer = parse_head(b"HTTP/1.1 200 OK\r\nContent-Length: " + length.encode("utf-8"))
    if length == "":
        assert answer.length == 0
    else:
        with pytest.raises(MessageError, match="Content-Length"):
            assert answer.length


def test_a_request() -> None:
    assert request("HTTP/1.1", "GET", "/a", {"Host": "b"}) == b"GET /a HTTP/1.1\r\nHost: b\r\n\r\n"


@pytest.mark.parametrize("target", ["/a b", "/a\r\nX: y", "/a\x00"])
def test_a_target_stays_one(target: str) -> None:
    with pytest.raises(MessageError, match="the path"):
        request("HTTP/1.1", "GET", target, {})


def test_a_header_stays_one_and_is_not_shown() -> None:
    with pytest.raises(MessageError, match="Authorization") as caught:
        request("HTTP/1.1", "GET", "/", {"Authorization": "hunter2\r\nX: y"})
    assert "hunter2" not in str(caught.value)


@given(st.binary(max_size=300))
def test_whatever_comes_is_an_answer_or_refused(data: bytes) -> None:
    try:
        answer = parse_head(b"HTTP/1.1 200 OK\r\n" + data)
    except MessageError:
        return
    assert all(name == name.strip().lower() for name in answer.headers)


@given(st.text(max_size=200))
def test_what_is_shown_is_short_and_printable(text: str) -> None:
    found = shown(text)
    assert len(found) <= 90
    assert found.isprintable()
