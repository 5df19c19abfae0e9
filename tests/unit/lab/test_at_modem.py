# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The stand-in for the AT port of a modem, talked to over its port as a router does."""

from __future__ import annotations

import contextlib
import os
import pathlib
import select
import shutil
import subprocess
import sys
import time
import tty
import typing as t

import pytest
from at_dialects import DIALECTS, IMEI, SCENARIOS, answer, start
from at_modem import AtModem

FOLDER = pathlib.Path(__file__).resolve().parents[3] / "lab" / "modem"

FINAL = ("OK", "ERROR", "COMMAND NOT SUPPORT", "+CME ERROR")
SHELL = """\
set -u
return=$(printf '\\r')
exec 3<>"$1"

hear() {
    while IFS= read -r -t "$1" line <&3; do
        line=${line%"$return"}
        [ -z "$line" ] || printf '%s\\n' "$line"
        [ "$2" = silence ] || [ "$line" != OK ] || return 0
    done
}

printf 'ATE0\\r' >&3
hear "$2" "$3" >/dev/null
printf 'AT+CGSN\\r' >&3
hear 3 OK
"""


class Port:
    """The port, open; without the kernel's echo unless it is to be as one that nobody has set up."""

    def __init__(self, path: str, *, raw: bool = True) -> None:
        self.number = os.open(path, os.O_RDWR | os.O_NOCTTY)
        if raw:
            tty.setraw(self.number)

    def hear(self, seconds: float) -> str:
        """Return what comes until nothing comes for so long, or for two seconds: echoes can go on for ever."""
        heard = b""
        end = time.monotonic() + 2
        while time.monotonic() < end and select.select([self.number], [], [], seconds)[0]:
            heard += os.read(self.number, 4096)
        return heard.decode()

    def say(self, line: str) -> None:
        os.write(self.number, f"{line}\r".encode())

    def ask(self, command: str) -> list[str]:
        """Return the lines of the answer, up to the final result code."""
        self.say(command)
        text = ""
        end = time.monotonic() + 5
        while time.monotonic() < end:
            text += self.hear(0.02)
            lines = [line for line in text.split("\r\n") if line]
            for place, line in enumerate(lines):
                if line.startswith(FINAL):
                    return lines[: place + 1]
        raise TimeoutError(text)


@contextlib.contextmanager
def talk(dialect: str, scenario: str = "home") -> t.Iterator[tuple[AtModem, Port]]:
    with AtModem(dialect, scenario) as modem:
        port = Port(modem.path)
        try:
            assert port.ask("ATE0")[-1] == "OK"
            yield modem, port
        finally:
            os.close(port.number)


def only(lines: list[str], name: str) -> list[str]:
    """Leave out what the modem says unasked."""
    return [line for line in lines if line.startswith((name, *FINAL))]


@pytest.mark.parametrize("scenario", [scenario for scenario in SCENARIOS if scenario not in ("hang", "mute")])
@pytest.mark.parametrize("dialect", DIALECTS)
def test_says_what_the_tables_say(dialect: str, scenario: str) -> None:
    with talk(dialect, scenario) as (_modem, port):
        for command in ("AT+CPIN?", "AT+CEREG?", "AT+CSQ"):
            told = answer(dialect, start(scenario), command).splitlines()
            assert only(port.ask(command), told[0][:5]) == told


def test_begins_with_echo() -> None:
    with AtModem("huawei", "home") as modem:
        port = Port(modem.path)
        port.say("AT")
        assert port.hear(0.2) == "AT\r\r\nOK\r\n"
        port.say("ATE0")
        assert port.hear(0.2) == "ATE0\r\r\nOK\r\n"
        port.say("at+cgmm")
        assert port.hear(0.2).startswith("\r\nE3372\r\n\r\nOK\r\n")
        port.say("ATE1")
        port.hear(0.2)
        port.say("AT")
        assert port.hear(0.2).startswith("AT\r")
        os.close(port.number)


def test_ignores_what_is_no_command() -> None:
    with talk("quectel") as (_modem, port):
        for noise in ("", "\n", "OK", "+CSQ: 17,99", " \t", "\x00\xff", "xAT"):
            port.say(noise)
        assert port.hear(0.2) == ""


