# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""From a site's wish for an LTE uplink to what its modem, its packages and its interface must be. Pure."""

from __future__ import annotations

import dataclasses
import typing as t

from ansible_collections.farsite.fleet.plugins.plugin_utils.modem import apn as apns
from ansible_collections.farsite.fleet.plugins.plugin_utils.modem.functions import DRIVERS
from ansible_collections.farsite.fleet.plugins.plugin_utils.modem.pitfalls import Finding, pin_problem
from ansible_collections.farsite.fleet.plugins.plugin_utils.router.installed import installed_packages
from ansible_collections.farsite.fleet.plugins.plugin_utils.router.modem_report import Report, nodes, users
from ansible_collections.farsite.fleet.plugins.plugin_utils.router.uci_plan import Wanted
from ansible_collections.farsite.fleet.plugins.plugin_utils.uci.document import Package, Section

if t.TYPE_CHECKING:
    from ansible_collections.farsite.fleet.plugins.plugin_utils.modem.profile import Profile, Proto
    from ansible_collections.farsite.fleet.plugins.plugin_utils.router.installed import Manager
    from ansible_collections.farsite.fleet.plugins.plugin_utils.router.modems import Parts
    from ansible_collections.farsite.fleet.plugins.plugin_utils.router.observation import Observation

_HANDLERS = {
    "uqmi": "qmi.sh",
    "umbim": "mbim.sh",
    "comgt-ncm": "ncm.sh",
    "comgt": "3g.sh",
    "comgt-directip": "directip.sh",
    "ppp": "ppp.sh",
    "modemmanager": "modemmanager.sh",
}
"""The file below ``/lib/netifd/proto`` that shows that a package is there, or is built into the firmware."""

_UNCHECKED: t.Container[Proto | None] = ("ncm", "3g", "mbim", "directip")
"""Protocols whose handlers try a PIN without a look at the tries that are left."""


@dataclasses.dataclass(frozen=True, slots=True)
class Resolved:
    """What only the router could tell: protocol, device, access point, further options of the interface."""

    proto: Proto
    node: str
    access: apns.Access | None
    options: tuple[tuple[str, str], ...]


@dataclasses.dataclass(frozen=True, slots=True)
class Wish:
    """An LTE uplink as the site's file has it. ``proto`` and ``apn`` are None where they are found out."""

    name: str
    section: t.Callable[[Resolved], Section]
    proto: Proto | None = None
    device: str | None = None
    apn: str | None = None
    pin: str | None = dataclasses.field(default=None, repr=False)
    roaming: bool = False
    zone: str | None = None


class StoppedError(Exception):
    """The modem cannot be used: ``findings`` say at which step and why, at least one; ``report`` is of the modem.

    ``installed`` are packages that are new on the router; ``changed`` says whether anything of router or modem was.
    """

    def __init__(self, findings: tuple[Finding, ...], report: Report | None = None) -> None:
        """Take what was found."""
        super().__init__("; ".join(f"{finding.step}: {finding.message}" for finding in findings))
        self.findings = findings
        self.report = report
        self.installed: tuple[str, ...] = ()
        self.changed = False


def choose(found: t.Sequence[Report], device: str | None, port: str | None = None) -> Report:
    """Return the report of the modem that is meant: by its *port*, else by a *device* that it has, else the only one.

    Raises StoppedError where there is none, or it would be a guess.
    """
    if port is not None:
        return _only([report for report in found if report.modem.device.port == port], found, "at port " + port)
    if device is not None:
        named = [report for report in found if device in nodes(report.modem)]
        if named or len(found) != 1 or found[0].modem.profile.state == "ok":
            return _only(named, found, f"with the device {device}")
    sure = [report for report in found if report.modem.profile.state not in ("unknown", "unsupported")]
    return _only(sure or found, found, "")


def _only(chosen: t.Sequence[Report], found: t.Sequence[Report], which: str) -> Report:
    if len(chosen) == 1:
        return chosen[0]
    seen = "; ".join(f"{report.modem.device.port} {report.modem.profile.reason}" for report in found)
    if chosen:
        message = (
            f"there are {len(chosen)} modems; say which by `device`: the USB port, or a device such as /dev/cdc-wdm0. "
            f"Found: {seen}"
        )
    elif found:
        message = f"there is no modem {which}. Found: {seen}"
    else:
        message = "no modem is plugged in: the router's USB bus has no device that could be one"
    raise StoppedError((Finding("detect", message),))


def missing_packages(profile: Profile, parts: Parts) -> tuple[str, ...]:
    """Return the packages of *profile* that the router lacks, by name; what its firmware has built in is there."""
    handlers = set(parts.get("modem-handlers", ((), ""))[1].split())
    there = {package for package, file in _HANDLERS.items() if file in handlers}
    drivers = parts.get("usb-drivers", ((), ""))[1].split()
    there |= {DRIVERS[name].package or "" for name in drivers if name in DRIVERS}
    if parts.get("modem-switch", ((), ""))[0] == ("known",):
        there.add("usb-modeswitch")
    if "packages" in parts:
        (manager,), text = parts["packages"]
        there |= installed_packages(t.cast("Manager", manager), text).keys()
    return tuple(sorted(set(profile.packages) - there))


