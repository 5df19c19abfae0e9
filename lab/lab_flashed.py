# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Routers as they are after flashing: two ports of the LAN, 192.168.1.1, and root without a password."""

from __future__ import annotations

import typing as t

import lab_genuine
from lab_alone import Alone
from lab_podman import LAB
from lab_router import LabRouter

if t.TYPE_CHECKING:
    import pathlib

ADDRESS = "192.168.1.1"
CAMERA_PORT, BENCH_PORT = "lan1", "lan2"


class FlashedRouter(Alone, LabRouter):
    """A router of which the lab knows no more than who has just flashed one."""

    ADDRESS = ADDRESS

    def network(self) -> str:
        """Return /etc/config/network, where its board has other ports than the image's."""
        text = (LAB / "router/etc/config/network").read_text()
        ports = "".join(f"\tlist ports '{port}'\n" for port in (CAMERA_PORT, BENCH_PORT))
        return text.replace("\tlist ports 'eth0'\n", ports)

    def seed(self, etc: pathlib.Path) -> None:
        """Put its network and the password that root has not yet on flash, over the stock /etc."""
        (etc / "config").mkdir(parents=True)
        (etc / "config/network").write_text(self.network())
        (etc / "shadow").write_text((LAB / "router/etc/shadow").read_text().replace("root:*:", "root::"))
        (etc / "shadow").chmod(0o600)

    def seed_genuine(self) -> None:
        """Put the ports into a genuine OpenWrt; root has no password there."""
        lab_genuine.put(self.container, {"etc/config/network": (self.network().encode(), 0o644)})
