# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Files of a fleet's folder ``report/`` that are written whole: whoever looks sees the last one or the new one."""

from __future__ import annotations

import contextlib
import fcntl
import os
import typing as t

from ansible_collections.farsite.fleet.plugins.plugin_utils.adapter.arguments import failure
from ansible_collections.farsite.fleet.plugins.plugin_utils.report.again import as_text, left_to_do

if t.TYPE_CHECKING:
    import pathlib
    from collections.abc import Collection, Iterable, Iterator


def write_whole(path: pathlib.Path, text: str, what: str) -> None:
    """Put *text* in the place of the file *path* at once. Raises AnsibleActionFail that names *what* it is."""
    new = path.with_name(f".{path.name}.{os.getpid()}.new")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with new.open("w", encoding="utf-8") as stream:
            stream.write(text)
            stream.flush()
            os.fsync(stream.fileno())
        new.replace(path)
    except OSError as error:
        raise failure([f"{what}: {path}: cannot be written: {error.strerror}"]) from error


@contextlib.contextmanager
def locked(path: pathlib.Path, what: str) -> Iterator[None]:
    """Let nobody else read and write the file *path* meanwhile who does so by this. Raises AnsibleActionFail."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        lock = path.with_name(f".{path.name}.lock").open("a", encoding="utf-8")
    except OSError as error:
        raise failure([f"{what}: {path}: cannot be locked: {error.strerror}"]) from error
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX)
        except OSError as error:
            raise failure([f"{what}: {path}: cannot be locked: {error.strerror}"]) from error
        yield


def note_left(path: pathlib.Path, active: Collection[str], tried: Collection[str], again: Iterable[str]) -> list[str]:
    """Bring the list of the sites that are left to do up to date, see ``left_to_do``; return the names in it.

    Where nothing is left there is no file. Raises AnsibleActionFail.
    """
    with locked(path, "again"):
        try:
            before = path.read_text("utf-8").split() if path.exists() else []
            left = left_to_do(before, active, tried, again)
            if not left:
                path.unlink(missing_ok=True)
        except (OSError, UnicodeDecodeError) as error:
            raise failure([f"again: {path}: cannot be brought up to date: {error}"]) from error
        if left:
            write_whole(path, as_text(left), "again")
    return left
