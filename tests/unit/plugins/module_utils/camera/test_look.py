# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import time
import typing as t

from ansible_collections.farsite.fleet.plugins.module_utils.camera.look import look_at
from ansible_collections.farsite.fleet.tests.unit.plugins.module_utils.camera.servers import serving, unused_port


def camera(**changes: t.Any) -> dict[str, t.Any]:
    return {"name": "gate", "address": "127.0.0.1", "rtsp_port": unused_port(), "http_port": unused_port()} | changes


def test_no_camera() -> None:
    assert look_at([], 1) == []


def test_nobody_listens() -> None:
    (found,) = look_at([camera()], 5)
    assert (found["name"], found["address"], found["reachable"]) == ("gate", "127.0.0.1", False)
    assert found["rtsp"]["problem"] == found["http"]["problem"] == "refuses connections"
    assert found["rtsp"]["status"] is found["http"]["status"] is None


def test_a_refusal_is_an_answer_unless_there_is_a_login() -> None:
    login = {"username": "a", "password": "hunter2"}
    refusal = b'HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Basic realm="x"\r\n\r\n'
    with serving(lambda _question: refusal) as port:
        without, wrong = look_at([camera(http_port=port), camera(http_port=port, **login)], 5)
    assert without["reachable"]
    assert without["http"]["problem"] is None
    assert wrong["http"]["problem"] == "refuses the user or the password"
    assert "hunter2" not in repr(wrong)


def test_a_page_that_is_not_there() -> None:
    with serving(lambda _question: b"HTTP/1.1 404 Not Found\r\n\r\n") as port:
        (found,) = look_at([camera(http_port=port)], 5)
    assert found["http"]["problem"] == "answers with status 404"


def test_the_path_follows_from_the_vendor() -> None:
    asked: list[bytes] = []

    def script(question: bytes) -> bytes:
        asked.append(question.split()[1])
        return b"RTSP/1.0 200 OK\r\n\r\n"

    with serving(script) as port:
        look_at([camera(rtsp_port=port, vendor="hikvision")], 5)
        look_at([camera(rtsp_port=port, vendor="hikvision", rtsp_path="/own")], 5)
    host = f"rtsp://127.0.0.1:{port}".encode()
    assert asked == [host + b"/Streaming/Channels/101"] * 2 + [host + b"/own"] * 2


def test_silent_cameras_wait_together() -> None:
    with serving(lambda _question: b"") as port:
        start = time.monotonic()
        found = look_at([camera(rtsp_port=port, http_port=port)] * 20, 0.5)
    assert time.monotonic() - start < 5
    assert {one["rtsp"]["problem"] for one in found} == {"no answer within 0.5 s"}


def test_what_answers_is_another_server() -> None:
    with serving(lambda _question: b"SSH-2.0-dropbear\r\n\r\n") as port:
        (found,) = look_at([camera(rtsp_port=port)], 5)
    assert not found["reachable"]
    assert "SSH-2.0-dropbear" in found["rtsp"]["problem"]
