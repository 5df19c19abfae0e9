# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""All cameras at once: what each says by RTSP and HTTP, as plain data without any login in it."""

from __future__ import annotations

import concurrent.futures
import ipaddress
import typing as t

from ansible_collections.farsite.fleet.plugins.module_utils.camera import rtsp, web
from ansible_collections.farsite.fleet.plugins.module_utils.camera.authentication import Login
from ansible_collections.farsite.fleet.plugins.module_utils.camera.exchange import Exchange
from ansible_collections.farsite.fleet.plugins.module_utils.camera.messages import MessageError
from ansible_collections.farsite.fleet.plugins.module_utils.camera.vendors import rtsp_path

MOST_AT_ONCE = 256
UNAUTHORIZED = 401

Camera = t.Mapping[str, t.Any]
Result = dict[str, t.Any]


def look_at(cameras: t.Sequence[Camera], seconds: float) -> list[Result]:
    """Return what each of *cameras* says, in their order; *seconds* is the time that each protocol of each has.

    A camera has ``name``, ``address``, ``rtsp_port`` and ``http_port``; it may have ``rtsp_path``, ``http_path``,
    ``vendor``, ``username`` and ``password``.
    """
    if not cameras:
        return []
    with concurrent.futures.ThreadPoolExecutor(min(2 * len(cameras), MOST_AT_ONCE)) as pool:
        asked = [(pool.submit(_rtsp, camera, seconds), pool.submit(_http, camera, seconds)) for camera in cameras]
        return [
            _result(camera, by_rtsp.result(), by_http.result())
            for camera, (by_rtsp, by_http) in zip(cameras, asked, strict=True)
        ]


def _result(camera: Camera, by_rtsp: Result, by_http: Result) -> Result:
    return {
        "name": camera["name"],
        "address": camera["address"],
        "reachable": by_rtsp["status"] is not None or by_http["status"] is not None,
        "rtsp": by_rtsp,
        "http": by_http,
    }


def _rtsp(camera: Camera, seconds: float) -> Result:
    port = camera["rtsp_port"]
    nothing = {"port": port, "status": None, "server": None, "methods": [], "streams": [], "problem": None}
    url = f"rtsp://{_host(camera['address'], port, 554)}{camera.get('rtsp_path') or rtsp_path(camera.get('vendor'))}"
    login = _login(camera)
    return nothing | _tried(camera, port, seconds, lambda exchange: rtsp.look(exchange, url, login))


def _http(camera: Camera, seconds: float) -> Result:
    port = camera["http_port"]
    nothing = {"port": port, "status": None, "server": None, "problem": None}
    host = _host(camera["address"], port, 80)
    path, login = camera.get("http_path") or "/", _login(camera)
    return nothing | _tried(camera, port, seconds, lambda exchange: web.look(exchange, host, path, login))


def _tried(camera: Camera, port: int, seconds: float, look: t.Callable[[Exchange], Result]) -> Result:
    try:
        with Exchange(camera["address"], port, seconds) as exchange:
            found = look(exchange)
    except TimeoutError:
        return {"problem": f"no answer within {seconds:g} s"}
    except ConnectionRefusedError:
        return {"problem": "refuses connections"}
    except OSError as error:
        return {"problem": error.strerror or str(error) or "the connection broke"}
    except MessageError as error:
        return {"problem": str(error)}
    return found | {"problem": _problem(found["status"], camera)}


def _problem(status: int, camera: Camera) -> str | None:
    """Return what is wrong with an answer. Who asks without a login is to be refused."""
    if status == UNAUTHORIZED:
        return "refuses the user or the password" if _login(camera) else None
    return None if status < UNAUTHORIZED - 1 else f"answers with status {status}"


def _login(camera: Camera) -> Login | None:
    return Login(camera["username"], camera.get("password") or "") if camera.get("username") else None


def _host(address: str, port: int, usual: int) -> str:
    host = f"[{address}]" if ipaddress.ip_address(address).version == 6 else address  # noqa: PLR2004
    return host if port == usual else f"{host}:{port}"
