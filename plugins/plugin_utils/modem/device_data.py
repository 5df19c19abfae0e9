# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A USB device as people write it down: the dict that the filter ``lte_profile`` takes, and its way back. Pure."""

from __future__ import annotations

import re
import typing as t

from ansible_collections.farsite.fleet.plugins.plugin_utils.modem.descriptors import Triple
from ansible_collections.farsite.fleet.plugins.plugin_utils.modem.usb import UsbDevice, UsbInterface

_ID = re.compile(r"[0-9a-fA-F]{4}")
_BYTE = re.compile(r"[0-9a-fA-F]{2}")
_NODES = ("net", "wdm", "tty")


class DeviceError(ValueError):
    """A description that is none; ``problems`` has every one of them as ``path: message``, at least one."""

    def __init__(self, problems: tuple[str, ...]) -> None:
        """Take all the problems that were found."""
        super().__init__("\n".join(problems))
        self.problems = problems


def device_from_data(data: object) -> UsbDevice:
    """Return the device in ``{vid, pid, configured, interfaces: [{if, class, subclass, protocol, driver}]}``.

    Ids and classes are hexadecimal text. ``configured`` is true where it is left out; ``interfaces`` may be None where
    they are not known; ``driver`` is None where none is bound. An interface may also have ``endpoints`` and the nodes
    ``net``, ``wdm``, ``tty`` (lists). Other keys are left alone: a table of modems has more to say. Raises DeviceError
    with all problems.
    """
    reading = _Reading()
    device = reading.device(data)
    if reading.problems or device is None:
        raise DeviceError(tuple(reading.problems))
    return device


def device_to_data(device: UsbDevice) -> dict[str, t.Any]:
    """Return *device* as ``device_from_data`` takes it, with its port and its words for itself."""
    return {
        "vid": device.vendor,
        "pid": device.product,
        "configured": device.configured,
        "port": device.port,
        "manufacturer": device.manufacturer,
        "name": device.name,
        "interfaces": None
        if device.interfaces is None
        else [
            {
                "if": interface.number,
                **dict(zip(("class", "subclass", "protocol"), str(interface.triple).split("/"), strict=True)),
                "driver": interface.driver,
                "endpoints": interface.endpoints,
                **{kind: list(getattr(interface, kind)) for kind in _NODES},
            }
            for interface in device.interfaces
        ],
    }


class _Reading:
    def __init__(self) -> None:
        self.problems: list[str] = []

    def problem(self, path: str, message: str) -> None:
        self.problems.append(f"{path}: {message}" if path else message)

    def device(self, data: object) -> UsbDevice | None:
        if not isinstance(data, t.Mapping):
            self.problem("", f"found {_kind(data)}, expected a dict with vid, pid and interfaces")
            return None
        vendor, product = (self._text(data, "", key, _ID, "four hexadecimal digits") for key in ("vid", "pid"))
        configured = data.get("configured", True)
        if not isinstance(configured, bool):
            self.problem("configured", f"found {configured!r}, expected true or false")
        interfaces = self._interfaces(data)
        if vendor is None or product is None:
            return None
        return UsbDevice(
            vendor=vendor,
            product=product,
            configured=configured is True,
            interfaces=interfaces,
            port=str(data.get("port") or ""),
            manufacturer=str(data["manufacturer"]) if data.get("manufacturer") else None,
            name=str(data["name"]) if data.get("name") else None,
        )

    def _interfaces(self, data: t.Mapping[str, t.Any]) -> tuple[UsbInterface, ...] | None:
        if "interfaces" not in data:
            self.problem("interfaces", "is missing; give the list of them, or null where they are not known")
            return None
        entries = data["interfaces"]
        if entries is None:
            return None
        if not isinstance(entries, t.Sequence) or isinstance(entries, str):
            self.problem("interfaces", f"found {_kind(entries)}, expected a list of dicts")
            return None
        found = [self._interface(entry, f"interfaces[{index}]") for index, entry in enumerate(entries)]
        numbers = [interface.number for interface in found if interface]
        for number in sorted({number for number in numbers if numbers.count(number) > 1}):
            self.problem("interfaces", f"several of them have the number {number}; each has one of its own")
        return tuple(sorted((item for item in found if item), key=lambda item: item.number))

    def _interface(self, entry: object, path: str) -> UsbInterface | None:
        if not isinstance(entry, t.Mapping):
            self.problem(path, f"found {_kind(entry)}, expected a dict with if, class, subclass, protocol and driver")
            return None
        number = entry.get("if")
        if not isinstance(number, int) or isinstance(number, bool) or not 0 <= number <= 0xFF:  # noqa: PLR2004
            self.problem(f"{path}.if", f"found {number!r}, expected the number of the interface, 0 to 255")
            number = None
        parts = [
            self._text(entry, f"{path}.", key, _BYTE, "two hexadecimal digits in quotes")
            for key in ("class", "subclass", "protocol")
        ]
        driver = entry.get("driver")
        if driver is not None and not (isinstance(driver, str) and driver):
            self.problem(f"{path}.driver", f"found {driver!r}, expected the name of a driver, or null for none")
        endpoints = entry.get("endpoints")
        if endpoints is not None and (not isinstance(endpoints, int) or isinstance(endpoints, bool)):
            self.problem(f"{path}.endpoints", f"found {endpoints!r}, expected their number")
        nodes = {kind: self._nodes(entry, path, kind) for kind in _NODES}
        if number is None or None in parts:
            return None
        triple = Triple(*(int(part, 16) for part in parts if part is not None))
        return UsbInterface(number=number, triple=triple, driver=driver, endpoints=endpoints, **nodes)

    def _nodes(self, entry: t.Mapping[str, t.Any], path: str, kind: str) -> tuple[str, ...]:
        names = entry.get(kind) or []
        if not isinstance(names, t.Sequence) or isinstance(names, str) or not all(isinstance(n, str) for n in names):
            self.problem(f"{path}.{kind}", f"found {names!r}, expected a list of names")
            return ()
        return tuple(map(str, names))

    def _text(
        self, data: t.Mapping[str, t.Any], path: str, key: str, pattern: re.Pattern[str], expected: str
    ) -> str | None:
        if key not in data:
            self.problem(f"{path}{key}", f"is missing; expected {expected}")
            return None
        value = data[key]
        if not isinstance(value, str) or not pattern.fullmatch(value):
            self.problem(f"{path}{key}", f"found {value!r}, expected {expected}")
            return None
        return value.lower()


def _kind(value: object) -> str:
    return "nothing" if value is None else f"a value of type {type(value).__name__}"
