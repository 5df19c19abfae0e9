# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The interface on the host: wg(8), ip(8) and systemctl(1). No secret is ever an argument."""

from __future__ import annotations

import dataclasses
import typing as t

from ansible_collections.farsite.fleet.plugins.module_utils.wireguard.configuration import FOLDER, PROTOCOL
from ansible_collections.farsite.fleet.plugins.module_utils.wireguard.private_files import read_text
from ansible_collections.farsite.fleet.plugins.module_utils.wireguard.running import Running, parse_dump
from ansible_collections.farsite.fleet.plugins.module_utils.wireguard.seen import parse_seen
from ansible_collections.farsite.fleet.plugins.module_utils.wireguard.settings import (
    Settings,
    parse_networks,
    parse_settings,
)

if t.TYPE_CHECKING:
    from ansible_collections.farsite.fleet.plugins.module_utils.wireguard.networks import Network
    from ansible_collections.farsite.fleet.plugins.module_utils.wireguard.seen import Sighting

DROP_IN = """\
# Written by farsite.fleet.wireguard_peers. A reload of the distribution's unit would take the private key away, which
# is not in the file, and all peers where the file is missing. Run the module instead.
[Service]
ExecReload=
"""


class Runner(t.Protocol):
    """Runs a program and returns exit code, output and errors; *data* goes to its input."""

    def __call__(self, arguments: list[str], data: str | None = None) -> tuple[int, str, str]:
        """Run it."""


class DeviceError(RuntimeError):
    """A program of the host failed."""


@dataclasses.dataclass(frozen=True)
class Unit:
    """The unit wg-quick@INTERFACE: whether it starts at boot, has run, and cannot be reloaded."""

    is_enabled: bool
    is_active: bool
    is_guarded: bool


def make_key(run: Runner) -> str:
    """Return a new private key. Raises DeviceError."""
    return _output(run, ("wg", "genkey")).strip()


def public_key(run: Runner, private_key: str) -> str:
    """Return the public key of the private one. Raises DeviceError."""
    return _output(run, ("wg", "pubkey"), private_key).strip()


def _output(run: Runner, arguments: t.Sequence[str], data: str | None = None) -> str:
    code, output, errors = run(list(arguments), data)
    if code:
        said = errors.strip() or output.strip() or "nothing was said"
        raise DeviceError(f"`{' '.join(arguments[:4])}` failed with exit code {code}: {said}")
    return output


class Device:
    """One WireGuard interface of this host, whether it runs or not."""

    def __init__(self, interface: str, run: Runner) -> None:
        """Take the name and what runs programs."""
        self.interface = interface
        self._run = run
        self.configuration_path = f"{FOLDER}/{interface}.conf"
        self.aside_path = f"{FOLDER}/{interface}.conf.before-farsite-fleet"
        self.seen_path = f"{FOLDER}/{interface}.seen"
        self.sync_path = f"{FOLDER}/.{interface}.sync"
        self.lock_path = f"{FOLDER}/.{interface}.lock"
        self.unit_name = f"wg-quick@{interface}.service"
        self.drop_in_path = f"/etc/systemd/system/{self.unit_name}.d/farsite-fleet.conf"

    def _output(self, *arguments: str, data: str | None = None) -> str:
        return _output(self._run, arguments, data)

    def public_key(self, private_key: str) -> str:
        """Return the public key of the private one. Raises DeviceError."""
        return public_key(self._run, private_key)

    def running(self) -> Running | None:
        """Return the interface as it runs, None where there is none. Raises DeviceError, DumpError."""
        if self.interface not in self._output("wg", "show", "interfaces").split():
            return None
        return parse_dump(self._output("wg", "show", self.interface, "dump"))

    def handshakes(self) -> dict[str, int]:
        """Return each peer's newest handshake in seconds since 1970, 0 for none. Raises DeviceError."""
        lines = self._output("wg", "show", self.interface, "latest-handshakes").splitlines()
        return {key: int(when) for key, _tab, when in (line.partition("\t") for line in lines)}

    def settings(self) -> Settings:
        """Return what ip(8) keeps of the running interface. Raises DeviceError."""
        link = self._output("ip", "-json", "address", "show", "dev", self.interface)
        route = ("route", "show", "dev", self.interface, "proto", str(PROTOCOL))
        return parse_settings(link, [self._output("ip", "-json", *route), self._output("ip", "-json", "-6", *route)])

    def other_networks(self) -> dict[Network, str]:
        """Return the networks of the host's other interfaces. Raises DeviceError."""
        route = ("route", "show", "proto", "kernel")
        texts = [self._output("ip", "-json", *route), self._output("ip", "-json", "-6", *route)]
        return parse_networks(texts, self.interface)

    def unit(self) -> Unit:
        """Return the state of the unit. Raises DeviceError."""
        answer = self._output("systemctl", "show", "--property=UnitFileState,ActiveState", self.unit_name)
        values = dict(line.partition("=")[::2] for line in answer.splitlines())
        return Unit(
            values.get("UnitFileState") == "enabled",
            values.get("ActiveState") == "active",
            read_text(self.drop_in_path) == DROP_IN,
        )

    def remembered(self) -> dict[str, Sighting]:
        """Return what the file of handshakes says."""
        return parse_seen(read_text(self.seen_path) or "")

    def add(self) -> None:
        """Set what the sync file names, and nothing else. Raises DeviceError, where nothing was changed."""
        self._output("wg", "addconf", self.interface, self.sync_path)

    def remove(self, keys: t.Iterable[str]) -> None:
        """Remove the peers with these public keys. Raises DeviceError."""
        arguments = [word for key in keys for word in ("peer", key, "remove")]
        if arguments:
            self._output("wg", "set", self.interface, *arguments)

    def move(self, holders: t.Mapping[str, t.Sequence[Network]]) -> None:
        """Give each of the public keys these addresses, and take them from who had them. Raises DeviceError."""
        arguments = []
        for key, prefixes in holders.items():
            arguments += ["peer", key, "allowed-ips", ",".join(map(str, prefixes))]
        self._output("wg", "set", self.interface, *arguments)

    def change_settings(self, lines: t.Sequence[str]) -> None:
        """Run the lines of a batch of ip(8), up to the first that fails: DeviceError."""
        self._output("ip", "-batch", "-", data="".join(f"{line}\n" for line in lines))

    def reload_units(self) -> None:
        """Let systemd read the unit's drop-in. Raises DeviceError."""
        self._output("systemctl", "daemon-reload")

    def enable(self) -> None:
        """Have the unit start at boot. Raises DeviceError."""
        self._output("systemctl", "enable", self.unit_name)

    def start(self) -> None:
        """Start the interface, also where systemd believes that it runs. Raises DeviceError."""
        self._output("systemctl", "restart", self.unit_name)