def refuse(report: Report, wish: Wish) -> None:
    """Raise StoppedError where going on is known to fail, or to harm: a PIN is never tried in vain.

    An uplink that is up proves that its ports work, whatever was silent.
    """
    profile, status = report.modem.profile, report.status
    proven = ("port",) if report.uplink and report.uplink.up and report.uplink.addresses else ()
    switchable = profile.state == "install-mode" and "usb-modeswitch" in profile.packages
    stopped = [
        finding
        for finding in report.findings
        if finding.blocks and finding.step not in proven and not (finding.step == "detect" and switchable)
    ]
    state = status.sim.state if status else "unknown"
    if state == "pin" and wish.pin is None and not pin_problem(status):
        stopped.append(Finding("sim", "the SIM card asks for its PIN, and the site's file has none: give `pin`"))
    if state == "unknown" and wish.pin is not None and profile.proto in _UNCHECKED and not proven:
        stopped.append(
            Finding(
                "sim",
                f"the modem does not tell whether its SIM card asks for a PIN, and how many tries are left; proto "
                f"{profile.proto} would try the PIN without asking. Unlock the card by hand, or take the PIN off it",
            )
        )
    if stopped:
        raise StoppedError(tuple(stopped), report)


def access_of(report: Report, wish: Wish, running: Section | None) -> apns.Access | None:
    """Return the access point; None for a protocol that has none.

    With ``apn: auto`` the SIM card's, or, where the modem does not tell now, the one that the interface has.
    Raises StoppedError.
    """
    proto = report.modem.profile.proto
    if proto == "dhcp":
        return None
    if wish.apn is not None:
        return apns.Access("", wish.apn)
    imsi = report.status.sim.imsi if report.status else None
    if imsi is None and running is not None and running.get("proto") == proto:
        options = {name: value for name, value in running.options if isinstance(value, str)}
        if "apn" in options:
            return apns.Access("", options["apn"], options.get("username"), options.get("password"))
    try:
        return apns.lookup(imsi or "")
    except apns.ApnError as error:
        raise StoppedError(tuple(Finding("sim", f"apn: auto: {text}") for text in error.problems), report) from None


def wanted_uplink(report: Report, wish: Wish, observation: Observation) -> tuple[tuple[Wanted, ...], tuple[str, ...]]:
    """Return the packages with the uplink's sections, to be ``replaced``, and warnings. Raises StoppedError."""
    profile = report.modem.profile
    if profile.proto is None or profile.node is None:
        raise StoppedError(
            (Finding("detect", f"{profile.reason}; it has no {profile.device or 'device'} yet"),), report
        )
    others = [str(section.name) for section in users(report.modem, observation) if section.name != wish.name]
    if others:
        message = f"the interface {others[0]} of the router uses this modem already: call the uplink so, or remove it"
        raise StoppedError((Finding("detect", message),), report)
    running = observation.packages["network"].package.named(wish.name)
    node = _named(report, wish.device) or _answering(report) or profile.node
    access = access_of(report, wish, running)
    section = wish.section(Resolved(profile.proto, node, access, profile.options))
    wanted = [Wanted(Package("network", (section,)))]
    warnings = []
    if wish.zone is not None:
        zone = _zone(observation, wish.zone)
        if zone is None:
            warnings.append(f"the firewall has no zone {wish.zone}, so {wish.name} is in none")
        else:
            wanted.append(Wanted(Package("firewall", (_with_network(zone, wish.name),))))
    return tuple(wanted), tuple(warnings)


def _named(report: Report, device: str | None) -> str | None:
    """Return the device that the site's file names, where it is of the kind that the protocol takes."""
    if device is None or device not in nodes(report.modem) - {report.modem.device.port}:
        return None
    starts = {"cdc-wdm": "/dev/cdc-wdm", "at_tty": "/dev/tty", "ppp_tty": "/dev/tty", "sysfs": "/sys/"}
    start = starts.get(report.modem.profile.device or "")
    fits = device.startswith(start) if start else not device.startswith("/")
    return device if fits else None


def _answering(report: Report) -> str | None:
    """Return the likeliest port among those that do answer AT, where the protocol is dialled on one."""
    if report.modem.profile.device != "at_tty" or not report.at_ports:
        return None
    return next((f"/dev/{port}" for port in report.modem.profile.at_ports if port in report.at_ports), None)


def _zone(observation: Observation, name: str) -> Section | None:
    zones = observation.packages["firewall"].package.sections
    return next((section for section in zones if section.type == "zone" and section.get("name") == name), None)


def _with_network(zone: Section, name: str) -> Section:
    value = zone.get("network") or ()
    networks = tuple(value.split()) if isinstance(value, str) else value
    if name in networks:
        return zone
    others = tuple((option, given) for option, given in zone.options if option != "network")
    return Section(zone.type, zone.name, (*others, ("network", (*networks, name))))
