# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is known to go wrong with modems, each looked for by what it shows. Pure."""

from __future__ import annotations

import dataclasses
import ipaddress
import typing as t

from ansible_collections.farsite.fleet.plugins.plugin_utils.modem.functions import HUAWEI

if t.TYPE_CHECKING:
    from collections.abc import Iterator

    from ansible_collections.farsite.fleet.plugins.plugin_utils.modem.profile import Profile
    from ansible_collections.farsite.fleet.plugins.plugin_utils.modem.status import ModemStatus

PIN_TRIES = 3
"""A PIN is never tried with fewer left: one more try by hand must stay, and a card's full count is 3 (TS 102 221)."""

_STOPPED = ("install-mode", "boot-mode", "unconfigured", "unknown", "unsupported")
_REFUSING_ROAMING = ("mbim", "modemmanager")
_ON_SERIAL = ("ncm", "3g", "directip")

_NETIFD_ERRORS: t.Mapping[str, str] = {
    "NO_DEVICE": "the device of the interface is not there",
    "NO_IFACE": "the modem has no network device",
    "NO_DEVICE_SUPPORT": "the protocol's handler does not know this modem",
    "DRIVER_FAILED": "the device of the interface does not work with its driver",
    "NO_APN": "no APN is given",
    "PIN_FAILED": "the PIN is wrong, or the SIM card does not take it",
    "PIN_BLOCKED": "the SIM card has no try of the PIN left",
    "PUK_NEEDED": "the SIM card asks for its PUK",
    "SIM_NOT_INITIALIZED": "the SIM card does not answer",
    "NETWORK_REGISTRATION_FAILED": "no network takes the SIM card in",
    "REGISTRATION_FAILED": "no network takes the SIM card in",
    "ATTACH_FAILED": "the network does not attach the modem",
    "CALL_FAILED": "the network refuses the bearer; the APN may be wrong",
    "CONNECT_FAILED": "the network refuses the bearer; the APN may be wrong",
    "CONFIGURE_FAILED": "the modem does not take the APN",
    "SETMODE_FAILED": "the modem does not take the mode",
    "UNSUPPORTED_MODEM": "comgt does not know how to dial this vendor's modems",
    "INITIALIZE_FAILED": "the modem refuses an AT command that begins the dialogue",
    "FINALIZE_FAILED": "the modem refuses an AT command that ends the dialogue",
    "GETINFO_FAILED": "the modem does not answer on its AT port",
    "NO_CID": "the modem gives no control session",
    "INVALID_GATEWAY": "the network gives no gateway",
    "AUTH_FAILED": "the network refuses user name and password",
}
"""Codes in ``errors`` of an interface's status, as OpenWrt's scripts of the protocols give them."""


@dataclasses.dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong: the step that it stops (as in ``STEPS``), and what is known and can be done about it.

    ``blocks``: nothing that follows can work, so it is not tried; of others it is seen when they are tried.
    """

    step: str
    message: str
    blocks: bool = False


STEPS = ("detect", "packages", "port", "sim", "signal", "register", "bearer")
"""What has to work, in this order."""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """All that is looked at. ``status`` is None where the modem was not or could not be asked."""

    vendor: str
    profile: Profile
    status: ModemStatus | None = None
    at_ports: tuple[str, ...] | None = None
    """Ports that answer AT; None: not asked."""
    ncm_broken: bool = False
    """Whether the router's ``ncm.sh`` has the fault openwrt#17448."""
    roaming_allowed: bool | None = None
    """None: not known."""
    errors: tuple[str, ...] = ()
    """Codes that netifd gives for the interface."""
    addresses: tuple[str, ...] = ()
    """Of the uplink, as ``ADDRESS/LENGTH``."""
    others: t.Mapping[str, tuple[str, ...]] = dataclasses.field(default_factory=dict)
    """Addresses of the router's other interfaces by name, as ``ADDRESS/LENGTH``."""


def findings(situation: Situation) -> tuple[Finding, ...]:
    """Return what is wrong, in the order of the steps."""
    found = [finding for look in _LOOKS for finding in look(situation)]
    return tuple(sorted(found, key=lambda finding: STEPS.index(finding.step)))


