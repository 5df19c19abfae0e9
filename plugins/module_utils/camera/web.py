# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a camera says by HTTP: the status of a page, with a login where it asks for one."""

from __future__ import annotations

import secrets
import typing as t

from ansible_collections.farsite.fleet.plugins.module_utils.camera.authentication import authorization, challenges
from ansible_collections.farsite.fleet.plugins.module_utils.camera.messages import MessageError, request, shown

if t.TYPE_CHECKING:
    from ansible_collections.farsite.fleet.plugins.module_utils.camera.authentication import Login
    from ansible_collections.farsite.fleet.plugins.module_utils.camera.exchange import Exchange
    from ansible_collections.farsite.fleet.plugins.module_utils.camera.messages import Answer

PROTOCOL = "HTTP/1.1"
UNAUTHORIZED = 401

Result = dict[str, t.Any]


def look(exchange: Exchange, host: str, path: str, login: Login | None) -> Result:
    """Return the ``status`` of GET *path*, and ``server``. Raises OSError and MessageError. The page is not read."""
    answer = _get(exchange, host, path, {})
    if answer.status == UNAUTHORIZED and login:
        offered = challenges(answer.headers.get("www-authenticate", ()))
        value = authorization(offered, "GET", path, login, secrets.token_hex(8))
        if value:
            answer = _get(exchange, host, path, {"Authorization": value})
    return outcome(answer)


def outcome(answer: Answer) -> Result:
    """Return what the answer says."""
    server = answer.header("server")
    return {"status": answer.status, "server": shown(server)[1:-1] if server else None}


def _get(exchange: Exchange, host: str, path: str, headers: t.Mapping[str, str]) -> Answer:
    given = {"Host": host, "User-Agent": "farsite.fleet", "Accept": "*/*", "Connection": "close", **headers}
    answer = exchange.ask(request(PROTOCOL, "GET", path, given), body=False)
    if answer.protocol != "HTTP":
        raise MessageError(f"it answers in {answer.protocol}, expected HTTP")
    return answer
