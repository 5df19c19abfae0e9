#!/usr/bin/env python3
# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Stands in for the AT port of an LTE modem: a pseudo-terminal that answers as a modem does (ITU-T V.250).

As a library ``with AtModem("quectel", "no-sim") as modem``, as a program ``at_modem.py --dialect quectel --scenario
no-sim --link PATH``, which makes a symbolic link to the port and serves until it is ended. What it answers stands in
``at_dialects.py`` beside it.

The port is as one that nobody has set up: the kernel sends back what it hears. While the modem echoes too, a command
comes back to it as a command, again and again; only after ATE0 there is peace.
"""

from __future__ import annotations

import argparse
import contextlib
import dataclasses
import os
import pathlib
import re
import select
import signal
import termios
import threading
import typing as t

from at_dialects import (
    DIALECTS,
    NOT_ALLOWED,
    PIN,
    SCENARIOS,
    SIM_ABSENT,
    SIM_PUK,
    WRONG_PIN,
    answer,
    error,
    start,
    unsolicited,
    unsupported,
)

if t.TYPE_CHECKING:
    import types

_OK = "OK"
_LATENCY = 0.005
"""Seconds before an answer."""
_ANSWERS_UNTIL_UNASKED = 3
_UNQUOTED = re.compile(r'"[^"]*"?|[^"]+')
_PARTS = re.compile(r'(?:"[^"]*"?|[^;"])+')


_FIRST = 32
"""Containers number their terminals from 0, and seen from this machine /dev/pts/0 of one is as good as its own."""


def _terminal() -> tuple[int, str]:
    """Return the near end of a new pseudo terminal and the path of the far end, which nobody else has open."""
    passed_over = []
    try:
        while True:
            master, port = os.openpty()
            path = os.ttyname(port)
            # Not kept open: it would look like a port that somebody uses.
            os.close(port)
            if int(path.rpartition("/")[2]) >= _FIRST:
                return master, path
            passed_over.append(master)
    finally:
        for master in passed_over:
            os.close(master)


class AtModem:
    """A modem and its port. ``path`` is the port, ``pin_attempts`` how often a PIN or PUK was sent to it."""

    def __init__(self, dialect: str, scenario: str) -> None:
        """Plug it in. Raises ValueError for an unknown dialect or scenario."""
        if dialect not in DIALECTS or scenario not in SCENARIOS:
            raise ValueError(f"No such modem: {dialect}, {scenario}")
        self.dialect = dialect
        self.scenario = scenario
        self.state = start(scenario)
        self.echo = True
        self.pin_attempts = 0
        self._hung = scenario == "mute"
        self._answers = 0
        self._line = b""
        self._master, self.path = _terminal()
        # A client that does not read must not keep the modem from ending.
        os.set_blocking(self._master, False)
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Unplug it; its port is gone then."""
        if not self._ended.is_set():
            self._ended.set()
            self._thread.join()
            os.close(self._master)

    def __enter__(self) -> t.Self:
        """Return itself, plugged in already."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: types.TracebackType | None
    ) -> None:
        """Unplug it."""
        self.close()

    def _serve(self) -> None:
        poll = select.poll()
        poll.register(self._master, select.POLLIN)
        used = False
        while not self._ended.is_set():
            if not poll.poll(50):
                continue
            try:
                heard = os.read(self._master, 4096)
            except BlockingIOError:
                continue
            except OSError:  # nobody has the port open
                if used:
                    self._forget()
                used = False
                self._ended.wait(0.01)
                continue
            used = True
            self._hear(heard)

    def _forget(self) -> None:
        """Drop what nobody read, as the last one to close a serial port does; a pseudo-terminal would keep it."""
        port = os.open(self.path, os.O_RDWR | os.O_NOCTTY)
        termios.tcflush(port, termios.TCIFLUSH)
        os.close(port)
        self._line = b""

    def _hear(self, heard: bytes) -> None:
        for byte in (heard[place : place + 1] for place in range(len(heard))):
            if self.echo and not self._hung:
                self._say(byte)
            if byte not in b"\r\n":
                self._line += byte
                continue
            line, self._line = self._line.decode("ascii", "replace").strip(), b""
            # All else is noise; its own answers, sent back by the kernel, are.
            if line[:2].upper() == "AT":
                self._command(line)

    def _say(self, output: bytes) -> None:
        with contextlib.suppress(BlockingIOError):  # nobody reads
            os.write(self._master, output)

    def _command(self, line: str) -> None:
        command = "".join(part if part[0] == '"' else part.upper() for part in _UNQUOTED.findall(line))
        body = command.removeprefix("AT").strip()
        self.pin_attempts += body.startswith("+CPIN=")
        if self.scenario == "hang" and body not in ("", "I", "E0", "E1"):
            self._hung = True
        if self._hung:
            return
        self._ended.wait(_LATENCY)
        lines, result = self._run(body)
        text = "".join(f"{each}\r\n" for each in lines)
        self._say(f"\r\n{text}\r\n{result}\r\n".encode() if text else f"\r\n{result}\r\n".encode())
        self._answers += 1
        turn, rest = divmod(self._answers, _ANSWERS_UNTIL_UNASKED)
        if rest == 0:
            unasked = unsolicited(self.dialect, self.state)
            self._say(f"\r\n{unasked[turn % len(unasked)]}\r\n".encode())

    def _run(self, body: str) -> tuple[list[str], str]:
        """Run commands with semicolons between them, up to the first that fails; their lines and the result."""
        told: list[str] = []
        for part in _PARTS.findall(body) or [""]:
            *lines, result = self._one(part.strip())
            told += lines
            if result != _OK:
                return told, result
        return told, _OK

    def _one(self, command: str) -> list[str]:
        if match := re.fullmatch(r"E([01]?)", command):
            self.echo = match[1] == "1"
            return [_OK]
        if match := re.fullmatch(r"\+COPS=3,([02])", command):
            self.state = dataclasses.replace(self.state, operator_format=int(match[1]))
            return [_OK]
        if match := re.fullmatch(r'\+CPIN="?([0-9]*)"?(,.*)?', command):
            return [self._unlock(match[1])]
        return answer(self.dialect, self.state, f"AT{command}").splitlines()

    def _unlock(self, pin: str) -> str:
        """Try a PIN. A card that asks for its PUK gets none here, so it stays as it is."""
        refusals = {"absent": SIM_ABSENT, "puk": SIM_PUK, "ready": NOT_ALLOWED}
        if self.state.sim in refusals:
            return error(self.dialect, refusals[self.state.sim])
        if not pin:
            return unsupported(self.dialect)
        if pin == PIN:
            self.state = dataclasses.replace(start("home"), operator_format=self.state.operator_format)
            return _OK
        left = self.state.pin_tries - 1
        self.state = dataclasses.replace(self.state, pin_tries=left, sim="pin" if left else "puk")
        return error(self.dialect, WRONG_PIN)


def main() -> None:
    """Serve one modem until SIGTERM or SIGINT; the link is taken away then."""
    parser = argparse.ArgumentParser(description="Stand in for the AT port of an LTE modem.")
    parser.add_argument("--dialect", choices=DIALECTS, required=True)
    parser.add_argument("--scenario", choices=SCENARIOS, required=True)
    parser.add_argument("--link", type=pathlib.Path, required=True, help="a symbolic link to the port; must not exist")
    arguments = parser.parse_args()
    ends = {signal.SIGTERM, signal.SIGINT}
    signal.pthread_sigmask(signal.SIG_BLOCK, ends)
    with AtModem(arguments.dialect, arguments.scenario) as modem:
        arguments.link.symlink_to(modem.path)
        try:
            signal.sigwait(ends)
        finally:
            arguments.link.unlink()


if __name__ == "__main__":
    main()