def pin_problem(status: ModemStatus | None) -> str | None:
    """Return why a PIN must not be tried now; None where it may."""
    if status is None or status.sim.state in ("ready", "unknown", "absent"):
        return None
    if status.sim.state == "blocked":
        return "the SIM card is locked for ever; it takes another card"
    if status.sim.state == "puk":
        left = "" if status.sim.puk_tries is None else f" ({status.sim.puk_tries} tries left)"
        return f"the SIM card asks for its PUK{left}: enter it by hand, in a phone; nothing here tries it"
    tries = status.sim.pin_tries
    if tries is None:
        return (
            "the SIM card asks for its PIN, and the modem does not tell how many tries are left, so none is made: "
            "unlock the card by hand, or take the PIN off it"
        )
    if tries < PIN_TRIES:
        return (
            f"the SIM card asks for its PIN and has {tries} of {PIN_TRIES} tries left, so none is made: a wrong PIN "
            "was tried before. Unlock it by hand (in a phone), which sets the count back, and check the PIN in the "
            "site's file"
        )
    return None


def _detected(situation: Situation) -> Iterator[Finding]:
    profile = situation.profile
    if profile.state in _STOPPED:
        yield Finding("detect", profile.reason, blocks=True)
    elif profile.state == "need-drivers":
        yield Finding("packages", profile.reason)


def _handler(situation: Situation) -> Iterator[Finding]:
    if situation.ncm_broken and situation.profile.proto == "ncm" and situation.vendor == HUAWEI:
        yield Finding(
            "port",
            "the router's script for proto ncm takes the CR in a Huawei modem's answer for part of it (openwrt#17448): "
            "update OpenWrt, or its package comgt-ncm",
            blocks=True,
        )


def _ports(situation: Situation) -> Iterator[Finding]:
    silent_ports = situation.at_ports == () and bool(situation.profile.at_ports)
    if silent_ports and situation.profile.proto in _ON_SERIAL:
        yield Finding(
            "port",
            f"none of {', '.join(situation.profile.at_ports)} answers AT within a second; another program may hold "
            "them, or the modem hangs: take its power away for a moment",
            blocks=True,
        )
    if situation.status and situation.status.silent:
        yield Finding(
            "port", f"the modem did not answer {situation.status.silent[0]} in time; it may hang: take its power away"
        )


def _sim(situation: Situation) -> Iterator[Finding]:
    if situation.status is None:
        return
    if situation.status.sim.state == "absent":
        yield Finding("sim", "there is no SIM card, or it is not seated", blocks=True)
    elif problem := pin_problem(situation.status):
        yield Finding("sim", problem, blocks=True)


def _network(situation: Situation) -> Iterator[Finding]:
    status = situation.status
    if status is None or status.sim.state in ("absent", "pin", "puk", "blocked"):
        return
    if status.registration == "searching" or status.signal.quality == "none":
        yield Finding("signal", "the modem finds no network it can use: check the antenna, the place, the bands")
    elif status.registration == "denied":
        yield Finding("register", "the network refuses the SIM card: is it activated, paid for, allowed abroad?")
    elif status.registration == "none":
        yield Finding("register", "the modem's radio is off, or it is not looking for a network")
    elif status.registration == "roaming" and situation.roaming_allowed is False:
        refuses = situation.profile.proto in _REFUSING_ROAMING
        why = "and its protocol refuses to" if refuses else "which may cost; its protocol does not refuse it"
        yield Finding(
            "register",
            f"the SIM card is in a network that is not its own, {why}; say `roaming: true` in the site's file if that "
            "is meant, as for IoT cards",
        )


def _bearer(situation: Situation) -> Iterator[Finding]:
    for code in situation.errors:
        yield Finding("bearer", f"netifd says {code}: {_NETIFD_ERRORS.get(code, 'see logread on the router')}")


def _clash(situation: Situation) -> Iterator[Finding]:
    for address in situation.addresses:
        network = ipaddress.ip_interface(address).network
        for name, others in situation.others.items():
            for other in others:
                if network.overlaps(ipaddress.ip_interface(other).network):
                    yield Finding(
                        "bearer",
                        f"the modem is a router itself and gives {address}, in the network of the interface {name} "
                        f"({other}): change one of them, for the LAN `lan.prefix` or none (the site's own)",
                    )


_LOOKS: tuple[t.Callable[[Situation], Iterator[Finding]], ...] = (
    _detected, _handler, _ports, _sim, _network, _bearer, _clash,
)  # fmt: skip
