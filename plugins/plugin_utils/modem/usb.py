# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""USB devices as a router's sysfs shows them: what its probe prints, and what people write, as values."""

from __future__ import annotations

import dataclasses
import re
import typing as t

from ansible_collections.farsite.fleet.plugins.plugin_utils.modem.descriptors import Triple

_ATTRIBUTE = re.compile(r"(?P<name>[^/]+)/(?P<attribute>\w+):(?P<value>.*)")
_DRIVER = re.compile(r".* (?P<name>[^/ ]+)/driver -> .*/(?P<driver>[^/]+)")
_NODE = re.compile(r"(?P<name>[^/ ]+)/(?:(?P<kind>net|usbmisc|usb|tty)/)?(?P<node>[^/ ]+)")
_HEXADECIMAL = re.compile(r"[0-9a-f]+")


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class UsbInterface:
    """One interface of the active configuration: bInterfaceNumber, its classes, its driver (None: none is bound)."""

    number: int
    triple: Triple
    driver: str | None = None
    endpoints: int | None = None
    """None: not told."""
    net: tuple[str, ...] = ()
    """Network devices, such as ``usb0``."""
    wdm: tuple[str, ...] = ()
    """Control devices below ``/dev``, such as ``cdc-wdm0``."""
    tty: tuple[str, ...] = ()
    """Serial ports below ``/dev``, such as ``ttyUSB2``."""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class UsbDevice:
    """One device that is no hub. ``vendor`` and ``product`` are the ids, four hexadecimal digits in small letters.

    ``interfaces`` is None where they are not known at all (a row of a table, not a device that was looked at).
    """

    vendor: str
    product: str
    configured: bool = True
    interfaces: tuple[UsbInterface, ...] | None = ()
    port: str = ""
    """Where it is plugged in, by the kernel's name of it: ``1-1.2``."""
    path: str = ""
    """Its folder below ``/sys/devices``, as ModemManager wants it."""
    manufacturer: str | None = None
    name: str | None = None
    """The device's own word for what it is."""
    descriptors: bytes = b""
    """Of all its configurations (USB 2.0, 9.6); read only where there are several, or none is active."""

    @property
    def identity(self) -> str:
        """``vendor:product``."""
        return f"{self.vendor}:{self.product}"


def from_probe(text: str, descriptors: str = "", paths: str = "") -> tuple[UsbDevice, ...]:
    """Return the devices in what ``modem_probe`` of ``shell/modem_probe.sh`` prints, by port.

    *text*: lines ``1-1/idVendor:12d1`` (one for each attribute that is not empty), of ``ls -l`` for the links to
    drivers, and of ``ls -d`` for nodes. *descriptors*: lines ``1-1 HEXADECIMAL``; *paths*: ``1-1 /sys/devices/…``.
    What makes no sense is left out.
    """
    attributes: dict[str, dict[str, str]] = {}
    drivers: dict[str, str] = {}
    nodes: dict[str, dict[str, list[str]]] = {}
    for line in text.splitlines():
        if found := _DRIVER.fullmatch(line):
            drivers[found["name"]] = found["driver"]
        elif found := _ATTRIBUTE.fullmatch(line):
            attributes.setdefault(found["name"], {})[found["attribute"]] = found["value"].strip()
        elif found := _NODE.fullmatch(line):
            nodes.setdefault(found["name"], {}).setdefault(_node_kind(found["kind"], found["node"]), []).append(
                found["node"]
            )
    raw = _pairs(descriptors)
    folders = _pairs(paths)
    devices = []
    for port, values in sorted(attributes.items()):
        if not {"idVendor", "idProduct"} <= values.keys() or values.get("bDeviceClass") == "09":
            continue
        interfaces = [
            interface
            for name in attributes
            if name.startswith(f"{port}:")
            and (interface := _interface(attributes[name], drivers.get(name), nodes.get(name, {})))
        ]
        devices.append(
            UsbDevice(
                vendor=values["idVendor"].lower(),
                product=values["idProduct"].lower(),
                configured=values.get("bConfigurationValue", "0") != "0",
                interfaces=tuple(sorted(interfaces, key=lambda interface: interface.number)),
                port=port,
                path=folders.get(port, ""),
                manufacturer=_words(values.get("manufacturer", "")),
                name=_words(values.get("product", "")),
                descriptors=_bytes(raw.get(port, "")),
            )
        )
    return tuple(devices)


def _words(text: str) -> str | None:
    """Return what a device calls itself; bytes that are no UTF-8 become the mark for that."""
    return text.encode("utf-8", "surrogateescape").decode("utf-8", "replace") or None


def _pairs(text: str) -> dict[str, str]:
    return {words[0]: words[1] for words in map(str.split, text.splitlines()) if len(words) == 2}  # noqa: PLR2004


def _bytes(text: str) -> bytes:
    try:
        return bytes.fromhex(text)
    except ValueError:
        return b""


def _node_kind(folder: str | None, node: str) -> str:
    if folder == "net":
        return "net"
    return "wdm" if node.startswith("cdc-wdm") else "tty" if node.startswith("tty") else "other"


def _interface(
    values: t.Mapping[str, str], driver: str | None, nodes: t.Mapping[str, t.Sequence[str]]
) -> UsbInterface | None:
    numbers = [values.get(f"bInterface{part}", "") for part in ("Number", "Class", "SubClass", "Protocol")]
    if not all(map(_HEXADECIMAL.fullmatch, numbers)):
        return None
    number, *triple = (int(word, 16) for word in numbers)
    endpoints = values.get("bNumEndpoints", "")
    return UsbInterface(
        number=number,
        triple=Triple(*triple),
        driver=driver,
        endpoints=int(endpoints, 16) if _HEXADECIMAL.fullmatch(endpoints) else None,
        net=tuple(nodes.get("net", ())),
        wdm=tuple(nodes.get("wdm", ())),
        tty=tuple(nodes.get("tty", ())),
    )
