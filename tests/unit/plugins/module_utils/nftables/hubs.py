# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Settings for the tests of the hub's firewall, and a device without a kernel."""

from __future__ import annotations

import contextlib
import copy
import json
import pathlib
import typing as t

from ansible_collections.farsite.fleet.plugins.module_utils.nftables import listing, ruleset
from ansible_collections.farsite.fleet.plugins.module_utils.nftables.device import DeviceError
from ansible_collections.farsite.fleet.plugins.module_utils.nftables.settings import Settings, read

if t.TYPE_CHECKING:
    from collections.abc import Iterator

RULESETS = pathlib.Path(__file__).resolve().parents[3] / "data" / "foreign_rulesets"

NOTHING: dict[str, t.Any] = {
    "tunnel_interface": "fleet",
    "wireguard_port": 51820,
    "tunnel_addresses": [],
    "site_networks": [],
    "ssh": {"port": 22, "from": []},
    "ports": [],
    "forwards": [],
    "operators": [],
    "forward_others": False,
    "rollback_timeout": 60,
}


def port(**changes: t.Any) -> dict[str, t.Any]:
    return {"name": "relay", "protocol": "tcp", "port": 8554, "from": "anywhere"} | changes


def forward(**changes: t.Any) -> dict[str, t.Any]:
    return {
        "name": "quarry-north/yard",
        "port": 18001,
        "address": "10.80.1.64",
        "target_port": 80,
        "from": ["198.51.100.0/24"],
        "default_password": False,
    } | changes


def operator(**changes: t.Any) -> dict[str, t.Any]:
    return {"name": "anna", "addresses": ["10.78.0.5"], "reaches": ["10.80.0.0/16"], "hub": True} | changes


def arguments(**changes: t.Any) -> dict[str, t.Any]:
    usual = {
        "tunnel_addresses": ["10.79.255.254/32"],
        "site_networks": ["10.79.0.0/16", "10.80.0.0/12"],
        "ports": [port()],
        "forwards": [forward()],
        "operators": [operator()],
    }
    return copy.deepcopy(NOTHING) | usual | changes


def settings(**changes: t.Any) -> Settings:
    return read(arguments(**changes))


def foreign_ruleset(name: str) -> tuple[dict[listing.TableName, listing.Table], str]:
    """Return a recorded ruleset: its tables, and the text with handles."""
    found = json.loads((RULESETS / f"{name}.json").read_text("utf-8"))
    return listing.tables(listing.objects(json.dumps(found["listing"]))), found["text"]


class FakeDevice:
    """A hub that remembers: ``running`` is the file that was loaded last, ``files`` are the files."""

    nft = "/usr/sbin/nft"
    mv = "/usr/bin/mv"

    def __init__(self) -> None:
        self.running: str | None = None
        self.files: dict[str, str] = {}
        self.modes: dict[str, int] = {}
        self.log: list[str] = []
        self.units: set[str] = set()
        self.enabled_units: set[str] = set()
        self.fails: set[str] = set()
        self.clock = 1000.0
        self.locks = 0

    def _do(self, what: str) -> None:
        self.log.append(what)
        if what in self.fails:
            raise DeviceError(f"{what} failed")

    def load(self, text: str) -> None:
        self._do("load")
        self.running = None if text == ruleset.REMOVAL else text

    def check(self, text: str) -> None:
        assert text
        self._do("check")

    def table(self) -> list[dict[str, t.Any]] | None:
        return None if self.running is None else [{"table": {"name": self.running.removeprefix(ruleset.REMOVAL)}}]

    def table_text(self) -> str:
        return (self.running or "").removeprefix(ruleset.REMOVAL)

    def state(self, unit: str) -> str:
        return "active" if unit in self.units else "inactive"

    def enabled(self, unit: str) -> bool:
        return unit in self.enabled_units

    def systemctl(self, verb: str, *units: str) -> None:
        self._do(f"systemctl {verb}")
        if verb == "enable":
            self.enabled_units |= set(units)
        elif verb == "start":
            self.units |= set(units)
        elif verb == "disable":
            self.enabled_units -= set(units)
            self.units -= set(units)

    def stop_if_there(self, unit: str) -> None:
        self._do("stop")
        self.units.discard(unit)

    def start_timer(self, service: str, seconds: int) -> None:
        assert seconds
        self._do("timer")
        self.units.add(service.replace(".service", ".timer"))

    def read(self, path: str) -> str | None:
        return self.files.get(path)

    def write(self, path: str, text: str, mode: int = 0o600) -> None:
        self._do(f"write {pathlib.Path(path).name}")
        self.files[path], self.modes[path] = text, mode

    def rename(self, old: str, new: str) -> None:
        if old not in self.files:
            raise FileNotFoundError(old)
        self._do(f"rename {pathlib.Path(new).name}")
        self.files[new] = self.files.pop(old)

    def remove(self, path: str) -> bool:
        return self.files.pop(path, None) is not None

    def now(self) -> float:
        self.clock += 1
        return self.clock

    @contextlib.contextmanager
    def locked(self, path: str) -> Iterator[None]:
        assert path.startswith("/run/")
        assert not self.locks, "a lock within a lock would never end"
        self.locks += 1
        try:
            yield
        finally:
            self.locks -= 1

    @contextlib.contextmanager
    def empty_network(self) -> Iterator[None]:
        running, self.running = self.running, None
        try:
            yield
        finally:
            self.running = running
