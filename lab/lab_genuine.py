# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A genuine OpenWrt as the lab's router: ``ROUTER_ROOTFS``, the path of an ``openwrt-…-rootfs.tar.gz``."""

from __future__ import annotations

import contextlib
import hashlib
import io
import os
import pathlib
import re
import stat
import tarfile
import typing as t

from lab_podman import LABEL, LabError, attempt, podman

if t.TYPE_CHECKING:
    import ipaddress

REPOSITORY = "localhost/farsite-lab-openwrt"
RELEASE_FILE = "etc/openwrt_release"
FIRST_WITH_DEVICE = 21
"""From this release on an interface names its device by ``device``, before by ``ifname``."""
NETWORK = """\
config interface 'loopback'
	option {device} 'lo'
	option proto 'static'
	option ipaddr '127.0.0.1'
	option netmask '255.0.0.0'

config interface 'lan'
	option {device} 'eth0'
	option proto 'static'
	option ipaddr '{address}'
	option netmask '{netmask}'
"""
"""Instead of what a first boot makes: eth0 keeps the allotted address, and nothing leads out of the lab's network."""

DEVICES = {"null": (1, 3), "zero": (1, 5), "full": (1, 7), "random": (1, 8), "urandom": (1, 9), "ptmx": (5, 2)}
"""Character devices below /dev: major and minor number."""


def owned_by_root(rootfs: pathlib.Path) -> tuple[bytes, str]:
    """Return the archive with root as every file's owner, as dropbear insists, and its release (``24.10.3``)."""
    buffer = io.BytesIO()
    release = ""
    with tarfile.open(rootfs) as source, tarfile.open(fileobj=buffer, mode="w", format=tarfile.GNU_FORMAT) as target:
        for entry in source:
            entry.uid = entry.gid = 0
            entry.uname = entry.gname = ""
            data = source.extractfile(entry) if entry.isreg() else None
            content = data.read() if data else b""
            if entry.name.removeprefix("./") == RELEASE_FILE:
                found = re.search(rb"^DISTRIB_RELEASE=['\"]?([^'\"\n]+)", content, re.MULTILINE)
                release = found[1].decode() if found else ""
            target.addfile(entry, io.BytesIO(content) if data else None)
    if not release:
        raise LabError(f"ROUTER_ROOTFS: {rootfs} has no {RELEASE_FILE}: is it an OpenWrt root file system?")
    return buffer.getvalue(), release


def build(rootfs: pathlib.Path) -> str:
    """Import the file as an image, if there is none of it; its name. Raise LabError if it is no OpenWrt."""
    if not rootfs.is_file():
        raise LabError(f"ROUTER_ROOTFS: {rootfs} is no file: name an openwrt-…-rootfs.tar.gz")
    with rootfs.open("rb") as file:
        name = f"{REPOSITORY}:{hashlib.file_digest(file, 'sha256').hexdigest()[:16]}"
    if attempt(["image", "exists", name]).returncode:
        data, release = owned_by_root(rootfs)
        podman("import", f"--change=LABEL {LABEL}={release}", "-", name, input_data=data)
    return name


def release_of(image: str) -> str:
    """Return the release of an image made by ``build``."""
    return podman("image", "inspect", f'--format={{{{index .Labels "{LABEL}"}}}}', image).strip()


def seed(container: str, image: str, key: bytes, address: str, network: ipaddress.IPv4Network) -> None:
    """Put address and key into a container that was created and has not started yet."""
    release = release_of(image)
    modern = not release[:2].isdigit() or int(release[:2]) >= FIRST_WITH_DEVICE
    device = "device" if modern else "ifname"
    text = NETWORK.format(device=device, address=address, netmask=network.netmask)
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        for name, data, mode in (
            ("etc/config/network", text.encode(), 0o644),
            ("etc/dropbear/authorized_keys", key, 0o600),
        ):
            entry = tarfile.TarInfo(name)
            entry.size, entry.mode = len(data), mode
            archive.addfile(entry, io.BytesIO(data))
    podman("cp", "-", f"{container}:/", input_data=buffer.getvalue())


def provide_devices(container: str) -> None:
    """Make what is missing in a running container's /dev.

    Old releases (18.06) empty it during the boot and wait for the kernel to tell them of devices, which it does not do
    in a container; without /dev/null they get no further.
    """
    process = attempt(["inspect", "--format={{.State.Pid}}", container]).stdout.decode().strip()
    folder = pathlib.Path("/proc", process, "root/dev")
    for name, (major, minor) in DEVICES.items():
        with contextlib.suppress(FileExistsError, FileNotFoundError):
            os.mknod(folder / name, 0o666 | stat.S_IFCHR, os.makedev(major, minor))
