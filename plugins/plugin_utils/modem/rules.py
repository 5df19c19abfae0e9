# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""From what a USB device is to how OpenWrt drives it: rules in order, the first that fits decides. Pure.

Class and driver of each interface decide; ids only where ``known_devices`` lists an exception. What cannot be told is
``unknown``: nothing is guessed.
"""

from __future__ import annotations

import dataclasses
import typing as t

from ansible_collections.farsite.fleet.plugins.plugin_utils.modem import ports
from ansible_collections.farsite.fleet.plugins.plugin_utils.modem.case import Case, packages_of
from ansible_collections.farsite.fleet.plugins.plugin_utils.modem.descriptors import Triple, configurations
from ansible_collections.farsite.fleet.plugins.plugin_utils.modem.functions import Function, by_class, stolen
from ansible_collections.farsite.fleet.plugins.plugin_utils.modem.profile import Profile, Proto, Router

if t.TYPE_CHECKING:
    from ansible_collections.farsite.fleet.plugins.plugin_utils.modem.usb import UsbDevice

_BOOT_PROTOCOL = 0x10
_VENDOR_CLASS = 0xFF
_SAYS_NOTHING = Triple(0xFF, 0xFF, 0xFF)

_WAYS: t.Mapping[Proto, tuple[Function, ...]] = {
    "qmi": ("qmi",),
    "mbim": ("mbim",),
    "ncm": ("huawei-ncm", "ncm", "ecm", "rndis"),
    "directip": ("directip",),
    "dhcp": ("ncm", "ecm", "rndis"),
    "3g": ("serial",),
    "modemmanager": ("mbim", "qmi", "ncm", "ecm", "rndis", "serial"),
}
"""The functions that each protocol can use, the best first."""


def decide(device: UsbDevice, router: Router | None = None) -> Profile:
    """Return the profile of *device*."""
    case = Case(device, router or Router())
    found = ((rule, rule(case)) for rule in RULES)
    rule, profile = next((rule, profile) for rule, profile in found if profile)
    return dataclasses.replace(profile, rule=rule.__name__.strip("_").replace("_", "-"))


def named(device: UsbDevice, proto: Proto, router: Router | None = None) -> Profile:
    """Return the profile of *device* where people have named the protocol: as they say, if the device can do it.

    The reason tells where the rules would have decided otherwise.
    """
    found = decide(device, router)
    if (
        found.proto == proto
        or found.state in ("unconfigured", "install-mode", "boot-mode")
        or (found.proto is None and found.state == "need-drivers")
    ):
        return found
    case = Case(device, router or Router())
    function = next((function for function in _WAYS[proto] if case.has(function)), None)
    if function is None and case.has("vendor") and not case.loaded(case.serial_driver, "qmi_wwan"):
        return dataclasses.replace(_look_again(case), rule="named")
    differs = f"{proto} is named, the rules say {found.proto or found.state} ({found.reason})"
    if function is None or (proto == "ncm" and not case.has_at):
        return dataclasses.replace(
            case.stop("unsupported", f"{differs}; it has nothing that {proto} could use"), rule="named"
        )
    profile = case.profile(proto, None if function == "serial" else function, differs)
    return dataclasses.replace(profile, rule="named")


def _unconfigured(case: Case) -> Profile | None:
    if case.device.configured:
        return None
    told = configurations(case.device.descriptors)
    for wanted in ("mbim", "ecm"):
        for configuration in told:
            if wanted in {by_class(case.device.vendor, triple) for triple in configuration.triples}:
                return case.stop(
                    "unconfigured",
                    f"no configuration is active; number {configuration.value} has {wanted.upper()}: write it to "
                    "bConfigurationValue of the device. An entry of usb-modeswitch with Configuration 0 leaves it so",
                )
    return case.stop(
        "unconfigured",
        "no configuration is active, and none of its descriptors has MBIM or ECM; unplug it, or see what "
        "usb-modeswitch does to it",
    )


def _listed_exception(case: Case) -> Profile | None:
    known = case.exception
    if known is None:
        return None
    if known.verdict:
        drivers = packages_of(interface.driver or "" for interface in case.interfaces)
        return case.stop(known.verdict, known.reason, {*known.packages, *drivers})
    if case.device.interfaces is None and known.proto == "qmi":
        return case.profile("qmi", "qmi", known.reason)
    return None


def _no_interfaces(case: Case) -> Profile | None:
    if case.interfaces:
        return None
    return case.stop("unknown", "nothing is told of its interfaces; plug it in, and let the router be asked")


def _install_mode(case: Case) -> Profile | None:
    if not {*case.functions.values()} <= {"storage", "input"}:
        return None
    listed = None if case.router.switchable is None else case.device.identity in case.router.switchable
    if not case.has("storage") or not (listed or case.makes_modems):
        return case.stop("unsupported", "a disk or an input device, and no modem that is known to look like one")
    if listed is False:
        advice = (
            "the router's usb-modeswitch has no entry for it (OpenWrt leaves some vendors out): add one to "
            "/etc/usb-mode.json"
        )
    else:
        advice = "usb-modeswitch makes a modem of it"
    packages = [] if listed is False else ["usb-modeswitch"]
    return case.stop("install-mode", f"it shows the disk with its drivers only; {advice}", packages)


def _boot_mode(case: Case) -> Profile | None:
    first, *others = case.interfaces
    sole_loader = not others and first.driver == "qcserial"
    waiting = not others and first.triple.klass == _VENDOR_CLASS and first.triple.protocol == _BOOT_PROTOCOL
    if not (sole_loader or waiting):
        return None
    # the driver through which a loader would give it firmware
    packages = packages_of({"qcserial"}) if sole_loader else ()
    return case.stop(
        "boot-mode",
        "it waits for its firmware (one interface only, of the boot loader) and is no modem now; take its power away "
        "for a while, and if that does not help load its firmware on a computer",
        packages,
    )


def _stolen(case: Case) -> Profile | None:
    for interface in case.interfaces:
        if stolen(case.device.vendor, interface):
            return case.stop(
                "unknown",
                f"the serial driver {interface.driver} holds interface {interface.number}, which carries data "
                f"({interface.triple}); a newer OpenWrt has a kernel that leaves it alone",
            )
    return None


def _mbim(case: Case) -> Profile | None:
    if not case.has("mbim"):
        return None
    return case.profile("mbim", "mbim", "has an MBIM function (02/0e)", lighter=_by_ppp(case))


def _qmi(case: Case) -> Profile | None:
    if not case.has("qmi"):
        return None
    besides = ", before its RNDIS function: no NAT inside" if case.has("rndis") else ""
    return case.profile("qmi", "qmi", f"has a QMI function{besides}", lighter=_by_ppp(case))


def _qmi_may_hide(case: Case) -> Profile | None:
    """QMI outranks RNDIS on the same device, and shows only once its driver is there."""
    hidden = any(interface.triple == _SAYS_NOTHING for interface in case.having("vendor"))
    if not (hidden and case.makes_modems and case.has("rndis")) or case.loaded("qmi_wwan"):
        return None
    if case.router.drivers is None and case.serial:
        return None
    return case.stop(
        "need-drivers",
        "has RNDIS, and interfaces without a driver one of which may be QMI; install the drivers and look again",
        packages_of({case.serial_driver, "qmi_wwan", "rndis_host"}),
    )


def _huawei_ncm(case: Case) -> Profile | None:
    if not case.has("huawei-ncm"):
        return None
    return case.profile("ncm", "huawei-ncm", "has Huawei's NCM function, dialled on its AT port")


def _ethernet(case: Case) -> Profile | None:
    function: Function | None = next((name for name in ("ncm", "ecm", "rndis") if case.has(name)), None)
    if function is None:
        return None
    what = f"has an {function.upper()} function"
    if case.has_at and case.dials_itself:
        lighter = case.profile("dhcp", function, f"{what}; without comgt-ncm it must dial by itself")
        return case.profile("ncm", function, f"{what} and AT ports on which it is dialled", lighter=lighter)
    if case.has_at:
        dial = case.vendor.dial if case.vendor else None
        how = f"after {dial} on its AT port" if dial else "if it dials by itself"
        return case.profile("dhcp", function, f"{what}; proto ncm cannot dial it, so DHCP {how}", dial=dial)
    if case.vendor and case.vendor.makes == "adapters":
        return case.stop("unsupported", f"{what} and nothing else: a USB Ethernet adapter; use an ethernet uplink")
    if case.has("storage") or (case.makes_modems and not case.has("debug")):
        return case.profile("dhcp", function, f"{what} and no AT port: a stick that is a router itself")
    kind = "a phone" if case.has("debug") or (case.vendor and case.vendor.makes == "phones") else "an adapter or phone"
    return case.stop(
        "unknown",
        f"{what} but no AT port and no disk, so it may be {kind}; if it is a modem say `modem: dhcp` in the site file",
    )


def _directip(case: Case) -> Profile | None:
    if not case.has("directip"):
        return None
    return case.profile("directip", "directip", "is held by sierra_net")


def _serial(case: Case) -> Profile | None:
    if not case.serial:
        return None
    if case.has("vendor") and case.makes_modems and not case.loaded("qmi_wwan"):
        return _look_again(case)
    if not any(interface.driver for interface in case.serial):
        return case.stop("need-drivers", "has serial ports without a driver", packages_of({"cdc_acm"}))
    if not case.makes_modems and {interface.driver for interface in case.serial} <= {"cdc_acm", "usbserial_generic"}:
        return case.stop(
            "unknown", "has serial ports only, as a modem and many another device; if it is one say `modem: 3g`"
        )
    return case.profile("3g", None, "has serial ports only: PPP, IPv4 at some 20 Mbit/s at most")


def _vendor_interfaces(case: Case) -> Profile | None:
    if not case.has("vendor"):
        return None
    if case.makes_modems:
        return _look_again(case)
    return case.stop(
        "unknown",
        "has interfaces without a driver that say nothing by their classes, and may be anything; if it is a modem say "
        "which `modem` it is in the site file",
    )


def _look_again(case: Case) -> Profile:
    wanted = {case.serial_driver, "qmi_wwan"}
    if case.loaded(*wanted):
        return case.stop(
            "unknown",
            "its interfaces say nothing by their classes, and neither qmi_wwan nor the serial drivers want them; a "
            "newer OpenWrt may know it, or it needs another composition (an AT command of its vendor)",
        )
    return case.stop(
        "need-drivers",
        "has vendor specific interfaces without a driver; install them and look again",
        packages_of(wanted),
    )


def _nothing(case: Case) -> Profile | None:
    return case.stop("unsupported", "has no interface that carries data")


def _by_ppp(case: Case) -> Profile | None:
    """Return the way of a modem with serial ports that needs less flash than QMI and MBIM."""
    if not ports.ppp_port(case.device.vendor, case.serial):
        return None
    return case.profile("3g", None, "PPP over its serial port: IPv4, slower")


RULES: tuple[t.Callable[[Case], Profile | None], ...] = (
    _unconfigured,
    _listed_exception,
    _no_interfaces,
    _install_mode,
    _boot_mode,
    _stolen,
    _mbim,
    _qmi,
    _qmi_may_hide,
    _huawei_ncm,
    _ethernet,
    _directip,
    _serial,
    _vendor_interfaces,
    _nothing,
)
"""In order."""
