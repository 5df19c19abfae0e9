# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the modems of a router say of themselves, from the parts that ``shell/modem_ask.sh`` prints. Pure."""

from __future__ import annotations

import functools
import shlex
import typing as t

from ansible_collections.farsite.fleet.plugins.plugin_utils.modem import (
    at_answers,
    hilink_answers,
    mbim_answers,
    modemmanager_answers,
    qmi_answers,
    zte_answers,
)
from ansible_collections.farsite.fleet.plugins.plugin_utils.modem.known_devices import VENDORS
from ansible_collections.farsite.fleet.plugins.plugin_utils.modem.status import Answer, Answers, ModemStatus, combined

if t.TYPE_CHECKING:
    from ansible_collections.farsite.fleet.plugins.plugin_utils.router.modems import Parts

ASK = "modem_ask"
"""The shell command, and the name of its file; it needs ``modem_probe`` too."""

ANY = "any"
"""Instead of a port: ModemManager knows its modems by numbers of its own."""


class _Reader(t.NamedTuple):
    questions: tuple[str, ...]
    read: t.Callable[[Answers], ModemStatus]


_READERS: t.Mapping[str, _Reader] = {
    "qmi": _Reader(qmi_answers.QUERIES, qmi_answers.read),
    "mbim": _Reader(mbim_answers.QUERIES, mbim_answers.read),
    "modemmanager": _Reader(modemmanager_answers.QUERIES, modemmanager_answers.read),
    "at": _Reader(at_answers.QUERIES, at_answers.read),
    "hilink": _Reader(hilink_answers.QUERIES, hilink_answers.read),
    "zte": _Reader(zte_answers.QUERIES, zte_answers.read),
}
"""By source, the most telling first."""


def ask_commands(*, thorough: bool = True) -> list[str]:
    """Return the shell commands that ask every modem of the router.

    *thorough*: on AT ports too where uqmi or umbim has answered; that takes some seconds more.
    """
    adapters = [vendor for vendor, known in VENDORS.items() if known.makes == "adapters"]
    asked = [f"{source}_questions={shlex.quote(chr(10).join(reader.questions))}" for source, reader in _READERS.items()]
    return [
        *asked,
        f"modem_thorough={'yes' * thorough}",
        f"modem_adapters={shlex.quote(' '.join(adapters))}",
        ASK,
    ]


def statuses(parts: Parts) -> dict[str, ModemStatus]:
    """Return what each modem says, by its port (or ``any``)."""
    found: dict[str, dict[str, dict[str, Answer]]] = {}
    for word, (words, text) in parts.items():
        if not word.startswith("answer-") or not words or not words[0].isdigit():
            continue
        port, source, _number = word.removeprefix("answer-").rsplit("-", 2)
        status, *question = words
        found.setdefault(port, {}).setdefault(source, {})[" ".join(question)] = Answer(int(status), _readable(text))
    return {
        port: functools.reduce(combined, (_READERS[source].read(ways[source]) for source in _READERS if source in ways))
        for port, ways in found.items()
    }


def _readable(text: str) -> str:
    return text.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def at_ports(parts: Parts) -> dict[str, tuple[str, ...]]:
    """Return the names below ``/dev`` of the ports that answer AT, by the modem's port; of what was asked only."""
    return {
        word.removeprefix("at-ports-"): tuple(filter(None, words))
        for word, (words, _text) in parts.items()
        if word.startswith("at-ports-")
    }
