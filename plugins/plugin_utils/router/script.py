# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Builds what is sent to ``sh -s`` on a router from the files in ``shell/``."""

from __future__ import annotations

import functools
import pathlib
import re
import shlex
import typing as t

_SHELL = pathlib.Path(__file__).with_name("shell")
_COMMENT = re.compile(r"#( |!|$)")


def source(*names: str) -> str:
    """Return the shell files *names* (without ``.sh``) as one text, without comment lines and indentation."""
    return "".join(map(_file, names))


@functools.cache
def _file(name: str) -> str:
    lines = (line.strip() for line in (_SHELL / f"{name}.sh").read_text("utf-8").splitlines())
    return "".join(f"{line}\n" for line in lines if line and not _COMMENT.match(line))


def here_document(path: str, content: bytes, delimiter: str) -> bytes:
    """Return the command that writes *content* to *path* (shell text, quoted by the caller), or sets ``full``.

    ash reads ahead, so data cannot follow a script on its standard input; a quoted here-document takes any bytes but
    NUL. *delimiter* must not occur in *content*. Raises ValueError for content that cannot be sent so.
    """
    if not content.endswith(b"\n"):
        raise ValueError(f"{path}: the content must end with a newline")
    if b"\0" in content:
        raise ValueError(f"{path}: the content must not have a NUL byte")
    if delimiter.encode() in content.split(b"\n"):
        raise ValueError(f"{path}: the content has the line {delimiter}")
    return f"cat >{path} <<'{delimiter}' || full=1\n".encode() + content + f"{delimiter}\n".encode()


def words(*arguments: str) -> str:
    """Return one line of shell words."""
    return shlex.join(arguments)


def whole(body: t.Iterable[bytes], *sources: str) -> bytes:
    """Return a script that runs *body* only if all of it has arrived: ash runs what it has got when a line is cut."""
    functions = source(*sources).encode()
    return b"".join((functions, b"main() {\n", *body, b"}\nmain\n"))
