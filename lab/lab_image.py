# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The lab router's image: programs of distribution packages, and the files of ``lab/router`` over them."""

from __future__ import annotations

import hashlib
import io
import pathlib
import re
import shutil
import subprocess
import tarfile
import tempfile
import typing as t

from lab_podman import LAB, LABEL, LabError, attempt, podman, run, state_folder

if t.TYPE_CHECKING:
    from collections.abc import Iterable

REPOSITORY = "localhost/farsite-lab-router"
LISTS = LAB / "image"
TIME_STAMP = 1758319464
"""Seconds; the time of every file in the image, so that the same inputs give the same image."""
LOADERS = ("lib64/ld-linux-x86-64.so.2", "lib/ld-linux-aarch64.so.1")
FOLDERS = ("dev", "etc", "mnt", "overlay", "proc", "rom", "root", "run", "sys", "tmp", "www")
PATH = "/usr/sbin:/usr/bin:/sbin:/bin"


def words(file: pathlib.Path) -> list[list[str]]:
    """Return the words of each line of a file, comments left out."""
    lines = file.read_text().splitlines()
    return [line.split() for line in lines if line.strip() and not line.startswith("#")]


def input_files() -> list[pathlib.Path]:
    """Return every file the image depends on."""
    found = [path for folder in ("image", "router") for path in (LAB / folder).rglob("*") if path.is_file()]
    return sorted([*found, LAB / "lab_image.py"])


def name_of(repository: str, inputs: Iterable[pathlib.Path], *more: str) -> str:
    """Return an image's name; its tag is a digest of everything it is made of but the packages' versions."""
    digest = hashlib.sha256("\0".join(more).encode())
    for path in inputs:
        digest.update(f"{path.relative_to(LAB)}\0{hashlib.sha256(path.read_bytes()).hexdigest()}\n".encode())
    return f"{repository}:{digest.hexdigest()[:16]}"


def download(packages: list[str]) -> list[pathlib.Path]:
    """Fetch the packages and all they depend on with the distribution's own apt; the ``.deb`` files."""
    folder = state_folder() / "packages"
    (folder / "partial").mkdir(parents=True, exist_ok=True)
    nothing_installed = folder / "status"
    nothing_installed.write_text("")
    options = (
        f"Dir::State::status={nothing_installed}",
        f"Dir::Cache::archives={folder}",
        "APT::Sandbox::User=root",
        "Debug::NoLocking=true",
    )
    command = ["apt-get", "--quiet", "--yes", "--no-install-recommends"]
    command += [word for option in options for word in ("--option", option)]
    try:
        run([*command, "--download-only", "install", *packages])
    except LabError as error:
        raise LabError(f"{error}\nRun `apt-get update` and try again.") from error
    # Only what apt chose now: the folder may hold older versions too.
    chosen = run([*command, "--simulate", "install", *packages]).decode()
    pairs = re.findall(r"^Inst (\S+) \((\S+) ", chosen, re.MULTILINE)
    return [
        next(folder.glob(f"{package}_{version.replace(':', '%3a')}_*.deb")) for package, version in sorted(set(pairs))
    ]


