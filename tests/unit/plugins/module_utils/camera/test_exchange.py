# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import time

import pytest

from ansible_collections.farsite.fleet.plugins.module_utils.camera.exchange import MOST_BODY, Exchange
from ansible_collections.farsite.fleet.plugins.module_utils.camera.messages import MOST_HEAD, MessageError
from ansible_collections.farsite.fleet.tests.unit.plugins.module_utils.camera.servers import serving, unused_port

QUESTION = b"OPTIONS * RTSP/1.0\r\nCSeq: 1\r\n\r\n"
ANSWER = b"RTSP/1.0 200 OK\r\nContent-Length: 3\r\n\r\nabc"


def test_answers_come_with_their_bodies_over_one_connection() -> None:
    asked = []

    def script(question: bytes) -> bytes:
        asked.append(question)
        return ANSWER

    with serving(script) as port, Exchange("127.0.0.1", port, 5) as exchange:
        assert [exchange.ask(QUESTION, body=True).body for _time in range(2)] == [b"abc", b"abc"]
    assert asked == [QUESTION] * 2


def test_a_server_that_closes_after_its_answer_is_asked_again() -> None:
    answers = [ANSWER, None, ANSWER]
    with serving(lambda _question: answers.pop(0)) as port, Exchange("127.0.0.1", port, 5) as exchange:
        assert exchange.ask(QUESTION, body=True).status == 200
        assert exchange.ask(QUESTION, body=True).status == 200
    assert answers == []


def test_a_server_that_only_closes_is_not_asked_for_ever() -> None:
    with (
        serving(lambda _question: None) as port,
        Exchange("127.0.0.1", port, 5) as exchange,
        pytest.raises(ConnectionResetError, match="closed the connection without an answer"),
    ):
        exchange.ask(QUESTION, body=True)


def test_the_time_is_for_all_of_it() -> None:
    """A server that sends a byte now and then does not hold the client."""

    def script(_question: bytes) -> bytes:
        time.sleep(0.2)
        return b"R"

    with serving(script) as port, Exchange("127.0.0.1", port, 0.5) as exchange:
        start = time.monotonic()
        with pytest.raises(TimeoutError):
            exchange.ask(QUESTION * 10, body=True)
        assert time.monotonic() - start < 3


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        (b"x" * (MOST_HEAD + 1), "no end after"),
        (f"RTSP/1.0 200 OK\r\nContent-Length: {MOST_BODY + 1}\r\n\r\n".encode(), "at most"),
        (b"SSH-2.0-dropbear\r\n\r\n", "its first line is"),
    ],
)
def test_what_is_no_answer(answer: bytes, message: str) -> None:
    with (
        serving(lambda _question: answer) as port,
        Exchange("127.0.0.1", port, 5) as exchange,
        pytest.raises(MessageError, match=message),
    ):
        exchange.ask(QUESTION, body=True)


def test_a_body_that_nobody_wants_is_not_read() -> None:
    head = b"HTTP/1.1 200 OK\r\nContent-Length: 99999999\r\n\r\n"
    with serving(lambda _question: head) as port, Exchange("127.0.0.1", port, 5) as exchange:
        assert exchange.ask(QUESTION, body=False).status == 200


def test_nobody_listens() -> None:
    with Exchange("127.0.0.1", unused_port(), 5) as exchange, pytest.raises(ConnectionRefusedError):
        exchange.ask(QUESTION, body=True)
