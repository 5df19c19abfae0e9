# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What every machine of the lab is: a container with an address on its network, reached over real SSH."""

from __future__ import annotations

import contextlib
import dataclasses
import fcntl
import json
import pathlib
import shlex
import socket
import subprocess
import time
import typing as t

from lab_network import free_address, host_joins, network_name
from lab_podman import LabError, attempt, podman, run, state_folder, state_name, why_unusable

PATH = "/usr/sbin:/usr/bin:/sbin:/bin"
KINDS = ("router", "hub")


@dataclasses.dataclass(frozen=True, slots=True)
class Record:
    """What is kept about a machine in its folder, as ``KIND.json``."""

    name: str
    address: str
    image: str


@contextlib.contextmanager
def state_lock() -> t.Iterator[None]:
    """One process at a time allots names and addresses."""
    with (state_folder() / "lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def allotted() -> dict[str, str]:
    """Return the address of each machine there is, of whatever kind, by name."""
    texts = [file.read_text() for kind in KINDS for file in state_folder().glob(f"{kind}s/*/{kind}.json")]
    return {record["name"]: record["address"] for record in map(json.loads, texts)}


def require_new(name: str) -> None:
    """Raise LabError if there is a machine of that name; with ``state_lock`` held."""
    if name in allotted():
        raise LabError(f"there is a machine {name}: stop it first, or take another name")


def allot(name: str) -> str:
    """Return an address for a new machine, with ``state_lock`` held. Raise LabError if the name is taken."""
    require_new(name)
    return free_address(set(allotted().values()))


def require_tools() -> None:
    """Raise LabError if no container can be started here."""
    reason = why_unusable()
    if reason:
        raise LabError(reason)


class Machine:
    """A machine that was started, running or not; ``remove`` leaves nothing of it."""

    KIND: t.ClassVar[str]
    CONDITION: t.ClassVar[str]
    """A command that shows a person what a machine that does not answer is doing."""

    def __init__(self, record: Record) -> None:
        """Take hold of it."""
        self.name = record.name
        self.address = record.address
        self.image = record.image
        self.container = f"farsite-lab-{state_name()}-{record.name}"
        self.folder = self.kind_folder() / record.name
        self.key_file = self.folder / "id"
        self.known_hosts = self.folder / "known_hosts"
        self._known_process = 0

    @classmethod
    def kind_folder(cls) -> pathlib.Path:
        """Where each machine of this kind has its folder."""
        return state_folder() / f"{cls.KIND}s"

    @classmethod
    def record_data(cls) -> list[dict[str, t.Any]]:
        """Return what is kept about every machine of this kind, by name."""
        return [json.loads(file.read_text()) for file in sorted(cls.kind_folder().glob(f"*/{cls.KIND}.json"))]

    @classmethod
    def new_address(cls, name: str) -> str:
        """Return the address of a new one, with ``state_lock`` held. Raise LabError if the name is taken."""
        return allot(name)

    def network_options(self) -> list[str]:
        """Return podman's options for its network."""
        return [f"--network={network_name()}:ip={self.address}", "--dns=none"]

    def meet(self) -> None:
        """Have this machine on the network of one that has just got power."""
        with state_lock():
            host_joins()

    def make_folder(self, key_type: t.Sequence[str] = ("-t", "ed25519")) -> None:
        """Make its folder with a key to log in with."""
        self.folder.mkdir(parents=True, mode=0o700)
        run(["ssh-keygen", "-q", *key_type, "-N", "", "-C", "farsite-lab", "-f", str(self.key_file)])

    def keep(self, record: Record) -> None:
        """Write down what is to be known of it later."""
        (self.folder / f"{self.KIND}.json").write_text(json.dumps(dataclasses.asdict(record), indent=2) + "\n")

    def create(self) -> None:
        """Make the container."""
        raise NotImplementedError

    def first_boot(self, timeout: float) -> None:
        """Make the container and give it power; wait until it is ready for use. What fails leaves nothing."""
        try:
            self.create()
            self.power_on(timeout=timeout)
            self.wait_for_boot(timeout)
            self.learn_host_key()
        except BaseException:
            self.remove()
            raise

    def wait_for_boot(self, timeout: float) -> None:
        """Wait until the boot has ended: the SSH server is not the last to start."""
        raise NotImplementedError

    def learn_host_key(self) -> None:
        """Write known_hosts: this machine's key, whatever address it is reached by."""
        raise NotImplementedError

    def ssh_options(self) -> list[str]:
        """Options for ssh: key, host key, nobody's configuration, no shared connection. The user is root."""
        return [
            "-F", "none", "-i", str(self.key_file), "-o", "IdentitiesOnly=yes", "-o", "BatchMode=yes",
            "-o", "StrictHostKeyChecking=yes", "-o", f"UserKnownHostsFile={self.known_hosts}",
            "-o", "GlobalKnownHostsFile=/dev/null", "-o", "UpdateHostKeys=no", "-o", "CheckHostIP=no",
            "-o", "ControlMaster=no", "-o", "ControlPath=none", "-o", "ConnectTimeout=5", "-l", "root",
        ]  # fmt: skip

    def ssh(self, command: str, *, address: str | None = None, timeout: float = 30) -> subprocess.CompletedProcess[str]:
        """Run a command over a fresh SSH connection; its result, 255 if there was no connection."""
        arguments = ["ssh", *self.ssh_options(), address or self.address, command]
        return subprocess.run(  # noqa: S603
            arguments, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False, timeout=timeout
        )

    def takes_connections(self, *, address: str | None = None, port: int = 22, timeout: float = 1) -> bool:
        """Whether an SSH server answers there now; no login."""
        try:
            with socket.create_connection((address or self.address, port), timeout) as connection:
                connection.settimeout(timeout)
                return connection.recv(4) == b"SSH-"
        except OSError:
            return False

    def wait_for_ssh(self, timeout: float = 90, *, address: str | None = None) -> float:
        """Wait until an SSH server answers; the seconds it took. Raise LabError after ``timeout`` seconds."""
        start = time.monotonic()
        while time.monotonic() < start + timeout:
            if self.takes_connections(address=address):
                return time.monotonic() - start
            self.while_it_boots()
            time.sleep(0.1)
        raise LabError(f"{self.name}: no SSH at {address or self.address} after {timeout} s\n{self._condition()}")

    def while_it_boots(self) -> None:
        """Do what has to be done from outside again and again until it takes connections: nothing, mostly."""

    def _condition(self) -> str:
        """Describe what a machine that does not answer is doing, for a person."""
        log = attempt(["logs", "--tail=20", self.container])
        words = (log.stdout + log.stderr).decode(errors="replace")
        if not self.running():
            return f"{words}\nit has no power"
        done = self.execute(self.CONDITION)
        host = subprocess.run(["ip", "address"], capture_output=True, text=True, check=False)  # noqa: S607
        return f"{words}\n{done.stdout}{done.stderr}\nthis machine:\n{host.stdout}"

    def kill(self) -> None:
        """Cut the power: everything that runs is gone at once, and /tmp with it."""
        podman("kill", "--signal=KILL", self.container)
        podman("wait", self.container)

    def power_on(self, *, timeout: float = 90) -> float:
        """Give it power again; the seconds until it took SSH connections. ``timeout=0``: do not wait."""
        start = time.monotonic()
        podman("start", self.container)
        self.meet()
        if timeout:
            self.wait_for_ssh(timeout)
        return time.monotonic() - start

    def execute(self, command: list[str] | str, *, input_data: bytes = b"") -> subprocess.CompletedProcess[str]:
        """Run a command in the container, past network and SSH; a ``str`` is for ``sh -c``."""
        words = ["sh", "-c", command] if isinstance(command, str) else command
        # podman exec takes a tenth of a second of CPU, of which tests that poll have none to spare
        spaces = ("--mount", "--uts", "--ipc", "--net", "--pid", "--root", "--wd=/")
        target = ["nsenter", f"--target={self.process_id()}", *spaces]
        done = subprocess.run(  # noqa: S603
            [*target, *words],
            input=input_data,
            capture_output=True,
            check=False,
            env={"PATH": PATH, "HOME": "/root"},
        )
        output, errors = done.stdout.decode("utf-8", "surrogateescape"), done.stderr.decode("utf-8", "surrogateescape")
        return subprocess.CompletedProcess(words, done.returncode, output, errors)

    def output(self, command: list[str] | str, *, input_data: bytes = b"") -> str:
        """Return what a command in the container printed. Raise LabError if it fails."""
        done = self.execute(command, input_data=input_data)
        if done.returncode:
            raise LabError(f"{self.name}: {command}: exit {done.returncode}: {done.stderr.strip()}")
        return done.stdout

    def read(self, path: str) -> bytes:
        """Read a file."""
        return self.output(["cat", path]).encode("utf-8", "surrogateescape")

    def write(self, path: str, data: bytes, mode: int = 0o644) -> None:
        """Write a file, by a new one renamed over it."""
        new = shlex.quote(f"{path}.lab-new")
        command = f"cat >{new} && chmod {mode:o} {new} && mv -f {new} {shlex.quote(path)}"
        self.output(command, input_data=data)

    def running(self) -> bool:
        """Whether it has power."""
        return self.process_id() != 0

    def process_id(self) -> int:
        """Return the id of its PID 1 on this machine, 0 where it has no power."""
        if not self._known_process or not pathlib.Path(f"/proc/{self._known_process}/root/").exists():
            state = attempt(["inspect", "--format={{.State.Pid}}", self.container])
            self._known_process = int(state.stdout.strip() or 0)
        return self._known_process

    def remove(self) -> None:
        """Remove the container and its folder."""
        attempt(["rm", "--force", "--time=0", self.container])
        self.let_go()
        for path in sorted(self.folder.rglob("*"), reverse=True):
            path.rmdir() if path.is_dir() and not path.is_symlink() else path.unlink()
        self.folder.rmdir()

    def let_go(self) -> None:
        """Undo what was mounted in the folder: nothing, mostly."""

    def describe(self) -> dict[str, t.Any]:
        """Return what a person or Molecule needs to reach it."""
        return {
            "name": self.name,
            "kind": self.KIND,
            "address": self.address,
            "port": 22,
            "user": "root",
            "key_file": str(self.key_file),
            "known_hosts": str(self.known_hosts),
            "ssh_arguments": shlex.join(self.ssh_options()),
            "container": self.container,
            "running": self.running(),
        }
