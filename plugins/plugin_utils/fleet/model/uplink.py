# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Uplinks: how a site gets to the internet. The first one is preferred, others take over when it is down."""

from __future__ import annotations

import dataclasses
import typing as t

from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.kinds import (
    Boolean,
    Choice,
    Integer,
    ListOf,
    Secret,
    SecretPath,
    Text,
)
from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.model.wifi import (
    COUNTRY,
    RADIO,
    SSID,
    WIFI_ENCRYPTIONS,
)
from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.network_kinds import (
    DEVICE_NAME,
    INTERFACE_NAME,
    IpAddress,
    Prefix,
)
from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.record import Variants, setting
from ansible_collections.farsite.fleet.plugins.plugin_utils.modem.profile import Proto

if t.TYPE_CHECKING:
    import ipaddress

    from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.problems import Place

Modem = t.Literal["auto"] | Proto
MODEMS: tuple[Modem, ...] = ("auto", *t.get_args(Proto))

_NAME = "Name of the OpenWrt interface."
_METRIC = "Metric of its default route; of two uplinks that are up the lower one is used."
_METRIC_DERIVED = "10 for the first uplink, 20 for the second, …"
_MTU = "MTU of the link."
_PUBLIC = (
    "Whether the link has a public address of its own, so that it can be reached from outside. Carriers of mobile "
    "networks give none as a rule."
)


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class LteUplink:
    """A USB modem in a mobile network."""

    kind: str = setting(Choice(("lte",)), "`lte`.")
    name: str = setting(INTERFACE_NAME, _NAME, default="lte")
    modem: Modem = setting(
        Choice(MODEMS),
        "Protocol of the modem, by OpenWrt's name of it. `auto`: found out on the router by what the modem is.",
        default="auto",
    )
    device: str | None = setting(
        Text("a device such as /dev/cdc-wdm0, /dev/ttyUSB2 or usb0, or a USB port such as 1-1.2", r"[A-Za-z0-9/_.:-]+"),
        "Device of the modem, or the USB port that it is plugged into; needed where there are several modems.",
        default=None,
        derived="found out on the router: names move between releases",
    )
    apn: str = setting(
        Text("an APN such as internet, or auto", r"[A-Za-z0-9._-]+", longest=100),
        "Access point name. `auto`: by the SIM card, if its operator has just one for the internet.",
        default="auto",
    )
    pin: SecretPath | None = setting(Secret(), "PIN of the SIM card.", default=None, derived="the card has none")
    username: str | None = setting(Text("a user name", r".+", longest=127), "User name.", default=None, derived="none")
    password: SecretPath | None = setting(Secret(), "Password.", default=None, derived="none")
    auth: str = setting(Choice(("none", "pap", "chap", "both")), "How user name and password are sent.", default="none")
    roaming: bool = setting(
        Boolean(), "Whether it may be used in networks other than the SIM card's own.", default=False
    )
    metric: int | None = setting(Integer(1, 9999), _METRIC, default=None, derived=_METRIC_DERIVED)
    mtu: int | None = setting(Integer(1280, 1500), _MTU, default=None, derived="what the modem says")
    public_address: bool = setting(Boolean(), _PUBLIC, default=False)

    def check(self, place: Place) -> bool:
        """Report what does not fit together."""
        if self.auth != "none" and (self.username is None or self.password is None):
            place.at("auth").problem(
                f"found {self.auth!r} without user name and password; give both, or leave auth out"
            )
            return False
        return True


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class EthernetUplink:
    """A wired link: DHCP, a static address, or PPPoE."""

    kind: str = setting(Choice(("ethernet",)), "`ethernet`.")
    name: str = setting(INTERFACE_NAME, _NAME, default="wan")
    device: str = setting(DEVICE_NAME, "Network device.", default="wan")
    protocol: str = setting(Choice(("dhcp", "static", "pppoe")), "How it gets its address.", default="dhcp")
    address: ipaddress.IPv4Interface | None = setting(
        Prefix(4, of_host=True, shortest=8, longest=32),
        "Address, with `protocol: static`.",
        default=None,
        derived="none",
    )
    gateway: ipaddress.IPv4Address | None = setting(
        IpAddress(4), "Gateway, with `protocol: static`.", default=None, derived="none"
    )
    dns: tuple[ipaddress.IPv4Address, ...] = setting(
        ListOf(IpAddress(0), or_one=True), "DNS servers, instead of those that the link announces.", default=()
    )
    username: str | None = setting(
        Text("a user name", r".+", longest=127), "User name, with `protocol: pppoe`.", default=None, derived="none"
    )
    password: SecretPath | None = setting(Secret(), "Password, with `protocol: pppoe`.", default=None, derived="none")
    metric: int | None = setting(Integer(1, 9999), _METRIC, default=None, derived=_METRIC_DERIVED)
    mtu: int | None = setting(Integer(1280, 9000), _MTU, default=None, derived="that of the device")
    public_address: bool = setting(Boolean(), _PUBLIC, default=True)

    def check(self, place: Place) -> bool:
        """Report what does not fit together."""
        needed = {"static": ("address", "gateway", "dns"), "pppoe": ("username", "password"), "dhcp": ()}
        good = True
        for key in needed[self.protocol]:
            if not getattr(self, key):
                place.at(key).problem(f"is missing; protocol {self.protocol} needs {', '.join(needed[self.protocol])}")
                good = False
        for protocol, keys in {"static": ("address", "gateway"), "pppoe": ("username", "password")}.items():
            for key in keys:
                if protocol != self.protocol and getattr(self, key) is not None:
                    place.at(key).problem(
                        f"has a meaning only with protocol {protocol}, found {self.protocol}; remove it"
                    )
                    good = False
        if self.address and self.gateway and self.gateway not in self.address.network:
            place.at("gateway").problem(
                f"{self.gateway} is not in {self.address.network}; expected a neighbour of address"
            )
            good = False
        return good


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class WifiUplink:
    """A wireless network of somebody else, as its client."""

    kind: str = setting(Choice(("wifi",)), "`wifi`.")
    name: str = setting(INTERFACE_NAME, _NAME, default="wwan")
    ssid: str = setting(SSID, "Name of the network.")
    key: SecretPath | None = setting(Secret(), "Pass phrase.", default=None, derived="none: an open network")
    encryption: str = setting(Choice(WIFI_ENCRYPTIONS), "Encryption, by OpenWrt's name of it.", default="psk2")
    radio: str = setting(RADIO, "Radio that is used.", default="radio0")
    country: str | None = setting(COUNTRY, "Country whose rules the radio keeps.", default=None, derived="the router's")
    metric: int | None = setting(Integer(1, 9999), _METRIC, default=None, derived=_METRIC_DERIVED)
    mtu: int | None = setting(Integer(1280, 2304), _MTU, default=None, derived="that of the device")
    public_address: bool = setting(Boolean(), _PUBLIC, default=False)

    def check(self, place: Place) -> bool:
        """Report what does not fit together."""
        if (self.encryption == "none") != (self.key is None):
            expected = "no key with encryption none" if self.key else "a key, or encryption none for an open network"
            place.at("key").problem(
                f"found {'one' if self.key else 'none'} with encryption {self.encryption}, expected {expected}"
            )
            return False
        return True


Uplink = LteUplink | EthernetUplink | WifiUplink

UPLINK: Variants[Uplink] = Variants("kind", {"lte": LteUplink, "ethernet": EthernetUplink, "wifi": WifiUplink})


def uplink_metric(uplink: Uplink, index: int) -> int:
    """Return the metric of the uplink at position *index* (from 0)."""
    return uplink.metric if uplink.metric is not None else 10 * (index + 1)
