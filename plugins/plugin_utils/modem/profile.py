# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How a modem is driven: netifd's protocol, what that needs, and what the decision has to know of the router."""

from __future__ import annotations

import dataclasses
import typing as t

State = t.Literal["ok", "install-mode", "boot-mode", "unconfigured", "need-drivers", "unsupported", "unknown"]
Proto = t.Literal["qmi", "mbim", "ncm", "3g", "directip", "dhcp", "modemmanager"]
DeviceKind = t.Literal["netdev", "cdc-wdm", "at_tty", "ppp_tty", "sysfs"]

PROTO_PACKAGES: t.Mapping[Proto, tuple[str, ...]] = {
    "qmi": ("uqmi",),
    "mbim": ("umbim",),
    "ncm": ("comgt-ncm",),
    "3g": ("comgt", "ppp"),
    "directip": ("comgt-directip",),
    "dhcp": (),
    "modemmanager": ("modemmanager",),
}
"""What has the handler of each of netifd's protocols; the names are the same under opkg and apk."""

DEVICE_KINDS: t.Mapping[Proto, DeviceKind] = {
    "qmi": "cdc-wdm",
    "mbim": "cdc-wdm",
    "ncm": "at_tty",
    "3g": "ppp_tty",
    "directip": "at_tty",
    "dhcp": "netdev",
    "modemmanager": "sysfs",
}
"""What each protocol's option ``device`` names."""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """How a device is driven. ``packages`` are those that it needs, installed or not; ``rule`` is the one that fired.

    ``proto`` and ``device`` are None where there is no way, or none that is known yet.
    """

    state: State
    rule: str
    reason: str
    proto: Proto | None = None
    packages: tuple[str, ...] = ()
    lighter: Profile | None = None
    """Another way that needs fewer packages, with what it lacks as its reason."""
    dial: str | None = None
    """AT command without which its data function stays silent, and that no handler sends."""
    options: tuple[tuple[str, str], ...] = ()
    """Further options of its UCI interface."""
    node: str | None = None
    """What the option ``device`` is to be, now and here; None where it is not known."""
    at_ports: tuple[str, ...] = ()
    """Names below ``/dev`` of the ports that may answer AT, the likeliest first."""

    @property
    def device(self) -> DeviceKind | None:
        """What ``node`` is."""
        return DEVICE_KINDS[self.proto] if self.proto else None


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Router:
    """What the decision has to know of the router; the defaults are those of one that nobody has looked at."""

    switchable: t.Container[str] | None = None
    """``vendor:product`` of the devices that its usb-modeswitch switches; None: not known."""
    dialled: t.Collection[str] | None = None
    """Keys of its ``/etc/gcom/ncm.json``, without quotes; None: not known."""
    drivers: t.Collection[str] | None = None
    """USB drivers that its kernel has loaded; None: not known."""
