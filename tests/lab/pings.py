# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs in a network namespace: ``pings.py ADDRESS MILLISECONDS`` sends an echo request that often until its input ends.

Then it prints JSON: how many were sent and answered, and the longest time, in seconds, in which no answer came.
"""

from __future__ import annotations

import json
import select
import socket
import struct
import sys
import time

HEADER = struct.Struct("!BBHHH")
REQUEST, ANSWER = 8, 0
IP_HEADER = 20
NUMBER = 0x4653
UNDER_WAY = 1.0
"""Seconds."""


def checksum(data: bytes) -> int:
    total: int = sum(struct.unpack(f"!{len(data) // 2}H", data))
    total = (total >> 16) + (total & 0xFFFF)
    return ~(total + (total >> 16)) & 0xFFFF


def request(count: int) -> bytes:
    sequence = count & 0xFFFF
    head = HEADER.pack(REQUEST, 0, 0, NUMBER, sequence)
    return HEADER.pack(REQUEST, 0, checksum(head), NUMBER, sequence)


def is_answer(packet: bytes) -> bool:
    kind, _code, _sum, number, _sequence = HEADER.unpack_from(packet, IP_HEADER)
    return (kind, number) == (ANSWER, NUMBER)


def main(address: str, pause: float) -> None:
    connection = socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_ICMP)
    connection.settimeout(0)
    sent = answered = 0
    longest = 0.0
    last = due = time.monotonic()
    while True:
        readable, _, _ = select.select([connection, sys.stdin], [], [], max(0.0, due - time.monotonic()))
        now = time.monotonic()
        if connection in readable and is_answer(connection.recv(2048)):
            answered += 1
            longest, last = max(longest, now - last), now
        if sys.stdin in readable:
            break
        if now >= due:
            due = now + pause
            sent += 1
            try:
                connection.sendto(request(sent), (address, 0))
            except OSError:
                # no route or no session for the moment: it counts as lost
                continue
    longest = max(longest, time.monotonic() - last)
    # what is still under way is not lost
    end = time.monotonic() + UNDER_WAY
    while answered < sent and select.select([connection], [], [], max(0.0, end - time.monotonic()))[0]:
        answered += is_answer(connection.recv(2048))
    json.dump({"sent": sent, "answered": answered, "longest": longest}, sys.stdout)


if __name__ == "__main__":
    main(sys.argv[1], float(sys.argv[2]) / 1000)
