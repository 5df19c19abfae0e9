# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which serial port of a modem takes AT commands, and which one PPP.

Sources: ModemManager's udev rules (``77-mm-*-port-types.rules``), Huawei's interface protocols as in ``option.c``.
"""

from __future__ import annotations

import typing as t

from ansible_collections.farsite.fleet.plugins.plugin_utils.modem.functions import HUAWEI

if t.TYPE_CHECKING:
    from ansible_collections.farsite.fleet.plugins.plugin_utils.modem.usb import UsbInterface

_NUMBERED: t.Mapping[str, tuple[tuple[int, ...], tuple[int, ...]]] = {
    "2c7c": ((2, 3), (3, 2)),
    "1e0e": ((2, 3), (3, 2)),
    "19d2": ((0, 1), (1, 0)),
    "2cb7": ((2, 6), (2,)),
}
"""By vendor: the interfaces with AT and with PPP, the likeliest first. By interface number, never by position."""

_HUAWEI_AT = (0x02, 0x12, 0x0B, 0x0D)
_HUAWEI_PPP = (0x01, 0x10, 0x06)
"""Protocols of its vendor specific interfaces: PCUI (AT) and modem (PPP)."""

_DIAGNOSTICS = (0x30, 0x03, 0x13)
"""Protocols of ports that never answer AT: Qualcomm's diagnostics, Huawei's."""


def bound(serial: t.Iterable[UsbInterface]) -> bool:
    """Return whether one of the ports has a driver."""
    return any(interface.driver for interface in serial)


def at_ports(vendor: str, serial: t.Iterable[UsbInterface]) -> tuple[str, ...]:
    """Return the names of the ports that may answer AT, the likeliest first; who knows better asks each.

    *serial*: the interfaces of a device that are serial ports.
    """
    return _ordered(vendor, serial, 0, _HUAWEI_AT)


def ppp_port(vendor: str, serial: t.Iterable[UsbInterface]) -> str | None:
    """Return the name of the port that is dialled with PPP; None where there is no port."""
    return next(iter(_ordered(vendor, serial, 1, _HUAWEI_PPP)), None)


def _ordered(
    vendor: str, serial: t.Iterable[UsbInterface], which: t.Literal[0, 1], protocols: tuple[int, ...]
) -> tuple[str, ...]:
    def rank(interface: UsbInterface) -> tuple[int, int]:
        if vendor == HUAWEI and interface.triple.protocol in protocols:
            return protocols.index(interface.triple.protocol), interface.number
        numbers = _NUMBERED.get(vendor, ((), ()))[which]
        if interface.number in numbers:
            return numbers.index(interface.number), interface.number
        unlikely = interface.triple.protocol in _DIAGNOSTICS or interface.triple == (0xFF, 0xFF, 0xFF)
        return len(protocols) + (2 if unlikely else 1), interface.number

    return tuple(node for interface in sorted(serial, key=rank) for node in interface.tty)
