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
import subprocess
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

FIRST_OF_FLEET = (23, "05")
INSTALLED = ("usr/lib/opkg/status", "lib/apk/db/installed")
"""What opkg and apk keep of the packages there are."""
NEEDED = ("wireguard-tools", "kmod-usb-net-cdc-ether")
"""What a site of the lab's world needs that a router gets from a feed."""
DEVICES = {"null": (1, 3), "zero": (1, 5), "full": (1, 7), "random": (1, 8), "urandom": (1, 9), "ptmx": (5, 2)}
"""Character devices below /dev: major and minor number."""


def owned_by_root(rootfs: pathlib.Path) -> tuple[bytes, str]:
    """Return the archive with root as every file's owner, as dropbear insists, and its release (``24.10.3``)."""
    buffer = io.BytesIO()
    release = b""
    with tarfile.open(rootfs) as source, tarfile.open(fileobj=buffer, mode="w", format=tarfile.GNU_FORMAT) as target:
        for entry in source:
            entry.uid = entry.gid = 0
            entry.uname = entry.gname = ""
            data = source.extractfile(entry) if entry.isreg() else None
            content = data.read() if data else b""
            if entry.name.removeprefix("./") == RELEASE_FILE:
                release = content
            target.addfile(entry, io.BytesIO(content) if data else None)
    return buffer.getvalue(), release_in(release, rootfs)


def release_in(text: bytes, rootfs: pathlib.Path) -> str:
    """Return the release that the content of /etc/openwrt_release tells. Raise LabError if it tells none."""
    found = re.search(rb"^DISTRIB_RELEASE=['\"]?([^'\"\n]+)", text, re.MULTILINE)
    if not found:
        raise LabError(f"ROUTER_ROOTFS: {rootfs} has no {RELEASE_FILE}: is it an OpenWrt root file system?")
    return found[1].decode()


def require_file(rootfs: pathlib.Path) -> None:
    """Raise LabError unless it is a file."""
    if not rootfs.is_file():
        raise LabError(f"ROUTER_ROOTFS: {rootfs} is no file: name an openwrt-…-rootfs.tar.gz")


def _content(archive: tarfile.TarFile, name: str) -> bytes:
    for entry in archive:
        if entry.name.removeprefix("./") == name:
            file = archive.extractfile(entry)
            return file.read() if file else b""
    return b""


def build(rootfs: pathlib.Path) -> str:
    """Import the file as an image, if there is none of it; its name. Raise LabError if it is no OpenWrt."""
    require_file(rootfs)
    with rootfs.open("rb") as file:
        name = f"{REPOSITORY}:{hashlib.file_digest(file, 'sha256').hexdigest()[:16]}"
    if attempt(["image", "exists", name]).returncode:
        data, release = owned_by_root(rootfs)
        podman("import", f"--change=LABEL {LABEL}={release}", "-", name, input_data=data)
    return name


def release_of(image: str) -> str:
    """Return the release of an image made by ``build``."""
    return podman("image", "inspect", f'--format={{{{index .Labels "{LABEL}"}}}}', image).strip()


def network(image: str, address: str, prefix: ipaddress.IPv4Network) -> str:
    """Return /etc/config/network of an image made by ``build``, with *address* on eth0."""
    release = release_of(image)
    modern = not release[:2].isdigit() or int(release[:2]) >= FIRST_WITH_DEVICE
    device = "device" if modern else "ifname"
    return NETWORK.format(device=device, address=address, netmask=prefix.netmask)


def put(container: str, files: t.Mapping[str, tuple[bytes, int]]) -> None:
    """Put files, content and mode by path, into a container that was created and has not started yet."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        for name, (data, mode) in files.items():
            entry = tarfile.TarInfo(name)
            entry.size, entry.mode = len(data), mode
            archive.addfile(entry, io.BytesIO(data))
    podman("cp", "-", f"{container}:/", input_data=buffer.getvalue())


def why_unfit(rootfs: pathlib.Path) -> str | None:
    """Say why that OpenWrt cannot be the router of a site on this machine; ``None`` if it can.

    Raise LabError if it is no OpenWrt.
    """
    require_file(rootfs)
    try:
        with tarfile.open(rootfs) as archive:
            found = {name: _content(archive, name) for name in (RELEASE_FILE, *INSTALLED)}
    except tarfile.TarError as error:
        raise LabError(f"ROUTER_ROOTFS: {rootfs} is no tar archive: name an openwrt-…-rootfs.tar.gz") from error
    release = release_in(found[RELEASE_FILE], rootfs)
    says = f"ROUTER_ROOTFS: {rootfs} is OpenWrt {release}"
    year, _dot, month = release.partition(".")
    if year.isdigit() and (int(year), month[:2]) < FIRST_OF_FLEET:
        first = ".".join(map(str, FIRST_OF_FLEET))
        return f"{says}, expected {first} or later: what the fleet configures needs its firewall, which is nftables"
    lists = b"\n".join(found[name] for name in INSTALLED)
    installed = {name.decode() for name in re.findall(rb"^(?:Package: |P:)(\S+)$", lists, re.MULTILINE)}
    missing = [name for name in NEEDED if name not in installed]
    if missing:
        return f"{says} without {', '.join(missing)}, and the lab has no feed: build one with these packages"
    if not kernel_has_wireguard():
        return f"{says}, which has only the kernel's WireGuard, and this machine's kernel has none"
    return None


def kernel_has_wireguard() -> bool:
    """Whether this machine's kernel makes WireGuard interfaces, in a network that is gone afterwards."""
    command = ["unshare", "--net", "ip", "link", "add", "farsite", "type", "wireguard"]
    return subprocess.run(command, capture_output=True, check=False).returncode == 0  # noqa: S603


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
