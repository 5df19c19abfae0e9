# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The collection community.openwrt for the benchmark, where the user has it; nothing is fetched.

Its modules need OpenWrt's libubox on the router, of which the lab has no stand-in: an OpenWrt root file system for this
machine's processor, the path of which is in ``ROUTER_ROOTFS`` as the lab's other programs take it, has the real one.
"""

from __future__ import annotations

import dataclasses
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tarfile

NAME = "community.openwrt"
ROOTFS = "ROUTER_ROOTFS"
_LIBUBOX = re.compile(
    r"(\./)?(usr/bin/jshn|usr/share/libubox/jshn\.sh|lib/libc\.so|(usr/)?lib/lib(ubox|blobmsg_json|json-c|gcc_s)\.so.*)"
)
_PLACE, _FILE = "opt/openwrt", "usr/share/libubox/jshn.sh"
_JSHN = f"""\
#!/bin/sh
# of OpenWrt's own C library, beside the router's
exec /{_PLACE}/lib/libc.so --library-path /{_PLACE}/lib:/{_PLACE}/usr/lib /{_PLACE}/usr/bin/jshn "$@"
"""
MARK = "=== file of the benchmark: "
READ_FILES = f'cd /etc && for file in config/* dropbear/authorized_keys; do echo "{MARK}$file"; cat "$file"; echo; done'
"""A command for a router; what it prints is for ``split_files``."""


@dataclasses.dataclass(frozen=True)
class Installed:
    """Where a collection is, and which version."""

    collections: pathlib.Path
    version: str

    def copy_to(self, folder: pathlib.Path) -> None:
        """Copy it into a folder of collections; those of the user are not seen from the lab's office."""
        part = pathlib.Path("ansible_collections", *NAME.split("."))
        shutil.copytree(self.collections.parent / part, folder / part)


def why_not() -> str | None:
    """Say why nothing can be measured with it; None where it can."""
    if find_community() is None:
        return f"the collection {NAME} is not installed"
    if not os.environ.get(ROOTFS):
        return f"{NAME} needs OpenWrt's libubox: name an openwrt-...-rootfs.tar.gz of this processor in {ROOTFS}"
    return None


def give_libubox(archive: pathlib.Path, root: pathlib.Path) -> None:
    """Put what the collection's modules need of an OpenWrt into a router's file system, beside what it has."""
    with tarfile.open(archive) as files:
        members = [member for member in files if _LIBUBOX.fullmatch(member.name)]
        for member in members:
            member.uid = member.gid = 0
            member.uname = member.gname = ""
        files.extractall(root / _PLACE, members, filter="tar")
    (root / _FILE).parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(root / _PLACE / _FILE, root / _FILE)
    program = root / "usr/bin/jshn"
    program.write_text(_JSHN, "utf-8")
    program.chmod(0o755)


def find_community() -> Installed | None:
    """Return the one that Ansible finds first, as the user has it configured; None where there is none."""
    program = pathlib.Path(sys.executable).with_name("ansible-galaxy")
    command = [str(program), "collection", "list", NAME, "--format", "json"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
    return first_installed(done.stdout)


def first_installed(listed: str) -> Installed | None:
    """Return the first collection that ``ansible-galaxy collection list --format json`` names."""
    folders = json.loads(listed) if listed.strip() else {}
    for folder, collections in folders.items():
        if NAME in collections:
            return Installed(pathlib.Path(folder), collections[NAME]["version"])
    return None


def split_files(text: str) -> dict[str, str]:
    """Return the files by their names below /etc, from what ``READ_FILES`` has printed."""
    parts = [part.partition("\n") for part in text.split(MARK)[1:]]
    return {name: content.removesuffix("\n") for name, _newline, content in parts}


def write_files(folder: pathlib.Path, files: dict[str, str]) -> None:
    """Write the files of one site, and their names, for the playbook."""
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(content, "utf-8")
    (folder / "names").write_text("\n".join(files) + "\n", "utf-8")