def libraries(root: pathlib.Path, program: str) -> set[str]:
    """Return the shared libraries and the loader a program below ``root`` needs, as paths in it."""
    done = subprocess.run(  # noqa: S603
        ["chroot", str(root), "/lab-loader", "--list", program],  # noqa: S607
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        if "not a dynamic executable" in done.stderr or "statically linked" in done.stdout + done.stderr:
            return set()
        raise LabError(f"{program}: {done.stderr.strip()}")
    return set(re.findall(r"(/\S+) \(0x", done.stdout)) - {"/lab-loader"}


class Archive:
    """A tar of a root file system, in memory: same entries in, same bytes out."""

    def __init__(self) -> None:
        """Start with nothing in it."""
        self.entries: dict[str, tuple[tarfile.TarInfo, bytes]] = {}

    def add(self, name: str, data: bytes, mode: int) -> None:
        """Put a file; one put before under the name is replaced."""
        self._put(name, tarfile.REGTYPE, mode, data)

    def link(self, name: str, target: str) -> None:
        """Put a symbolic link."""
        self._put(name, tarfile.SYMTYPE, 0o777).linkname = target

    def folder(self, name: str) -> None:
        """Put a folder."""
        self._put(name, tarfile.DIRTYPE, 0o1777 if name == "tmp" else 0o755)

    def _put(self, name: str, kind: bytes, mode: int, data: bytes = b"") -> tarfile.TarInfo:
        for parent in list(pathlib.PurePosixPath(name).parents)[-2::-1]:
            if str(parent) not in self.entries:
                self.folder(str(parent))
        info = tarfile.TarInfo(name)
        info.type, info.mode, info.size, info.mtime = kind, mode, len(data), TIME_STAMP
        self.entries[name] = (info, data)
        return info

    def bytes(self) -> bytes:
        """Return the tar itself."""
        buffer = io.BytesIO()
        with tarfile.open(fileobj=buffer, mode="w") as archive:
            for _name, (info, data) in sorted(self.entries.items()):
                archive.addfile(info, io.BytesIO(data))
        return buffer.getvalue()


def add_programs(archive: Archive, root: pathlib.Path) -> None:
    """Put the programs of ``binaries.txt`` from the unpacked packages, with the libraries they need."""
    loader = next(path for path in LOADERS if (root / path).exists())
    shutil.copy(root / loader, root / "lab-loader")
    needed = {f"/{loader}"}
    for source, place in words(LISTS / "binaries.txt"):
        archive.add(place.lstrip("/"), (root / source.lstrip("/")).read_bytes(), 0o755)
        needed |= libraries(root, source)
    for library in sorted(needed):
        archive.add(library.lstrip("/"), (root / library.lstrip("/")).read_bytes(), 0o755)


def add_router_files(archive: Archive) -> None:
    """Put the applets' links, the files of ``lab/router`` and the links to the boot scripts."""
    for folder, *names in words(LISTS / "applets.txt"):
        for name in names:
            archive.link(f"{folder.lstrip('/')}/{name}", "/bin/busybox")
    for path in sorted((LAB / "router").rglob("*")):
        if not path.is_file():
            continue
        name = path.relative_to(LAB / "router").as_posix()
        data = path.read_bytes()
        mode = 0o755 if data.startswith(b"#!") else 0o600 if name == "etc/shadow" else 0o644
        archive.add(name, data, mode)
        start = re.search(rb"^START=(\d\d)$", data, re.MULTILINE)
        if name.startswith("etc/init.d/") and start:
            archive.link(f"etc/rc.d/S{start[1].decode()}{path.name}", f"../init.d/{path.name}")


def root_archive(debs: list[pathlib.Path]) -> bytes:
    """Return the image's root file system as a tar."""
    archive = Archive()
    with tempfile.TemporaryDirectory(dir=state_folder()) as scratch:
        for deb in debs:
            run(["dpkg-deb", "--extract", str(deb), scratch])
        add_programs(archive, pathlib.Path(scratch))
    for folder in FOLDERS:
        archive.folder(folder)
    archive.link("var", "tmp")
    archive.folder("etc/dropbear")
    # OpenWrt patches dropbear to read the keys of root there.
    archive.link("root/.ssh", "/etc/dropbear")
    archive.link("etc/resolv.conf", "/tmp/resolv.conf")  # noqa: S108
    archive.link("etc/mtab", "/proc/mounts")
    archive.link("etc/localtime", "/tmp/localtime")  # noqa: S108
    add_router_files(archive)
    return archive.bytes()


def build(*, force: bool = False) -> str:
    """Make the image unless there is one of the same inputs; its name. Older ones nobody runs are removed."""
    name = name_of(REPOSITORY, input_files())
    if not force and attempt(["image", "exists", name]).returncode == 0:
        return name
    tar = root_archive(download([package for (package,) in words(LISTS / "packages.txt")]))
    take(name, "-", input_data=tar)
    return name


def take(name: str, archive: str, *, input_data: bytes | None = None) -> None:
    """Make an image of a root file system that boots by ``/sbin/init``, and remove older ones that nobody runs.

    *archive* is the path of a tar, ``-`` where *input_data* has it.
    """
    changes = (f"ENV PATH={PATH}", 'CMD ["/sbin/init"]', f"LABEL {LABEL}=image")
    podman("import", *[f"--change={change}" for change in changes], archive, name, input_data=input_data)
    repository = name.partition(":")[0]
    old = podman("images", "--filter", f"reference={repository}", "--format", "{{.Repository}}:{{.Tag}}").split()
    for image in old:
        if image != name:
            attempt(["rmi", image])
