# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Hosts with real WireGuard tunnels and nothing else: network namespaces in which wireguard-go runs.

Each has its own /etc/wireguard, /etc/systemd and /run, since wireguard-go's control sockets are files. ``systemctl``
is a stand-in there (``lab/tunnel/systemctl``) that runs the real wg-quick.
"""

from __future__ import annotations

import json
import os
import pathlib
import shutil
import sys
import tempfile
import typing as t
import uuid

from lab_namespace import Namespace
from lab_podman import LabError, run

if t.TYPE_CHECKING:
    import subprocess

STAND_INS = pathlib.Path(__file__).with_name("tunnel")
OWN_FOLDERS = ("/run", "/etc/wireguard", "/etc/systemd/system")
PROGRAMS = ("ip", "wg", "wg-quick", "wireguard-go", "unshare")
_MODULE = """
import json, sys
import ansible.module_utils.basic as basic
basic._ANSIBLE_ARGS = sys.stdin.buffer.read()
basic._ANSIBLE_PROFILE = "legacy"
import importlib
importlib.import_module("ansible_collections.farsite.fleet.plugins.modules." + sys.argv[1]).main()
"""


def why_unusable() -> str | None:
    """Say why there can be no such host here; ``None`` if there can."""
    if os.geteuid() != 0:
        return "network namespaces need root"
    for program in PROGRAMS:
        if shutil.which(program) is None:
            return f"a host with tunnels needs {program}: install it"
    if not pathlib.Path("/dev/net/tun").exists():
        return "wireguard-go needs /dev/net/tun"
    return None


class ModuleFailedError(Exception):
    """A module failed; ``result`` is what it returned."""

    def __init__(self, result: dict[str, t.Any]) -> None:
        """Take the result."""
        super().__init__(str(result.get("msg")))
        self.result = result


class TunnelHost(Namespace):
    """A network namespace with files of its own; use it as a context."""

    def __init__(self, purpose: str) -> None:
        """Make it."""
        name = f"farsite-{purpose}-{uuid.uuid4().hex[:6]}"
        self._folder = tempfile.TemporaryDirectory(prefix=f"{name}-")
        self.files = pathlib.Path(self._folder.name)
        self.programs = self.files / "programs"
        """What is put here is found before the stand-ins, and these before the host's own programs."""
        path = os.pathsep.join([str(self.programs), str(STAND_INS), os.environ["PATH"]])
        super().__init__(name, {folder: self.files / folder[1:] for folder in OWN_FOLDERS}, {"PATH": path})
        self.tunnels = self.files / "etc" / "wireguard"
        for folder in (self.programs, self.tunnels, self.files / "run/wireguard", self.files / "run/lock"):
            folder.mkdir(parents=True, mode=0o700)
        self.make()

    def __enter__(self) -> t.Self:
        """Return the host."""
        return self

    def __exit__(self, *_error: object) -> None:
        """Remove it with all that runs in it."""
        self.remove()

    def module(self, name: str, arguments: t.Mapping[str, t.Any], **internal: t.Any) -> dict[str, t.Any]:
        """Run a module of the collection as Ansible does and return its result. Raise ModuleFailedError.

        *internal* are what Ansible adds, such as ``check_mode=True`` or ``diff=True``.
        """
        command, data = module_command(name, arguments, **internal)
        done = self.attempt(*command, data=data)
        return module_result(done)

    def connect(self, other: TunnelHost, address: str, other_address: str) -> None:
        """Lay a cable to the other host; the addresses are with their prefix lengths."""
        mine, theirs = (f"v{uuid.uuid4().hex[:8]}" for _ in range(2))
        run(
            ["ip", "link", "add", mine, "netns", self.name, "type", "veth", "peer", "name", theirs, "netns", other.name]
        )
        for host, device, own in ((self, mine, address), (other, theirs, other_address)):
            host.run("ip", "address", "add", own, "dev", device)
            host.run("ip", "link", "set", device, "up")

    def make_key(self, path: str) -> str:
        """Make a private key in a file and return the public one."""
        private = run(["wg", "genkey"]).decode()
        file = self.files / path.lstrip("/")
        file.touch(0o600)
        file.write_text(private)
        return run(["wg", "pubkey"], input_data=private.encode()).decode().strip()

    def remove(self) -> None:
        """Remove it with all that runs in it, and its files."""
        super().remove()
        self._folder.cleanup()


def module_command(name: str, arguments: t.Mapping[str, t.Any], **internal: t.Any) -> tuple[list[str], str]:
    """Return what runs a module with these arguments, and what it reads from its input."""
    given = {**arguments, **{f"_ansible_{key}": value for key, value in internal.items()}}
    return [sys.executable, "-c", _MODULE, name], json.dumps({"ANSIBLE_MODULE_ARGS": given})


def module_result(done: subprocess.CompletedProcess[str]) -> dict[str, t.Any]:
    """Return what a module printed. Raise ModuleFailedError if it failed, LabError if it broke."""
    try:
        result: dict[str, t.Any] = json.loads(done.stdout)
    except ValueError:
        raise LabError(f"the module broke: {done.stderr.strip()[-2000:]}") from None
    if result.get("failed"):
        raise ModuleFailedError(result)
    return result
