# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the web API of a Huawei stick in HiLink mode answers, read. Pure.

The API is not published. The values are those of the constants in Huawei's own web page (``main.js`` of E3372 and E5372
firmware), as open implementations have them too; the service states are those of ``^SYSINFO`` in Huawei's AT command
guides. Each question is a path, asked with the session cookie from /api/webserver/SesTokInfo.
"""

from __future__ import annotations

import html
import re
import typing as t

from ansible_collections.farsite.fleet.plugins.plugin_utils.modem.status import ModemStatus, Signal, Sim, silent
from ansible_collections.farsite.fleet.plugins.plugin_utils.modem.values import (
    addresses,
    identity,
    level,
    tries,
    words,
)

if t.TYPE_CHECKING:
    from ansible_collections.farsite.fleet.plugins.plugin_utils.modem.status import (
        Answer,
        Answers,
        Registration,
        SimState,
    )

INFORMATION = "/api/device/information"
STATUS = "/api/monitoring/status"
SIGNAL = "/api/device/signal"
NETWORK = "/api/net/current-plmn"
PIN = "/api/pin/status"
QUERIES = (INFORMATION, STATUS, SIGNAL, NETWORK, PIN)

# The answers are flat, so this is all of XML that is needed; a parser would also resolve the entities that a device may
# define, to files or to gigabytes of text.
_ELEMENT = re.compile(r"<([A-Za-z][A-Za-z0-9_]{0,63})>([^<]*)</\1>")
_ERROR = re.compile(r"<error\b")

_SIM_STATES: t.Mapping[str, SimState] = {
    "255": "absent",
    "256": "absent",  # AT+CPIN? failed: Huawei's page says that there is no card
    "257": "ready",
    "258": "ready",  # the PIN is switched off
    "259": "ready",  # the PIN was entered
    "260": "pin",
    "261": "puk",
}
_SIM_STATUSES: t.Mapping[str, SimState] = {"1": "ready", "255": "absent"}
"""Of the other, coarser field; its 0 is a card that is invalid or asks for its PIN."""

_CONNECTED = "901"

_TECHNOLOGIES_EX: tuple[tuple[range, str], ...] = (
    (range(1, 4), "gsm"),
    (range(21, 24), "cdma"),
    (range(24, 27), "evdo"),
    (range(27, 28), "cdma"),
    (range(28, 37), "evdo"),
    (range(41, 47), "umts"),
    (range(61, 66), "umts"),
    (range(101, 102), "lte"),
    (range(111, 112), "nr"),
    (range(1011, 1012), "lte"),
)
_TECHNOLOGIES: tuple[tuple[range, str], ...] = (
    (range(1, 4), "gsm"),
    (range(4, 10), "umts"),
    (range(10, 13), "evdo"),
    (range(13, 14), "cdma"),
    (range(17, 19), "umts"),
    (range(19, 20), "lte"),
)


def read(answers: Answers) -> ModemStatus:
    """Return what the answers say, by the paths in QUERIES; a path may be missing, or have failed.

    The text is the HTTP body. An error answer (``<error><code>125002</code>…``: no session; 100003: not without the
    stick's password) tells nothing, nor does one with a status other than 0.
    """
    information, status = _fields(answers.get(INFORMATION)), _fields(answers.get(STATUS))
    network, pin = _fields(answers.get(NETWORK)), _fields(answers.get(PIN))
    sim = _sim(information, status, pin)
    registration = _registration(status, sim.state)
    registered = registration not in ("searching", "denied", "none")
    model = words(information.get("DeviceName", ""))
    return ModemStatus(
        source="hilink",
        manufacturer="Huawei" if model else None,  # no other maker's sticks have HiLink
        model=model,
        firmware=words(information.get("SoftwareVersion", "")),
        imei=identity("imei", information.get("Imei", "")),
        sim=sim,
        registration=registration,
        operator=words(network.get("FullName", "")) or words(network.get("ShortName", "")) if registered else None,
        operator_code=identity("plmn", network.get("Numeric", "")) if registered else None,
        signal=_signal(_fields(answers.get(SIGNAL)), _technology(status)),
        addresses=_addresses(status, information),
        silent=silent(answers),
    )


def _fields(answer: Answer | None) -> dict[str, str]:
    if answer is None or answer.status != 0 or _ERROR.search(answer.text):
        return {}
    found: dict[str, str] = {}
    for match in _ELEMENT.finditer(answer.text):
        found.setdefault(match[1], html.unescape(match[2]).strip())
    return found


def _sim(information: dict[str, str], status: dict[str, str], pin: dict[str, str]) -> Sim:
    state = _SIM_STATES.get(pin.get("SimState", "")) or _SIM_STATUSES.get(status.get("SimStatus", ""), "unknown")
    puk_tries = tries(pin.get("SimPukTimes", ""))
    if state == "puk" and puk_tries == 0:
        state = "blocked"
    there = state != "absent"
    return Sim(
        state=state,
        pin_tries=tries(pin.get("SimPinTimes", "")) if there else None,
        puk_tries=puk_tries if there else None,
        imsi=identity("imsi", information.get("Imsi", "")),
        iccid=identity("iccid", information.get("Iccid", "")),
    )


def _registration(status: dict[str, str], sim: SimState) -> Registration:
    service = status.get("ServiceStatus")
    if service == "2":
        roaming: t.Mapping[str, Registration] = {"0": "home", "1": "roaming"}
        return roaming.get(status.get("RoamingStatus", ""), "unknown")
    if service in ("0", "1", "3", "4") and sim not in ("ready", "unknown"):
        return "none"  # without a card every network offers emergency calls only, which is no refusal
    # None, restricted, restricted in this region, asleep.
    others: t.Mapping[str | None, Registration] = {"0": "searching", "1": "denied", "3": "denied", "4": "none"}
    return others.get(service, "unknown")


def _technology(status: dict[str, str]) -> str | None:
    for field, table in (("CurrentNetworkTypeEx", _TECHNOLOGIES_EX), ("CurrentNetworkType", _TECHNOLOGIES)):
        text = status.get(field, "")
        if re.fullmatch(r"[0-9]{1,4}", text):
            return next((technology for numbers, technology in table if int(text) in numbers), None)
    return None


def _signal(fields: dict[str, str], technology: str | None) -> Signal:
    return Signal(
        technology=technology,
        rssi=level("rssi", fields.get("rssi", "")),
        rsrp=level("rsrp", fields.get("rsrp", "")),
        rsrq=level("rsrq", fields.get("rsrq", "")),
        sinr=level("sinr", fields.get("sinr", "")),
    )


def _addresses(status: dict[str, str], information: dict[str, str]) -> tuple[str, ...]:
    """Return the addresses of the bearer; newer firmware tells them with the device, older with the status."""
    if status.get("ConnectionStatus", _CONNECTED) != _CONNECTED:
        return ()
    return addresses(*(place.get(f"Wan{ip}Address", "") for ip in ("IP", "IPv6") for place in (status, information)))
