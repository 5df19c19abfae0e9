# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest

from ansible_collections.farsite.fleet.plugins.module_utils.camera import rtsp
from ansible_collections.farsite.fleet.plugins.module_utils.camera.authentication import Login
from ansible_collections.farsite.fleet.plugins.module_utils.camera.exchange import Exchange
from ansible_collections.farsite.fleet.plugins.module_utils.camera.messages import MessageError, parse_head
from ansible_collections.farsite.fleet.tests.unit.plugins.module_utils.camera.servers import serving

SDP = "v=0\r\nm=video 0 RTP/AVP 96\r\na=rtpmap:96 H264/90000\r\n"
URL = "rtsp://127.0.0.1/Streaming/Channels/101"


class Camera:
    """Answers as a camera; keeps what it was asked."""

    def __init__(self, *, protocol: str = "RTSP/1.0") -> None:
        self.protocol = protocol
        self.asked: list[str] = []

    def __call__(self, question: bytes) -> bytes:
        text = question.decode()
        self.asked.append(text)
        head = f"{self.protocol} 200 OK\r\nCSeq: {len(self.asked)}\r\nServer: Lens\x1b/1\r\n"
        if text.startswith("OPTIONS"):
            return f"{head}Public: OPTIONS, DESCRIBE,PLAY\r\n\r\n".encode()
        if "Authorization" not in text:
            return b'RTSP/1.0 401 Unauthorized\r\nWWW-Authenticate: Digest realm="x", nonce="y"\r\n\r\n'
        return f"{head}Content-Length: {len(SDP)}\r\n\r\n{SDP}".encode()


def test_without_a_login_it_is_asked_once() -> None:
    camera = Camera()
    with serving(camera) as port, Exchange("127.0.0.1", port, 5) as exchange:
        found = rtsp.look(exchange, URL, None)
    assert found == {"status": 401, "server": "Lens?/1", "methods": ["OPTIONS", "DESCRIBE", "PLAY"], "streams": []}
    assert [text.split()[0] for text in camera.asked] == ["OPTIONS", "DESCRIBE"]


def test_with_a_login() -> None:
    camera = Camera()
    with serving(camera) as port, Exchange("127.0.0.1", port, 5) as exchange:
        found = rtsp.look(exchange, URL, Login("viewer", "hunter2"))
    assert found["status"] == 200
    assert found["streams"] == [{"media": "video", "codec": "H264", "clock_rate": 90000}]
    assert [text.split()[0] for text in camera.asked] == ["OPTIONS", "DESCRIBE", "DESCRIBE"]
    assert [line for text in camera.asked for line in text.splitlines() if line.startswith("CSeq")] == [
        "CSeq: 1",
        "CSeq: 2",
        "CSeq: 3",
    ]
    assert "hunter2" not in "".join(camera.asked) + repr(found)


def test_a_web_server_is_no_camera() -> None:
    with (
        serving(Camera(protocol="HTTP/1.1")) as port,
        Exchange("127.0.0.1", port, 5) as exchange,
        pytest.raises(MessageError, match="answers in HTTP, expected RTSP"),
    ):
        rtsp.look(exchange, URL, None)


def test_what_a_refusal_has_for_a_body_is_no_stream() -> None:
    refused = parse_head(b"RTSP/1.0 404 Not Found\r\nServer: x")
    assert rtsp.outcome(parse_head(b"RTSP/1.0 200 OK"), refused) == {
        "status": 404,
        "server": "x",
        "methods": [],
        "streams": [],
    }
