# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A router's flash: a small file system of its own that survives a power cut and can be filled."""

from __future__ import annotations

import pathlib
import typing as t

from lab_podman import LabError, run

Kind = t.Literal["auto", "ext4", "overlay", "tmpfs"]
"""``ext4``: a file, loop-mounted. ``overlay``: in memory where there are no loop devices, shown as an overlayfs.
``tmpfs``: what a router shows on the first boots after it was flashed. ``auto``: ``ext4``, else ``overlay``."""
SIZE = 4 * 1024 * 1024
"""Bytes."""
MAKE_EXT4 = ("mke2fs", "-q", "-t", "ext4", "-b", "1024", "-N", "1024", "-m", "0", "-O", "^has_journal")


def mounted(folder: pathlib.Path) -> bool:
    """Whether something is mounted there now."""
    lines = pathlib.Path("/proc/self/mounts").read_text().splitlines()
    return any(line.split()[1] == str(folder) for line in lines)


class Flash:
    """The file system of one router.

    ``folder`` holds all it needs, ``root`` is where this machine mounts it (the router's ``/overlay``), ``upper`` what
    the router changed of its image.
    """

    def __init__(self, folder: pathlib.Path) -> None:
        """Describe it; nothing is made or mounted."""
        self.folder = folder
        self.root = folder / "overlay"
        self.upper = self.root / "upper"

    def mount(self, kind: Kind) -> Kind:
        """Mount it, made anew if it is not there; the kind it has."""
        self.root.mkdir(parents=True, exist_ok=True)
        if mounted(self.root):
            return kind
        if kind != "auto":
            self._mount(kind)
            return kind
        try:
            self._mount("ext4")
        except LabError:
            self._mount("overlay")
            return "overlay"
        return "ext4"

    def _mount(self, kind: Kind) -> None:
        if kind == "ext4":
            image = self.folder / "flash.img"
            if not image.exists():
                with image.open("wb") as file:
                    file.truncate(SIZE)
                run([*MAKE_EXT4, str(image)])
            run(["mount", "-o", "loop,noatime", str(image), str(self.root)])
        else:
            run(["mount", "-t", "tmpfs", "-o", f"size={SIZE}", "farsite-lab", str(self.root)])

    def unmount(self) -> None:
        """Unmount all of it; a file system in memory is gone then."""
        if mounted(self.root):
            run(["umount", str(self.root)])