@pytest.mark.parametrize(
    ("dialect", "refusal"), [("huawei", "COMMAND NOT SUPPORT"), ("quectel", "ERROR"), ("simcom", "ERROR")]
)
def test_refuses_what_it_does_not_know(dialect: str, refusal: str) -> None:
    with talk(dialect) as (_modem, port):
        assert port.ask("AT+NOSUCH?") == [refusal]


@pytest.mark.parametrize("dialect", DIALECTS)
def test_commands_in_one_line(dialect: str) -> None:
    with talk(dialect) as (_modem, port):
        assert port.ask("AT+COPS=3,2;+COPS?") == ['+COPS: 0,2,"26202",7', "OK"]
        assert port.ask("AT+COPS=3,0;+COPS?")[-2:] == ['+COPS: 0,0,"Vodafone.de",7', "OK"]
        assert only(port.ask("AT+NOSUCH;+COPS?"), "+COPS")[-1] != "OK"


@pytest.mark.parametrize("dialect", DIALECTS)
def test_says_something_unasked_now_and_then(dialect: str) -> None:
    with talk(dialect) as (_modem, port):
        for _ in range(6):
            port.say("AT")
        lines = [line for line in port.hear(0.3).split("\r\n") if line]
        assert lines.count("OK") == 6
        assert len(lines) == 8


@pytest.mark.parametrize("dialect", DIALECTS)
def test_right_pin(dialect: str) -> None:
    with talk(dialect, "pin") as (modem, port):
        assert only(port.ask("AT+CPIN?"), "+CPIN") == ["+CPIN: SIM PIN", "OK"]
        assert modem.pin_attempts == 0
        assert only(port.ask('AT+CPIN="1234"'), "OK") == ["OK"]
        assert modem.pin_attempts == 1
        assert only(port.ask("AT+CPIN?"), "+CPIN") == ["+CPIN: READY", "OK"]
        assert only(port.ask("AT+CEREG?"), "+CEREG") == ["+CEREG: 0,1", "OK"]


def test_wrong_pins_lead_to_the_puk() -> None:
    with talk("quectel", "pin-2-tries") as (modem, port):
        assert only(port.ask("AT+QPINC?"), "+QPINC")[0] == '+QPINC: "SC",2,10'
        assert only(port.ask('AT+CPIN="0000"'), "OK") == ["+CME ERROR: 16"]
        assert only(port.ask("AT+QPINC?"), "+QPINC")[0] == '+QPINC: "SC",1,10'
        assert only(port.ask("AT+CPIN=0001"), "OK") == ["+CME ERROR: 16"]
        assert only(port.ask("AT+CPIN?"), "+CPIN") == ["+CPIN: SIM PUK", "OK"]
        assert only(port.ask('AT+CPIN="1234"'), "OK") == ["+CME ERROR: 12"]
        assert modem.pin_attempts == 3


@pytest.mark.parametrize(
    ("dialect", "scenario", "refusal"),
    [
        ("quectel", "home", "+CME ERROR: 3"),
        ("simcom", "no-sim", "+CME ERROR: SIM not inserted"),
        ("huawei", "no-sim", "+CME ERROR: SIM failure"),
    ],
)
def test_pin_that_nobody_asked_for(dialect: str, scenario: str, refusal: str) -> None:
    with talk(dialect, scenario) as (modem, port):
        assert only(port.ask('AT+CPIN="1234"'), "OK") == [refusal]
        assert modem.pin_attempts == 1


def test_hangs_after_its_name() -> None:
    with talk("simcom", "hang") as (_modem, port):
        assert port.ask("AT") == ["OK"]
        assert port.ask("ATI")[0] == "Manufacturer: SIMCOM INCORPORATED"
        port.hear(0.1)
        for command in ("AT+CPIN?", "AT", "ATI"):
            port.say(command)
            assert port.hear(0.2) == ""


