# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Kinds of values that networks have: addresses, prefixes, MAC addresses, host names, WireGuard keys."""

from __future__ import annotations

import base64
import binascii
import dataclasses
import ipaddress
import re
import typing as t

from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.kinds import (
    INVALID,
    Integer,
    Invalid,
    Schema,
    Text,
    plain_text,
)

if t.TYPE_CHECKING:
    from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.problems import Place

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network

PORT = Integer(1, 65535)
HOST_NAME = Text(
    "a name of lower-case letters, digits and hyphens, at most 63", r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
)
DOMAIN_NAME = Text(
    "a domain name such as fleet.example.net",
    r"(?=.{1,253}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)*[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?",
)
DEVICE_NAME = Text("a network device such as eth0 or br-lan", r"[A-Za-z0-9][A-Za-z0-9_.@-]*", longest=15)
"""IFNAMSIZ of the kernel less its closing NUL."""
INTERFACE_NAME = Text("a name of lower-case letters, digits and _", r"[a-z][a-z0-9_]*", longest=15)
"""Of an OpenWrt interface that makes a device of the same name; longer ones never come up."""

_PREFIX = re.compile(r"[0-9A-Fa-f.:]+/[0-9]{1,3}")
"""Python takes netmasks and zones (``fe80::1%eth0``) besides."""
_MAC = re.compile(r"(?:[0-9a-f]{2}:){5}[0-9a-f]{2}")
_NO_MAC = "00:00:00:00:00:00"
_KEY_BYTES = 32


@dataclasses.dataclass(frozen=True, slots=True)
class IpAddress:
    """An IP address of *version* 4 or 6, or of any with 0."""

    version: int = 4

    def read(self, value: object, place: Place) -> t.Any:  # an IPv4Address if version is 4
        """Return the address."""
        text = plain_text(value, place, self.describe())
        if isinstance(text, Invalid):
            return text
        address = _address(text)
        if address is None or self.version not in (0, address.version):
            place.problem(f"found {text!r}, expected {self.describe()}")
            return INVALID
        return address

    def schema(self) -> Schema:
        """Return the JSON Schema."""
        formats = [{"format": f"ipv{version}"} for version in (4, 6) if self.version in (0, version)]
        return {"type": "string", **(formats[0] if len(formats) == 1 else {"anyOf": formats})}

    def describe(self) -> str:
        """Return what is expected."""
        return {4: "an IPv4 address such as 192.0.2.1", 6: "an IPv6 address such as fd00::1"}.get(
            self.version, "an IP address such as 192.0.2.1 or fd00::1"
        )


@dataclasses.dataclass(frozen=True, slots=True)
class Prefix:
    """A network with a prefix length from *shortest* to *longest*; no bits of a host may be set, unless *of_host*."""

    version: int = 4
    shortest: int = 0
    longest: int = 128
    of_host: bool = False

    def read(self, value: object, place: Place) -> t.Any:  # IPv4Network or IPv6Network, or …Interface
        """Return the network; with *of_host* the interface address."""
        text = plain_text(value, place, self.describe())
        if isinstance(text, Invalid):
            return text
        try:
            interface = ipaddress.ip_interface(text) if _PREFIX.fullmatch(text) else None
        except ValueError:
            interface = None
        if interface is None or self.version not in (0, interface.version):
            place.problem(f"found {text!r}, expected {self.describe()}")
        elif not self.of_host and interface.ip != interface.network.network_address:
            place.problem(f"found {text!r}, which has bits of a host set; expected {interface.network}")
        elif not self.shortest <= interface.network.prefixlen <= self.longest:
            length = f"/{interface.network.prefixlen}"
            place.problem(f"found a prefix length of {length}, expected /{self.shortest} to /{self.longest}")
        else:
            return interface if self.of_host else interface.network
        return INVALID

    def schema(self) -> Schema:
        """Return the JSON Schema."""
        address = r"[0-9]+(?:\.[0-9]+){3}" if self.version == 4 else "[0-9A-Fa-f.:]+"  # noqa: PLR2004
        return {"type": "string", "pattern": f"^{address}/[0-9]{{1,3}}$"}

    def describe(self) -> str:
        """Return what is expected."""
        example = "2001:db8::/32" if self.version == 6 else "192.0.2.1/24" if self.of_host else "192.0.2.0/24"  # noqa: PLR2004
        what = "an address with its prefix length" if self.of_host else "a prefix"
        return f"{what} such as {example}"


@dataclasses.dataclass(frozen=True, slots=True)
class MacAddress:
    """A MAC address of one device; no two may have the same in a fleet."""

    def read(self, value: object, place: Place) -> str | Invalid:
        """Return it in lower case with colons."""
        text = plain_text(value, place, self.describe())
        if isinstance(text, Invalid):
            return text
        address = text.lower().replace("-", ":")
        if not _MAC.fullmatch(address):
            place.problem(f"found {text!r}, expected {self.describe()}")
            return INVALID
        if int(address[:2], 16) & 1:
            place.problem(f"found {text!r}, which is a multicast address; expected that of one device")
            return INVALID
        if address == _NO_MAC:
            place.problem(f"found {text!r}, which no device has; expected {self.describe()}")
            return INVALID
        place.claim("MAC address", address)
        return address

    def schema(self) -> Schema:
        """Return the JSON Schema."""
        return {"type": "string", "pattern": "^(?:[0-9A-Fa-f]{2}[:-]){5}[0-9A-Fa-f]{2}$"}

    def describe(self) -> str:
        """Return what is expected."""
        return 'a MAC address such as "44:19:b6:00:00:01"'


@dataclasses.dataclass(frozen=True, slots=True)
class HostAddress:
    """An IP address, or a name that DNS knows."""

    def read(self, value: object, place: Place) -> Address | str | Invalid:
        """Return the address, or the name as text."""
        text = plain_text(value, place, self.describe())
        if isinstance(text, Invalid):
            return text
        address = _address(text)
        if address is not None:
            return address
        if text.replace(".", "").isdigit() or ":" in text:
            place.problem(f"found {text!r}, expected {self.describe()}")
            return INVALID
        return DOMAIN_NAME.read(text, place)

    def schema(self) -> Schema:
        """Return the JSON Schema."""
        return {"type": "string"}

    def describe(self) -> str:
        """Return what is expected."""
        return "an IP address or a domain name"


def _address(text: str) -> Address | None:
    """Return the address; None if it is none, or one with a zone (``fe80::1%eth0``), which UCI has no place for."""
    try:
        return ipaddress.ip_address(text) if "%" not in text else None
    except ValueError:
        return None


def key_problem(text: str) -> str | None:
    """Return what is wrong with a WireGuard public key (base64 of 32 bytes, wg(8)), or None. Shows nothing of it."""
    try:
        raw = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return "found something that is not base64, expected a WireGuard public key of 44 characters"
    if len(raw) != _KEY_BYTES:
        return f"found a key of {len(raw)} bytes, expected the {_KEY_BYTES} of a WireGuard public key"
    if not any(raw):
        return "found a key of zeros, expected the output of wg pubkey"
    return None if base64.b64encode(raw).decode() == text else "found stray bits at the end of the base64 text"
