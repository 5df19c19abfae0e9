# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A bad link in front of many TCP servers: every connection gets a round-trip time, and what goes over it is counted.

One process for all: it listens on one port of every address, and the address that a client has connected to says where
to: each router has one of its own in 127.0.0.0/8. It needs the standard library only, so that any Python runs it in any
network namespace: ``lag.py PORT``. It takes requests as JSON, a line each, and answers each with a line:

- ``{"routes": {"127.77.0.1": {"host": "10.80.0.1", "port": 22, "rtt": 150}}}``: where to from each address from now on,
  and the round-trip time in ms. The answer is ``{}``. Whoever connects to another address is turned away.
- ``{"take": true}``: the answer has ``connections``, and ``up`` and ``down`` in bytes, by address since the last time.

A connection costs a round trip before its first byte goes up, as TCP's handshake does; then every byte is half a
round-trip time under way. Slow start, loss and a limited rate are not modelled.
"""

from __future__ import annotations

import asyncio
import collections
import contextlib
import dataclasses
import json
import resource
import sys
import typing as t

_CHUNK = 65536
_BACKLOG = 1024
"""Of connections that are not accepted yet: a controller with many forks makes hundreds at once."""


@dataclasses.dataclass(frozen=True)
class Route:
    """The server behind one address, and the round-trip time to it in ms."""

    host: str
    port: int
    rtt: float


@dataclasses.dataclass
class Traffic:
    """What went to one address: connections, bytes from the client and to it."""

    connections: int = 0
    up: int = 0
    down: int = 0


class LagProxy:
    """The proxy; ``start`` listens, and everything else may be changed at any time."""

    def __init__(self) -> None:
        """Make one without a route."""
        self.routes: dict[str, Route] = {}
        self.traffic: dict[str, Traffic] = collections.defaultdict(Traffic)
        self._server: asyncio.Server | None = None

    async def start(self, port: int) -> int:
        """Listen on that port of all addresses, 0 for any that is free; return the port."""
        self._server = await asyncio.start_server(self._serve, "0.0.0.0", port, backlog=_BACKLOG)  # noqa: S104
        return int(self._server.sockets[0].getsockname()[1])

    def stop(self) -> None:
        """Take no more connections."""
        if self._server is not None:
            self._server.close()

    def take(self) -> dict[str, Traffic]:
        """Return what was counted since the last time, by address."""
        taken, self.traffic = dict(self.traffic), collections.defaultdict(Traffic)
        return taken

    def request(self, message: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
        """Do what one line of JSON asks for and return the answer."""
        if "routes" in message:
            self.routes = {address: Route(**route) for address, route in message["routes"].items()}
        if "take" in message:
            return {address: dataclasses.asdict(traffic) for address, traffic in self.take().items()}
        return {}

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        accepted = asyncio.get_running_loop().time()
        address = writer.get_extra_info("sockname")[0]
        route = self.routes.get(address)
        self.traffic[address].connections += 1
        # where nothing listens the client is let in, and its connection ends
        with contextlib.suppress(OSError):
            if route is not None:
                await self._connect(address, route, reader, writer, accepted)
        writer.close()

    async def _connect(
        self, address: str, route: Route, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, accepted: float
    ) -> None:
        def went_up(size: int) -> None:
            self.traffic[address].up += size

        def went_down(size: int) -> None:
            self.traffic[address].down += size

        half = route.rtt / 2000
        await asyncio.sleep(3 * half)
        far_reader, far_writer = await asyncio.open_connection(route.host, route.port)
        try:
            async with asyncio.TaskGroup() as both:
                both.create_task(_carry(reader, far_writer, half, accepted + 2 * half, went_up))
                both.create_task(_carry(far_reader, writer, half, accepted, went_down))
        finally:
            far_writer.close()


async def _carry(
    reader: asyncio.StreamReader,
    writer: asyncio.StreamWriter,
    half: float,
    not_before: float,
    count: t.Callable[[int], None],
) -> None:
    """Carry what comes in *half* seconds later, counted from *not_before* at the earliest.

    The end of the stream takes as long as its bytes. A writer that is closed takes no more: then the rest is dropped.
    """
    loop = asyncio.get_running_loop()
    under_way: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue()

    async def receive() -> None:
        data = b"anything"
        while data:
            try:
                data = await reader.read(_CHUNK)
            except OSError:
                data = b""
            under_way.put_nowait((max(loop.time(), not_before) + half, data))

    receiving = asyncio.create_task(receive())
    try:
        due, data = await under_way.get()
        while data:
            await asyncio.sleep(due - loop.time())
            count(len(data))
            writer.write(data)
            await writer.drain()
            due, data = await under_way.get()
        await asyncio.sleep(due - loop.time())
        writer.write_eof()
    except OSError:
        writer.transport.abort()
    finally:
        receiving.cancel()


async def _main() -> None:
    proxy = LagProxy()
    await proxy.start(int(sys.argv[1]))
    loop = asyncio.get_running_loop()
    requests = asyncio.StreamReader(limit=1 << 24)
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(requests), sys.stdin)
    while line := await requests.readline():
        sys.stdout.write(json.dumps(proxy.request(json.loads(line))) + "\n")
        sys.stdout.flush()
    # a connection that comes while the loop ends would find none of its tasks
    proxy.stop()


if __name__ == "__main__":
    _soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    asyncio.run(_main())