def test_mute() -> None:
    with AtModem("huawei", "mute") as modem:
        port = Port(modem.path)
        port.say("AT")
        assert port.hear(0.3) == ""
        os.close(port.number)


def test_unknown_modem() -> None:
    with pytest.raises(ValueError, match="nokia"):
        AtModem("nokia", "home")
    with pytest.raises(ValueError, match="dance"):
        AtModem("huawei", "dance")


def test_unplugged_while_nobody_reads() -> None:
    with AtModem("quectel", "home") as modem:
        port = Port(modem.path, raw=False)
        port.say("AT")  # goes round in circles, by both echoes
        time.sleep(0.5)
    modem.close()
    assert not pathlib.Path(modem.path).exists()
    os.close(port.number)


def test_forgets_what_nobody_read_when_its_port_is_closed() -> None:
    with talk("quectel") as (modem, port):
        port.say("ATI")
        assert port.hear(0.2)
        port.say("ATI")
        time.sleep(0.2)
        os.close(port.number)
        time.sleep(0.2)
        port.number = os.open(modem.path, os.O_RDWR | os.O_NOCTTY)
        assert port.ask("AT+CGMM")[:2] == ["EC25", "OK"]


def test_nobody_has_the_port_open() -> None:
    with AtModem("huawei", "home") as modem:
        open_files = []
        for link in pathlib.Path("/proc/self/fd").iterdir():
            with contextlib.suppress(FileNotFoundError):  # the listing's own is gone by now
                open_files.append(str(link.readlink()))
        assert "/dev/ptmx" in [name.replace("pts/", "") for name in open_files]
        assert modem.path not in open_files


def test_an_untouched_port_says_ate0_twice() -> None:
    """Its echo comes back as a command, so there are two results; the second is no answer to what is asked next."""
    with AtModem("huawei", "home") as modem:
        port = Port(modem.path, raw=False)
        port.say("ATE0")
        heard = [line for line in port.hear(0.3).split("\n") if line]
        assert heard == ["ATE0", "OK", "OK"]
        port.say("AT+CGMM")
        assert [line for line in port.hear(0.3).split("\n") if line][:2] == ["E3372", "OK"]
        os.close(port.number)


def test_a_pin_sent_while_both_echo_costs_every_try() -> None:
    with AtModem("quectel", "pin") as modem:
        port = Port(modem.path, raw=False)
        port.say('AT+CPIN="0000"')
        assert "+CME ERROR: 12" in port.hear(0.1)
        assert modem.state.sim == "puk"
        port.say("ATE0")
        port.hear(0.2)
        os.close(port.number)


def ash(path: str, *arguments: str) -> list[str]:
    shell = shutil.which("busybox")
    assert shell
    done = subprocess.run(
        [shell, "ash", "-c", SHELL, "ash", path, *arguments],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=20,
        check=True,
    )
    assert done.stderr == ""
    return done.stdout.splitlines()


@pytest.mark.parametrize("dialect", DIALECTS)
def test_plain_ash_talks_to_it(dialect: str) -> None:
    with AtModem(dialect, "home") as modem:
        assert ash(modem.path, "1", "silence") == [IMEI, "OK"]
        assert modem.pin_attempts == 0


def test_plain_ash_that_does_not_wait_for_silence_takes_a_result_for_an_answer() -> None:
    with AtModem("quectel", "home") as modem:
        assert ash(modem.path, "3", "OK") == ["OK"]


def test_program(tmp_path: pathlib.Path) -> None:
    link = tmp_path / "ttyUSB2"
    command = (str(FOLDER / "at_modem.py"), "--dialect", "simcom", "--scenario", "no-sim", "--link", str(link))
    process = subprocess.Popen([sys.executable, *command])
    try:
        end = time.monotonic() + 10
        while not link.is_symlink() and time.monotonic() < end:
            time.sleep(0.02)
        port = Port(str(link))
        assert port.ask("ATE0")[-1] == "OK"
        assert port.ask("AT+CPIN?") == ["+CME ERROR: SIM not inserted"]
        os.close(port.number)
    finally:
        process.terminate()
        assert process.wait(10) == 0
    assert not link.is_symlink()
