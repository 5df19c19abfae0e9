# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A router with modems that answers as its shell would: what is installed and unlocked shows in the next answer."""

from __future__ import annotations

import dataclasses
import json
import re
import typing as t

from ansible_collections.farsite.fleet.plugins.plugin_utils.modem.functions import DRIVERS
from ansible_collections.farsite.fleet.plugins.plugin_utils.router.transport import Reply
from ansible_collections.farsite.fleet.tests.unit.plugins.plugin_utils.router.stock_shell import ROOT

Row = dict[str, t.Any]

ROWS: list[Row] = json.loads((ROOT / "tests/unit/data/modems.json").read_text("utf-8"))["modems"]
NETWORK = "config interface 'lan'\n\toption proto 'static'\n\toption ipaddr '192.168.1.1/24'\n"
FIREWALL = "config zone\n\toption name 'wan'\n\tlist network 'wan'\n\nconfig zone\n\toption name 'lan'\n"
PARAGRAPH = "Package: {}\nVersion: 1\nStatus: install user installed\n\n"
LAN = {"interface": "lan", "up": True, "proto": "static", "ipv4-address": [{"address": "192.168.1.1", "mask": 24}]}
HANDLERS = {"uqmi": "qmi.sh", "comgt-ncm": "ncm.sh", "umbim": "mbim.sh", "comgt": "3g.sh", "ppp": "ppp.sh"}


def row_of(product: str, mode: str = "") -> Row:
    return next(row for row in ROWS if row["pid"] == product and row["mode"].startswith(mode))


