# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Routers of the lab: containers that play an OpenWrt router over real SSH. For tests, people and Molecule.

``python3 lab/lab_router.py build | start NAME | stop NAME | list``
"""

from __future__ import annotations

import argparse
import contextlib
import dataclasses
import fcntl
import json
import os
import pathlib
import shlex
import socket
import subprocess
import sys
import time
import typing as t

import lab_genuine
import lab_image
from lab_flash import Flash, Kind
from lab_network import free_address, host_joins, network_name, remove_network, subnet
from lab_podman import LAB, LABEL, LabError, attempt, podman, run, state_folder, state_name, why_unusable

CAPABILITIES = ("NET_ADMIN", "NET_RAW", "SYS_ADMIN", "SYS_BOOT", "SYS_CHROOT", "SYS_NICE")
ROUTER_PATH = "/usr/sbin:/usr/bin:/sbin:/bin"
TRACE = "/tmp/lab/trace"  # noqa: S108
BOOTED = "/tmp/lab/booted"  # noqa: S108
DROPBEAR_LOG = "/tmp/lab/dropbear.log"  # noqa: S108


@dataclasses.dataclass(frozen=True, slots=True)
class TraceEntry:
    """One call of an init script: ``service``, ``action`` (``boot``, ``reload``, …), ``uptime`` in seconds."""

    service: str
    action: str
    uptime: float


@dataclasses.dataclass(frozen=True, slots=True)
class Record:
    """What is kept about a router in its folder, as ``router.json``."""

    name: str
    address: str
    image: str
    flash: Kind
    genuine: bool


@contextlib.contextmanager
def state_lock() -> t.Iterator[None]:
    """One process at a time allots names and addresses."""
    with (state_folder() / "lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def routers_folder() -> pathlib.Path:
    """Where each router has its folder."""
    return state_folder() / "routers"


def records() -> list[Record]:
    """Every router there is, by name."""
    files = sorted(routers_folder().glob("*/router.json"))
    return [Record(**json.loads(file.read_text())) for file in files]


class LabRouter:
    """A router. ``start`` makes one; ``kill`` and ``power_on`` play a power cut; ``remove`` leaves nothing of it."""

    def __init__(self, record: Record) -> None:
        """Take hold of a router that was started, running or not."""
        self.record = record
        self.name = record.name
        self.address = record.address
        self.container = f"farsite-lab-{state_name()}-{record.name}"
        self.folder = routers_folder() / record.name
        self.key_file = self.folder / "id"
        self.known_hosts = self.folder / "known_hosts"
        self.flash = Flash(self.folder)
        self._known_process = 0

    @classmethod
    def start(cls, name: str, *, flash: Kind = "auto", timeout: float = 90) -> LabRouter:
        """Make a router and return once it has booted and takes SSH connections.

        The image is built if it is not there. With ``ROUTER_ROOTFS`` in the environment, the path of an OpenWrt
        ``…-rootfs.tar.gz``, that OpenWrt runs instead of the stand-in. Raise LabError if there is one of that name.
        """
        reason = why_unusable()
        if reason:
            raise LabError(reason)
        rootfs = os.environ.get("ROUTER_ROOTFS")
        with state_lock():
            if any(record.name == name for record in records()):
                raise LabError(f"there is a router {name}: stop it first, or take another name")
            image = lab_genuine.build(pathlib.Path(rootfs)) if rootfs else lab_image.build()
            address = free_address({record.address for record in records()})
            router = cls(Record(name, address, image, flash, genuine=bool(rootfs)))
            router._prepare()
        try:
            router._create()
            router.power_on(timeout=timeout)
            router._wait_for_boot(timeout)
            router._learn_host_key()
        except BaseException:
            router.remove()
            raise
        return router

    @classmethod
    def find(cls, name: str) -> LabRouter:
        """Take hold of the router of that name. Raise LabError if there is none."""
        for record in records():
            if record.name == name:
                return cls(record)
        raise LabError(f"there is no router {name}; there are: {', '.join(r.name for r in records()) or 'none'}")

    def _prepare(self) -> None:
        self.folder.mkdir(parents=True, mode=0o700)
        # Old dropbears know RSA only.
        kind = ["-t", "rsa", "-b", "2048"] if self.record.genuine else ["-t", "ed25519"]
        run(["ssh-keygen", "-q", *kind, "-N", "", "-C", "farsite-lab", "-f", str(self.key_file)])
        if not self.record.genuine:
            kept = self.flash.mount(self.record.flash)
            self.record = dataclasses.replace(self.record, flash=kept)
            self._seed()
        (self.folder / "router.json").write_text(json.dumps(dataclasses.asdict(self.record), indent=2) + "\n")

    def _seed(self) -> None:
        """Put on flash what makes it this router: the allotted address and the key, over the stock /etc."""
        etc = self.flash.upper / "etc"
        (etc / "config").mkdir(parents=True)
        (etc / "dropbear").mkdir()
        network = (LAB / "router/etc/config/network").read_text()
        text = network.replace("'192.168.1.1'", f"'{self.address}'").replace("'255.255.255.0'", f"'{subnet().netmask}'")
        (etc / "config/network").write_text(text)
        keys = etc / "dropbear/authorized_keys"
        keys.write_bytes(self.key_file.with_suffix(".pub").read_bytes())
        keys.chmod(0o600)

    def _create(self) -> None:
        arguments = [
            "create", f"--name={self.container}", f"--label={LABEL}={state_name()}", "--hostname=OpenWrt",
            f"--network={network_name()}:ip={self.address}", "--no-hosts", "--dns=none",
            "--systemd=false", "--log-driver=k8s-file", "--device=/dev/net/tun",
            "--security-opt=seccomp=unconfined",
            *[f"--cap-add={name}" for name in CAPABILITIES],
        ]  # fmt: skip
        if self.record.genuine:
            # /proc/sys stays read-only: a firmware's sysctl settings are not for this machine's kernel. procd mounts a
            # /tmp of its own, and a /dev with all that /sys/dev lists, or nothing if it cannot list it; which devices
            # may be opened is still podman's to say.
            arguments += ["--cap-add=MKNOD", "--security-opt=unmask=/sys/dev/block"]
            podman(*arguments, self.record.image, "/sbin/init")
            key = self.key_file.with_suffix(".pub").read_bytes()
            lab_genuine.seed(self.container, self.record.image, key, self.address, subnet())
            return
        arguments += ["--security-opt=unmask=ALL", "--stop-signal=SIGUSR2"]
        arguments += ["--tmpfs=/tmp:rw,exec,suid,dev,size=32m,mode=1777"]
        arguments += [f"--volume={self.flash.root}:/overlay", f"--env=LAB_FLASH={self.record.flash}"]
        podman(*arguments, self.record.image)

    def _learn_host_key(self) -> None:
        """Write known_hosts: this router's key, whatever address it is reached by."""
        kind = "rsa" if self.record.genuine else "ed25519"
        printed = self.execute(["dropbearkey", "-y", "-f", f"/etc/dropbear/dropbear_{kind}_host_key"])
        for line in printed.stdout.splitlines():
            if line.startswith("ssh-"):
                self.known_hosts.write_text(f"* {' '.join(line.split()[:2])}\n")
                return
        raise LabError(f"{self.name}: dropbearkey printed no public key: {printed.stdout}{printed.stderr}")

    def ssh_options(self) -> list[str]:
        """Options for ssh: key, host key, nobody's configuration, no shared connection. The user is root."""
        options = [
            "-F", "none", "-i", str(self.key_file), "-o", "IdentitiesOnly=yes", "-o", "BatchMode=yes",
            "-o", "StrictHostKeyChecking=yes", "-o", f"UserKnownHostsFile={self.known_hosts}",
            "-o", "GlobalKnownHostsFile=/dev/null", "-o", "UpdateHostKeys=no", "-o", "CheckHostIP=no",
            "-o", "ControlMaster=no", "-o", "ControlPath=none", "-o", "ConnectTimeout=5", "-l", "root",
        ]  # fmt: skip
        if self.record.genuine:
            options += ["-o", "HostKeyAlgorithms=+ssh-rsa", "-o", "PubkeyAcceptedAlgorithms=+ssh-rsa"]
        return options

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
            if self.record.genuine:
                lab_genuine.provide_devices(self.container)
            time.sleep(0.1)
        raise LabError(f"{self.name}: no SSH at {address or self.address} after {timeout} s\n{self._condition()}")

    def _condition(self) -> str:
        """Describe what a router that does not answer is doing, for a person: log, boot, processes, network."""
        log = attempt(["logs", "--tail=20", self.container])
        words = (log.stdout + log.stderr).decode(errors="replace")
        if not self.running():
            return f"{words}\nit has no power"
        done = self.execute(
            f"tail -n 5 {TRACE}; ps; ip address; ip neigh; netstat -ltn; nft list ruleset; ls -l /proc/1/fd"
        )
        host = subprocess.run(["ip", "address"], capture_output=True, text=True, check=False)  # noqa: S607
        return f"{words}\n{done.stdout}{done.stderr}\nthis machine:\n{host.stdout}"

    def _wait_for_boot(self, timeout: float) -> None:
        """Wait until every init script of the boot has run: dropbear is not the last. Genuine OpenWrt: no wait."""
        end = time.monotonic() + timeout
        while not self.record.genuine and self.execute(["test", "-e", BOOTED]).returncode:
            if time.monotonic() > end:
                raise LabError(f"{self.name}: the boot has not ended after {timeout} s; {TRACE} says how far it came")
            time.sleep(0.1)

    def kill(self) -> None:
        """Cut the power: everything that runs is gone at once, and /tmp with it."""
        podman("kill", "--signal=KILL", self.container)
        podman("wait", self.container)

    def power_on(self, *, timeout: float = 90) -> float:
        """Give it power again; the seconds until it took SSH connections. ``timeout=0``: do not wait."""
        if not self.record.genuine:
            self.flash.mount(self.record.flash)
        start = time.monotonic()
        podman("start", self.container)
        with state_lock():
            host_joins()
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
            env={"PATH": ROUTER_PATH, "HOME": "/root"},
        )
        output, errors = done.stdout.decode("utf-8", "surrogateescape"), done.stderr.decode("utf-8", "surrogateescape")
        return subprocess.CompletedProcess(words, done.returncode, output, errors)

    def _execute(self, command: list[str] | str, *, input_data: bytes = b"") -> str:
        done = self.execute(command, input_data=input_data)
        if done.returncode:
            raise LabError(f"{self.name}: {command}: exit {done.returncode}: {done.stderr.strip()}")
        return done.stdout

    def read(self, path: str) -> bytes:
        """Read a file. Without power that is what the flash has of it: FileNotFoundError if it was never changed."""
        if self.running() or self.record.genuine:
            return self._execute(["cat", path]).encode("utf-8", "surrogateescape")
        return (self.flash.upper / path.lstrip("/")).read_bytes()

    def write(self, path: str, data: bytes, mode: int = 0o644) -> None:
        """Write a file, by a new one renamed over it."""
        new = shlex.quote(f"{path}.lab-new")
        command = f"cat >{new} && chmod {mode:o} {new} && mv -f {new} {shlex.quote(path)}"
        self._execute(command, input_data=data)

    def running(self) -> bool:
        """Whether it has power."""
        return self.process_id() != 0

    def process_id(self) -> int:
        """Return the id of its PID 1 on this machine, 0 where it has no power."""
        if not self._known_process or not pathlib.Path(f"/proc/{self._known_process}/root/").exists():
            state = attempt(["inspect", "--format={{.State.Pid}}", self.container])
            self._known_process = int(state.stdout.strip() or 0)
        return self._known_process

    def fill_disk(self, *, leave: int = 0) -> None:
        """Fill the flash until ``leave`` bytes are free (give or take a block of 1024)."""
        if self.record.genuine:
            raise LabError(f"{self.name}: a genuine OpenWrt has no flash of its own here that could be filled")
        filler = "/overlay/.lab-filler"
        self.execute(f"dd if=/dev/zero of={filler} bs=1024 2>/dev/null; sync")
        if leave:
            blocks = -(-leave // 1024)
            size = int(self._execute(f"wc -c <{filler}"))
            self._execute(f"dd if=/dev/null of={filler} bs=1 seek={max(size - blocks * 1024, 0)} 2>/dev/null; sync")

    def free_disk(self) -> None:
        """Take what fill_disk wrote away."""
        self._execute("rm -f /overlay/.lab-filler; sync")

    def logins(self) -> int:
        """How often somebody logged in since the power came on, by the server's own log."""
        command = "logread" if self.record.genuine else f"cat {DROPBEAR_LOG}"
        return self._execute(command).count("auth succeeded")

    def trace(self) -> list[TraceEntry]:
        """Return the init scripts' actions since the power came on, in order.

        At boot there are two per link: the link's name (``S20network``) as PID 1 starts it, then the service's.
        """
        lines = self._execute(["cat", TRACE]).splitlines()
        return [TraceEntry(service, action, float(uptime)) for service, action, uptime in map(str.split, lines)]

    def remove(self) -> None:
        """Remove the container, its flash and its folder."""
        attempt(["rm", "--force", "--time=0", self.container])
        self.flash.unmount()
        for path in sorted(self.folder.rglob("*"), reverse=True):
            path.rmdir() if path.is_dir() and not path.is_symlink() else path.unlink()
        self.folder.rmdir()

    def describe(self) -> dict[str, t.Any]:
        """Return what a person or Molecule needs to reach it."""
        return {
            "name": self.name,
            "address": self.address,
            "port": 22,
            "user": "root",
            "key_file": str(self.key_file),
            "known_hosts": str(self.known_hosts),
            "ssh_arguments": shlex.join(self.ssh_options()),
            "container": self.container,
            "running": self.running(),
        }


def main(arguments: list[str]) -> None:
    """Run the command line."""
    parser = argparse.ArgumentParser(description="Routers of the lab: containers that play an OpenWrt router.")
    commands = parser.add_subparsers(dest="command", required=True)
    build = commands.add_parser("build", help="build the image, if its inputs changed")
    build.add_argument("--force", action="store_true", help="build in any case, with the packages of today")
    for name, text in (("start", "start a router; prints how to reach it"), ("stop", "remove a router")):
        commands.add_parser(name, help=text).add_argument("name")
    commands.add_parser("list", help="print the routers there are")
    commands.add_parser("clean", help="remove every router and the network")
    options = parser.parse_args(arguments)
    if options.command == "build":
        sys.stdout.write(lab_image.build(force=options.force) + "\n")
    elif options.command == "start":
        sys.stdout.write(json.dumps(LabRouter.start(options.name).describe(), indent=2) + "\n")
    elif options.command == "stop":
        LabRouter.find(options.name).remove()
    elif options.command == "list":
        sys.stdout.write(json.dumps([LabRouter(record).describe() for record in records()], indent=2) + "\n")
    else:
        for record in records():
            LabRouter(record).remove()
        others = podman("ps", "--all", "--quiet", f"--filter=label={LABEL}={state_name()}").split()
        if others:
            podman("rm", "--force", "--time=0", *others)
        remove_network()


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except LabError as error:
        sys.exit(f"lab: {error}")
