# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Hubs of the lab: containers of Debian or Ubuntu with systemd, Python and an SSH server, on the routers' network.

``python3 lab/lab_hub.py build | start NAME | reboot NAME | stop NAME | list``
"""

from __future__ import annotations

import io
import sys
import tarfile
import time
import typing as t

import lab_hub_image
from lab_machine import Machine, Record, require_tools, state_lock
from lab_podman import LABEL, LabError, podman, run, state_name

CAPABILITIES = ("AUDIT_WRITE", "NET_ADMIN", "NET_RAW", "SYS_ADMIN", "SYS_BOOT", "SYS_CHROOT", "SYS_NICE")
BOOTED = ("running", "degraded")
"""What ``systemctl is-system-running`` says once the boot has ended."""


class LabHub(Machine):
    """A hub. ``start`` makes one; ``reboot`` ends it in order, ``kill`` cuts its power; its disk is kept."""

    KIND = "hub"
    CONDITION = "systemctl --failed; journalctl -n 20; ip address; ss -ltn; nft list ruleset"

    @classmethod
    def start(cls, name: str, *, timeout: float = 90) -> t.Self:
        """Make a hub and return once it has booted and takes SSH connections.

        The image is built if it is not there. Raise LabError if there is a machine of that name.
        """
        require_tools()
        with state_lock():
            address = cls.new_address(name)
            record = Record(name, address, lab_hub_image.build())
            hub = cls(record)
            hub.make_folder()
            hub.keep(record)
        hub.first_boot(timeout)
        return hub

    @classmethod
    def all(cls) -> list[t.Self]:
        """Return every hub there is, by name."""
        return [cls(Record(**data)) for data in cls.record_data()]

    def create(self) -> None:
        """Make the container and put the keys on its disk: the one of its SSH server, the one to log in with."""
        podman(
            "create", f"--name={self.container}", f"--label={LABEL}={state_name()}", "--hostname=hub",
            *self.network_options(), "--no-hosts",
            "--systemd=always", "--log-driver=k8s-file", "--device=/dev/net/tun",
            "--security-opt=seccomp=unconfined", "--security-opt=unmask=ALL",
            *[f"--cap-add={capability}" for capability in CAPABILITIES], self.image,
        )  # fmt: skip
        host_key = self.folder / "ssh_host_ed25519_key"
        run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "hub", "-f", str(host_key)])
        files = {
            "etc/ssh/ssh_host_ed25519_key": host_key.read_bytes(),
            "etc/ssh/ssh_host_ed25519_key.pub": host_key.with_suffix(".pub").read_bytes(),
            "root/.ssh/authorized_keys": self.key_file.with_suffix(".pub").read_bytes(),
        }
        archive = io.BytesIO()
        with tarfile.open(fileobj=archive, mode="w") as tar:
            for path, data in files.items():
                info = tarfile.TarInfo(path)
                info.mode, info.size = 0o600, len(data)
                tar.addfile(info, io.BytesIO(data))
        podman("cp", "-", f"{self.container}:/", input_data=archive.getvalue())

    def learn_host_key(self) -> None:
        """Write known_hosts: the key that was put there."""
        kind, key, *_ = (self.folder / "ssh_host_ed25519_key.pub").read_text().split()
        self.known_hosts.write_text(f"* {kind} {key}\n")

    def wait_for_boot(self, timeout: float = 90) -> None:
        """Wait until systemd has started everything that belongs to the boot."""
        end = time.monotonic() + timeout
        while (state := self.execute(["systemctl", "is-system-running"]).stdout.strip()) not in BOOTED:
            if time.monotonic() > end:
                raise LabError(f"{self.name}: still {state} after {timeout} s; `systemctl list-jobs` says what it does")
            time.sleep(0.1)

    def reboot(self, *, timeout: float = 90) -> None:
        """Shut it down as ``systemctl reboot`` does, and start it again; return once it has booted."""
        podman("stop", f"--time={round(timeout)}", self.container)
        self.power_on(timeout=timeout)
        self.wait_for_boot(timeout)


if __name__ == "__main__":
    from lab_commands import main

    main("hub", sys.argv[1:])
