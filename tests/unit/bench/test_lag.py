# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The proxy of the benchmark: what goes through is whole, is counted, and is no earlier than the link allows."""

from __future__ import annotations

import asyncio
import json
import pathlib
import socket
import subprocess
import sys
import typing as t

import pytest

from ansible_collections.farsite.fleet.bench import lag
from ansible_collections.farsite.fleet.bench.lag import LagProxy, Route, Traffic

ADDRESS, OTHER = "127.77.0.1", "127.77.0.2"
BIG = bytes(range(256)) * 4096


class Server:
    """Greets, then gives back what it gets."""

    async def __aenter__(self) -> t.Self:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_error: object) -> None:
        self._server.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"hello ")
        while data := await reader.read(1000):
            writer.write(data)
            await writer.drain()
        writer.close()


async def talk(address: str, port: int, sent: bytes) -> bytes:
    """Return what is answered until the other side ends."""
    reader, writer = await asyncio.open_connection(address, port)

    async def send() -> None:
        writer.write(sent)
        await writer.drain()
        writer.write_eof()

    async with asyncio.TaskGroup() as both:
        both.create_task(send())
        answer = both.create_task(reader.read())
    writer.close()
    return answer.result()


def through(rtt: float, *conversations: bytes, address: str = ADDRESS) -> tuple[list[bytes], dict[str, Traffic], float]:
    """Return what was answered to each at the same time, what was counted, and the seconds that it took."""

    async def run() -> tuple[list[bytes], dict[str, Traffic], float]:
        proxy = LagProxy()
        async with Server() as server:
            port = await proxy.start(0)
            proxy.routes = {address: Route("127.0.0.1", server.port, rtt)}
            before = asyncio.get_running_loop().time()
            answers = await asyncio.gather(*(talk(address, port, sent) for sent in conversations))
            took = asyncio.get_running_loop().time() - before
            proxy.stop()
        return list(answers), proxy.take(), took

    return asyncio.run(run())


@pytest.mark.parametrize("rtt", [0, 20])
@pytest.mark.parametrize("sent", [b"", b"a line\n", BIG])
def test_what_goes_through_is_whole_and_counted(rtt: int, sent: bytes) -> None:
    answers, traffic, _took = through(rtt, sent)
    assert answers == [b"hello " + sent]
    assert traffic == {ADDRESS: Traffic(connections=1, up=len(sent), down=6 + len(sent))}


def test_connections_are_counted_by_address_and_do_not_mix() -> None:
    answers, traffic, _took = through(5, b"one", b"two", BIG, address=OTHER)
    assert answers == [b"hello one", b"hello two", b"hello " + BIG]
    assert traffic == {OTHER: Traffic(connections=3, up=6 + len(BIG), down=24 + len(BIG))}


def test_nothing_is_earlier_than_the_link_allows() -> None:
    """A handshake, then what is sent and its answer, which ends with the connection."""
    _answers, _traffic, took = through(100, b"question")
    assert took >= 0.2


def test_a_greeting_takes_the_handshake_and_the_way_back() -> None:
    async def run() -> float:
        proxy = LagProxy()
        async with Server() as server:
            port = await proxy.start(0)
            proxy.routes = {ADDRESS: Route("127.0.0.1", server.port, 100)}
            before = asyncio.get_running_loop().time()
            reader, writer = await asyncio.open_connection(ADDRESS, port)
            assert await reader.readexactly(6) == b"hello "
            took = asyncio.get_running_loop().time() - before
            writer.close()
            proxy.stop()
        return took

    assert asyncio.run(run()) >= 0.2


@pytest.mark.parametrize("routed", [True, False])
def test_where_nothing_listens_the_connection_ends(routed: bool) -> None:  # noqa: FBT001
    async def run() -> Traffic:
        proxy = LagProxy()
        port = await proxy.start(0)
        with socket.socket() as unused:
            unused.bind(("127.0.0.1", 0))
            if routed:
                proxy.routes = {ADDRESS: Route("127.0.0.1", unused.getsockname()[1], 0)}
            reader, writer = await asyncio.open_connection(ADDRESS, port)
            assert await reader.read() == b""
            writer.close()
        proxy.stop()
        return proxy.take()[ADDRESS]

    assert asyncio.run(run()) == Traffic(connections=1)


def test_taking_counts_begins_anew() -> None:
    proxy = LagProxy()
    proxy.traffic[ADDRESS].up += 7
    assert proxy.take() == {ADDRESS: Traffic(up=7)}
    assert proxy.take() == {}


def test_as_a_program_it_answers_line_by_line() -> None:
    requests: list[dict[str, t.Any]] = [
        {"routes": {ADDRESS: {"host": "127.0.0.1", "port": 1, "rtt": 150}}},
        {"take": True},
    ]
    lines = "".join(json.dumps(request) + "\n" for request in requests)
    command = [sys.executable, str(pathlib.Path(lag.__file__)), "0"]
    done = subprocess.run(command, input=lines, capture_output=True, text=True, check=True)
    assert done.stdout.splitlines() == ["{}", "{}"]
