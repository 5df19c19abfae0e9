# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A genuine OpenWrt as the lab's router: ``ROUTER_ROOTFS``, the path of an ``openwrt-…-rootfs.tar.gz``."""

from __future__ import annotations

import hashlib
import ipaddress
import pathlib

from lab_podman import LABEL, LabError, attempt, podman

REPOSITORY = "localhost/farsite-lab-openwrt"
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
"""Like what a first boot makes, but eth0 keeps the allotted address, and nothing leads out of the lab's network."""


def build(rootfs: pathlib.Path) -> str:
    """Import the file as an image, if there is none of it; its name. Raise LabError if it is no OpenWrt."""
    if not rootfs.is_file():
        raise LabError(f"ROUTER_ROOTFS: {rootfs} is no file: name an openwrt-…-rootfs.tar.gz")
    with rootfs.open("rb") as file:
        name = f"{REPOSITORY}:{hashlib.file_digest(file, 'sha256').hexdigest()[:16]}"
    if attempt(["image", "exists", name]).returncode:
        podman("import", f"--change=LABEL {LABEL}=genuine", str(rootfs), name)
    for path in ("/sbin/init", "/etc/openwrt_release"):
        if attempt(["run", "--rm", "--network=none", name, "/bin/ls", path]).returncode:
            podman("rmi", name)
            raise LabError(f"ROUTER_ROOTFS: {rootfs} has no {path}: is it an OpenWrt root file system?")
    return name


def mounts(folder: pathlib.Path, image: str, address: str, network: ipaddress.IPv4Network) -> list[str]:
    """Arguments of ``podman create`` besides the usual ones."""
    return []


def seed(container: str, key: bytes, address: str, network: ipaddress.IPv4Network) -> None:
    """Put the address and the key into a container that was made and not started yet."""
