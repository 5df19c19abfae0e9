# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What uqmi prints of a modem on a QMI port, read. Pure.

The questions are uqmi's options without the two dashes, each asked with ``-s`` (one line) and ``-t`` (timeout in ms).
The forms are those of github.com/openwrt/uqmi (commands-dms.c, -nas.c, -uim.c, -wds.c) as in OpenWrt 23.05 to 25.12:
JSON on stdout, and on failure one JSON string with the QMI error (``"UIM uninitialized"``) and the status 255. An
option that a version lacks brings its usage on stderr, and the status 1.
"""

from __future__ import annotations

import dataclasses
import re
import typing as t

from ansible_collections.farsite.fleet.plugins.plugin_utils.modem.json_values import member, parsed, text, texts
from ansible_collections.farsite.fleet.plugins.plugin_utils.modem.status import ModemStatus, Signal, Sim, silent
from ansible_collections.farsite.fleet.plugins.plugin_utils.modem.values import (
    addresses,
    identity,
    level,
    tries,
    words,
)

if t.TYPE_CHECKING:
    from ansible_collections.farsite.fleet.plugins.plugin_utils.modem.status import Answers, Registration, SimState

PIN_STATUS = "get-pin-status"
SIM_STATE = "uim-get-sim-state"
IMSI = "get-imsi"
ICCID = "get-iccid"
IMEI = "get-imei"
SERVING_SYSTEM = "get-serving-system"
SYSTEM_INFO = "get-system-info"
SIGNAL_INFO = "get-signal-info"
CURRENT_SETTINGS = "get-current-settings"
QUERIES = (
    PIN_STATUS,
    SIM_STATE,
    IMSI,
    ICCID,
    IMEI,
    SERVING_SYSTEM,
    SYSTEM_INFO,
    SIGNAL_INFO,
    CURRENT_SETTINGS,
)
"""Old modems know the first only, new ones the second only; the system info alone tells the MNC with its zeros."""

_TIMEOUT = "Request timed out"
_NO_CARD = "No SIM"

_APPLICATION_STATES: t.Mapping[str, SimState] = {
    "pin-required": "pin",
    "puk-required": "puk",
    "pin1-blocked": "blocked",
    "ready": "ready",
}
_PIN_STATES: t.Mapping[str, SimState] = {
    "not_verified": "pin",
    "verified": "ready",
    "disabled": "ready",
    "blocked": "puk",
    "permanently_blocked": "blocked",
    "unblocked": "ready",
    "changed": "ready",
}
_TECHNOLOGIES: t.Mapping[str, str] = {
    "gsm": "gsm",
    "wcdma": "umts",
    "umts": "umts",
    "td-scdma": "umts",
    "lte": "lte",
    "5gnr": "nr",
    "cdma": "cdma",
    "cdma-1x": "cdma",
    "hdr": "evdo",
    "cdma-1x_evdo": "evdo",
}
_SYSTEMS = ("5gnr", "lte", "wcdma", "gsm")
_NORTH_AMERICA = ("302", *(str(country) for country in range(310, 317)))
"""Countries where every MNC has three digits (ITU-T E.212; 3GPP TS 23.122 annex A)."""


def read(answers: Answers) -> ModemStatus:
    """Return what the answers say, by the options in QUERIES; an option may be missing, or have failed.

    uqmi tells neither the maker nor the model. A question that uqmi itself gave up counts as silent where the text says
    so, which it does on stderr.
    """
    serving, system = parsed(answers.get(SERVING_SYSTEM)), _system(answers)
    imsi = identity("imsi", _string(answers, IMSI))
    registration = _registration(serving, system)
    registered = registration in ("home", "roaming") or member(serving, "registration") == "registered"
    return ModemStatus(
        source="qmi",
        imei=identity("imei", _string(answers, IMEI)),
        sim=dataclasses.replace(_sim(answers), imsi=imsi, iccid=identity("iccid", _string(answers, ICCID))),
        registration=registration,
        operator=words(text(member(serving, "plmn_description"))) if registered else None,
        operator_code=_operator_code(serving, system, imsi) if registered else None,
        signal=_signal(parsed(answers.get(SIGNAL_INFO)), texts(member(serving, "radio_interface"))),
        addresses=_addresses(answers),
        silent=_silent(answers),
    )


def _string(answers: Answers, query: str) -> str:
    value = parsed(answers.get(query))
    return value if isinstance(value, str) else ""


def _silent(answers: Answers) -> tuple[str, ...]:
    hung = silent(answers)
    return tuple(query for query, answer in answers.items() if query in hung or _TIMEOUT in answer.text)


def _sim(answers: Answers) -> Sim:
    card = parsed(answers.get(SIM_STATE))
    # The tries of a PIN that is not known yet are zeros. Where two services tell them, the lower count is the safe one.
    known = [
        told for told in (parsed(answers.get(PIN_STATUS)), card) if text(member(told, "pin1_status")) in _PIN_STATES
    ]
    puk_tries = _lowest(
        text(member(told, name)) for told in known for name in ("pin1_unblock_tries", "pin1_unlock_tries")
    )
    state = _sim_state(answers, card)
    if state == "puk" and puk_tries == 0:
        state = "blocked"
    pin_tries = _lowest(text(member(told, "pin1_verify_tries")) for told in known)
    return Sim(state=state, pin_tries=pin_tries, puk_tries=puk_tries)


def _sim_state(answers: Answers, card: t.Any) -> SimState:
    if card == {} or any(f'"{_NO_CARD}"' in answer.text for answer in answers.values()):
        return "absent"  # uqmi prints the first card that is present, else an empty object
    application = text(member(card, "card_application_state"))
    if application in _APPLICATION_STATES:
        return _APPLICATION_STATES[application]
    # Where there is a state of the application, uqmi may have taken it for the PIN's, with other meanings.
    for told in (parsed(answers.get(PIN_STATUS)), None if application else card):
        state = _PIN_STATES.get(text(member(told, "pin1_status")))
        if state:
            return state
    return "unknown"


def _lowest(counts: t.Iterable[str]) -> int | None:
    return min((count for count in map(tries, counts) if count is not None), default=None)


def _system(answers: Answers) -> t.Any:
    """Return what is said of the newest system that serves, else of the newest that does not let the modem in."""
    systems = parsed(answers.get(SYSTEM_INFO))
    for service in ("available", "limited"):
        for name in _SYSTEMS:
            if member(systems, name, "service_status") == service:
                return member(systems, name)
    return None


def _registration(serving: t.Any, system: t.Any) -> Registration:
    told = member(serving, "registration")
    if told == "registered":
        roaming = member(serving, "roaming")
        if not isinstance(roaming, bool):
            roaming = {"off": False, "on": True}.get(text(member(system, "roaming_status")))
        kinds: t.Mapping[bool | None, Registration] = {False: "home", True: "roaming", None: "unknown"}
        return kinds[roaming]
    others: t.Mapping[str, Registration] = {
        "searching": "searching",
        "registering_denied": "denied",
        "not_registered": "none",
    }
    registration = others.get(text(told), "unknown")
    # A network that has refused the card goes on the card's list of forbidden ones, and the modem goes on searching.
    refused = member(system, "service_status") == "limited" and member(system, "forbidden") is True
    return "denied" if registration in ("searching", "none") and refused else registration


def _operator_code(serving: t.Any, system: t.Any, imsi: str | None) -> str | None:
    told = identity("plmn", text(member(system, "mcc")) + text(member(system, "mnc")))
    country, network = text(member(serving, "plmn_mcc")), text(member(serving, "plmn_mnc"))
    if told or not re.fullmatch(r"[0-9]{1,3} [0-9]{1,3}", f"{country} {network}"):
        return told
    # These are numbers, without zeros in front: the card's own network shows how long they are.
    country, long, short = country.zfill(3), network.zfill(3), network.zfill(2)
    own = (imsi or "").startswith(country + long) and not (imsi or "").startswith(country + short)
    return country + (long if own or country in _NORTH_AMERICA else short)


def _signal(told: t.Any, radios: tuple[str, ...]) -> Signal:
    if isinstance(told, list):  # LTE and, beside it, 5G (EN-DC): the modem is registered through LTE, which is first
        told = told[0] if told else None
    technologies = [_TECHNOLOGIES[radio] for radio in radios if radio in _TECHNOLOGIES]
    return Signal(
        technology=_TECHNOLOGIES.get(text(member(told, "type")), technologies[0] if technologies else None),
        rssi=level("rssi", text(member(told, "rssi")) or text(member(told, "signal"))),
        rsrp=level("rsrp", text(member(told, "rsrp"))),
        rsrq=level("rsrq", text(member(told, "rsrq"))),
        sinr=level("sinr", text(member(told, "snr"))),
    )


def _addresses(answers: Answers) -> tuple[str, ...]:
    settings = parsed(answers.get(CURRENT_SETTINGS))
    return addresses(*(text(member(settings, family, "ip")) for family in ("ipv4", "ipv6")))
