# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs in a network namespace: servers that tell whom they see, and clients that ask them.

``talk.py serve PORT…`` | ``ask SECONDS TARGET…`` | ``converse TARGET``; a TARGET is ``tcp,ADDRESS,PORT[,SOURCE]``
or the same with ``udp``. What is told of each is the address that the server saw, ``refused`` or ``silent``.
"""

from __future__ import annotations

import concurrent.futures
import json
import socket
import socketserver
import sys
import threading
import time

LONGEST = 200


class Tcp(socketserver.ThreadingTCPServer):
    address_family = socket.AF_INET6
    allow_reuse_address = True
    daemon_threads = True


class Udp(socketserver.UDPServer):
    address_family = socket.AF_INET6


def seen(address: tuple[str, ...]) -> bytes:
    return address[0].removeprefix("::ffff:").encode() + b"\n"


class TcpAnswer(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        while self.rfile.readline(LONGEST):
            self.wfile.write(seen(self.client_address))


class UdpAnswer(socketserver.BaseRequestHandler):
    def handle(self) -> None:
        self.request[1].sendto(seen(self.client_address), self.client_address)


def serve(ports: list[str]) -> None:
    for port in map(int, ports):
        for server in (Tcp(("::", port), TcpAnswer), Udp(("::", port), UdpAnswer)):
            threading.Thread(target=server.serve_forever).start()
    sys.stdout.write("ready\n")
    sys.stdout.flush()


def connect(target: str, seconds: float) -> socket.socket:
    protocol, address, port, *source = target.split(",")
    kind = socket.SOCK_STREAM if protocol == "tcp" else socket.SOCK_DGRAM
    family, _, _, _, place = socket.getaddrinfo(address, int(port), type=kind)[0]
    connection = socket.socket(family, kind)
    connection.settimeout(seconds)
    if source:
        connection.bind((source[0], 0))
    connection.connect(place)
    return connection


def answer(connection: socket.socket, seconds: float) -> str:
    """Ask once; by datagrams, which may be lost, until there is an answer."""
    stream = connection.type == socket.SOCK_STREAM
    connection.settimeout(seconds if stream else min(0.5, seconds))
    end = time.monotonic() + seconds
    while True:
        connection.sendall(b"who am I?\n")
        try:
            received = connection.recv(LONGEST)
        except TimeoutError:
            if stream or time.monotonic() > end:
                return "silent"
        else:
            return received.decode(errors="replace").split("\n")[0].strip() if received else "refused"


def ask(target: str, seconds: float) -> str:
    try:
        with connect(target, seconds) as connection:
            return answer(connection, seconds)
    except (ConnectionRefusedError, ConnectionResetError):
        return "refused"
    except TimeoutError:
        return "silent"
    except OSError as error:
        return f"silent: {error}"


def ask_all(seconds: float, targets: list[str]) -> None:
    with concurrent.futures.ThreadPoolExecutor(len(targets)) as threads:
        json.dump(list(threads.map(lambda target: ask(target, seconds), targets)), sys.stdout)


def converse(target: str) -> None:
    """Ask in one flow, once for each line of the input, which has the seconds to wait."""
    connection: socket.socket | None = None
    for line in sys.stdin:
        connection = connection or connect(target, float(line))
        sys.stdout.write(answer(connection, float(line)) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    if sys.argv[1] == "serve":
        serve(sys.argv[2:])
    elif sys.argv[1] == "ask":
        ask_all(float(sys.argv[2]), sys.argv[3:])
    else:
        converse(sys.argv[2])
