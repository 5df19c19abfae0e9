# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Looks for secrets that are known: in texts, in files, and in what every process of this machine was started with."""

from __future__ import annotations

import base64
import contextlib
import json
import os
import pathlib
import re
import stat
import threading
import typing as t

KEY = re.compile(r"[A-Za-z0-9+/]{43}=")
"""A key of WireGuard, which some programs write in hexadecimal."""
LARGEST = 32 * 1024 * 1024
"""Bytes: nothing of the fleet is as large."""
PROCESSES = pathlib.Path("/proc")
PAUSE = 0.04
"""Seconds between two looks at all processes."""


class Search:
    """Secrets by their names; ``found`` says which of them are in a text."""

    def __init__(self, secrets: t.Mapping[str, str]) -> None:
        self._plain = [
            (name, re.compile(b"(?<![0-9])%b(?![0-9])" % form if secret.isdigit() else re.escape(form)))
            for name, secret in secrets.items()
            for form in plain_forms(secret)
        ]
        self._encoded = [(name, form) for name, secret in secrets.items() for form in base64_forms(secret.encode())]

    def found(self, text: bytes) -> set[str]:
        """Return the names of the secrets in *text*: as they are, or in base64, also with line breaks in it."""
        joined = text.replace(b"\r", b"").replace(b"\n", b"").replace(b"\\n", b"")
        there = {name for name, form in self._plain if form.search(text)}
        return there | {name for name, form in self._encoded if form in joined}

    def in_file(self, path: pathlib.Path) -> set[str]:
        """Return the names of the secrets in a file, or in the target of a link; none where it is gone."""
        try:
            if path.is_symlink():
                return self.found(os.fsencode(path.readlink()))
            return self.found(path.read_bytes()) if path.stat().st_size <= LARGEST else set()
        except OSError:
            return set()


def plain_forms(secret: str) -> set[bytes]:
    """Return the secret as it is, as JSON has it, and the bytes of a key in hexadecimal and as they are."""
    forms = {secret.encode(), json.dumps(secret)[1:-1].encode()}
    if KEY.fullmatch(secret):
        raw = base64.b64decode(secret)
        forms |= {raw, raw.hex().encode(), raw.hex().upper().encode()}
    return forms


def base64_forms(secret: bytes) -> set[bytes]:
    """Return what is surely in the base64 of any text that *secret* is somewhere in, for each of the three ways."""
    forms = set()
    for before in range(3):
        encoded = base64.b64encode(bytes(before) + secret)
        start, rest = (0, 2, 3)[before], (before + len(secret)) % 3
        part = encoded[start : len(encoded) - (0, 3, 2)[rest]]
        forms |= {part, part.replace(b"+", b"-").replace(b"/", b"_")}
    return forms


def files_since(
    folder: pathlib.Path, moment: float, skipped: t.Collection[pathlib.Path] = ()
) -> t.Iterator[pathlib.Path]:
    """Yield the files and links below *folder* that were written after *moment*, but not those below *skipped*."""
    for place, folders, names in os.walk(folder):
        here = pathlib.Path(place)
        folders[:] = [name for name in folders if here / name not in skipped]
        # a link to a folder is among the folders, and is not followed
        for name in (*names, *folders):
            try:
                status = os.lstat(here / name)
            except OSError:
                continue
            if status.st_mtime >= moment and (stat.S_ISREG(status.st_mode) or stat.S_ISLNK(status.st_mode)):
                yield here / name


class Watch(threading.Thread):
    """Keeps what every process of this machine is started with, those in containers too, and files of some folders.

    Use it as a context. ``kept`` has the texts with where each was seen.
    """

    def __init__(self, folders: t.Iterable[pathlib.Path] = (), exempt: t.Iterable[int] = ()) -> None:
        """*exempt* are processes in whose containers nobody looks: a camera has its password in its environment."""
        super().__init__(daemon=True)
        self.kept: dict[bytes, str] = {}
        self._folders = tuple(folders)
        self._exempt = {_container(str(process)) for process in exempt}
        self._processes: dict[str, bytes] = {}
        self._files: set[tuple[str, int, int]] = set()
        self._end = threading.Event()

    def __enter__(self) -> t.Self:
        self.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._end.set()
        self.join()

    def run(self) -> None:
        while not self._end.wait(PAUSE):
            there = {path.name for path in PROCESSES.iterdir() if path.name.isdigit()}
            self._processes = {name: words for name, words in self._processes.items() if name in there}
            for process in there:
                # it may end meanwhile
                with contextlib.suppress(OSError):
                    self._look_at_process(process)
            for folder in self._folders:
                for path in files_since(folder, 0):
                    with contextlib.suppress(OSError):
                        self._look_at_file(path)

    def _look_at_process(self, process: str) -> None:
        words = (PROCESSES / process / "cmdline").read_bytes()
        if self._processes.get(process) == words:
            return
        self._processes[process] = words
        if _container(process) in self._exempt:
            return
        environment = (PROCESSES / process / "environ").read_bytes()
        shown = words.replace(bytes(1), b" ")[:200].decode(errors="replace")
        self.kept.setdefault(words, f"arguments of {shown}")
        self.kept.setdefault(environment, f"environment of {shown}")

    def _look_at_file(self, path: pathlib.Path) -> None:
        status = path.lstat()
        version = (str(path), status.st_mtime_ns, status.st_size)
        if version not in self._files and status.st_size <= LARGEST:
            self._files.add(version)
            self.kept.setdefault(path.read_bytes(), str(path))


def _container(process: str) -> pathlib.Path:
    return (PROCESSES / process / "ns/mnt").readlink()
