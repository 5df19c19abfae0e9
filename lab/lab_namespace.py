# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Hosts that are a network namespace of this machine: its programs and files, with some folders of their own."""

from __future__ import annotations

import os
import pathlib
import signal
import subprocess
import sys
import typing as t

from lab_podman import LabError, run, state_folder, state_name

PLACE = pathlib.Path("/run/netns")
# Its arguments are pairs of folders, one mounted over the other, then --, then the command.
_ENTER = 'while [ "$1" != -- ]; do mount --bind "$1" "$2" || exit; shift 2; done; shift; exec "$@"'


class Namespace:
    """A host by the name of its namespace; ``make`` makes it, ``remove`` ends all that runs in it.

    *folders* are those of its own, by the folder that each of its programs finds them at; *variables* are those that
    its programs' environment has besides.
    """

    def __init__(
        self,
        name: str,
        folders: t.Mapping[str, pathlib.Path] | None = None,
        variables: t.Mapping[str, str] | None = None,
    ) -> None:
        """Describe it; nothing is made."""
        self.name = name
        self.folders = dict(folders or {})
        self.variables = dict(variables or {})

    def make(self) -> None:
        """Make it, with a loopback device that is up, and the folders of its own."""
        for target, folder in self.folders.items():
            for path in (pathlib.Path(target), folder):
                path.mkdir(parents=True, exist_ok=True, mode=0o700)
        run(["ip", "netns", "add", self.name])
        self.run("ip", "link", "set", "lo", "up")

    def command(self, *command: str) -> list[str]:
        """Return what runs a command in this host."""
        pairs = [str(folder) for target, source in self.folders.items() for folder in (source, target)]
        variables = [f"{name}={value}" for name, value in self.variables.items()]
        words = ["sh", "-c", _ENTER, "sh", *pairs, "--", "env", *variables, *command]
        return ["ip", "netns", "exec", self.name, "unshare", "--mount", "--propagation", "private", *words]

    def attempt(self, *command: str, data: str | None = None) -> subprocess.CompletedProcess[str]:
        """Run a command, whatever its exit code."""
        return subprocess.run(  # noqa: S603
            self.command(*command), input=data, capture_output=True, text=True, check=False
        )

    def run(self, *command: str, data: str | None = None) -> str:
        """Run a command and return its output. Raise LabError if it fails."""
        done = self.attempt(*command, data=data)
        if done.returncode:
            raise LabError(f"{self.name}: {' '.join(command[:6])}: exit {done.returncode}: {done.stderr.strip()}")
        return done.stdout

    def exists(self) -> bool:
        """Whether it was made and is not removed."""
        return (PLACE / self.name).exists()

    def remove(self) -> None:
        """End what runs in it and remove it with its network devices; nothing where there is none."""
        if not self.exists():
            return
        for process in run(["ip", "netns", "pids", self.name]).split():
            try:
                os.kill(int(process), signal.SIGKILL)
            except ProcessLookupError:
                continue
        run(["ip", "netns", "delete", self.name])


def connects(host: str, address: str, port: int, *, timeout: float = 3) -> bool:
    """Whether *host*, as ``inside`` takes it, gets a TCP connection there within *timeout* seconds."""
    code = "import socket, sys; socket.create_connection((sys.argv[1], int(sys.argv[2])), float(sys.argv[3]))"
    words = [*inside(host), sys.executable, "-c", code, address, str(port), str(timeout)]
    return subprocess.run(words, capture_output=True, check=False).returncode == 0  # noqa: S603


def prefix() -> str:
    """Return what the names of this state folder's namespaces begin with."""
    return f"farsite-{state_name()}-"


def worlds_folder() -> pathlib.Path:
    """Return where the worlds of this state folder have their files."""
    return state_folder() / "worlds"


def remove_namespaces() -> None:
    """Remove every namespace of this state folder."""
    for path in PLACE.glob(f"{prefix()}*"):
        Namespace(path.name).remove()


def inside(host: str) -> list[str]:
    """Return what runs a program of this machine in the network of *host*.

    That is a namespace by its name, or a container by the id of a process of it, here and below.
    """
    return ["nsenter", f"--net={f'/proc/{host}/ns/net' if host.isdigit() else PLACE / host}"]


def cable(host: str, device: str, other: str, other_device: str, *, mac: str = "") -> None:
    """Lay a cable between two hosts, by the network device that each has then; *mac* is that of the first.

    One that the first has by that name is pulled out: its other end may be in a host that is still going away.
    """
    pull = [*inside(host), "ip", "link", "delete", device]
    subprocess.run(pull, capture_output=True, check=False)  # noqa: S603
    ends = ["address", mac] if mac else []
    run(["ip", "link", "add", "name", device, *ends, "netns", host, "type", "veth",
         "peer", "name", other_device, "netns", other])  # fmt: skip


def has_device(host: str, device: str) -> bool:
    """Whether *host* has a network device of that name."""
    lines = run([*inside(host), "cat", "/proc/net/dev"]).decode().splitlines()
    return device in [line.partition(":")[0].strip() for line in lines]
