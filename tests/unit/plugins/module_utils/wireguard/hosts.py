# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Keys, peers and a host without WireGuard that behaves like one with it, as far as a module can see."""

from __future__ import annotations

import base64
import dataclasses
import hashlib
import ipaddress
import json
import pathlib
import typing as t

from ansible_collections.farsite.fleet.plugins.module_utils.wireguard.configuration import parse
from ansible_collections.farsite.fleet.plugins.module_utils.wireguard.device import Device
from ansible_collections.farsite.fleet.plugins.module_utils.wireguard.networks import in_order, network
from ansible_collections.farsite.fleet.plugins.module_utils.wireguard.peers import NO_KEY, Peer

MASK = "(none)"


def key(number: int, kind: str = "public") -> str:
    """Return a key that is always the same for a number."""
    return base64.b64encode(hashlib.sha256(f"{kind} {number}".encode()).digest()).decode()


def secret(number: int) -> str:
    return key(number, "preshared")


def peer(number: int, *texts: str, **values: t.Any) -> Peer:
    """Return the peer of a site with its key; ``number`` names it unless told."""
    name = values.pop("name", f"site {number}")
    return Peer(key(number), in_order(network(text) for text in texts), name=name, **values)


def argument(one: Peer) -> dict[str, t.Any]:
    """Return a peer as in the argument ``peers``."""
    return {
        "name": one.name,
        "public_key": one.public_key,
        "allowed_ips": [str(prefix) for prefix in one.allowed_ips],
        "preshared_key": one.preshared_key,
        "endpoint": one.endpoint,
        "persistent_keepalive": one.keepalive,
    }


def arguments(peers: t.Sequence[Peer], **changed: t.Any) -> dict[str, t.Any]:
    """Return all arguments of wireguard_peers."""
    return {
        "interface": "fleet",
        "private_key_file": None,
        "listen_port": 51820,
        "addresses": ["10.79.255.254/32"],
        "mtu": 1420,
        "pools": [],
        "peers": [argument(one) for one in peers],
        "unmanaged": "remove",
        "retire": [],
        "replace_preshared_keys": [],
        "max_removals": "10%",
        **changed,
    }


@dataclasses.dataclass
class RunningInterface:
    private_key: str | None = None
    listen_port: int = 0
    fwmark: str | None = None
    peers: dict[str, Peer] = dataclasses.field(default_factory=dict)
    endpoints: dict[str, str] = dataclasses.field(default_factory=dict)
    handshakes: dict[str, int] = dataclasses.field(default_factory=dict)
    addresses: list[str] = dataclasses.field(default_factory=list)
    routes: list[str] = dataclasses.field(default_factory=list)
    mtu: int = 1420
    is_up: bool = True


