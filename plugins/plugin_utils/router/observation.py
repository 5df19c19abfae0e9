# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Everything a plan needs to know of a router, asked for and read in one exec."""

from __future__ import annotations

import dataclasses
import secrets
import typing as t

from ansible_collections.farsite.fleet.plugins.plugin_utils.uci.document import Package
from ansible_collections.farsite.fleet.plugins.plugin_utils.uci.errors import UciSyntaxError
from ansible_collections.farsite.fleet.plugins.plugin_utils.uci.parser import parse
from ansible_collections.farsite.fleet.plugins.plugin_utils.router.errors import NotUsableError
from ansible_collections.farsite.fleet.plugins.plugin_utils.router.script import whole, words

if t.TYPE_CHECKING:
    from ansible_collections.farsite.fleet.plugins.plugin_utils.router.transport import Transport

ABSENT = "-"
"""The digest of a file that is not there."""


@dataclasses.dataclass(frozen=True, slots=True)
class Question:
    """What to ask about one package: its name and the names of the options whose values must not leave the router."""

    package: str
    secret_options: frozenset[str]


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


def observe(
    transport: Transport,
    questions: t.Sequence[Question],
    salt: str,
    *,
    staged_too: bool = False,
    more: t.Sequence[str] = (),
    sources: t.Sequence[str] = (),
) -> Observation:
    """Ask the router about the packages in one exec.

    *staged_too*: read the packages also as they would be after a commit of what is staged. *more*: shell commands that print
    further parts, from the shell files *sources*.
    Raises UnreachableError, and NotUsableError with everything that makes the router unfit to be planned for.
    """
    nonce = secrets.token_hex(8)
    mode = "commit" if staged_too else "refuse"
    body = [f"nonce={nonce}", "if observe_begin; then"]
    body += [
        words("observe_package", question.package, " ".join(sorted(question.secret_options)), salt, mode)
        for question in questions
    ]
    body += ["observe_staged", "observe_transaction", *more, "fi", "part end"]
    reply = transport.run(whole([f"{line}\n".encode() for line in body], "secrets", "observe", *sources))
    parts = _split(reply.output, nonce)
    if not parts or parts[-1].word != "end":
        raise NotUsableError(
            (
                f"the reply of the router is not complete (exit status {reply.status}): "
                f"{reply.errors.decode('utf-8', 'replace').strip()[-400:] or 'no message'}",
            ),
        )
    return _read(parts)


def _split(output: bytes, nonce: str) -> list[_Part]:
    marker = f"\n@{nonce} ".encode()
    parts = []
    for piece in output.split(marker)[1:]:
        head, _newline, text = piece.partition(b"\n")
        word, *arguments = head.decode("utf-8", "surrogateescape").split(" ")
        parts.append(_Part(word, tuple(arguments), text.decode("utf-8", "surrogateescape")))
    return parts


def _read(parts: t.Sequence[_Part]) -> Observation:
    packages: dict[str, Observed] = {}
    staged: list[str] = []
    pending: tuple[str, str] | None = None
    last: tuple[str, ...] = ()
    rest: dict[str, tuple[tuple[str, ...], str]] = {}
    problems: list[str] = []
    for part in parts:
        match part.word, part.arguments:
            case ("package", (name, *_)) | ("edited", (name,)):
                try:
                    package = parse(part.text, name)
                except UciSyntaxError as error:
                    problems.append(f"/etc/config/{name}: cannot be parsed: {error}")
                    continue
                if part.word == "edited":
                    packages[name] = dataclasses.replace(packages[name], edited=package)
                else:
                    packages[name] = Observed(package, part.arguments[1], part.arguments[2])
            case "absent", (name,):
                packages[name] = Observed(Package(name), ABSENT, ABSENT)
            case "broken", (name,):
                problems.append(
                    f"/etc/config/{name}: the router's uci cannot parse it ({part.text.strip()}); "
                    f"mend the file on the router, nothing was changed",
                )
            case "foreign", ("openwrt", *system):
                problems.append(f"this is not an OpenWrt router: no /etc/openwrt_release (found {' '.join(system)})")
            case "foreign", _:
                problems.append("the router has no uci command on its PATH, without which it cannot be configured")
            case "failed", _:
                problems.append(" ".join(part.arguments))
            case "staged", (name,):
                staged.append(name)
            case "transaction", (state, *identifier):
                pending = (state, " ".join(identifier))
            case "last", _:
                last = tuple(part.text.splitlines())
            case _:
                rest[part.word] = (part.arguments, part.text)
    if problems:
        raise NotUsableError(tuple(problems))
    return Observation(packages, tuple(staged), pending, last, rest)
