# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Files of the controller whose mode matters: whole or not at all, and never readable by more people for a moment."""

from __future__ import annotations

import os
import pathlib
import stat
import tempfile

_FOLDER_MODE = 0o700


def write_file(path: pathlib.Path, content: bytes, mode: int) -> None:
    """Replace the file *path* at once, on disk before this returns. Missing folders are made, for the user only.

    A link at *path* is replaced, not followed. Raises OSError.
    """
    for folder in reversed(path.parents):
        if not folder.exists():
            folder.mkdir(_FOLDER_MODE, exist_ok=True)
    # is for its owner only until the mode is set
    descriptor, name = tempfile.mkstemp(prefix=f".{path.name}.", suffix=".new", dir=path.parent)
    beside = pathlib.Path(name)
    try:
        with open(descriptor, "wb") as stream:  # noqa: PTH123 # of a descriptor
            stream.write(content)
            stream.flush()
            os.fchmod(descriptor, mode)
            os.fsync(descriptor)
        beside.replace(path)
    except BaseException:
        beside.unlink()
        raise
    directory = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(directory)
    finally:
        os.close(directory)


def read_file(path: pathlib.Path) -> tuple[bytes, int] | None:
    """Return the content and the mode of the ordinary file *path*, None if there is none. Raises OSError.

    A link is not followed: it counts as no file, since ``write_file`` replaces it.
    """
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except FileNotFoundError:
        return None
    except OSError:
        if path.is_symlink():
            return None
        raise
    with open(descriptor, "rb") as stream:  # noqa: PTH123 # of a descriptor
        status = os.fstat(descriptor)
        return (stream.read(), stat.S_IMODE(status.st_mode)) if stat.S_ISREG(status.st_mode) else None
