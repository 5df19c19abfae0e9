# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Something to say to a peer, so that it answers."""

from __future__ import annotations

import contextlib
import ipaddress
import socket
import typing as t

DISCARD = 9
"""The port of the protocol that throws everything away (RFC 863)."""


def nudge(addresses: t.Iterable[str]) -> None:
    """Send a datagram to each of *addresses*. Whether it arrives shows elsewhere, so nothing is an error."""
    with contextlib.ExitStack() as stack:
        sockets = {
            family: stack.enter_context(socket.socket(family, socket.SOCK_DGRAM))
            for family in (socket.AF_INET, socket.AF_INET6)
            if socket.has_dualstack_ipv6() or family == socket.AF_INET
        }
        for address in addresses:
            family = socket.AF_INET6 if ipaddress.ip_address(address).version == 6 else socket.AF_INET  # noqa: PLR2004
            # of a peer that was never there the kernel knows no way
            with contextlib.suppress(OSError):
                sockets[family].sendto(b"\n", (address, DISCARD))
