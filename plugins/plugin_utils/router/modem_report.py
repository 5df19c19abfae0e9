# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a router's modems are, say and do, put together as plain data for people and playbooks. Pure."""

from __future__ import annotations

import dataclasses
import typing as t

from ansible_collections.farsite.fleet.plugins.plugin_utils.modem.device_data import device_to_data
from ansible_collections.farsite.fleet.plugins.plugin_utils.modem.pitfalls import Finding, Situation, findings
from ansible_collections.farsite.fleet.plugins.plugin_utils.router.facts import SUBSETS, nat_kind
from ansible_collections.farsite.fleet.plugins.plugin_utils.router.modem_answers import ANY, at_ports, statuses
from ansible_collections.farsite.fleet.plugins.plugin_utils.router.modems import Modem, modems, ncm_breaks_huawei

if t.TYPE_CHECKING:
    from ansible_collections.farsite.fleet.plugins.plugin_utils.modem.profile import Proto
    from ansible_collections.farsite.fleet.plugins.plugin_utils.modem.status import ModemStatus
    from ansible_collections.farsite.fleet.plugins.plugin_utils.router.observation import Observation
    from ansible_collections.farsite.fleet.plugins.plugin_utils.uci.document import Section

Data = dict[str, t.Any]

_SHOWN = {"imei": 8, "imsi": 6, "iccid": 7}
"""Digits that say who made a modem and who issued a card; the rest says whose it is (TS 23.003, E.118)."""

_TRUE = ("1", "on", "true", "yes", "enabled")
"""What uci takes for true."""

_ROUTERS = ("hilink", "zte")
"""Sources of sticks that are routers themselves: they lease an address also where they have no bearer."""

_FAMILIES = ("", "_4", "_6")
"""Of an interface whose protocol's handler makes others for its addresses (netifd's ``proto_init_update``)."""


@dataclasses.dataclass(frozen=True, slots=True)
class Uplink:
    """The interface of ``/etc/config/network`` that uses a modem; what netifd says of it."""

    name: str
    proto: str | None
    up: bool = False
    addresses: tuple[str, ...] = ()
    """IPv4, as ``ADDRESS/LENGTH``."""
    errors: tuple[str, ...] = ()
    roaming: bool | None = None


@dataclasses.dataclass(frozen=True, slots=True)
class Report:
    """One USB device: what it is, what it says (None: it could not be asked), what uses it, what is wrong."""

    modem: Modem
    status: ModemStatus | None
    at_ports: tuple[str, ...] | None
    uplink: Uplink | None
    findings: tuple[Finding, ...]


def reports(
    observation: Observation, proto: Proto | None = None, *, name: str | None = None, roaming: bool | None = None
) -> tuple[Report, ...]:
    """Return a report of each USB device that may be a modem, by port.

    *proto* is what people have named, *name* the interface that comes first if several use a modem, *roaming* whether
    that is to be allowed (None: what the router has now counts).
    Raises NotUsableError where the router's answer makes no sense.
    """
    parts = observation.parts
    interfaces = SUBSETS["interfaces"](parts)["interfaces"]
    candidates = [modem for modem in modems(parts, proto) if modem.profile.state != "unsupported" or _listed(modem)]
    told, answering = statuses(parts), at_ports(parts)
    found = []
    for modem in candidates:
        usable = [other for other in candidates if other.profile.state not in ("unknown", "unsupported")]
        status = told.get(modem.device.port, told.get(ANY) if usable in ([modem], []) else None)
        uplink = _uplink(modem, observation, interfaces, name)
        situation = Situation(
            vendor=modem.device.vendor,
            profile=modem.profile,
            status=status,
            at_ports=answering.get(modem.device.port),
            ncm_broken=ncm_breaks_huawei(parts),
            roaming_allowed=uplink.roaming if uplink and roaming is None else roaming,
            errors=uplink.errors if uplink else (),
            addresses=uplink.addresses if uplink else (),
            others=_others(interfaces, uplink),
        )
        found.append(Report(modem, status, situation.at_ports, uplink, findings(situation)))
    return tuple(found)


def _listed(modem: Modem) -> bool:
    return modem.profile.rule in ("listed-exception", "named")


def nodes(modem: Modem) -> frozenset[str]:
    """Return everything by which people, or an interface's option ``device``, can name the modem; also its USB port."""
    interfaces = modem.device.interfaces or ()
    devices = {f"/dev/{node}" for interface in interfaces for node in (*interface.wdm, *interface.tty)}
    net = (node for interface in interfaces for node in interface.net)
    return frozenset({*devices, *net, modem.device.path, modem.device.port} - {""})


def users(modem: Modem, observation: Observation) -> tuple[Section, ...]:
    """Return the interfaces of the router that use *modem* and are not disabled."""
    if "network" not in observation.packages:
        return ()
    return tuple(
        section
        for section in observation.packages["network"].package.sections
        if section.type == "interface"
        and section.name
        and section.get("device") in nodes(modem)
        and section.get("disabled") not in _TRUE
    )


