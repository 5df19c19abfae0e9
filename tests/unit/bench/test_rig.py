# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What stands between the benchmark and its proxies; the swarm itself is for the lab's tests."""

from __future__ import annotations

import contextlib
import socket
import typing as t

import pytest

from ansible_collections.farsite.fleet.bench.rig import Proxy, RigError

ADDRESS = "127.77.0.1"


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@contextlib.contextmanager
def running(port: int) -> t.Iterator[Proxy]:
    proxy = Proxy([], port)
    try:
        yield proxy
    finally:
        proxy.end()


def test_a_proxy_is_given_routes_and_tells_what_it_has_counted() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server, running(port := free_port()) as proxy:
        route = {"host": "127.0.0.1", "port": server.getsockname()[1], "rtt": 0}
        assert proxy.request(routes={ADDRESS: route}) == {}
        with socket.create_connection((ADDRESS, port), 30) as client:
            client.sendall(b"question")
            inside, _peer = server.accept()
            with inside:
                assert inside.recv(100) == b"question"
                inside.sendall(b"answer")
                assert client.recv(100) == b"answer"
        assert proxy.request(take=True) == {ADDRESS: {"connections": 1, "up": 8, "down": 6}}
        assert proxy.request(take=True) == {}


def test_a_proxy_that_cannot_listen_is_told() -> None:
    with (
        socket.create_server(("0.0.0.0", 0)) as taken,  # noqa: S104
        running(taken.getsockname()[1]) as proxy,
        pytest.raises(RigError, match="the lag proxy has ended with exit status 1"),
    ):
        proxy.request(take=True)
