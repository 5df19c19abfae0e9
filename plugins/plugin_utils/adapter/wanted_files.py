# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Files of the controller that are to have some content and mode: what differs, shown without secrets, and done."""

from __future__ import annotations

import dataclasses
import typing as t

from ansible_collections.farsite.fleet.plugins.plugin_utils.adapter.arguments import failure
from ansible_collections.farsite.fleet.plugins.plugin_utils.adapter.private_files import read_file, write_file

if t.TYPE_CHECKING:
    import pathlib
    from collections.abc import Callable, Iterable

_ABSENT = (b"", 0)


@dataclasses.dataclass(frozen=True, slots=True)
class WantedFile:
    """A file with its content and mode. ``show`` makes a text of a content, for people."""

    path: pathlib.Path
    content: bytes = dataclasses.field(repr=False)
    mode: int
    show: Callable[[bytes], str] = bytes.decode

    def differs(self) -> bool:
        """Return whether the file is another, or none. Raises OSError."""
        return read_file(self.path) != (self.content, self.mode)

    def difference(self) -> dict[str, str]:
        """Return what Ansible shows with ``--diff``, also of the mode. Raises OSError."""
        there = read_file(self.path)
        content, mode = there or _ABSENT
        return {
            "before": self.show(content) if there else "",
            "after": self.show(self.content),
            "before_header": f"{self.path} (mode {mode:04o})" if there else f"{self.path} (absent)",
            "after_header": f"{self.path} (mode {self.mode:04o})",
        }

    def write(self) -> None:
        """Make the file so. Raises OSError."""
        write_file(self.path, self.content, self.mode)


def bring_up_to_date(files: Iterable[WantedFile], *, check: bool) -> list[dict[str, str]]:
    """Write those of *files* that differ, in their order, but with *check* none; return the differences.

    Raises AnsibleActionFail.
    """
    try:
        changed = [file for file in files if file.differs()]
        shown = [file.difference() for file in changed]
        for file in [] if check else changed:
            file.path.parent.mkdir(exist_ok=True)
            file.write()
    except OSError as error:
        raise failure([f"{error.filename}: cannot be brought up to date: {error.strerror}"]) from error
    return shown
