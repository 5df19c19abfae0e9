# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Files that only root reads, written whole or not at all, and the lock that keeps two runs apart."""

from __future__ import annotations

import contextlib
import fcntl
import os
import pathlib
import stat
import time
import typing as t

_PAUSE = 0.1
"""Seconds between two looks at the lock."""


class LockError(OSError):
    """Somebody else holds the lock for too long."""


def read_text(path: str) -> str | None:
    """Return the file's text, None where there is no file. Bytes that are no UTF-8 become surrogates."""
    try:
        return pathlib.Path(path).read_text("utf-8", "surrogateescape")
    except FileNotFoundError:
        return None


def is_private(path: str) -> bool:
    """Return whether nobody but its owner may read or write the file; a file that is not there is private."""
    try:
        return not stat.S_IMODE(pathlib.Path(path).stat().st_mode) & 0o077
    except FileNotFoundError:
        return True


def is_roots_own(path: str) -> bool:
    """Return whether the file is of mode 0600 and belongs to who asks, which is root. Raises FileNotFoundError."""
    found = pathlib.Path(path).stat()
    return (stat.S_IMODE(found.st_mode), found.st_uid) == (0o600, os.geteuid())


def write_private(path: str, text: str) -> None:
    """Write a file of mode 0600: beside, on the disk, then renamed. The name beside is ``.NAME.new``."""
    target = pathlib.Path(path)
    beside = target.with_name(f".{target.name}.new")
    # one left by a killed run may have any mode
    beside.unlink(missing_ok=True)
    descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8", errors="surrogateescape") as stream:
        stream.write(text)
        stream.flush()
        os.fsync(stream.fileno())
    beside.replace(target)
    folder = os.open(target.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


@contextlib.contextmanager
def locked(path: str, patience: float) -> t.Iterator[None]:
    """Hold the lock of the file *path*, after at most *patience* seconds. Raises LockError."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        end = time.monotonic() + patience
        while True:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                if time.monotonic() > end:
                    raise LockError(
                        f"{path}: another run has held this lock for {patience:.0f} s; wait for its end"
                    ) from None
                time.sleep(_PAUSE)
            else:
                break
        yield
    finally:
        os.close(descriptor)
