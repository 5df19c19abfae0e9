# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest

from ansible_collections.farsite.fleet.plugins.module_utils.camera import web
from ansible_collections.farsite.fleet.plugins.module_utils.camera.authentication import Login
from ansible_collections.farsite.fleet.plugins.module_utils.camera.exchange import Exchange
from ansible_collections.farsite.fleet.plugins.module_utils.camera.messages import MessageError
from ansible_collections.farsite.fleet.tests.unit.plugins.module_utils.camera.servers import serving

REFUSAL = b'HTTP/1.1 401 Unauthorized\r\nServer: App-webs/\r\nWWW-Authenticate: Basic realm="x"\r\n\r\n'


def test_without_a_login_it_is_asked_once() -> None:
    asked: list[bytes] = []

    def script(question: bytes) -> bytes:
        asked.append(question)
        return REFUSAL

    with serving(script) as port, Exchange("127.0.0.1", port, 5) as exchange:
        assert web.look(exchange, "camera", "/", None) == {"status": 401, "server": "App-webs/"}
    assert len(asked) == 1
    assert asked[0].startswith(b"GET / HTTP/1.1\r\nHost: camera\r\n")


def test_a_wrong_login_is_tried_once() -> None:
    asked: list[bytes] = []

    def script(question: bytes) -> bytes:
        asked.append(question)
        return REFUSAL

    with serving(script) as port, Exchange("127.0.0.1", port, 5) as exchange:
        assert web.look(exchange, "camera", "/", Login("a", "b"))["status"] == 401
    assert [b"Authorization: Basic YTpi" in question for question in asked] == [False, True]


def test_rtsp_is_no_web_page() -> None:
    with (
        serving(lambda _question: b"RTSP/1.0 400 Bad Request\r\n\r\n") as port,
        Exchange("127.0.0.1", port, 5) as exchange,
        pytest.raises(MessageError, match="expected HTTP"),
    ):
        web.look(exchange, "camera", "/", None)
