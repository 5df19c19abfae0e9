# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a camera says by RTSP (RFC 2326): OPTIONS, then DESCRIBE, with a login where it asks for one."""

from __future__ import annotations

import itertools
import secrets
import typing as t

from ansible_collections.farsite.fleet.plugins.module_utils.camera.authentication import authorization, challenges
from ansible_collections.farsite.fleet.plugins.module_utils.camera.messages import Answer, MessageError, request, shown
from ansible_collections.farsite.fleet.plugins.module_utils.camera.streams import streams

if t.TYPE_CHECKING:
    from collections.abc import Iterator

    from ansible_collections.farsite.fleet.plugins.module_utils.camera.authentication import Login
    from ansible_collections.farsite.fleet.plugins.module_utils.camera.exchange import Exchange

PROTOCOL = "RTSP/1.0"
OK = 200
UNAUTHORIZED = 401

Result = dict[str, t.Any]


def look(exchange: Exchange, url: str, login: Login | None) -> Result:
    """Return ``status`` of DESCRIBE, ``server``, ``methods``, and its ``streams``. Raises OSError and MessageError."""
    numbers = itertools.count(1)
    options = _ask(exchange, "OPTIONS", url, {}, numbers)
    described = _ask(exchange, "DESCRIBE", url, {"Accept": "application/sdp"}, numbers)
    if described.status == UNAUTHORIZED and login:
        offered = challenges(described.headers.get("www-authenticate", ()))
        value = authorization(offered, "DESCRIBE", url, login, secrets.token_hex(8))
        if value:
            headers = {"Accept": "application/sdp", "Authorization": value}
            described = _ask(exchange, "DESCRIBE", url, headers, numbers)
    return outcome(options, described)


def outcome(options: Answer, described: Answer) -> Result:
    """Return what the two answers say."""
    server = described.header("server") or options.header("server")
    methods = [word.strip() for word in (options.header("public") or "").split(",")]
    return {
        "status": described.status,
        "server": shown(server)[1:-1] if server else None,
        "methods": [shown(word, 20)[1:-1] for word in methods if word],
        "streams": streams(described.body.decode("utf-8", "replace")) if described.status == OK else [],
    }


def _ask(exchange: Exchange, method: str, url: str, headers: t.Mapping[str, str], numbers: Iterator[int]) -> Answer:
    number = str(next(numbers))
    question = request(PROTOCOL, method, url, {"CSeq": number, "User-Agent": "farsite.fleet", **headers})
    answer = exchange.ask(question, body=True)
    if answer.protocol != "RTSP":
        raise MessageError(f"it answers in {answer.protocol}, expected RTSP")
    return answer
