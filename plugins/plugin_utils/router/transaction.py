# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One change of a router: handed over in one exec, confirmed in one over a fresh connection, else undone by the router.

``shell/transaction.sh`` is what the router does; ``docs/transaction.md`` tells why.
"""

from __future__ import annotations

import dataclasses
import enum
import hashlib
import secrets
import time
import typing as t

from ansible_collections.farsite.fleet.plugins.plugin_utils.router.observation import ABSENT
from ansible_collections.farsite.fleet.plugins.plugin_utils.router.package_manager import explained
from ansible_collections.farsite.fleet.plugins.plugin_utils.router.script import here_document, source, whole, words
from ansible_collections.farsite.fleet.plugins.plugin_utils.router.transport import UnreachableError

if t.TYPE_CHECKING:
    from ansible_collections.farsite.fleet.plugins.plugin_utils.router.installed import Manager
    from ansible_collections.farsite.fleet.plugins.plugin_utils.router.transport import Reply, Transport
    from ansible_collections.farsite.fleet.plugins.plugin_utils.uci.semantics import SecretOptions

TUNNELS_ALONE = ("-",)
"""For ``Change.services``: what netifd would do is not waited for, since it sets a tunnel up anew."""

_PROGRAM = ("folders", "secrets", "wireguard", "preflight", "health")
_PACKAGES = ("manager", "package_index", "package_steps", "transaction_packages")
_SILENT_SECONDS = 120
_INSTALL_SECONDS = 900
"""How long the router may say nothing while it installs."""
_RETRY_SECONDS = 2
_UNDO_SECONDS = 90
"""How long the router may take to undo after the deadline: reload, tunnels, and logins over a bad link."""


@dataclasses.dataclass(frozen=True, slots=True)
class FileChange:
    """A file to be replaced: path, digests of the file and of its staged edits as planned from, and new content.

    *content* is None for a file that is to be removed. *mode* is None for what the file has (0600 for a new one).
    """

    path: str
    digest: str
    staged: str
    content: bytes | None
    mode: int | None = None


@dataclasses.dataclass(frozen=True, slots=True)
class Install:
    """Packages that are not installed, and are to be before the files are placed. They stay if the change is undone."""

    manager: Manager
    names: tuple[str, ...]


@dataclasses.dataclass(frozen=True, slots=True)
class Change:
    """What the router is to carry out as one.

    ``services`` are reloaded in their order, with ``TUNNELS_ALONE`` none but the tunnels; ``tunnels`` are WireGuard
    interfaces whose peers or addresses change; ``rollback_timeout`` counts seconds from the end of the reload;
    ``staged`` is what becomes of staged edits; ``moves_to`` is the address at which the router is to be confirmed if it
    is not the one in use; ``uplinks`` are
    interfaces without a bearer of which the change is not confirmed. With ``answered`` each tunnel that was up must
    answer a ping to be confirmed, where else a handshake is enough.
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
    answered: bool = False
    install: Install | None = None


class End(enum.Enum):
    """How a change ended."""

    CONFIRMED = "confirmed"
    REFUSED = "refused"
    UNDONE = "undone"
    UNKNOWN = "unknown"


@dataclasses.dataclass(frozen=True, slots=True)
class Outcome:
    """The end, its reason for people, the id of the transaction, and files of others that the router has kept aside.

    ``installed`` has the versions of packages that are new on the router, also where the change was undone; ``brought``
    the files of the change that these have written, so that it was undone and must be planned again.
    """

    end: End
    reason: str
    identifier: str
    kept: tuple[str, ...] = ()
    installed: t.Mapping[str, str] = dataclasses.field(default_factory=dict)
    brought: tuple[str, ...] = ()
    public_key: str | None = None
    """Of the router's own key, where it could tell it only after the installation."""


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
    answers = _Answers(identifier, {file.path: file.digest for file in _judged(change)})
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
        f"packages={words(' '.join(_checked(change.files)))}",
        f"secrets={words(change.secret_options.words)}",
        f"salt={change.salt}",
        f"deadline={change.rollback_timeout}",
        f"detach={int(change.moves_to is not None)}",
        f"confirm={int(change.confirm)}",
        f"staged={change.staged}",
        f"uplinks={words(' '.join(change.uplinks))}",
        f"answered={int(change.answered)}",
        *_install_lines(change.install),
        "files() {",
        *(
            f'"$1" {words(str(number), file.path, file.digest, file.staged, _mode(file))} || return 1'
            for number, file in enumerate(change.files, 1)
        ),
        "return 0",
        "}",
    ]
    silent = _INSTALL_SECONDS if change.install else _SILENT_SECONDS
    program = source(*_PROGRAM, *(_PACKAGES if change.install else ()), "transaction")
    body = [
        f"umask 077\nfull=\nwork={work}\n".encode(),
        b'mkdir -p "$work/new" || { echo "farsite refused failed /tmp cannot be written to"; return; }\n',
        here_document('"$work/tx"', program.encode(), delimiter),
        here_document('"$work/plan"', "".join(f"{line}\n" for line in plan).encode(), delimiter),
        *(
            here_document(f'"$work/new/{number}"', file.content, delimiter)
            for number, file in enumerate(change.files, 1)
            if file.content is not None
        ),
        f"submit {identifier} {_last_word(change)} {silent}\n".encode(),
    ]
    return whole(body, "folders", "submit")


def _install_lines(install: Install | None) -> list[str]:
    if install is None:
        return ["names="]
    names = words(" ".join(install.names))
    return [f"manager={install.manager}", "action=install", f"names={names}", f"expect={names}"]


