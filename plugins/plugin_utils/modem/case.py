# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One USB device, with what the rules ask of it. Pure."""

from __future__ import annotations

import typing as t

from ansible_collections.farsite.fleet.plugins.plugin_utils.modem import ports
from ansible_collections.farsite.fleet.plugins.plugin_utils.modem.functions import (
    DRIVERS,
    NETWORK_FUNCTIONS,
    Function,
    function_of,
)
from ansible_collections.farsite.fleet.plugins.plugin_utils.modem.known_devices import (
    EXCEPTIONS,
    VENDORS,
    DeviceException,
    Vendor,
)
from ansible_collections.farsite.fleet.plugins.plugin_utils.modem.profile import (
    DEVICE_KINDS,
    PROTO_PACKAGES,
    Profile,
    Proto,
    Router,
    State,
)

if t.TYPE_CHECKING:
    from ansible_collections.farsite.fleet.plugins.plugin_utils.modem.usb import UsbDevice, UsbInterface


class Case:
    """A device with what the rules ask of it."""

    def __init__(self, device: UsbDevice, router: Router) -> None:
        """Take a device, and what is known of the router that it is plugged into."""
        self.device = device
        self.router = router
        self.vendor: Vendor | None = VENDORS.get(device.vendor)
        self.exception: DeviceException | None = EXCEPTIONS.get(device.identity)
        self.interfaces: tuple[UsbInterface, ...] = device.interfaces or ()
        self.functions = {interface.number: function_of(device.vendor, interface) for interface in self.interfaces}

    def having(self, function: Function) -> tuple[UsbInterface, ...]:
        """Return the interfaces for that function, by number."""
        return tuple(interface for interface in self.interfaces if self.functions[interface.number] == function)

    def has(self, *functions: Function) -> bool:
        """Whether an interface is for one of the functions."""
        return any(function in functions for function in self.functions.values())

    @property
    def name(self) -> str:
        """What to call it in a message."""
        return f"{self.vendor.name} {self.device.identity}" if self.vendor else self.device.identity

    @property
    def serial(self) -> tuple[UsbInterface, ...]:
        """Its serial ports."""
        return self.having("serial")

    @property
    def has_at(self) -> bool:
        """Whether it has a port that takes AT commands, bound or waiting for its driver."""
        return (
            bool(self.serial)
            or (self.makes_modems and self.has("vendor"))
            or (self.exception is not None and self.exception.serial)
        )

    @property
    def serial_driver(self) -> str:
        """The serial driver that has devices of this vendor in its table."""
        return self.vendor.serial if self.vendor else "option"

    @property
    def makes_modems(self) -> bool:
        """Whether the vendor is known for modems."""
        return self.vendor is not None and self.vendor.makes == "modems"

    def loaded(self, *drivers: str) -> bool:
        """Whether the router is known to have all of the drivers."""
        return self.router.drivers is not None and {*drivers} <= {*self.router.drivers}

    def serial_drivers(self) -> set[str]:
        """Return the drivers of its ports; ports of the class CDC ACM have only one that they can have."""
        names = {interface.driver or "cdc_acm" for interface in self.serial}
        if self.exception and self.exception.serial:
            names.add(self.serial_driver)
        return names

    @property
    def dials_itself(self) -> bool:
        """Whether ``proto ncm`` knows how to dial it."""
        key = self.vendor.ncm if self.vendor else None
        if key is None:
            return False
        return self.router.dialled is None or key in self.router.dialled

    def profile(self, proto: Proto, function: Function | None, reason: str, **more: t.Any) -> Profile:
        """Return the profile of that way: which drivers it needs, and whether they are bound."""
        drivers = self.serial_drivers()
        if (proto in ("ncm", "3g") or more.get("dial")) and not self.serial:
            drivers.add(self.serial_driver)
        unbound = function is not None and any(interface.driver is None for interface in self.having(function))
        if function is not None:
            drivers.add(NETWORK_FUNCTIONS[function])
        missing_port = proto == "ncm" and self.has_at and not ports.bound(self.serial) and bool(self.having("vendor"))
        state: State = "need-drivers" if unbound or missing_port else "ok"
        packages = {package for name in drivers if (package := package_of(name))} | {*PROTO_PACKAGES[proto]}
        at_ports = ports.at_ports(self.device.vendor, self.serial)
        return Profile(
            state=state,
            rule="",
            reason=f"{self.name}: {reason}",
            proto=proto,
            packages=tuple(sorted(packages)),
            options=self.exception.options if self.exception else (),
            node=self._node(proto, function, at_ports),
            at_ports=at_ports,
            **more,
        )

    def _node(self, proto: Proto, function: Function | None, at_ports: tuple[str, ...]) -> str | None:
        names: t.Iterable[str]
        match DEVICE_KINDS[proto]:
            case "cdc-wdm":
                names = [f"/dev/{node}" for interface in self.having(function or "qmi") for node in interface.wdm]
            case "netdev":
                names = [node for interface in self.having(function or "ecm") for node in interface.net]
            case "ppp_tty":
                port = ports.ppp_port(self.device.vendor, self.serial)
                names = [f"/dev/{port}"] if port else []
            case "at_tty":
                names = [f"/dev/{node}" for node in at_ports]
            case "sysfs":
                names = [self.device.path] if self.device.path else []
        return next(iter(names), None)

    def stop(self, state: State, reason: str, packages: t.Iterable[str] = ()) -> Profile:
        """Return the profile of a device that cannot be driven as it is."""
        return Profile(
            state=state,
            rule="",
            reason=f"{self.name}: {reason}",
            packages=tuple(sorted(packages)),
            at_ports=ports.at_ports(self.device.vendor, self.serial),
        )


def package_of(driver: str) -> str | None:
    """Return the package that brings the *driver*; None for one that is not in the table."""
    found = DRIVERS.get(driver)
    return found.package if found else None


def packages_of(drivers: t.Iterable[str]) -> tuple[str, ...]:
    """Return the packages that bring the *drivers*, sorted, without those that are not in the table."""
    return tuple(sorted(package for driver in drivers if (package := package_of(driver))))
