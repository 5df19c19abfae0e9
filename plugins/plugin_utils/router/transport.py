# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How scripts reach a router. The rest of this package knows only this interface."""

from __future__ import annotations

import dataclasses
import typing as t


class UnreachableError(Exception):
    """The connection could not be made, or broke: nothing is known of what the router did."""


@dataclasses.dataclass(frozen=True, slots=True)
class Reply:
    """What one exec gave back: exit status (0..254), standard output, standard error."""

    status: int
    output: bytes
    errors: bytes


class Transport(t.Protocol):
    """Runs a POSIX script from standard input on the router: one SSH session, one local process."""

    def run(self, script: bytes, *, fresh: bool = False, host: str | None = None) -> Reply:
        """Run *script* by ``sh -s``, however it gets there.

        *fresh* forbids any connection that exists already; *host* is another address of the same router.
        Raises UnreachableError.
        """

    def forget(self) -> None:
        """Let the next exec make a new connection, since the address or the firewall may have changed."""