def _mode(file: FileChange) -> str:
    if file.content is None:
        return "gone"
    return "-" if file.mode is None else f"{file.mode:o}"


def _checked(files: t.Iterable[FileChange]) -> t.Iterator[str]:
    """Yield the names of the packages that the preflight is for; the firewall includes files of its own."""
    for file in files:
        folder, _slash, name = file.path.rpartition("/")
        if folder == "/etc/config":
            yield name
        elif folder == "/etc/nftables.d":
            yield "firewall"


def _judged(change: Change) -> tuple[FileChange, ...]:
    """Return the files by whose digests the end can be told: not those of which the mode alone changes."""
    return tuple(
        file for file in change.files if file.content is None or hashlib.sha256(file.content).hexdigest() != file.digest
    )


def _last_word(change: Change) -> str:
    """Return what the runner says last that the connection can be expected to see."""
    if change.moves_to is not None:
        return "swapped"
    return "reloaded" if change.confirm else "confirmed"


def confirmation(change: Change, identifier: str, *, only_ask: bool = False) -> bytes:
    """Return the script that confirms the change, or tells what has become of it; with *only_ask* only the latter."""
    line = words("ask", identifier, *(file.path for file in _judged(change)))
    return whole([f"only_ask={'yes' * only_ask}\n{line}\n".encode()], "submit")


def _ask_until_known(
    transport: Transport, change: Change, answers: _Answers, clock: Clock, tell: t.Callable[[str], None]
) -> Outcome:
    transport.forget()
    # where the connection broke, the installation may be under way
    installing = _INSTALL_SECONDS if change.install and answers.lost is not None else 0
    confirm_until = clock.monotonic() + change.rollback_timeout + installing
    give_up = confirm_until + _UNDO_SECONDS
    told = silence = ""
    while True:
        # after the deadline the router is back at its old address, which proves nothing of the new one
        late = change.moves_to is not None and clock.monotonic() >= confirm_until
        host = None if late else change.moves_to
        answers.begin()
        try:
            script = confirmation(change, answers.identifier, only_ask=late)
            answers.add(transport.run(script, fresh=True, host=host))
        except UnreachableError as error:
            answers.unreachable = str(error)
            silence = next((line.strip() for line in str(error).splitlines() if line.strip()), "")
        if outcome := answers.outcome() or answers.outcome_by_files():
            if outcome.end is End.UNDONE and answers.nothing_known and answers.lost is not None:
                raise UnreachableError(f"{answers.lost}; the router knows nothing of the change, so it was not begun")
            if outcome.end is End.UNDONE and silence:
                return dataclasses.replace(outcome, reason=f"{outcome.reason}; a login to confirm it failed: {silence}")
            return outcome
        if clock.monotonic() >= give_up:
            return Outcome(End.UNKNOWN, answers.last_words(), answers.identifier)
        if not answers.stale:
            if answers.last_words() != told:
                told = answers.last_words()
                tell(f"not confirmed yet: {told}")
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
        self._installed: dict[str, str] = {}
        self._brought: tuple[str, ...] = ()
        self._public_key: str | None = None

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
                self._take(said, what)
            else:
                self._take(word, rest)
        known = [line for line in told if line.partition(" ")[0] not in ("live", "last")]
        self.nothing_known = not known and not self._lines
        if self.nothing_known and reply.errors:
            self._reason = reply.errors.decode("utf-8", "replace").strip()[-400:]

    def _take(self, word: str, rest: str) -> None:
        if word == "installed":
            # "NAME VERSION", or "NAME OLD NEW" of one that was there before
            name, _blank, version = rest.partition(" ")
            self._installed[name] = version.rpartition(" ")[2]
        elif word == "public":
            self._public_key = rest
        elif word == "brought":
            self._brought = tuple(rest.split())
        self._lines.append((word, rest))

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
        for word, rest in self._lines:
            if word == "confirmed":
                return self._outcome(End.CONFIRMED, "")
            if word == "refused":
                return self._outcome(End.REFUSED, _in_words(rest, "packages "))
            if word == "undone":
                because = f" ({self._reason})" if self._reason and self._reason != rest else ""
                return self._outcome(End.UNDONE, _in_words(rest, "packages: ") + because)
        return None

    def _outcome(self, end: End, reason: str) -> Outcome:
        kept = tuple(rest for word, rest in self._lines if word == "kept") if end is End.UNDONE else ()
        return Outcome(end, reason, self.identifier, kept, dict(self._installed), self._brought, self._public_key)

    def outcome_by_files(self) -> Outcome | None:
        """Return how the change ended where the router has no record of it: it restarted, or was never told.

        Without a transaction pending its files are all old, or, after a confirmation of which the answer was lost, new.
        """
        if not self.nothing_known or self._live.keys() != self._old.keys():
            return None
        if not self._old:
            return None
        same = [self._live[path] == digest for path, digest in self._old.items()]
        if all(same):
            return self._outcome(End.UNDONE, "the router restarted before the change was confirmed")
        if not any(same):
            return self._outcome(End.CONFIRMED, "")
        return None

    def last_words(self) -> str:
        """Return the best reason there is for not knowing the end."""
        return self._reason or self.unreachable or "the router did not say how the change ended"


def _in_words(reason: str, mark: str) -> str:
    """Return *reason*; after *mark* come the package manager's own words, in lines that are separated by tabs."""
    return explained(reason.removeprefix(mark).replace("\t", "\n")) if reason.startswith(mark) else reason
