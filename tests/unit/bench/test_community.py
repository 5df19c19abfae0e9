# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The collection community.openwrt where it is installed: found, taken along, and given the routers' own files."""

from __future__ import annotations

import json
import pathlib
import subprocess
import tarfile

import pytest

from ansible_collections.farsite.fleet.bench.community import (
    MARK,
    READ_FILES,
    Installed,
    first_installed,
    give_libubox,
    split_files,
    write_files,
)


@pytest.mark.parametrize(
    ("listed", "found"),
    [
        ("", None),
        ("{}", None),
        (json.dumps({"/a": {"community.general": {"version": "9.0.0"}}}), None),
        (
            json.dumps({"/a": {}, "/b": {"community.openwrt": {"version": "1.7.0"}}}),
            Installed(pathlib.Path("/b"), "1.7.0"),
        ),
    ],
)
def test_what_ansible_lists_is_found(listed: str, found: Installed | None) -> None:
    assert first_installed(listed) == found


def test_it_is_taken_along(tmp_path: pathlib.Path) -> None:
    source = tmp_path / "users" / "ansible_collections"
    (source / "community" / "openwrt").mkdir(parents=True)
    (source / "community" / "openwrt" / "galaxy.yml").write_text("name: openwrt\n")
    Installed(source, "1.7.0").copy_to(tmp_path / "here")
    copied = tmp_path / "here" / "ansible_collections" / "community" / "openwrt" / "galaxy.yml"
    assert copied.read_text() == "name: openwrt\n"


def test_files_are_as_the_shell_reads_them(tmp_path: pathlib.Path) -> None:
    files = {"config/network": "config a\n\n", "config/system": "no newline", "dropbear/authorized_keys": ""}
    for name, content in files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(content)
    command = READ_FILES.replace("/etc", str(tmp_path), 1)
    printed = subprocess.run(["sh", "-c", command], capture_output=True, text=True, check=True).stdout
    assert printed.startswith(MARK)
    assert split_files(printed) == files


def test_files_are_written_with_their_names(tmp_path: pathlib.Path) -> None:
    write_files(tmp_path / "site-001", {"config/network": "a\n", "dropbear/authorized_keys": "b\n"})
    assert (tmp_path / "site-001" / "config" / "network").read_text() == "a\n"
    assert (tmp_path / "site-001" / "names").read_text().split() == ["config/network", "dropbear/authorized_keys"]


def test_a_router_gets_libubox_and_nothing_else_of_an_openwrt(tmp_path: pathlib.Path) -> None:
    source, root, archive = tmp_path / "openwrt", tmp_path / "router", tmp_path / "rootfs.tar.gz"
    names = {
        "usr/bin/jshn": "jshn", "usr/share/libubox/jshn.sh": "shell", "lib/libc.so": "C", "bin/sh": "not this",
        "lib/libubox.so.20240329": "ubox", "usr/lib/libjson-c.so.5": "json", "lib/libuci.so": "not this",
    }  # fmt: skip
    for name, content in names.items():
        (source / name).parent.mkdir(parents=True, exist_ok=True)
        (source / name).write_text(content)
    with tarfile.open(archive, "w:gz") as made:
        made.add(source, ".")
    (root / "usr" / "bin").mkdir(parents=True)
    give_libubox(archive, root)
    found = {str(path.relative_to(root)): path.read_text() for path in root.rglob("*") if path.is_file()}
    wrapper = found.pop("usr/bin/jshn")
    assert "not this" not in found.values()
    assert found.pop("usr/share/libubox/jshn.sh") == "shell"
    assert found == {f"opt/openwrt/{name}": content for name, content in names.items() if content != "not this"}
    paths = [word for word in wrapper.split() if word.startswith("/opt/")]
    assert all((root / part.lstrip("/")).exists() for path in paths for part in path.split(":"))
    assert (root / "usr/bin/jshn").stat().st_mode & 0o111
