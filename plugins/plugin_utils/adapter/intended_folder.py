# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The folder ``intended/``: what of it differs from what was rendered, and making it the same."""

from __future__ import annotations

import dataclasses
import os
import pathlib
import typing as t

if t.TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.rendering import Tree

NAME = "intended"
_MODE = 0o644
_NO_FILE = b"(neither a file nor a folder)\n"


@dataclasses.dataclass(frozen=True, slots=True)
class Change:
    """One file below ``intended/``: its path with slashes, and its content before and after; None where it is not."""

    path: str
    before: bytes | None
    after: bytes | None

    def difference(self) -> dict[str, str]:
        """Return what Ansible shows with ``--diff``."""
        header = f"{NAME}/{self.path}"
        return {
            "before": _text(self.before),
            "after": _text(self.after),
            "before_header": header if self.before is not None else f"{header} (absent)",
            "after_header": header if self.after is not None else f"{header} (absent)",
        }


def changes(folder: pathlib.Path, trees: Mapping[str, Tree], *, complete: bool) -> tuple[Change, ...]:
    """Return what must change for the folder ``intended/`` to have the *trees* of the named hosts, by path.

    Whatever else is in a host's folder goes. With *complete* there are no other hosts, and their folders go too.
    """
    wanted = {f"{host}/{path}": text.encode() for host, tree in trees.items() for path, text in tree.items()}
    there: dict[str, bytes] = {}
    for entry in _entries(folder):
        # other files are nobody's business: a README, .gitattributes
        left = complete and entry.is_dir(follow_symlinks=False) and not entry.name.startswith(".")
        if left or entry.name in trees:
            there |= _below(entry, entry.name)
    return tuple(
        Change(path, there.get(path), wanted.get(path))
        for path in sorted(there.keys() | wanted.keys())
        if there.get(path) != wanted.get(path)
    )


def carry_out(folder: pathlib.Path, wanted: tuple[Change, ...]) -> None:
    """Make the *wanted* changes below *folder*. Each file is replaced at once; folders that become empty go.

    Raises OSError.
    """
    for change in wanted:
        if change.after is None:
            _remove(folder, folder / change.path)
    for change in wanted:
        if change.after is not None:
            _write(folder / change.path, change.after)


def _write(path: pathlib.Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    # what a killed run leaves goes with the next one, as all that was not rendered
    beside = path.with_name(f".{path.name}.new")
    beside.write_bytes(content)
    beside.chmod(_MODE)
    beside.replace(path)


def _remove(folder: pathlib.Path, path: pathlib.Path) -> None:
    path.unlink()
    for parent in path.parents:
        if parent == folder or any(parent.iterdir()):
            return
        parent.rmdir()


def _below(entry: os.DirEntry[str], path: str) -> dict[str, bytes]:
    if entry.is_dir(follow_symlinks=False):
        found: dict[str, bytes] = {}
        for child in _entries(entry.path):
            found |= _below(child, f"{path}/{child.name}")
        return found
    # a link is never followed: it may lead out of the folder
    return {path: pathlib.Path(entry.path).read_bytes() if entry.is_file(follow_symlinks=False) else _NO_FILE}


def _entries(folder: str | pathlib.Path) -> Iterator[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as entries:
            yield from entries
    except FileNotFoundError:
        return


def _text(content: bytes | None) -> str:
    return (content or b"").decode(errors="backslashreplace")
