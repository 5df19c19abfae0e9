#!/usr/bin/env python3
# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Stands in for a stick that has a web page of its own: Huawei HiLink or ZTE.

As a library ``with HttpStick("hilink", "home") as stick``, as a program ``http_stick.py --kind zte --scenario pin``,
which prints its port and serves until it is ended. What it answers stands in ``http_answers.py`` beside it.

HiLink answers who sends the session cookie that it gave, ZTE who sends a Referer header of the stick's own address.
"""

from __future__ import annotations

import argparse
import http.server
import secrets
import socketserver
import sys
import threading
import typing as t
import urllib.parse

from http_answers import KINDS, SCENARIOS, SESSION_PATH, WRONG_SESSION, body, hilink_error, hilink_response


class _Server(socketserver.ThreadingTCPServer):
    """As http.server's, without its look-up of the own name, which can take long where there is no DNS."""

    allow_reuse_address = True
    daemon_threads = True
    block_on_close = False

    def __init__(self, address: tuple[str, int], kind: str, scenario: str) -> None:
        self.kind = kind
        self.scenario = scenario
        self.session = f"SessionID={secrets.token_urlsafe(32)}"
        self.token = secrets.token_urlsafe(24)
        self.ended = threading.Event()
        self._requests = 0
        self._lock = threading.Lock()
        super().__init__(address, _Handler)

    def hangs(self) -> bool:
        """Count a request, and return whether it gets no answer."""
        with self._lock:
            self._requests += 1
            return self.scenario == "hang" and self._requests > 1


class _Handler(http.server.BaseHTTPRequestHandler):
    """One connection, which ends after its answer, as sticks do: the protocol is HTTP/1.0."""

    server: _Server

    def do_GET(self) -> None:
        if self.server.hangs():
            self.server.ended.wait()
            self.close_connection = True
        elif self.server.kind == "hilink":
            self._send(200, "text/xml", self._hilink())
        elif not self._referred_by_itself():
            self._send(403, "text/html", "")
        else:
            answer = body("zte", self.server.scenario, self.path)
            self._send(404 if answer is None else 200, "text/html", answer or "")

    def _hilink(self) -> str:
        if self.path == SESSION_PATH:
            return hilink_response({"SesInfo": self.server.session, "TokInfo": self.server.token})
        if self.server.session not in self.headers.get("Cookie", ""):
            return hilink_error(WRONG_SESSION)
        return body("hilink", self.server.scenario, self.path) or ""

    def _referred_by_itself(self) -> bool:
        own_address: str = self.connection.getsockname()[0]
        return urllib.parse.urlsplit(self.headers.get("Referer", "")).hostname == own_address

    def _send(self, status: int, kind: str, text: str) -> None:
        content = text.encode()
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *arguments: object) -> None:  # noqa: A002 - the name is http.server's
        """Say nothing."""


class HttpStick:
    """A stick that serves until it is closed, on a thread of its own; ``address`` and ``port`` say where."""

    def __init__(self, kind: str, scenario: str, *, bind: str = "127.0.0.1", port: int = 0) -> None:
        """Listen; ValueError for a kind or scenario that there is not."""
        if kind not in KINDS or scenario not in SCENARIOS:
            raise ValueError(f"no such stick: {kind}, {scenario}; there are {KINDS} and {SCENARIOS}")
        self._server = _Server((bind, port), kind, scenario)
        address, self.port = self._server.server_address[:2]
        self.address = str(address)
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        self._thread.start()

    def __enter__(self) -> t.Self:
        """Return itself."""
        return self

    def __exit__(self, *_error: object) -> None:
        """Close it."""
        self.close()

    def wait(self) -> None:
        """Wait until it is closed."""
        self._thread.join()

    def close(self) -> None:
        """End it, and the connections that hang."""
        self._server.ended.set()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


def main(arguments: list[str]) -> None:
    """Serve until ended."""
    parser = argparse.ArgumentParser(description="Stand in for a stick that has a web page of its own.")
    parser.add_argument("--kind", choices=KINDS, required=True)
    parser.add_argument("--scenario", choices=SCENARIOS, required=True)
    parser.add_argument("--port", type=int, default=0, help="0: any that is free")
    parser.add_argument("--bind", default="127.0.0.1", metavar="ADDRESS")
    given = parser.parse_args(arguments)
    with HttpStick(given.kind, given.scenario, bind=given.bind, port=given.port) as stick:
        print(stick.port, flush=True)  # noqa: T201 - who started it reads it
        stick.wait()


if __name__ == "__main__":
    main(sys.argv[1:])
