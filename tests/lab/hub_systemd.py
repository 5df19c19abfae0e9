#!/usr/bin/env python3
# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A stand-in for ``systemctl`` and ``systemd-run`` in a network namespace, as far as hub_firewall uses them.

It is called by a link of the program's name. Units are read from /etc/systemd/system; what is enabled, active or timed
is a file of $STAND_IN_STATE. What it cannot show (real timers, boot, nftables.service) is for the container of the hub.
"""

from __future__ import annotations

import os
import pathlib
import shlex
import subprocess
import sys
import time

STATE = pathlib.Path(os.environ.get("STAND_IN_STATE", "/nonexistent"))
UNITS = pathlib.Path("/etc/systemd/system")


def commands(unit: str, key: str) -> list[list[str]]:
    lines = (UNITS / unit).read_text("utf-8").splitlines()
    return [shlex.split(line.partition("=")[2]) for line in lines if line.startswith(f"{key}=")]


def run_unit(unit: str) -> bool:
    """Start a oneshot service: conditions, then commands up to the first that fails."""
    text = (UNITS / unit).read_text("utf-8")
    wanted = [line.partition("=")[2] for line in text.splitlines() if line.startswith("ConditionPathExists=")]
    if not all(pathlib.Path(path).exists() for path in wanted):
        return False
    for command in commands(unit, "ExecCondition") + commands(unit, "ExecStart"):
        if subprocess.run(command, check=False, capture_output=True).returncode:
            return False
    return "RemainAfterExit=yes" in text


def systemctl(arguments: list[str]) -> int:
    flags = [argument for argument in arguments if argument.startswith("-")]
    verb, *units = [argument for argument in arguments if not argument.startswith("-")]
    unit = units[0] if units else ""
    active, enabled = STATE / f"{unit}.active", STATE / f"{unit}.enabled"
    if verb == "show":
        sys.stdout.write("active\n" if active.exists() else "inactive\n")
    elif verb == "is-enabled":
        return 0 if enabled.exists() else 1
    elif verb == "enable":
        enabled.touch()
    elif verb == "disable":
        enabled.unlink(missing_ok=True)
        if "--now" in flags:
            active.unlink(missing_ok=True)
    elif verb == "start":
        if run_unit(unit):
            active.touch()
    elif verb == "stop":
        active.unlink(missing_ok=True)
    elif verb != "daemon-reload":
        raise SystemExit(f"the stand-in knows no systemctl {verb}")
    return 0


def systemd_run(arguments: list[str]) -> int:
    given = dict(argument.lstrip("-").split("=", 1) for argument in arguments)
    service = given["unit"]
    timer = STATE / service.replace(".service", ".timer.active")
    timer.touch()
    # what of the file's time and number is remembered tells this timer from a later one of the same name
    mine = timer.stat()
    if os.fork():
        return 0
    os.setsid()
    null = os.open("/dev/null", os.O_RDWR)
    for descriptor in (0, 1, 2):
        os.dup2(null, descriptor)
    time.sleep(float(given["on-active"].removesuffix("s")))
    if timer.exists() and (timer.stat().st_ino, timer.stat().st_ctime_ns) == (mine.st_ino, mine.st_ctime_ns):
        run_unit(service)
        timer.unlink(missing_ok=True)
    return 0


if __name__ == "__main__":
    STATE.mkdir(parents=True, exist_ok=True)
    program = {"systemctl": systemctl, "systemd-run": systemd_run}[pathlib.Path(sys.argv[0]).name]
    sys.exit(program(sys.argv[1:]))
