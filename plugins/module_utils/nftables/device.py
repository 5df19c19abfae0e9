# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the firewall needs of the hub: programs, files, a lock, a network of its own to try rulesets in."""

from __future__ import annotations

import contextlib
import ctypes
import fcntl
import json
import os
import pathlib
import time
import typing as t

from ansible_collections.farsite.fleet.plugins.module_utils.nftables import listing
from ansible_collections.farsite.fleet.plugins.module_utils.nftables.ruleset import FAMILY, TABLE

if t.TYPE_CHECKING:
    from collections.abc import Iterator

_NEW_NETWORK = 0x40000000  # CLONE_NEWNET, see unshare(2); Python has unshare() from 3.12 on
_LEGACY = ("/proc/net/ip_tables_names", "/proc/net/ip6_tables_names")


class Programs(t.Protocol):
    """How programs are run: as much of an AnsibleModule as is needed."""

    def get_bin_path(self, arg: str, *, required: bool) -> str:
        """Return the path of a program."""

    def run_command(self, args: list[str], *, data: str | None, binary_data: bool) -> tuple[int, str, str]:
        """Return exit status, output and errors of a program; *data* is its input."""


class DeviceError(RuntimeError):
    """The hub did not do what it was asked; says what, and what came back."""


class Device:
    """A hub with nftables and systemd, on which the module runs."""

    def __init__(self, programs: Programs) -> None:
        """Use *programs*, an AnsibleModule, which ends the task where nft or systemd are missing."""
        self._programs = programs
        self.nft = programs.get_bin_path("nft", required=True)
        self.mv = programs.get_bin_path("mv", required=True)
        self._systemctl = programs.get_bin_path("systemctl", required=True)

    def run(self, *command: str, data: str | None = None) -> str:
        """Run a program and return what it printed. Raises DeviceError where it fails."""
        status, output, errors = self._programs.run_command(list(command), data=data, binary_data=True)
        if status:
            raise DeviceError(f"{' '.join(command)}: exit {status}: {(errors or output).strip()}")
        return str(output)

    def answer(self, *command: str) -> str | None:
        """Return what a program printed, None where it fails."""
        status, output, _errors = self._programs.run_command(list(command), data=None, binary_data=True)
        return None if status else str(output)

    def check(self, text: str) -> None:
        """Let the kernel check the file *text* without loading it. Raises DeviceError."""
        self.run(self.nft, "-c", "-f", "-", data=text)

    def load(self, text: str) -> None:
        """Load the file *text*, whole or not at all. Raises DeviceError."""
        self.run(self.nft, "-f", "-", data=text)

    def table(self, family: str = FAMILY, name: str = TABLE) -> list[dict[str, t.Any]] | None:
        """Return the objects of a table, None where there is none."""
        text = self.answer(self.nft, "-j", "list", "table", family, name)
        return None if text is None else listing.objects(text)

    def table_text(self, family: str = FAMILY, name: str = TABLE) -> str:
        """Return a table as nft writes it, without counts; empty where there is none."""
        return self.answer(self.nft, "-s", "list", "table", family, name) or ""

    def all_objects(self) -> list[dict[str, t.Any]]:
        """Return the objects of all tables."""
        return listing.objects(self.run(self.nft, "-j", "list", "ruleset"))

    def all_texts(self) -> str:
        """Return all tables as nft writes them, with handles."""
        return self.run(self.nft, "-a", "list", "ruleset")

    def legacy_tables(self) -> list[str]:
        """Return the tables of the old iptables that the kernel has."""
        found = []
        for path in _LEGACY:
            with contextlib.suppress(OSError):
                found += pathlib.Path(path).read_text("ascii").split()
        return sorted(set(found))

    def default_interfaces(self, version: int) -> frozenset[str]:
        """Return the interfaces of the default routes of an IP version."""
        text = self.answer("ip", f"-{version}", "-j", "route", "show", "default")
        return frozenset(route["dev"] for route in json.loads(text or "[]") if "dev" in route)

    def interfaces(self) -> frozenset[str]:
        """Return all interfaces but the loopback."""
        links = json.loads(self.answer("ip", "-j", "link", "show") or "[]")
        return frozenset(link["ifname"] for link in links) - {"lo"}

    def systemctl(self, *arguments: str) -> None:
        """Run systemctl. Raises DeviceError where it fails."""
        self.run(self._systemctl, *arguments)

    def state(self, unit: str) -> str:
        """Return systemd's ActiveState of *unit*, such as ``active``; ``inactive`` where there is none."""
        return (self.answer(self._systemctl, "show", "--property=ActiveState", "--value", unit) or "inactive").strip()

    def enabled(self, unit: str) -> bool:
        """Return whether *unit* is started with the hub."""
        return self.answer(self._systemctl, "is-enabled", "--quiet", unit) is not None

    def stop_if_there(self, unit: str) -> None:
        """Stop *unit*; it is no error where there is none."""
        self.answer(self._systemctl, "stop", unit)

    def start_timer(self, service: str, seconds: int) -> None:
        """Let systemd start *service* in so many *seconds*, whoever is still there then. Raises DeviceError."""
        program = self._programs.get_bin_path("systemd-run", required=True)
        exact = "--timer-property=AccuracySec=100ms"
        self.run(program, f"--unit={service}", f"--on-active={seconds}s", exact)

    def read(self, path: str) -> str | None:
        """Return the text of a file, None where there is none."""
        try:
            return pathlib.Path(path).read_text("utf-8")
        except FileNotFoundError:
            return None

    def write(self, path: str, text: str, mode: int = 0o600) -> None:
        """Put *text* in the place of the file *path*, in one step that a power cut leaves done or not done."""
        target = pathlib.Path(path)
        target.parent.mkdir(mode=0o755, parents=True, exist_ok=True)
        beside = target.with_name(f".{target.name}.{os.getpid()}")
        with contextlib.suppress(FileNotFoundError):
            beside.unlink()
        with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        self.rename(str(beside), path)

    def rename(self, old: str, new: str) -> None:
        """Rename a file for good. Raises FileNotFoundError where it is not there any more."""
        pathlib.Path(old).rename(new)
        folder = os.open(pathlib.Path(new).parent, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)

    def remove(self, path: str) -> bool:
        """Remove a file; return whether there was one."""
        try:
            pathlib.Path(path).unlink()
        except FileNotFoundError:
            return False
        return True

    def now(self) -> float:
        """Return the seconds since the start of the hub, by the clock that processes' start times have too."""
        return time.clock_gettime(time.CLOCK_BOOTTIME)

    @contextlib.contextmanager
    def locked(self, path: str) -> Iterator[None]:
        """Hold the lock *path*; wait for another run that holds it."""
        pathlib.Path(path).parent.mkdir(mode=0o755, parents=True, exist_ok=True)
        with pathlib.Path(path).open("w", encoding="ascii") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield

    @contextlib.contextmanager
    def empty_network(self) -> Iterator[None]:
        """Run programs in a new network namespace, where a ruleset can be loaded and read back without any effect."""
        library = ctypes.CDLL(None, use_errno=True)
        home = os.open("/proc/self/ns/net", os.O_RDONLY)
        try:
            self._enter(library.unshare(_NEW_NETWORK))
            try:
                yield
            finally:
                self._enter(library.setns(home, _NEW_NETWORK))
        finally:
            os.close(home)

    def _enter(self, status: int) -> None:
        if status:
            raise DeviceError(
                f"cannot make a network namespace to try the ruleset in: {os.strerror(ctypes.get_errno())}; "
                "it needs root, and in a container CAP_SYS_ADMIN"
            )
