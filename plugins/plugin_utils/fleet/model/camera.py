# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Cameras, and who may reach them from outside the VPN."""

from __future__ import annotations

import dataclasses
import ipaddress
import typing as t

from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.kinds import (
    INVALID,
    Boolean,
    Integer,
    Invalid,
    ListOf,
    Schema,
    Text,
)
from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.network_kinds import (
    HOST_NAME,
    PORT,
    IpAddress,
    MacAddress,
    Prefix,
)
from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.record import Record, setting

if t.TYPE_CHECKING:
    from collections.abc import Sequence

    from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.problems import Place

ANYWHERE = "anywhere"
MOST_CAMERAS = 64


def everybody(prefixes: Sequence[ipaddress.IPv4Network | ipaddress.IPv6Network]) -> bool:
    """Return whether these are all addresses of one version of IP, be it in parts."""
    four = [prefix for prefix in prefixes if isinstance(prefix, ipaddress.IPv4Network)]
    six = [prefix for prefix in prefixes if isinstance(prefix, ipaddress.IPv6Network)]
    return any(one.prefixlen == 0 for one in ipaddress.collapse_addresses(four)) or any(
        one.prefixlen == 0 for one in ipaddress.collapse_addresses(six)
    )


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Sources:
    """Who may use a forward: prefixes, or everybody, which has to be asked for by its word."""

    def read(self, value: object, place: Place) -> tuple[ipaddress.IPv4Network | ipaddress.IPv6Network, ...] | Invalid:
        """Return the prefixes; those of the whole internet for ``anywhere``."""
        if value == ANYWHERE:
            return (ipaddress.IPv4Network("0.0.0.0/0"), ipaddress.IPv6Network("::/0"))
        if value is None or value == []:
            place.problem(f"has no sources; expected {self.describe()}")
            return INVALID
        prefixes = ListOf(Prefix(0), or_one=True).read(value, place)
        if not isinstance(prefixes, Invalid) and everybody(prefixes):
            place.problem(f"opens the forward to everybody; if that is meant, write {ANYWHERE}")
            return INVALID
        return prefixes

    def schema(self) -> Schema:
        """Return the JSON Schema."""
        return {"anyOf": [{"const": ANYWHERE}, ListOf(Prefix(0), or_one=True).schema()]}

    def describe(self) -> str:
        """Return what is expected."""
        return f"prefixes such as 198.51.100.0/24, or {ANYWHERE}"


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Forward:
    """Ports of the hub that lead to a camera, for people who are not in the VPN."""

    sources: tuple[ipaddress.IPv4Network | ipaddress.IPv6Network, ...] = setting(
        Sources(), "Prefixes that may use it.", key="from"
    )
    port: tuple[int, ...] = setting(ListOf(PORT, or_one=True, least=1), "TCP port of the camera, or several.")
    hub_port: tuple[int, ...] = setting(
        ListOf(PORT, or_one=True),
        "Port of the hub for each.",
        default=(),
        derived="by arithmetic from the site's id, the camera's number, and `forward_ports` of the fleet",
    )

    def check(self, place: Place) -> bool:
        """Report what does not fit together."""
        if self.hub_port and len(self.hub_port) != len(self.port):
            place.at("hub_port").problem(
                f"has {len(self.hub_port)} ports for {len(self.port)} of the camera; give one for each"
            )
            return False
        return True


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Camera:
    """An IP camera. It answers what comes through the tunnel, and reaches nothing by itself."""

    name: str = setting(HOST_NAME, "Name, unique within the site; its DNS name is `<name>.<site>.<domain>`.")
    mac: str = setting(MacAddress(), "MAC address.")
    number: int | None = setting(
        Integer(1, MOST_CAMERAS),
        "Number within the site, from which its address and its forwards' ports follow. Give it to keep them when a "
        "camera before it is removed.",
        default=None,
        derived="its position in the list, from 1",
    )
    address: ipaddress.IPv4Address | None = setting(
        IpAddress(4), "Address in the LAN.", default=None, derived="the 10th of the prefix plus its number"
    )
    vendor: str | None = setting(
        Text("a vendor in small letters such as hikvision", r"[a-z0-9][a-z0-9_-]*"),
        "Vendor.",
        default=None,
        derived="unknown",
    )
    default_password: bool = setting(
        Boolean(),
        "Whether it still has its factory password. Then no forward to it may be for everybody.",
        default=False,
    )
    forward: Forward | None = setting(
        Record(Forward), "Access from outside the VPN.", default=None, derived="none: reached through the VPN only"
    )

    def check(self, place: Place) -> bool:
        """Report what does not fit together."""
        if self.forward and self.default_password and everybody(self.forward.sources):
            place.at("forward", "from").problem(
                f"is {ANYWHERE}, of a camera with its factory password; change the password, then default_password"
            )
            return False
        return True
