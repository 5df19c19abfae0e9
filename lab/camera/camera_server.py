#!/usr/bin/env python3
# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A lab camera: RTSP (H.264) on 554, HTTP on 80, both with Digest authentication, paths as Hikvision has them.

Name, user and password are in the environment: CAMERA_NAME, CAMERA_USER, CAMERA_PASSWORD. The RTSP server is
GStreamer's, so it owes nothing to the client of this project.
"""

from __future__ import annotations

import hashlib
import http.server
import os
import pathlib
import re
import secrets
import sys
import threading
import typing as t

import gi

gi.require_version("Gst", "1.0")
gi.require_version("GstRtsp", "1.0")
gi.require_version("GstRtspServer", "1.0")

import camera_picture  # noqa: E402
from gi.repository import GLib, Gst, GstRtsp, GstRtspServer  # noqa: E402

NAME = os.environ["CAMERA_NAME"]
USER = os.environ["CAMERA_USER"]
PASSWORD = os.environ["CAMERA_PASSWORD"]
STREAM = "/Streaming/Channels/101"
SNAPSHOT = "/ISAPI/Streaming/channels/101/picture"
REALM = "Farsite lab camera"
STRIP = "/tmp/name"  # noqa: S108
SECONDS = 5


def rtsp_server() -> GstRtspServer.RTSPServer:
    """Return the server of the stream; it encodes only while somebody watches, once for all of them."""
    server = GstRtspServer.RTSPServer()
    server.set_service("554")
    factory = GstRtspServer.RTSPMediaFactory()
    encoder = "openh264enc bitrate=400000 gop-size=10 complexity=low ! h264parse"
    payload = "rtph264pay name=pay0 pt=96 config-interval=1"
    factory.set_launch(f"( {camera_picture.pipeline(STRIP)} ! {encoder} ! {payload} )")
    factory.set_shared(True)
    factory.set_permissions(_only_for("viewer"))
    authentication = GstRtspServer.RTSPAuth()
    authentication.set_supported_methods(GstRtsp.RTSPAuthMethod.DIGEST)
    token = GstRtspServer.RTSPToken()
    token.set_string(GstRtspServer.RTSP_TOKEN_MEDIA_FACTORY_ROLE, "viewer")
    authentication.add_digest(USER, PASSWORD, token)
    server.set_auth(authentication)
    server.get_mount_points().add_factory(STREAM, factory)
    return server


def _only_for(role: str) -> GstRtspServer.RTSPPermissions:
    permissions = GstRtspServer.RTSPPermissions()
    permissions.add_role(role)
    for permission in ("media.factory.access", "media.factory.construct"):
        permissions.add_permission_for_role(role, permission, True)  # noqa: FBT003
    return permissions


def snapshot() -> bytes:
    """Return the picture of now as JPEG."""
    words = f"{camera_picture.pipeline(STRIP)} ! jpegenc ! appsink name=out max-buffers=1"
    line = Gst.parse_launch(words)
    line.set_state(Gst.State.PLAYING)
    try:
        sample = line.get_by_name("out").emit("try-pull-sample", SECONDS * Gst.SECOND)
        buffer = sample.get_buffer()
        return t.cast("bytes", buffer.extract_dup(0, buffer.get_size()))
    finally:
        line.set_state(Gst.State.NULL)


class Page(http.server.BaseHTTPRequestHandler):
    """The camera's web page and its snapshot."""

    protocol_version = "HTTP/1.1"
    server_version = "LabCamera"
    sys_version = ""
    nonces: t.ClassVar[set[str]] = set()

    def do_GET(self) -> None:
        """Answer."""
        if not self._allowed():
            nonce = secrets.token_hex(16)
            self.nonces.add(nonce)
            challenge = f'Digest realm="{REALM}", qop="auth", nonce="{nonce}"'
            self._send(401, "text/plain", b"401\n", {"WWW-Authenticate": challenge})
        elif self.path == SNAPSHOT:
            self._send(200, "image/jpeg", snapshot())
        elif self.path == "/":
            self._send(200, "text/plain", f"{NAME}, seen from {self.client_address[0]}\n".encode())
        else:
            self._send(404, "text/plain", b"404\n")

    def _allowed(self) -> bool:
        given = dict(re.findall(r'(\w+)=(?:")?([^",]*)', self.headers.get("Authorization", "")))
        if given.get("nonce") not in self.nonces or given.get("username") != USER or given.get("uri") != self.path:
            return False
        words = ":".join(given.get(name, "") for name in ("nonce", "nc", "cnonce", "qop"))
        expected = _md5(f"{_md5(f'{USER}:{REALM}:{PASSWORD}')}:{words}:{_md5(f'{self.command}:{self.path}')}")
        return secrets.compare_digest(given.get("response", ""), expected)

    def _send(self, status: int, kind: str, body: bytes, headers: t.Mapping[str, str] | None = None) -> None:
        self.send_response(status)
        for name, value in {"Content-Type": kind, "Content-Length": str(len(body)), **(headers or {})}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)


def _md5(text: str) -> str:
    return hashlib.md5(text.encode()).hexdigest()  # noqa: S324


def main() -> None:
    """Serve for ever."""
    Gst.init(None)
    pathlib.Path(STRIP).write_bytes(camera_picture.name_strip(NAME))
    server = rtsp_server()
    server.attach(None)
    web = http.server.ThreadingHTTPServer(("", 80), Page)
    threading.Thread(target=web.serve_forever, daemon=True).start()
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    GLib.MainLoop().run()


if __name__ == "__main__":
    main()
