# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Machines on no network of the lab: where their cables lead to is for others to say (``lab_namespace.cable``)."""

from __future__ import annotations

import typing as t

from lab_hub import LabHub
from lab_machine import Machine, require_new
from lab_namespace import connects


class Alone(Machine):
    """A machine that only ``execute`` gets to, whatever its network has become."""

    ADDRESS: t.ClassVar[str]
    """What each has: they never meet."""

    @classmethod
    def new_address(cls, name: str) -> str:
        """Return the address of every new one."""
        require_new(name)
        return cls.ADDRESS

    def network_options(self) -> list[str]:
        """Return podman's options for no eth0."""
        return ["--network=none"]

    def meet(self) -> None:
        """Leave this machine's network as it is."""

    def takes_connections(self, *, address: str | None = None, port: int = 22, timeout: float = 1) -> bool:
        """Whether the machine itself gets to its SSH server now; no login."""
        return self.running() and connects(str(self.process_id()), address or "127.0.0.1", port, timeout=timeout)


class LoneHub(Alone, LabHub):
    """A hub with one address, on the internet."""

    ADDRESS = "203.0.113.10"