class FakeHost:
    """Programs by their arguments; ``ran`` has these, ``fails`` are first words of commands that fail."""

    def __init__(self, folder: pathlib.Path) -> None:
        self.folder = folder
        self.interface: RunningInterface | None = None
        self.enabled = self.active = False
        self.ran: list[list[str]] = []
        self.fails: set[str] = set()
        self.networks = ["192.0.2.0/24", "2001:db8::/64"]
        """In which the host is with its eth0."""
        self.device = Device("fleet", self.run)
        for name in ("configuration_path", "aside_path", "seen_path", "sync_path", "lock_path", "drop_in_path"):
            setattr(self.device, name, str(folder / pathlib.Path(getattr(self.device, name)).name))
        self.private_key_file = folder / "fleet.key"
        self.private_key_file.write_text(key(0, "private") + "\n")

    def run(self, arguments: list[str], data: str | None = None) -> tuple[int, str, str]:
        self.ran.append(arguments)
        text = " ".join(arguments)
        if any(text.startswith(start) for start in self.fails):
            return 1, "", "it failed"
        program = {"wg": self.wg, "ip": self.ip, "systemctl": self.systemctl}[arguments[0]]
        return 0, program(arguments[1:], data or ""), ""

    def wg(self, words: list[str], data: str) -> str:
        if words == ["show", "interfaces"]:
            return "fleet\n" if self.interface else ""
        if words == ["pubkey"]:
            return public(data.strip()) + "\n"
        assert self.interface
        if words == ["show", "fleet", "dump"]:
            return self.dump(self.interface)
        if words == ["show", "fleet", "latest-handshakes"]:
            return "".join(f"{one}\t{self.interface.handshakes.get(one, 0)}\n" for one in self.interface.peers)
        if words[:2] == ["addconf", "fleet"]:
            self.add(self.interface, pathlib.Path(words[2]).read_text())
            return ""
        assert words[:2] == ["set", "fleet"]
        (self.remove if words[4] == "remove" else self.move)(self.interface, words[2:])
        return ""

    @staticmethod
    def remove(interface: RunningInterface, words: list[str]) -> None:
        keys = words[1::3]
        assert words == [word for key in keys for word in ("peer", key, "remove")]
        for key in keys:
            del interface.peers[key]
            interface.endpoints.pop(key, None)
            interface.handshakes.pop(key, None)

    def move(self, interface: RunningInterface, words: list[str]) -> None:
        for start in range(0, len(words), 4):
            assert (words[start], words[start + 2]) == ("peer", "allowed-ips")
            before = interface.peers[words[start + 1]]
            self.give(
                interface,
                dataclasses.replace(before, allowed_ips=in_order(map(network, words[start + 3].split(",")))),
            )

    def dump(self, interface: RunningInterface) -> str:
        private = interface.private_key
        lines = [
            [private or MASK, public(private) if private else MASK, interface.listen_port, interface.fwmark or "off"]
        ]
        lines += [
            [
                one.public_key,
                one.preshared_key or MASK,
                interface.endpoints.get(one.public_key, MASK),
                ",".join(map(str, one.allowed_ips)) or MASK,
                interface.handshakes.get(one.public_key, 0),
                0,
                0,
                one.keepalive or "off",
            ]
            # like wireguard-go: in no order
            for one in sorted(interface.peers.values(), key=lambda item: item.public_key[::-1])
        ]
        return "".join("\t".join(map(str, line)) + "\n" for line in lines)

    def add(self, interface: RunningInterface, text: str) -> None:
        """Do what wg 1.0.20210914 does for addconf, with its traps."""
        head = dict(line.split(" = ") for line in text.partition("[Peer]")[0].splitlines() if " = " in line)
        if "PrivateKey" in head:
            interface.private_key = head["PrivateKey"] if head["PrivateKey"] != NO_KEY else None
        if "ListenPort" in head:
            interface.listen_port = int(head["ListenPort"])
        if "FwMark" in head:
            interface.fwmark = None if head["FwMark"] == "off" else head["FwMark"]
        for one in parse(text).peers.values():
            block = text.partition(f"PublicKey = {one.public_key}\n")[2].partition("[Peer]")[0]
            before = interface.peers.get(one.public_key)
            kept = one
            if before and "PresharedKey" not in block:
                kept = dataclasses.replace(kept, preshared_key=before.preshared_key)
            if before and "PersistentKeepalive" not in block:
                kept = dataclasses.replace(kept, keepalive=before.keepalive)
            if one.endpoint:
                interface.endpoints[one.public_key] = one.endpoint
            self.give(interface, dataclasses.replace(kept, endpoint=None, name=None, role=""))

    @staticmethod
    def give(interface: RunningInterface, one: Peer) -> None:
        """Set a peer; who had its addresses loses them."""
        for other in list(interface.peers.values()):
            left = tuple(prefix for prefix in other.allowed_ips if prefix not in one.allowed_ips)
            interface.peers[other.public_key] = dataclasses.replace(other, allowed_ips=left)
        interface.peers[one.public_key] = one

    def ip(self, words: list[str], data: str) -> str:
        if words[-2:] == ["proto", "kernel"]:
            return json.dumps([{"dst": own, "dev": "eth0"} for own in self.networks if (":" in own) == ("-6" in words)])
        assert self.interface
        if words[:2] == ["-batch", "-"]:
            for line in data.splitlines():
                self.batch_line(self.interface, line.split())
            return ""
        if "address" in words:
            flags = ["UP"] if self.interface.is_up else []
            described = [
                {"local": one.partition("/")[0], "prefixlen": int(one.partition("/")[2]), "scope": "global"}
                for one in self.interface.addresses
            ]
            return json.dumps([{"mtu": self.interface.mtu, "flags": flags, "addr_info": described}])
        six = "-6" in words
        return json.dumps([{"dst": route} for route in self.interface.routes if (":" in route) == six])

    @staticmethod
    def batch_line(interface: RunningInterface, words: list[str]) -> None:
        match words[:2]:
            case ["address" | "route", "add" | "del"]:
                found = interface.addresses if words[0] == "address" else interface.routes
                if words[:2] == ["address", "del"] and ":" not in words[2]:
                    FakeHost.lose(interface, words[2])
                else:
                    (found.append if words[1] == "add" else found.remove)(words[2])
            case ["link", "set"]:
                interface.mtu, interface.is_up = int(words[3]), "up" in words
            case _:
                raise AssertionError(words)

    @staticmethod
    def lose(interface: RunningInterface, address: str) -> None:
        """Do what the kernel does without promote_secondaries: with the first address of a network all others go."""
        own = ipaddress.ip_interface(address).network
        of_it = [one for one in interface.addresses if ipaddress.ip_interface(one).network == own]
        lost = of_it if of_it[0] == address else [address]
        interface.addresses = [one for one in interface.addresses if one not in lost]
        if not [one for one in interface.addresses if ":" not in one]:
            interface.routes = [route for route in interface.routes if ":" in route]

    def systemctl(self, words: list[str], _data: str) -> str:
        if words[0] == "show":
            return (
                f"UnitFileState={'enabled' if self.enabled else 'disabled'}\n"
                f"ActiveState={'active' if self.active else 'inactive'}\n"
            )
        if words[0] == "enable":
            self.enabled = True
        if words[0] == "restart":
            self.start()
        return ""

    def start(self) -> None:
        """Do what wg-quick up does with the file."""
        text = pathlib.Path(self.device.configuration_path).read_text()
        ours = parse(text).ours
        assert ours
        self.interface = RunningInterface(mtu=ours.mtu)
        self.add(self.interface, text.replace("Address =", "#").replace("MTU =", "#"))
        self.interface.private_key = self.private_key_file.read_text().strip()
        self.interface.addresses = list(ours.addresses)
        self.interface.routes = [line.split()[4] for line in text.splitlines() if line.startswith("# ip route add")]
        self.active = True


def public(private: str) -> str:
    return base64.b64encode(hashlib.sha256(private.encode()).digest()).decode()
