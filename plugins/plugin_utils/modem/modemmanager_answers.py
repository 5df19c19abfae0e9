# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What mmcli prints of the modem that ModemManager manages, read. Pure.

The questions are mmcli's arguments. The forms are those of ModemManager's cli/mmcli-output.c and mmcli-*.c (1.14 on):
nested JSON objects with texts, or arrays of texts. ``--`` stands for what is not known, and also for the words "none"
and "unknown". On failure there is nothing but ``error: …`` on stderr, and the status 1.
"""

from __future__ import annotations

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

MODEM = "-m any -J"
SIGNAL = "-m any --signal-get -J"
SIM = "-i any -J"
QUERIES = (MODEM, SIGNAL, SIM)
"""mmcli takes no ``any`` for a bearer: its path is in the first answer, and ``-b PATH -J`` is asked after these."""

_RETRIES = re.compile(r"([a-z0-9-]+) \(([0-9]+)\)")

_LOCKS: t.Mapping[str, SimState] = {
    "sim-pin": "pin",
    "sim-puk": "puk",
    "sim-pin2": "ready",  # guards the card's own settings, not its use
    "sim-puk2": "ready",
}
_AFTER_UNLOCKING = (
    "disabled",
    "disabling",
    "enabling",
    "enabled",
    "searching",
    "registered",
    "disconnecting",
    "connecting",
    "connected",
)
_REGISTRATIONS: t.Mapping[str, Registration] = {
    "idle": "none",
    "home": "home",
    "searching": "searching",
    "denied": "denied",
    "roaming": "roaming",
    "home-sms-only": "home",
    "roaming-sms-only": "roaming",
    "emergency-only": "denied",
    "home-csfb-not-preferred": "home",
    "roaming-csfb-not-preferred": "roaming",
    "attached-rlos": "denied",  # 3GPP TS 23.401: restricted local services, offered to those who are refused
}
_SIGNALS = (("lte", "lte"), ("5g", "nr"), ("umts", "umts"), ("gsm", "gsm"), ("evdo", "evdo"), ("cdma1x", "cdma"))
"""With 5G beside LTE the modem is registered through LTE, so that comes first."""
_TECHNOLOGIES: tuple[tuple[str, str], ...] = (
    ("lte", "lte"),
    ("5gnr", "nr"),
    ("umts", "umts"),
    ("hs", "umts"),
    ("gsm", "gsm"),
    ("gprs", "gsm"),
    ("edge", "gsm"),
    ("evdo", "evdo"),
    ("1xrtt", "cdma"),
)
"""By how the word of an access technology begins."""


def read(answers: Answers) -> ModemStatus:
    """Return what the answers say, by the arguments in QUERIES and of bearers; one may be missing, or have failed.

    There is a signal in dBm only where somebody has set it up (``--signal-setup``): the quality in percent, which is
    always there, is a different scale for each modem.
    """
    modem = member(parsed(answers.get(MODEM)), "modem")
    generic, network = member(modem, "generic"), member(modem, "3gpp")
    sim = _sim(generic, member(parsed(answers.get(SIM)), "sim", "properties"))
    registration = _registration(generic, network, sim.state)
    registered = registration in ("home", "roaming")
    return ModemStatus(
        source="modemmanager",
        manufacturer=words(text(member(generic, "manufacturer"))),
        model=words(text(member(generic, "model"))),
        firmware=words(text(member(generic, "revision"))),
        imei=identity("imei", text(member(network, "imei")))
        or identity("imei", text(member(generic, "equipment-identifier"))),
        sim=sim,
        registration=registration,
        operator=words(text(member(network, "operator-name"))) if registered else None,
        operator_code=identity("plmn", text(member(network, "operator-code"))) if registered else None,
        signal=_signal(answers, generic),
        addresses=_addresses(answers),
        silent=silent(answers),
    )


def _sim(generic: t.Any, properties: t.Any) -> Sim:
    found = (_RETRIES.fullmatch(item) for item in texts(member(generic, "unlock-retries")))
    retries = {match[1]: match[2] for match in found if match}
    puk_tries = tries(retries.get("sim-puk", ""))  # 999 where ModemManager does not know
    state = _sim_state(generic)
    return Sim(
        state="blocked" if state == "puk" and puk_tries == 0 else state,
        pin_tries=tries(retries.get("sim-pin", "")),
        puk_tries=puk_tries,
        imsi=identity("imsi", text(member(properties, "imsi"))),
        iccid=identity("iccid", text(member(properties, "iccid"))),
    )


def _sim_state(generic: t.Any) -> SimState:
    state, lock = text(member(generic, "state")), text(member(generic, "unlock-required"))
    if state == "failed":
        return "absent" if member(generic, "state-failed-reason") == "sim-missing" else "unknown"
    if lock in _LOCKS:
        return _LOCKS[lock]
    return "ready" if lock in ("--", "none") and state in _AFTER_UNLOCKING else "unknown"


def _registration(generic: t.Any, network: t.Any, sim: SimState) -> Registration:
    told = text(member(network, "registration-state"))
    if told == "emergency-only" and sim != "ready":
        return "none"  # without a usable card every network offers emergency calls only, which is no refusal
    off = member(generic, "state") == "disabled"
    return _REGISTRATIONS.get(told, "none" if off else "unknown")


def _signal(answers: Answers, generic: t.Any) -> Signal:
    told = member(parsed(answers.get(SIGNAL)), "modem", "signal")
    for name, technology in _SIGNALS:
        levels = member(told, name)
        signal = Signal(
            technology=technology,
            rssi=level("rssi", text(member(levels, "rssi"))),
            rsrp=level("rsrp", text(member(levels, "rsrp"))),
            rsrq=level("rsrq", text(member(levels, "rsrq"))),
            sinr=level("sinr", text(member(levels, "snr")) or text(member(levels, "sinr"))),
        )
        if signal.quality:
            return signal
    access = texts(member(generic, "access-technologies"))
    return Signal(
        technology=next((name for start, name in _TECHNOLOGIES for word in access if word.startswith(start)), None)
    )


def _addresses(answers: Answers) -> tuple[str, ...]:
    bearers = [member(parsed(answer), "bearer") for query, answer in answers.items() if query.startswith("-b ")]
    return addresses(
        *(
            text(member(bearer, family, "address"))
            for family in ("ipv4-config", "ipv6-config")
            for bearer in bearers
            if member(bearer, "status", "connected") == "yes"
        )
    )
