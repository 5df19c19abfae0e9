# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Routers of the lab: containers that play an OpenWrt router over real SSH. For tests, people and Molecule.

``python3 lab/lab_router.py build | start NAME | stop NAME | list``
"""

from __future__ import annotations

import dataclasses
import os
import pathlib
import sys
import time
import typing as t

import lab_genuine
import lab_image
from lab_flash import Flash, Kind
from lab_machine import Machine, Record, require_tools, state_lock
from lab_network import subnet
from lab_podman import LAB, LABEL, LabError, podman, state_name

CAPABILITIES = ("NET_ADMIN", "NET_RAW", "SYS_ADMIN", "SYS_BOOT", "SYS_CHROOT", "SYS_NICE")
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
class RouterRecord(Record):
    """What is kept about a router in its folder, as ``router.json``."""

    flash: Kind
    genuine: bool


class LabRouter(Machine):
    """A router. ``start`` makes one; ``kill`` and ``power_on`` play a power cut; ``remove`` leaves nothing of it."""

    KIND = "router"
    CONDITION = f"tail -n 5 {TRACE}; ps; ip address; ip neigh; netstat -ltn; nft list ruleset; ls -l /proc/1/fd"

    def __init__(self, record: RouterRecord) -> None:
        """Take hold of a router that was started, running or not."""
        super().__init__(record)
        self.record = record
        self.flash = Flash(self.folder)

    @classmethod
    def start(cls, name: str, *, flash: Kind = "auto", timeout: float = 90) -> t.Self:
        """Make a router and return once it has booted and takes SSH connections.

        The image is built if it is not there. With ``ROUTER_ROOTFS`` in the environment, the path of an OpenWrt
        ``…-rootfs.tar.gz``, that OpenWrt runs instead of the stand-in. Raise LabError if there is one of that name.
        """
        require_tools()
        rootfs = os.environ.get("ROUTER_ROOTFS")
        with state_lock():
            address = cls.new_address(name)
            image = lab_genuine.build(pathlib.Path(rootfs)) if rootfs else lab_image.build()
            router = cls(RouterRecord(name, address, image, flash, genuine=bool(rootfs)))
            router._prepare()
        router.first_boot(timeout)
        return router

    @classmethod
    def all(cls) -> list[t.Self]:
        """Return every router there is, by name."""
        return [cls(RouterRecord(**data)) for data in cls.record_data()]

    def _prepare(self) -> None:
        # Old dropbears know RSA only.
        self.make_folder(["-t", "rsa", "-b", "2048"] if self.record.genuine else ["-t", "ed25519"])
        if not self.record.genuine:
            kept = self.flash.mount(self.record.flash)
            self.record = dataclasses.replace(self.record, flash=kept)
            self.seed(self.flash.upper / "etc")
        self.keep(self.record)

    def seed(self, etc: pathlib.Path) -> None:
        """Put on flash what makes it this router: the allotted address and the key, over the stock /etc."""
        (etc / "config").mkdir(parents=True)
        (etc / "dropbear").mkdir()
        network = (LAB / "router/etc/config/network").read_text()
        text = network.replace("'192.168.1.1'", f"'{self.address}'").replace("'255.255.255.0'", f"'{subnet().netmask}'")
        (etc / "config/network").write_text(text)
        keys = etc / "dropbear/authorized_keys"
        keys.write_bytes(self.key_file.with_suffix(".pub").read_bytes())
        keys.chmod(0o600)

    def seed_genuine(self) -> None:
        """Put the allotted address and the key into a genuine OpenWrt that has not started yet."""
        network = lab_genuine.network(self.record.image, self.address, subnet())
        files = {
            "etc/config/network": (network.encode(), 0o644),
            "etc/dropbear/authorized_keys": (self.key_file.with_suffix(".pub").read_bytes(), 0o600),
        }
        lab_genuine.put(self.container, files)

    def create(self) -> None:
        """Make the container."""
        arguments = [
            "create", f"--name={self.container}", f"--label={LABEL}={state_name()}", "--hostname=OpenWrt",
            *self.network_options(), "--no-hosts",
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
            self.seed_genuine()
            return
        arguments += ["--security-opt=unmask=ALL", "--stop-signal=SIGUSR2"]
        arguments += ["--tmpfs=/tmp:rw,exec,suid,dev,size=32m,mode=1777"]
        arguments += [f"--volume={self.flash.root}:/overlay", f"--env=LAB_FLASH={self.record.flash}"]
        podman(*arguments, self.record.image)

    def learn_host_key(self) -> None:
        """Write known_hosts: the key that dropbear made at the first boot."""
        kind = "rsa" if self.record.genuine else "ed25519"
        printed = self.execute(["dropbearkey", "-y", "-f", f"/etc/dropbear/dropbear_{kind}_host_key"])
        for line in printed.stdout.splitlines():
            if line.startswith("ssh-"):
                self.known_hosts.write_text(f"* {' '.join(line.split()[:2])}\n")
                return
        raise LabError(f"{self.name}: dropbearkey printed no public key: {printed.stdout}{printed.stderr}")

    def ssh_options(self) -> list[str]:
        """Options for ssh: key, host key, nobody's configuration, no shared connection. The user is root."""
        old = ["-o", "HostKeyAlgorithms=+ssh-rsa", "-o", "PubkeyAcceptedAlgorithms=+ssh-rsa"]
        return super().ssh_options() + (old if self.record.genuine else [])

    def while_it_boots(self) -> None:
        """Provide the devices that a genuine OpenWrt looks for."""
        if self.record.genuine:
            lab_genuine.provide_devices(self.container)

    def wait_for_boot(self, timeout: float) -> None:
        """Wait until every init script of the boot has run: dropbear is not the last. Genuine OpenWrt: no wait."""
        end = time.monotonic() + timeout
        while not self.record.genuine and self.execute(["test", "-e", BOOTED]).returncode:
            if time.monotonic() > end:
                raise LabError(f"{self.name}: the boot has not ended after {timeout} s; {TRACE} says how far it came")
            time.sleep(0.1)

    def power_on(self, *, timeout: float = 90) -> float:
        """Give it power again; the seconds until it took SSH connections. ``timeout=0``: do not wait."""
        if not self.record.genuine:
            self.flash.mount(self.record.flash)
        return super().power_on(timeout=timeout)

    def read(self, path: str) -> bytes:
        """Read a file. Without power that is what the flash has of it: FileNotFoundError if it was never changed."""
        if self.running() or self.record.genuine:
            return super().read(path)
        return (self.flash.upper / path.lstrip("/")).read_bytes()

    def fill_disk(self, *, leave: int = 0) -> None:
        """Fill the flash until ``leave`` bytes are free (give or take a block of 1024)."""
        if self.record.genuine:
            raise LabError(f"{self.name}: a genuine OpenWrt has no flash of its own here that could be filled")
        filler = "/overlay/.lab-filler"
        self.execute(f"dd if=/dev/zero of={filler} bs=1024 2>/dev/null; sync")
        if leave:
            blocks = -(-leave // 1024)
            size = int(self.output(f"wc -c <{filler}"))
            self.output(f"dd if=/dev/null of={filler} bs=1 seek={max(size - blocks * 1024, 0)} 2>/dev/null; sync")

    def free_disk(self) -> None:
        """Take what fill_disk wrote away."""
        self.output("rm -f /overlay/.lab-filler; sync")

    def logins(self) -> int:
        """How often somebody logged in since the power came on, by the server's own log."""
        command = "logread" if self.record.genuine else f"cat {DROPBEAR_LOG}"
        return self.output(command).count("auth succeeded")

    def trace(self) -> list[TraceEntry]:
        """Return the init scripts' actions since the power came on, in order.

        At boot there are two per link: the link's name (``S20network``) as PID 1 starts it, then the service's.
        """
        lines = self.output(["cat", TRACE]).splitlines()
        return [TraceEntry(service, action, float(uptime)) for service, action, uptime in map(str.split, lines)]

    def join_lan(self, port: str) -> None:
        """Let a network device that was plugged in be a port of the LAN: until a reload, if UCI does not name it."""
        member = f"/sys/class/net/br-lan/brif/{port}"
        self.output(f"ip link set dev {port} up && {{ [ -e {member} ] || brctl addif br-lan {port}; }}")

    def let_go(self) -> None:
        """Unmount the flash."""
        self.flash.unmount()


if __name__ == "__main__":
    from lab_commands import main

    main("router", sys.argv[1:])