def _uplink(modem: Modem, observation: Observation, interfaces: t.Sequence[Data], name: str | None) -> Uplink | None:
    sections = sorted(users(modem, observation), key=lambda section: section.name != name)
    return uplink_state(sections[0], interfaces) if sections else None


def uplink_state(section: Section, interfaces: t.Sequence[Data]) -> Uplink:
    """Return what netifd's *interfaces* (as in the facts) say of the interface that *section* configures."""
    options = dict(section.options)
    names = [f"{section.name}{family}" for family in _FAMILIES]
    entries = [entry for entry in interfaces if entry["name"] in names]
    roaming = options.get("allow_roaming")
    proto = options.get("proto")
    return Uplink(
        str(section.name),
        proto if isinstance(proto, str) else None,
        any(entry["up"] for entry in entries if entry["name"] == section.name),
        tuple(address for entry in entries for address in entry["ipv4"]),
        tuple(dict.fromkeys(code for entry in entries for code in entry["errors"])),
        None if roaming is None else roaming == "1",
    )


def _others(interfaces: t.Sequence[Data], uplink: Uplink | None) -> dict[str, tuple[str, ...]]:
    own = {f"{uplink.name}{family}" for family in _FAMILIES} if uplink else set()
    return {
        entry["name"]: tuple(entry["ipv4"])
        for entry in interfaces
        if entry["name"] not in own and entry["name"] != "loopback" and entry["ipv4"]
    }


def report_data(report: Report, *, identities: bool) -> Data:
    """Return *report* as plain data; without *identities* IMEI, IMSI and ICCID show only who made and issued them."""
    profile, uplink = report.modem.profile, report.uplink
    bearer = bearer_of(report)
    return {
        "device": device_to_data(report.modem.device),
        "state": profile.state,
        "proto": profile.proto,
        "node": profile.node,
        "packages": list(profile.packages),
        "options": dict(profile.options),
        "dial": profile.dial,
        "rule": profile.rule,
        "reason": profile.reason,
        "at_ports": None if report.at_ports is None else list(report.at_ports),
        "status": status_data(report.status, identities=identities) if report.status else None,
        "uplink": None
        if uplink is None
        else {
            "name": uplink.name,
            "proto": uplink.proto,
            "up": uplink.up,
            "addresses": list(uplink.addresses),
            "errors": list(uplink.errors),
        },
        "bearer": bearer,
        "nat": nat_kind(bearer),
        "problems": problems_data(report.findings),
    }


def problems_data(findings_told: t.Iterable[Finding]) -> list[Data]:
    """Return what was found as plain data."""
    return [{"step": finding.step, "message": finding.message} for finding in findings_told]


def bearer_of(report: Report) -> str | None:
    """Return the IPv4 address that the carrier gave, None without a bearer.

    A stick that is a router itself leases one of its own: its bearer is what it says, and where it says nothing it must
    at least be registered.
    """
    status = report.status
    told = [address for address in (status.addresses if status else ()) if ":" not in address]
    if status and status.source in _ROUTERS and not told and status.registration not in ("home", "roaming"):
        return None
    given = [address.partition("/")[0] for address in (report.uplink.addresses if report.uplink else ())]
    return next(iter([*told, *given]), None)


def status_data(status: ModemStatus, *, identities: bool) -> Data:
    """Return *status* as plain data, masked unless *identities* are asked for."""

    def shown(kind: str, value: str | None) -> str | None:
        return value if identities or value is None else masked(value, _SHOWN[kind])

    return {
        "source": status.source,
        "manufacturer": status.manufacturer,
        "model": status.model,
        "firmware": status.firmware,
        "imei": shown("imei", status.imei),
        "sim": dataclasses.asdict(status.sim)
        | {"imsi": shown("imsi", status.sim.imsi), "iccid": shown("iccid", status.sim.iccid)},
        "registration": status.registration,
        "roaming": None if status.registration == "unknown" else status.registration == "roaming",
        "operator": status.operator,
        "operator_code": status.operator_code,
        "signal": dataclasses.asdict(status.signal) | {"quality": status.signal.quality},
        "addresses": list(status.addresses),
        "silent": list(status.silent),
    }


def masked(text: str, shown: int) -> str:
    """Return *text* with a star for each character behind the first *shown*."""
    return text[:shown] + "*" * (len(text) - shown)


def fixture(found: t.Iterable[Report]) -> Data:
    """Return what *found* leaves behind for the tests: the devices and the decision on each, nothing that is secret.

    Its shape is that of ``tests/unit/data/contributed_modems``: identities, addresses, the SIM card and the network are
    left out.
    """
    return {
        "modems": [
            {
                "device": device_to_data(report.modem.device),
                "expected": {"state": report.modem.profile.state, "proto": report.modem.profile.proto},
                "told": {
                    name: getattr(report.status, name) if report.status else None
                    for name in ("source", "manufacturer", "model", "firmware")
                },
                "at_ports": None if report.at_ports is None else list(report.at_ports),
                "problems": [finding.step for finding in report.findings],
            }
            for report in found
        ]
    }
