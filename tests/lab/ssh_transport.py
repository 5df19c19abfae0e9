# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The router package's transport over plain ssh, without Ansible; it counts, and can put faults into what it sends."""

from __future__ import annotations

import dataclasses
import os
import subprocess
import tempfile
import typing as t

from ansible_collections.farsite.fleet.plugins.plugin_utils.router.transport import Reply, UnreachableError

if t.TYPE_CHECKING:
    from lab_router import LabRouter

SSH_FAILED = 255


@dataclasses.dataclass
class SshTransport:
    """One ssh process each; a shared connection unless *fresh*. ``change_script`` may alter what is sent."""

    router: LabRouter
    change_script: t.Callable[[bytes], bytes] = lambda script: script
    operations: int = 0
    bytes_up: int = 0
    hosts: list[str] = dataclasses.field(default_factory=list)
    # the name of a socket has at most 108 bytes
    sockets: tempfile.TemporaryDirectory[str] = dataclasses.field(
        default_factory=lambda: tempfile.TemporaryDirectory(prefix="farsite-")
    )

    def run(self, script: bytes, *, fresh: bool = False, host: str | None = None) -> Reply:
        script = self.change_script(script)
        self.operations += 1
        self.bytes_up += len(script)
        address = host or self.router.address
        self.hosts.append(address)
        shared = ["-o", "ControlMaster=no", "-o", "ControlPath=none"] if fresh else self._shared()
        command = [
            "ssh",
            *shared,
            *("-o", "ServerAliveInterval=2", "-o", "ServerAliveCountMax=2", "-o", "ConnectTimeout=3"),
            *self.router.ssh_options(),
            f"root@{address}",
            "sh -s",
        ]
        done = subprocess.run(command, input=script, capture_output=True, check=False, env=os.environ | {"LC_ALL": "C"})
        if done.returncode in (SSH_FAILED, -1):
            raise UnreachableError(done.stderr.decode("utf-8", "replace").strip() or "ssh ended with 255")
        return Reply(done.returncode, done.stdout, done.stderr)

    def forget(self) -> None:
        subprocess.run(
            ["ssh", *self._shared(), "-O", "stop", f"root@{self.router.address}"], capture_output=True, check=False
        )

    def _shared(self) -> list[str]:
        return ["-o", "ControlMaster=auto", "-o", f"ControlPath={self.sockets.name}/%C", "-o", "ControlPersist=60"]