@dataclasses.dataclass
class ModemRouter:
    """``row`` is what is plugged in; with usb-modeswitch it becomes ``switches_to``. ``pin`` is the SIM card's."""

    row: Row | None
    installed: set[str] = dataclasses.field(default_factory=set)
    network: str = NETWORK
    interfaces: list[t.Any] = dataclasses.field(default_factory=lambda: [LAN])
    switches_to: Row | None = None
    free: int = 4000
    sizes: dict[str, int] = dataclasses.field(default_factory=dict)
    at_port: str | None = None
    at_answers: dict[str, str] = dataclasses.field(default_factory=dict)
    pin: str | None = None
    tries: int = 3
    breaks_installing: bool = False
    deaf: bool = False
    """Its port does not take a PIN."""
    scripts: list[bytes] = dataclasses.field(default_factory=list)
    kinds: list[str] = dataclasses.field(default_factory=list)

    def run(self, script: bytes, *, fresh: bool = False, host: str | None = None) -> Reply:
        assert not fresh
        assert host is None
        self.scripts.append(script)
        body = script.decode().rpartition("main() {")[2]
        nonce = re.search(r"^nonce=(\w+)$", body, re.MULTILINE)
        if "package_submit" in body:
            self.kinds.append("install")
            return Reply(0, self._install(body).encode(), b"")
        assert nonce
        if "package_dry_run" in body:
            self.kinds.append("dry run")
            parts = self._dry_run(body)
        else:
            self.kinds.append("look")
            parts = self._look(body)
        text = "".join(f"\n@{nonce[1]} {head}\n{text}" for head, text in parts)
        return Reply(0, f"{text}\n@{nonce[1]} end\n".encode(), b"")

    def forget(self) -> None:
        raise AssertionError("nothing changes the address here")

    def _look(self, body: str) -> list[tuple[str, str]]:
        parts = []
        if "modem_unlock " in body:
            parts.append(self._unlock(re.search(r"^pin=(\S+)$", body, re.MULTILINE)))
        drivers = self.drivers()
        parts += [
            ("package network d -", self.network.replace("\nconfig", "\n\nconfig")),
            ("package firewall d -", FIREWALL),
            ("mounts", "/dev/x /overlay jffs2 rw 0 0\n"),
            ("flash", f"x 1 1 {self.free} 1% /overlay\n"),
            ("packages opkg", "".join(map(PARAGRAPH.format, self.installed))),
            ("interfaces", json.dumps({"interface": self.interfaces})),
            ("usb", self._usb(drivers)),
            ("usb-descriptors", ""),
            ("usb-paths", "1-1 /sys/devices/x/1-1\n"),
            ("modem-switch" + (" known" if "usb-modeswitch" in self.installed else ""), self._switchable()),
            ("usb-drivers", "\n".join(drivers)),
            ("modem-ncm ", ""),
            ("modem-handlers", "\n".join(file for name, file in HANDLERS.items() if name in self.installed)),
        ]  # fmt: skip
        if self.at_port and self.at_port in str(self._usb(drivers)):
            parts.append((f"at-ports-1-1 {self.at_port}", ""))
            answers = self.at_answers | ({} if self.pin is None else self._locked())
            parts += [
                (f"answer-1-1-at-{number} 0 {question}", f"{text}\n")
                for number, (question, text) in enumerate(answers.items(), 1)
            ]
        return parts

    def drivers(self) -> list[str]:
        return sorted(driver.name for driver in DRIVERS.values() if driver.package in self.installed)

    def _switchable(self) -> str:
        return f"{self.row['vid']}:{self.row['pid']}\n" if self.row and self.switches_to else ""

    def _locked(self) -> dict[str, str]:
        return {
            "AT+CPIN?": "+CPIN: SIM PIN\nOK",
            "AT+CIMI": "+CME ERROR: SIM PIN required",
            "AT+QPINC?": f'+QPINC: "SC",{self.tries},10\nOK',
        }

    def _unlock(self, given: re.Match[str] | None) -> tuple[str, str]:
        assert given
        if self.deaf:
            return "unlocked 124", ""
        if given[1] == self.pin:
            self.pin = None
            return "unlocked 0", "OK\n"
        self.tries -= 1
        return "unlocked 0", "+CME ERROR: incorrect password\n"

    def _usb(self, drivers: list[str]) -> str:
        if self.row is None:
            return ""
        lines = [f"1-1/idVendor:{self.row['vid']}", f"1-1/idProduct:{self.row['pid']}", "1-1/bConfigurationValue:1"]
        tty = 0
        for interface in self.row["interfaces"]:
            name = f"1-1:1.{interface['if']}"
            for attribute, key in (("Class", "class"), ("SubClass", "subclass"), ("Protocol", "protocol")):
                lines.append(f"{name}/bInterface{attribute}:{interface[key]}")
            lines.append(f"{name}/bInterfaceNumber:{interface['if']:02x}")
            if interface["driver"] not in drivers:
                continue
            lines.append(
                f"lrwxrwxrwx 1 root root 0 Jan 1 00:00 {name}/driver -> ../../bus/usb/drivers/{interface['driver']}"
            )
            if interface["driver"] in ("option", "qcserial"):
                lines.append(f"{name}/ttyUSB{tty}")
                tty += 1
            elif interface["driver"] in ("qmi_wwan", "cdc_mbim", "huawei_cdc_ncm"):
                lines += [f"{name}/usbmisc/cdc-wdm0", f"{name}/net/wwan0"]
            elif interface["class"] != "0a":
                lines.append(f"{name}/net/usb0")
        return "\n".join(lines) + "\n"

    def _dry_run(self, body: str) -> list[tuple[str, str]]:
        names = re.search(r"^package_dry_run present 1 (.*)$", body, re.MULTILINE)
        assert names
        wanted = [name for name in names[1].split() if name not in self.installed]
        steps = "".join(f"Installing {name} (1) to root...\n" for name in wanted)
        sizes = "".join(f"{name} 1 {self.sizes.get(name, 10_000)}\n" for name in wanted)
        return [
            ("packages opkg", ""),
            ("mounts", "/dev/x /overlay jffs2 rw 0 0\n"),
            ("flash", f"x 1 1 {self.free} 1% /overlay\n"),
            ("update 0", ""),
            ("simulated 0", steps),
            ("sizes", sizes),
        ]

    def _install(self, body: str) -> str:
        names = re.search(r"^names='?([^'\n]*)'?$", body, re.MULTILINE)
        assert names
        if self.breaks_installing:
            return "farsite end failed\nfarsite reason  * wget returned 4.\n"
        self.installed |= set(names[1].split())
        if "usb-modeswitch" in self.installed and self.switches_to:
            self.row, self.switches_to = self.switches_to, None
        added = "".join(f"farsite added {name} 1\n" for name in names[1].split())
        return f"farsite end done\n{added}farsite free 3000\n"
