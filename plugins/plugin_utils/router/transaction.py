# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One change of a router: handed over in one exec, confirmed in one over a fresh connection, else undone by the router.

``shell/transaction.sh`` is what the router does; ``docs/transaction.md`` tells why.
"""

from __future__ import annotations

import dataclasses
import enum
import secrets
import time
import typing as t

from ansible_collections.farsite.fleet.plugins.plugin_utils.router.observation import ABSENT
from ansible_collections.farsite.fleet.plugins.plugin_utils.router.script import here_document, source, whole, words
from ansible_collections.farsite.fleet.plugins.plugin_utils.router.transport import UnreachableError

if t.TYPE_CHECKING:
    from ansible_collections.farsite.fleet.plugins.plugin_utils.router.transport import Reply, Transport
    from ansible_collections.farsite.fleet.plugins.plugin_utils.uci.semantics import SecretOptions

_PROGRAM = ("folders", "secrets", "wireguard", "preflight", "transaction")
_RETRY_SECONDS = 2
_UNDO_SECONDS = 90
"""How long the router may take to undo after the deadline: reload, tunnels, and logins over a bad link."""


@dataclasses.dataclass(frozen=True, slots=True)
class FileChange:
    """A file to be replaced: path, digests of the file and of its staged edits as planned from, and new content."""

    path: str
    digest: str
    staged: str
    content: bytes


@dataclasses.dataclass(frozen=True, slots=True)
class Change:
    """What the router is to carry out as one.

    ``services`` are reloaded in their order; ``tunnels`` are WireGuard interfaces whose peers or addresses change;
    ``rollback_timeout`` counts seconds from the end of the reload; ``staged`` is what becomes of staged edits;
    ``moves_to`` is the address at which the router is to be confirmed if it is not the one in use; ``uplinks`` are
    interfaces without a bearer of which the change is not confirmed.
    """

    files: tuple[FileChange, ...]
    services: tuple[str, ...]
    tunnels: tuple[str, ...]
    salt: str
    secret_options: SecretOptions
    rollback_timeout: int
    confirm: bool = True
    staged: t.Literal["refuse", "discard", "commit"] = "refuse"
    moves_to: str | None = None
    uplinks: tuple[str, ...] = ()


class End(enum.Enum):
    """How a change ended."""

    CONFIRMED = "confirmed"
    REFUSED = "refused"
    UNDONE = "undone"
    UNKNOWN = "unknown"


@dataclasses.dataclass(frozen=True, slots=True)
class Outcome:
    """The end, its reason for people, the id of the transaction, and files of others that the router has kept aside."""

    end: End
    reason: str
    identifier: str
    kept: tuple[str, ...] = ()


class Clock(t.Protocol):
    """Seconds that pass; tests bring their own."""

    def monotonic(self) -> float:
        """Return seconds from any start."""

    def sleep(self, seconds: float, /) -> None:
        """Wait."""


_TIME = t.cast("Clock", time)


def _silent(_text: str) -> None:
    """Tell nobody."""


def carry_out(
    transport: Transport, change: Change, clock: Clock = _TIME, tell: t.Callable[[str], None] = _silent
) -> Outcome:
    """Hand *change* over, confirm it, and return how it ended. *tell* is told what is waited for.

    Raises UnreachableError only where the router cannot have begun: it was never reached.
    """
    identifier = secrets.token_hex(8)
    answers = _Answers(identifier, {file.path: file.digest for file in change.files})
    try:
        answers.add(transport.run(submission(change, identifier)))
    except UnreachableError as error:
        # the router may be at work all the same: asking tells
        answers.lost = str(error)
    if outcome := answers.outcome():
        return outcome
    if not change.confirm and answers.lost is None:
        return Outcome(End.UNKNOWN, "the router did not say how the change ended", identifier)
    return _ask_until_known(transport, change, answers, clock, tell)


def submission(change: Change, identifier: str) -> bytes:
    """Return the script that fills the work folder and starts the runner."""
    delimiter = f"END-{identifier}"
    work = f"/tmp/farsite/{identifier}"  # noqa: S108 # on the router: tmpfs, mode 0700
    plan = [
        f"id={identifier}",
        f"services={words(' '.join(change.services))}",
        f"wireguard={words(' '.join(change.tunnels))}",
        f"packages={words(' '.join(file.path.rpartition('/')[2] for file in change.files))}",
        f"secrets={words(change.secret_options.words)}",
        f"salt={change.salt}",
        f"deadline={change.rollback_timeout}",
        f"detach={int(change.moves_to is not None)}",
        f"confirm={int(change.confirm)}",
        f"staged={change.staged}",
        f"uplinks={words(' '.join(change.uplinks))}",
        "files() {",
        *(
            f'"$1" {words(str(number), file.path, file.digest, file.staged)} || return 1'
            for number, file in enumerate(change.files, 1)
        ),
        "}",
    ]
    body = [
        f"umask 077\nfull=\nwork={work}\n".encode(),
        b'mkdir -p "$work/new" || { echo "farsite refused failed /tmp cannot be written to"; return; }\n',
        here_document('"$work/tx"', source(*_PROGRAM).encode(), delimiter),
        here_document('"$work/plan"', "".join(f"{line}\n" for line in plan).encode(), delimiter),
        *(
            here_document(f'"$work/new/{number}"', file.content, delimiter)
            for number, file in enumerate(change.files, 1)
        ),
        f"submit {identifier} {_last_word(change)}\n".encode(),
    ]
    return whole(body, "folders", "submit")


def _last_word(change: Change) -> str:
    """Return what the runner says last that the connection can be expected to see."""
    if change.moves_to is not None:
        return "swapped"
    return "reloaded" if change.confirm else "confirmed"


def confirmation(change: Change, identifier: str) -> bytes:
    """Return the script that confirms the change, or tells what has become of it."""
    line = words("ask", identifier, *(file.path for file in change.files))
    return whole([f"{line}\n".encode()], "submit")


def _ask_until_known(
    transport: Transport, change: Change, answers: _Answers, clock: Clock, tell: t.Callable[[str], None]
) -> Outcome:
    transport.forget()
    confirm_until = clock.monotonic() + change.rollback_timeout
    give_up = confirm_until + _UNDO_SECONDS
    while True:
        # after the deadline the router is back at its old address
        host = change.moves_to if clock.monotonic() < confirm_until else None
        answers.begin()
        try:
            answers.add(transport.run(confirmation(change, answers.identifier), fresh=True, host=host))
        except UnreachableError as error:
            answers.unreachable = str(error)
        if outcome := answers.outcome() or answers.outcome_by_files():
            if outcome.end is End.UNDONE and answers.nothing_known and answers.lost is not None:
                raise UnreachableError(f"{answers.lost}; the router knows nothing of the change, so it was not begun")
            return outcome
        if clock.monotonic() >= give_up:
            return Outcome(End.UNKNOWN, answers.last_words(), answers.identifier)
        if not answers.stale:
            tell(f"not confirmed yet: {answers.last_words()}")
            clock.sleep(_RETRY_SECONDS)


class _Answers:
    """What the router has said of one change: lines "farsite WORD TEXT" of runner, confirmation and record."""

    def __init__(self, identifier: str, old: t.Mapping[str, str]) -> None:
        self.identifier = identifier
        self._old = old
        self._live: dict[str, str] = {}
        self.lost: str | None = None
        self.unreachable: str | None = None
        self.stale = False
        self.nothing_known = False
        self._reason = ""
        self._lines: list[tuple[str, str]] = []

    def begin(self) -> None:
        """Forget the lines of the exec before."""
        self.unreachable = None
        self.stale = self.nothing_known = False
        self._lines = []
        self._live = {}

    def add(self, reply: Reply) -> None:
        """Take the lines of one exec."""
        text = reply.output.decode("utf-8", "replace")
        told = [line.removeprefix("farsite ") for line in text.splitlines() if line.startswith("farsite ")]
        for line in told:
            word, _blank, rest = line.partition(" ")
            if word == "live":
                digest, _blank, path = rest.partition(" ")
                self._live[path] = digest or ABSENT
            elif word in ("stale", "unhealthy", "rejected"):
                self.stale = word == "stale"
                self._reason = rest
            elif word == "last":
                self._add_last(rest)
            elif word == "said":
                said, _blank, what = rest.partition(" ")
                self._lines.append((said, what))
            else:
                self._lines.append((word, rest))
        known = [line for line in told if line.partition(" ")[0] not in ("live", "last")]
        self.nothing_known = not known and not self._lines
        if self.nothing_known and reply.errors:
            self._reason = reply.errors.decode("utf-8", "replace").strip()[-400:]

    def _add_last(self, record: str) -> None:
        word, _blank, rest = record.partition(" ")
        if word == "kept":
            self._lines.append((word, rest))
            return
        identifier, _blank, reason = rest.partition(" ")
        if identifier == self.identifier:
            self._lines.append((word, reason))

    def outcome(self) -> Outcome | None:
        """Return how the change ended, or None where that is not known yet."""
        kept = tuple(rest for word, rest in self._lines if word == "kept")
        for word, rest in self._lines:
            if word == "confirmed":
                return Outcome(End.CONFIRMED, "", self.identifier)
            if word == "refused":
                return Outcome(End.REFUSED, rest, self.identifier)
            if word == "undone":
                because = f" ({self._reason})" if self._reason and self._reason != rest else ""
                return Outcome(End.UNDONE, rest + because, self.identifier, kept)
        return None

    def outcome_by_files(self) -> Outcome | None:
        """Return how the change ended where the router has no record of it: it restarted, or was never told.

        Without a transaction pending its files are all old, or, after a confirmation of which the answer was lost, new.
        """
        if not self.nothing_known or self._live.keys() != self._old.keys():
            return None
        same = [self._live[path] == digest for path, digest in self._old.items()]
        if all(same):
            return Outcome(End.UNDONE, "the router restarted before the change was confirmed", self.identifier)
        if not any(same):
            return Outcome(End.CONFIRMED, "", self.identifier)
        return None

    def last_words(self) -> str:
        """Return the best reason there is for not knowing the end."""
        return self._reason or self.unreachable or "the router did not say how the change ended"
