# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The image of the lab's cameras: a few files out of distribution packages, and the files of ``lab/camera``."""

from __future__ import annotations

import fnmatch
import pathlib
import re
import shutil
import tempfile

from lab_image import FOLDERS, LOADERS, Archive, libraries, name_of, take, words
from lab_podman import LAB, LabError, attempt, run, state_folder

REPOSITORY = "localhost/farsite-lab-camera"
SOURCE = LAB / "camera"
PLACE = "camera"
"""The folder of the image where the files of ``lab/camera`` are."""
APPLETS = ("cat", "env", "ip", "ls", "nc", "netstat", "ping", "ps", "sh", "sleep", "tail", "udhcpc", "wget")


def lines(name: str) -> list[str]:
    """Return the lines of ``lab/camera/NAME``, comments left out."""
    return [word for (word,) in words(SOURCE / name)]


def download() -> list[pathlib.Path]:
    """Fetch the packages with the distribution's own apt; the ``.deb`` files.

    Of what GStreamer's packages depend on, nine tenths are for codecs, screens and desktops that nobody has here.
    """
    folder = state_folder() / "camera-packages"
    folder.mkdir(parents=True, exist_ok=True)
    nothing_installed = folder / "status"
    nothing_installed.write_text("")
    wanted = lines("packages.txt")
    asked = [name for name in wanted if "*" not in name and not name.startswith("lib")]
    options = ["--option", f"Dir::State::status={nothing_installed}", "--option", "Debug::NoLocking=true"]
    try:
        chosen = run(["apt-get", "--no-install-recommends", "--simulate", *options, "install", *asked]).decode()
        found = re.findall(r"^Inst (\S+) \((\S+) ", chosen, re.MULTILINE)
        pairs = [(name, version) for name, version in found if any(fnmatch.fnmatch(name, kind) for kind in wanted)]
        missing = [pair for pair in pairs if not _files(folder, *pair)]
        if missing:
            command = ["apt-get", "--quiet", "--option", "APT::Sandbox::User=root", "download"]
            # It writes to the working directory.
            run(["env", f"--chdir={folder}", *command, *(f"{name}={version}" for name, version in missing)])
    except LabError as error:
        raise LabError(f"{error}\nRun `apt-get update` and try again.") from error
    return [path for pair in pairs for path in _files(folder, *pair)]


def _files(folder: pathlib.Path, package: str, version: str) -> list[pathlib.Path]:
    return list(folder.glob(f"{package}_{version.replace(':', '%3a')}_*.deb"))


def root_archive(debs: list[pathlib.Path]) -> bytes:
    """Return the image's root file system as a tar."""
    archive = Archive()
    with tempfile.TemporaryDirectory(dir=state_folder()) as scratch:
        for deb in debs:
            run(["dpkg-deb", "--extract", str(deb), scratch])
        _add_files(archive, pathlib.Path(scratch))
    for name in FOLDERS:
        archive.folder(name)
    for name in APPLETS:
        archive.link(f"bin/{name}", "busybox")
    archive.add("etc/passwd", b"root:x:0:0:root:/root:/bin/sh\n", 0o644)
    archive.link("sbin/init", f"/{PLACE}/start")
    for path in source_files():
        data = path.read_bytes()
        archive.add(f"{PLACE}/{path.name}", data, 0o755 if data.startswith(b"#!") else 0o644)
    return archive.bytes()


def _add_files(archive: Archive, root: pathlib.Path) -> None:
    loader = next(path for path in LOADERS if (root / path).exists())
    shutil.copy(root / loader, root / "lab-loader")
    library_folder = next(path.parent for path in root.glob("usr/lib/*/libglib-2.0.so.0"))
    needed = {f"/{loader}"}
    python = ""
    for pattern in lines("files.txt"):
        relative = pattern.replace("{lib}", f"/{library_folder.relative_to(root)}").lstrip("/")
        for path in sorted(root.glob(relative)):
            name = path.relative_to(root).as_posix()
            if not path.is_file() or "__pycache__" in name:
                continue
            if re.fullmatch(r"usr/bin/python3\.\d+", name):
                python = name
            # busybox is where its distribution has it; here it has one place
            archive.add("bin/busybox" if path.name == "busybox" else name, path.read_bytes(), 0o755)
            if "lib-dynload" not in name and path.read_bytes()[:4] == b"\x7fELF":
                needed |= libraries(root, f"/{name}")
    if not python:
        raise LabError("the packages have no /usr/bin/python3.*: see lab/camera/packages.txt")
    archive.link(f"{PLACE}/python", f"/{python}")
    for library in sorted(needed):
        archive.add(library.lstrip("/"), (root / library.lstrip("/")).read_bytes(), 0o755)


def source_files() -> list[pathlib.Path]:
    """Return the files of ``lab/camera``."""
    return sorted(path for path in SOURCE.glob("*") if path.is_file())


def build(*, force: bool = False) -> str:
    """Make the image unless there is one of the same inputs; its name. Older ones nobody runs are removed."""
    name = name_of(REPOSITORY, [*source_files(), LAB / "lab_camera_image.py", LAB / "lab_image.py"])
    if force or attempt(["image", "exists", name]).returncode:
        take(name, "-", input_data=root_archive(download()))
    return name
