# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Files of a router outside ``/etc/config``: what to ask, what was told, what is to be done. Pure."""

from __future__ import annotations

import dataclasses
import hashlib
import typing as t

from ansible_collections.farsite.fleet.plugins.plugin_utils.router.observation import ABSENT
from ansible_collections.farsite.fleet.plugins.plugin_utils.router.script import words
from ansible_collections.farsite.fleet.plugins.plugin_utils.router.transaction import FileChange

if t.TYPE_CHECKING:
    from ansible_collections.farsite.fleet.plugins.plugin_utils.router.observation import Observation

SOURCES = ("observe_files",)
"""The shell files that ``commands`` needs."""

_READERS = {"/etc/nftables.d": "firewall"}
"""UCI packages whose services read the files of a folder too."""
_SPECIAL = {"s": 1, "S": 0, "t": 1, "T": 0}


@dataclasses.dataclass(frozen=True, slots=True)
class WantedFile:
    """A file as it is to be: absolute *path*, text that ends with a newline (None: no such file), octal *mode*."""

    path: str
    text: str | None
    mode: int

    @property
    def content(self) -> bytes:
        """Its bytes; none of a file that is not to be."""
        return b"" if self.text is None else self.text.encode("utf-8", "surrogateescape")

    @property
    def digest(self) -> str:
        """What ``sha256sum`` says of it; of a file that is not to be, what stands for that."""
        return ABSENT if self.text is None else hashlib.sha256(self.content).hexdigest()


@dataclasses.dataclass(frozen=True, slots=True)
class ObservedFile:
    """A file as it is: digest, octal mode (None where it is not there), and its text if it differs from the wanted one.

    The text of a file of more than 64 kB is left out.
    """

    digest: str
    mode: int | None
    text: str


@dataclasses.dataclass(frozen=True, slots=True)
class FilePlan:
    """One file before and after."""

    observed: ObservedFile
    wanted: WantedFile

    @property
    def changed(self) -> bool:
        """Whether anything is to be done."""
        if self.observed.digest != self.wanted.digest:
            return True
        return self.wanted.text is not None and self.observed.mode != self.wanted.mode

    @property
    def action(self) -> t.Literal["create", "replace", "remove", "mode"]:
        """What is to be done with a file that changes."""
        if self.wanted.text is None:
            return "remove"
        if self.observed.digest == ABSENT:
            return "create"
        return "mode" if self.observed.digest == self.wanted.digest else "replace"

    @property
    def before(self) -> str:
        """The old text, for people."""
        same = self.observed.digest == self.wanted.digest
        text = (self.wanted.text or "") if same else self.observed.text
        return text.encode("utf-8", "surrogateescape").decode("utf-8", "replace")

    @property
    def change(self) -> FileChange:
        """What the router is handed."""
        content = None if self.wanted.text is None else self.wanted.content
        return FileChange(self.wanted.path, self.observed.digest, ABSENT, content, self.wanted.mode)

    @property
    def package(self) -> str | None:
        """The UCI package whose services read this file too."""
        return _READERS.get(self.wanted.path.rpartition("/")[0])


def commands(wanted: t.Iterable[WantedFile]) -> list[str]:
    """Return what to ask with ``observe``."""
    return [words("observe_file", file.path, file.digest) for file in wanted]


def plan_files(wanted: t.Iterable[WantedFile], observation: Observation) -> tuple[FilePlan, ...]:
    """Return the plan of each file, from the reply to ``commands``."""
    told = {
        arguments[0]: ObservedFile(arguments[1], _mode(arguments[2]), text)
        for word, (arguments, text) in observation.parts.items()
        if word.startswith("file-")
    }
    return tuple(FilePlan(told[file.path], file) for file in wanted)


def _mode(shown: str) -> int | None:
    """Return the mode that ls shows as ``-rw-r--r--``; None for what stands for no file."""
    if shown == ABSENT:
        return None
    bits, special = 0, 0
    for letter in shown[1:10]:
        bits = bits * 2 + (_SPECIAL.get(letter, 1) if letter != "-" else 0)
    for place, letter in enumerate((shown[3], shown[6], shown[9])):
        special += (4 >> place) * (letter in _SPECIAL)
    return special * 0o1000 + bits
