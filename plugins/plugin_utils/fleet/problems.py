# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is wrong with a fleet's files: every problem with its file and path, all of them in one run."""

from __future__ import annotations

import collections
import dataclasses
import re
import typing as t

if t.TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

Severity = t.Literal["error", "warning"]
Step = str | int
Path = tuple[Step, ...]

_PLAIN = re.compile(r"[A-Za-z0-9_-]+")


def path_text(path: Path) -> str:
    """Return a path as people write it: ``cameras[1].mac``."""
    text = ""
    for step in path:
        if isinstance(step, int):
            text += f"[{step}]"
        elif _PLAIN.fullmatch(step):
            text += f".{step}" if text else step
        else:
            text += f"[{step!r}]"
    return text


@dataclasses.dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong: ``file`` relative to the fleet's folder, ``path`` in it, empty for the whole file."""

    file: str
    path: str
    message: str
    severity: Severity = "error"

    def __str__(self) -> str:
        """Return one line, ``sites/quarry-north.yml: cameras[1].mac: …``."""
        return ": ".join(part for part in (self.file, self.path, self.message) if part)


class FleetError(ValueError):
    """A fleet that is not valid; ``problems`` has every error, at least one."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        """Take all the problems."""
        super().__init__(problems)
        self.problems = problems

    def __str__(self) -> str:
        """Return one problem per line."""
        return "\n".join(str(problem) for problem in self.problems)


class Report:
    """Collects problems, and claims to what may belong to one only."""

    def __init__(self) -> None:
        """Begin with none."""
        self._problems: dict[Problem, None] = {}  # an ordered set: a default's problem shows once, not at every site
        self._claims: dict[tuple[str, object], dict[tuple[str, str], None]] = collections.defaultdict(dict)

    def add(self, problem: Problem) -> None:
        """Note a problem; the same one again is not noted twice."""
        self._problems[problem] = None

    def claim(self, scope: str, value: t.Hashable, place: Place) -> None:
        """Note that *value* is used at *place*; only one place may use it within a *scope* such as ``MAC address``."""
        self._claims[scope, value][place.where()] = None

    def settle_claims(self) -> None:
        """Turn every claim after the first one to the same value into a problem of its place. Call it once."""
        for (scope, _value), places in self._claims.items():
            (first_file, first_path), *others = places
            for file, path in others:
                where = (first_path,) if file == first_file else (first_file, first_path)
                first = ": ".join(filter(None, where))
                self.add(Problem(file, path, f"the {scope} is that of {first} too; every one needs its own"))

    def __iter__(self) -> Iterator[Problem]:
        """Yield the problems by file, in the order found within each."""
        yield from sorted(self._problems, key=lambda problem: problem.file)


@dataclasses.dataclass(frozen=True, slots=True)
class Place:
    """Where in the fleet's files a value stands; ``inherited`` has the paths whose values are the fleet's defaults."""

    report: Report
    file: str
    path: Path = ()
    inherited: Mapping[Path, tuple[str, Path]] = dataclasses.field(default_factory=dict)
    partial: bool = False
    """Whether a mapping here is only a part of one, as defaults are: nothing is missing in it."""

    def at(self, *steps: Step) -> Place:
        """Return the place below."""
        # An element of a list is whole: lists are not merged.
        partial = self.partial and not any(isinstance(step, int) for step in steps)
        return Place(self.report, self.file, (*self.path, *steps), self.inherited, partial)

    def where(self) -> tuple[str, str]:
        """Return the file and the path where a person finds the value."""
        for length in range(len(self.path), 0, -1):
            origin = self.inherited.get(self.path[:length])
            if origin:
                file, path = origin
                return file, path_text((*path, *self.path[length:]))
        return self.file, path_text(self.path)

    def problem(self, message: str, severity: Severity = "error") -> None:
        """Report a problem of the value here."""
        self.report.add(Problem(*self.where(), message, severity))

    def problem_below(self, path: str, message: str) -> None:
        """Report a problem of a value below, whose path from here is a text such as ``[2].options.ports``."""
        file, own = self.where()
        self.report.add(Problem(file, own + path, message))

    def claim(self, scope: str, value: t.Hashable) -> None:
        """Say that the value here belongs to this place only."""
        self.report.claim(scope, value, self)


def errors(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """Return those that forbid to use the fleet."""
    return tuple(problem for problem in problems if problem.severity == "error")
