# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What OpenWrt's own uci was recorded to do: ``tests/unit/data/uci-vectors.json``, cut into single observations.

A recorded case has the files before and after, the commands, and what each printed. The text that a command read is
known where only commands that change nothing came before it (then it read the files before) or come after it (then,
with nothing staged, it read the files after).
"""

from __future__ import annotations

import collections
import dataclasses
import json
import pathlib
import re
import typing as t

if t.TYPE_CHECKING:
    from collections.abc import Iterator

    from ansible_collections.farsite.fleet.plugins.plugin_utils.uci.document import Package

CASES: list[dict[str, t.Any]] = json.loads(
    (pathlib.Path(__file__).parents[3] / "data" / "uci-vectors.json").read_text("utf-8")
)
PARSE_ERROR = re.compile(
    r"^uci: Parse error \((?P<reason>.*)\) at line (?P<line>\d+), byte (?P<byte>\d+)$", re.MULTILINE
)
_READING = {"changes", "export", "get", "show"}


@dataclasses.dataclass(frozen=True)
class Observation:
    """One command that read the text of one package; ``target`` is what the command asked for of it, often nothing."""

    case: str
    command: tuple[str, ...]
    package: str
    target: str
    text: str
    stdout: str
    stderr: str

    def __str__(self) -> str:
        return f"{self.case}: {' '.join(self.command)}"


def observations(*command: str) -> Iterator[Observation]:
    """Yield the observations of a command followed by the name of a package."""
    for case in CASES:
        for position, (words, result) in enumerate(zip(case["commands"], case["results"], strict=True)):
            if isinstance(words, dict) or tuple(words[:-1]) != command:
                continue
            package, _dot, target = words[-1].partition(".")
            text = text_read(case, position, package)
            if text is not None:
                yield Observation(case["name"], (*words,), package, target, text, result["stdout"], result["stderr"])


def imports() -> Iterator[Observation]:
    """Yield the texts that were given to ``uci import NAME``; stdout is the file that it wrote."""
    for case in CASES:
        for words, result in zip(case["commands"], case["results"], strict=True):
            if isinstance(words, dict) and "-m" not in words.get("argv", "-m") and len(words["argv"]) == 3:
                name = words["argv"][2]
                written = case["files_after"].get(name, "")
                yield Observation(case["name"], (*words["argv"],), name, "", words["stdin"], written, result["stderr"])


def written_files() -> Iterator[tuple[str, str, str]]:
    """Yield case, package and text of every file that the real uci wrote."""
    for case in CASES:
        for package, text in case["files_after"].items():
            if text != case["files"].get(package):
                yield case["name"], package, text


def show(package: Package, target: str = "", *, generated_name: t.Callable[[str, int], str] | None = None) -> str:
    """Return what ``uci show`` prints, or ``uci -X show`` with *generated_name*, of all or of what *target* names."""
    lines = []
    seen: collections.Counter[str] = collections.Counter()
    for number, section in enumerate(package.sections, start=1):
        name = section.name or f"@{section.type}[{seen[section.type]}]"
        if generated_name and section.name is None:
            name = generated_name(section.type, number)
        seen[section.type] += 1
        if target in {"", name}:
            lines.append(f"{package.name}.{name}={section.type}\n")
        for option, value in section.options:
            texts = (value,) if isinstance(value, str) else value
            quoted = " ".join("'" + "'\\''".join(text.split("'")) + "'" for text in texts)
            if target in {"", name, f"{name}.{option}"}:
                lines.append(f"{package.name}.{name}.{option}={quoted}\n")
    return "".join(lines)


def text_read(case: dict[str, t.Any], position: int, package: str) -> str | None:
    """Return the text of a package that the command at *position* of a case read; None where that is not known."""
    text: str | None = None
    if all(_is_reading(words) for words in case["commands"][:position]):
        text = case["files"].get(package)
    elif all(_is_reading(words) for words in case["commands"][position:]) and not case["staged_after"].get(package):
        text = case["files_after"].get(package)
    return text


def _is_reading(words: list[str] | dict[str, t.Any]) -> bool:
    return isinstance(words, list) and len(words) > 1 and words[0] == "uci" and words[1] in _READING
