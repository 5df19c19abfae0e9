# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is known by the ids of a USB device. Classes and drivers decide; here stands only what they cannot tell."""

from __future__ import annotations

import dataclasses
import typing as t

Making = t.Literal["modems", "adapters", "phones", "anything"]


@dataclasses.dataclass(frozen=True, slots=True)
class Vendor:
    """Who has a vendor id, what it makes for the most part, and what netifd's ``ncm`` and serial drivers call it.

    ``anything`` are modems too, but that says nothing of a device.
    """

    name: str
    makes: Making = "modems"
    ncm: str | None = None
    """Its key in ``/etc/gcom/ncm.json`` (comgt), by which ``proto ncm`` knows how to dial; None: it has none."""
    serial: str = "option"
    """The serial driver whose table has its devices."""
    dial: str | None = None
    """The AT command that starts the data function of an ECM, NCM or RNDIS composition where ``ncm`` cannot."""


VENDORS: t.Mapping[str, Vendor] = {
    "03f0": Vendor("HP", "anything"),
    "0408": Vendor("Quanta"),
    "0489": Vendor("Foxconn", "anything"),
    "04e8": Vendor("Samsung", "phones", "samsung"),
    "05ac": Vendor("Apple", "phones"),
    "05c6": Vendor("Qualcomm"),
    "0af0": Vendor("Option"),
    "0b05": Vendor("Asus", "phones"),
    "0b95": Vendor("ASIX", "adapters"),
    "0bda": Vendor("Realtek", "adapters"),
    "0e8d": Vendor("MediaTek", "phones", "mtk1"),
    "0f3d": Vendor("AirPrime"),
    "0fce": Vendor("Sony", "phones", "sony"),
    "0fe6": Vendor("Kontron", "adapters"),
    "1004": Vendor("LG", "phones"),
    "106c": Vendor("Pantech"),
    "1199": Vendor("Sierra", ncm="sierra", serial="qcserial"),
    "1286": Vendor("Marvell", ncm="marvell"),
    "12d1": Vendor("Huawei", ncm="huawei"),
    "13b1": Vendor("Linksys", "adapters"),
    "1410": Vendor("Novatel"),
    "1519": Vendor("Intel"),
    "1782": Vendor("Spreadtrum", ncm="spreadtrum"),
    "18d1": Vendor("Google", "phones"),
    "19d2": Vendor("ZTE", ncm="zte"),
    "1bbb": Vendor("Alcatel"),
    "1bc7": Vendor("Telit", dial="AT#ECM=1,0"),
    "1e0e": Vendor("SIMCom", dial="AT$QCRMCALL=1,1"),
    "22b8": Vendor("Motorola", "phones"),
    "2357": Vendor("TP-Link", "anything"),
    "2717": Vendor("Xiaomi", "phones"),
    "2a70": Vendor("OnePlus", "phones"),
    "2c7c": Vendor("Quectel", ncm="quectel"),
    "2cb7": Vendor("Fibocom", dial="AT+GTRNDIS=1,1"),
    "2cd2": Vendor("MikroTik", ncm="mikrotik"),
    "2dee": Vendor("MeiG"),
    "413c": Vendor("Dell", "anything"),
    "8087": Vendor("Intel", "anything"),
}
"""By vendor id. ``dial`` from the vendors' AT manuals; the keys from comgt's ``ncm.json`` (OpenWrt 24.10)."""


@dataclasses.dataclass(frozen=True, slots=True)
class DeviceException:
    """One device that its classes do not tell right."""

    reason: str
    verdict: t.Literal["unknown", "unsupported"] | None = None
    """The state that it has, whatever is bound; None: the rules go on."""
    serial: bool = False
    """It has AT ports that are not among the interfaces that were told."""
    proto: str | None = None
    """The protocol where no interface is told at all, from the kernel's id table."""
    packages: tuple[str, ...] = ()
    options: tuple[tuple[str, str], ...] = ()
    """Options of its UCI interface that it needs."""


EXCEPTIONS: t.Mapping[str, DeviceException] = {
    "1199:9013": DeviceException(
        "MC8355: its drivers bind and unregister again, it wants firmware from the host first",
        "unknown",
        packages=("uqmi", "kmod-usb-net-qmi-wwan"),
    ),
    "8087:095a": DeviceException(
        "L850-GL as NCM, which no protocol of OpenWrt dials; AT+GTUSBMODE=7 switches it to MBIM (2cb7:0007)",
        "unsupported",
    ),
    "12d1:15c1": DeviceException("ME909s: its ECM function is dialled on its AT port (AT^NDISDUP)", serial=True),
    "12d1:155e": DeviceException("E3372h-320: it answers some seconds after it appears", options=(("delay", "5"),)),
    "1bc7:10a1": DeviceException("FN920C04: it has AT ports in every composition", serial=True),
    "1bc7:10a3": DeviceException("FN920C04: it has AT ports in every composition", serial=True),
    "2357:9000": DeviceException("MA260: interface 4 in the table of qmi_wwan", serial=True, proto="qmi"),
    "2c7c:6008": DeviceException("EM061K-GL: it has AT ports in every composition", serial=True),
}
"""By ``vendor:product``."""
