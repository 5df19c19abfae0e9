# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Everything a plan needs to know of a router, asked for and read in one exec."""

from __future__ import annotations

import dataclasses
import secrets
import typing as t

from ansible_collections.farsite.fleet.plugins.plugin_utils.router.errors import NotUsableError
from ansible_collections.farsite.fleet.plugins.plugin_utils.router.script import whole, words
from ansible_collections.farsite.fleet.plugins.plugin_utils.uci.document import Package
from ansible_collections.farsite.fleet.plugins.plugin_utils.uci.errors import UciSyntaxError
from ansible_collections.farsite.fleet.plugins.plugin_utils.uci.parser import parse

if t.TYPE_CHECKING:
    from ansible_collections.farsite.fleet.plugins.plugin_utils.router.transport import Transport
    from ansible_collections.farsite.fleet.plugins.plugin_utils.uci.semantics import SecretOptions

ABSENT = "-"
"""The digest of a file that is not there."""


@dataclasses.dataclass(frozen=True, slots=True)
class Question:
    """What to ask about one package: its name and the names of the options whose values must not leave the router."""

    package: str
    secret_options: SecretOptions


@dataclasses.dataclass(frozen=True, slots=True)
class Observed:
    """One package: what it says (empty where the file is absent), the digests of the file and of its staged edits.

    ``edited`` is what it would say after a commit of the staged edits, where that was asked for and there are any.
    """

    package: Package
    digest: str
    staged: str
    edited: Package | None = None

    @property
    def absent(self) -> bool:
        """Whether there is no such file below ``/etc/config``."""
        return self.digest == ABSENT


@dataclasses.dataclass(frozen=True, slots=True)
class Observation:
    """One reply: packages by name, packages with staged edits, the state and id of a pending transaction, the last end.

    ``last`` are the lines of the record of the last transaction's end: ``undone ID REASON``, ``kept PATH`` or
    ``confirmed ID``. ``parts`` are further parts that were asked for, by their first word, each with its other words
    and its text.
    """

    packages: t.Mapping[str, Observed]
    staged: tuple[str, ...]
    pending: tuple[str, str] | None
    last: tuple[str, ...]
    parts: t.Mapping[str, tuple[tuple[str, ...], str]]


@dataclasses.dataclass(frozen=True, slots=True)
class _Part:
    word: str
    arguments: tuple[str, ...]
    text: str


def observe(  # noqa: PLR0913 # each is a question of its own
    transport: Transport,
    questions: t.Sequence[Question],
    salt: str,
    *,
    staged_too: bool = False,
    more: t.Sequence[str] = (),
    sources: t.Sequence[str] = (),
) -> Observation:
    """Ask the router about the packages in one exec.

    *staged_too*: read the packages also as they would be after a commit of what is staged. *more*: shell commands that
    print further parts, from the shell files *sources*.
    Raises UnreachableError, and NotUsableError with everything that makes the router unfit to be planned for.
    """
    nonce = secrets.token_hex(8)
    mode = "commit" if staged_too else "refuse"
    body = [f"nonce={nonce}", "if observe_begin; then"]
    body += [
        words("observe_package", question.package, question.secret_options.words, salt, mode) for question in questions
    ]
    body += ["observe_staged", "observe_transaction", *more, "fi", "part end"]
    reply = transport.run(whole([f"{line}\n".encode() for line in body], "secrets", "observe", *sources))
    parts = _split(reply.output, nonce)
    if not parts or parts[-1].word != "end":
        said = reply.errors.decode("utf-8", "replace").strip()[-400:] or "no message"
        problem = f"the reply of the router is not complete (exit status {reply.status}): {said}"
        raise NotUsableError((problem,))
    return _read(parts[:-1])


def _split(output: bytes, nonce: str) -> list[_Part]:
    marker = f"\n@{nonce} ".encode()
    parts = []
    for piece in output.split(marker)[1:]:
        head, _newline, text = piece.partition(b"\n")
        word, *arguments = head.decode("utf-8", "surrogateescape").split(" ")
        parts.append(_Part(word, tuple(arguments), text.decode("utf-8", "surrogateescape")))
    return parts


class _Reading:
    """Takes the parts of a reply one by one."""

    def __init__(self) -> None:
        self.packages: dict[str, Observed] = {}
        self.staged: list[str] = []
        self.pending: tuple[str, str] | None = None
        self.last: tuple[str, ...] = ()
        self.rest: dict[str, tuple[tuple[str, ...], str]] = {}
        self.problems: list[str] = []

    def take(self, part: _Part) -> None:
        """Take one part; what it says is wrong is kept among the problems."""
        if part.word in ("package", "edited", "absent", "broken"):
            self._take_package(part, part.arguments[0])
        elif part.word == "foreign":
            self.problems.append(_foreign(part.arguments))
        elif part.word == "failed":
            self.problems.append(" ".join(part.arguments))
        elif part.word == "staged":
            self.staged.append(part.arguments[0])
        elif part.word == "transaction":
            self.pending = (part.arguments[0], " ".join(part.arguments[1:]))
        elif part.word == "last":
            self.last = tuple(part.text.splitlines())
        else:
            self.rest[part.word] = (part.arguments, part.text)

    def _take_package(self, part: _Part, name: str) -> None:
        if part.word == "absent":
            self.packages[name] = Observed(Package(name), ABSENT, ABSENT)
            return
        if part.word == "broken":
            self.problems.append(
                f"/etc/config/{name}: the router's uci cannot parse it ({part.text.strip()}); mend the file on the "
                "router, nothing was changed"
            )
            return
        try:
            package = parse(part.text, name)
        except UciSyntaxError as error:
            self.problems.append(f"/etc/config/{name}: cannot be parsed: {error}")
            return
        if part.word == "edited":
            self.packages[name] = dataclasses.replace(self.packages[name], edited=package)
        else:
            self.packages[name] = Observed(package, part.arguments[1], part.arguments[2])


def _foreign(arguments: tuple[str, ...]) -> str:
    if arguments[0] == "uci":
        return "the router has no uci command on its PATH, without which it cannot be configured"
    return f"this is not an OpenWrt router: no /etc/openwrt_release (found {' '.join(arguments[1:])})"


def _read(parts: t.Sequence[_Part]) -> Observation:
    reading = _Reading()
    for part in parts:
        reading.take(part)
    if reading.problems:
        raise NotUsableError(tuple(reading.problems))
    return Observation(reading.packages, tuple(reading.staged), reading.pending, reading.last, reading.rest)
