# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a modem says on its AT port, read. Pure.

The commands are those of 3GPP TS 27.007 and of the AT command manuals of Huawei (ME909s), Quectel (EC2x) and SIMCom
(SIM7500/SIM7600). A modem refuses those of other makers.
"""

from __future__ import annotations

import ipaddress
import re
import typing as t

from ansible_collections.farsite.fleet.plugins.plugin_utils.modem.at_signal import SIGNAL_QUERIES, signal
from ansible_collections.farsite.fleet.plugins.plugin_utils.modem.at_text import fields, plain, values
from ansible_collections.farsite.fleet.plugins.plugin_utils.modem.status import ModemStatus, Sim, silent
from ansible_collections.farsite.fleet.plugins.plugin_utils.modem.values import addresses, identity, tries, words

if t.TYPE_CHECKING:
    from ansible_collections.farsite.fleet.plugins.plugin_utils.modem.status import (
        Answers,
        Registration,
        SimState,
    )

_ICCID_QUERIES = ("AT+QCCID", "AT+CICCID", "AT^ICCID?", "AT+CCID")
_ICCID_NAMES = ("+QCCID", "+ICCID", "^ICCID", "+CCID")
_OPERATOR_QUERIES = ("AT+COPS=3,2;+COPS?", "AT+COPS=3,0;+COPS?")

QUERIES: tuple[str, ...] = (
    "ATI",
    "AT+CPIN?",
    "AT+CEREG?",
    "AT+CREG?",
    "AT+CSQ",
    "AT+CGSN",
    "AT+CIMI",
    "AT^CPIN?",
    "AT+QPINC?",
    "AT+SPIC",
    *_ICCID_QUERIES,
    *SIGNAL_QUERIES,
    "AT+CGPADDR",
    "AT+CGMI",
    "AT+CGMM",
    "AT+CGMR",
    *_OPERATOR_QUERIES,
)
"""Cheap and telling ones first; who asks stops at the first that is not answered.

All change nothing, but for the form in which ``+COPS?`` names the operator (27.007, 7.3: with <mode> 3 only the format
is set, the modem neither registers nor leaves). The second one puts it back to the default, the long name. They come
last because some modems ask the network or a busy SIM card for them.
"""

_IPV6_BYTES = 16
_LABELS: t.Mapping[str, str] = {
    "AT+CGMI": "manufacturer",
    "AT+CGMM": "model",
    "AT+CGMR": "revision",
}

_SIM_STATES: t.Mapping[str, SimState] = {
    "READY": "ready",
    "SIM PIN": "pin",
    "SIM PUK": "puk",
    "SIM PIN2": "ready",  # the second PIN guards fixed dialling, no data
    "SIM PUK2": "ready",
    "NOT INSERTED": "absent",
    "SIM REMOVED": "absent",
}
_SIM_ERRORS: t.Mapping[str, SimState] = {
    "10": "absent",
    "SIM NOT INSERTED": "absent",
    "11": "pin",
    "SIM PIN REQUIRED": "pin",
    "12": "puk",
    "SIM PUK REQUIRED": "puk",
    # Huawei says so where there is no card; other makers also for one that does not answer.
    "13": "absent",
    "SIM FAILURE": "absent",
    "17": "ready",
    "SIM PIN2 REQUIRED": "ready",
    "18": "ready",
    "SIM PUK2 REQUIRED": "ready",
}
"""By the code or the words of ``+CME ERROR`` (27.007, 9.2.1)."""

_REGISTRATIONS: t.Mapping[str, Registration] = {
    "0": "none",
    "1": "home",
    "2": "searching",
    "3": "denied",
    "4": "unknown",
    "5": "roaming",
    "6": "home",  # for SMS only
    "7": "roaming",
    "8": "denied",  # for emergency calls only
    "9": "home",  # CS fallback not preferred
    "10": "roaming",
}
"""By <stat> of ``+CREG`` and ``+CEREG`` (27.007, 7.2 and 10.1.22)."""
_ACCESS: t.Mapping[str, str] = {
    **dict.fromkeys(("0", "1", "3", "8"), "gsm"),
    **dict.fromkeys(("2", "4", "5", "6"), "umts"),
    **dict.fromkeys(("7", "9", "10", "13"), "lte"),  # 13: with NR beside it, which LTE controls
    **dict.fromkeys(("11", "12"), "nr"),
}
"""By <AcT> of ``+COPS`` (27.007, 7.3)."""
_TELLING: tuple[Registration, ...] = ("searching", "none")
"""What is told where neither network lets the modem in or refuses it."""


def read(answers: Answers) -> ModemStatus:
    """Return what the answers say, by the commands in QUERIES; a command may be missing, or not answered.

    The text is all lines up to the final result code; an echo, blank lines and unsolicited lines are passed over.
    Of an answer that was not complete (its status is not 0) nothing is used.
    """
    device = _device(answers)
    sim = _sim(answers)
    registration = _registration(answers, sim.state)
    operators = [row for query in _OPERATOR_QUERIES for row in fields(answers, query, "+COPS")]
    if registration in ("searching", "denied", "none"):
        operators = []  # what was chosen by hand is told too
    return ModemStatus(
        source="at",
        manufacturer=device.get("manufacturer"),
        model=device.get("model"),
        firmware=device.get("revision"),
        imei=_imei(answers, device.get("imei", "")),
        sim=sim,
        registration=registration,
        operator=_operator(operators),
        operator_code=_operator_code(operators),
        signal=signal(answers, _technology(operators)),
        addresses=_addresses(answers),
        silent=silent(answers),
    )


def _device(answers: Answers) -> dict[str, str]:
    """Return ``manufacturer``, ``model``, ``revision`` and ``imei`` as far as they are told."""
    told: dict[str, str] = {}
    for query, label in _LABELS.items():
        for value in values(answers, query, query.removeprefix("AT"), label.upper()):
            text = words(re.sub(rf"{label}\s*:", "", value, count=1, flags=re.IGNORECASE))
            if text:
                told.setdefault(label, text)
    unnamed = []
    for line in plain(answers, "ATI"):
        label, colon, value = line.partition(":")
        text = words(value if colon else label)
        if colon and text:
            told.setdefault(label.strip().lower(), text)
        elif text:
            unnamed.append(text)
    if len(unnamed) > 1:  # Quectel: the maker on the first line, the model on the second
        told.setdefault("manufacturer", unnamed[0])
        told.setdefault("model", unnamed[1])
    return told


def _imei(answers: Answers, otherwise: str) -> str | None:
    texts = (*values(answers, "AT+CGSN", "+CGSN", "IMEI"), otherwise)
    return next(filter(None, (identity("imei", text) for text in texts)), None)


def _sim(answers: Answers) -> Sim:
    state = _sim_state(answers)
    if state == "absent":
        return Sim(state=state)
    pin_tries, puk_tries = _tries(answers)
    if state == "puk" and puk_tries == 0:
        state = "blocked"
    imsis = (identity("imsi", value) for value in values(answers, "AT+CIMI", "+CIMI"))
    iccids = (_iccid(value) for query in _ICCID_QUERIES for value in values(answers, query, *_ICCID_NAMES))
    return Sim(
        state=state,
        pin_tries=pin_tries,
        puk_tries=puk_tries,
        imsi=next(filter(None, imsis), None),
        iccid=next(filter(None, iccids), None),
    )


def _sim_state(answers: Answers) -> SimState:
    asked = [_SIM_STATES.get(row[0].upper()) for row in fields(answers, "AT+CPIN?", "+CPIN")]
    refused = [
        _SIM_ERRORS.get(row[0].upper())
        for query in ("AT+CPIN?", "AT+CIMI", *_ICCID_QUERIES)
        for row in fields(answers, query, "+CME ERROR")
    ]
    return next(filter(None, (*asked, *refused)), "unknown")


def _tries(answers: Answers) -> tuple[int | None, int | None]:
    """Return the tries that are left of the PIN and of the PUK."""
    for row in fields(answers, "AT^CPIN?", "^CPIN"):
        match row:
            case [_, _, puk, pin, *_]:  # <code>,[<times>],<puk_times>,<pin_times>,…
                return tries(pin), tries(puk)
            case ["SIM PIN", pin, *_]:
                return tries(pin), None
    for row in fields(answers, "AT+QPINC?", "+QPINC"):
        match row:
            case ["SC", pin, puk, *_]:
                return tries(pin), tries(puk)
    for row in fields(answers, "AT+SPIC", "+SPIC"):
        match row:
            case [pin, puk, *_]:
                return tries(pin), tries(puk)
            case [pin]:
                return tries(pin), None
    return None, None


def _iccid(text: str) -> str | None:
    """Return the ICCID of a text that may have the halves of its bytes swapped, as they stand on the card.

    Telecommunication cards have an 89 in front (ITU-T E.118), so a 98 tells that they are (3GPP TS 31.102, 4.2.1).
    """
    digits = text.strip()
    if digits.startswith("98"):
        digits = re.sub(r"(.)(.)", r"\2\1", digits)
    return identity("iccid", digits)


def _registration(answers: Answers, sim: SimState) -> Registration:
    """Return the registration with LTE, or with the older network where LTE neither has it nor refuses it."""
    found = [
        _REGISTRATIONS.get(state, "unknown")
        for query, name in (("AT+CEREG?", "+CEREG"), ("AT+CREG?", "+CREG"))
        for state in _last_state(fields(answers, query, name))
    ]
    for state in found:
        if state in ("home", "roaming"):
            return state
        if state == "denied":
            # Without a usable card every network lets a modem make emergency calls only; that is no refusal.
            return "denied" if sim in ("ready", "unknown") else "none"
    state = next((state for state in _TELLING if state in found), "unknown")
    return "none" if state == "searching" and sim not in ("ready", "unknown") else state


def _last_state(rows: list[list[str]]) -> list[str]:
    """Return the last <stat> of the rows, in a list: ``<n>,<stat>,…`` as an answer, ``<stat>,…`` unsolicited.

    What follows the <stat> of the latter is a code of at least four hexadecimal digits, or nothing.
    """
    states = [row[1] if len(row) > 1 and re.fullmatch(r"[0-9]{1,2}", row[1]) else row[0] for row in rows]
    return states[-1:]


def _operator(rows: list[list[str]]) -> str | None:
    """Return the name in ``<mode>,<format>,<oper>,<AcT>``; one that the modem does not know is a number there too."""
    names = (words(row[0]) for row in _after(rows, "0", "1"))
    return next((name for name in names if name and not name.isdigit()), None)


def _operator_code(rows: list[list[str]]) -> str | None:
    codes = (identity("plmn", row[0]) for row in _after(rows, "2", "0", "1"))
    return next(filter(None, codes), None)


def _technology(rows: list[list[str]]) -> str | None:
    technologies = (_ACCESS.get(access) for row in _after(rows, "2", "0", "1") if (access := row[1]))
    return next(filter(None, technologies), None)


def _after(rows: list[list[str]], *formats: str) -> list[list[str]]:
    """Return the rows with one of the formats, from the operator on, each with an access technology or an empty one."""
    return [[*rest, ""] for row in rows if row[1:2] and row[1] in formats and (rest := row[2:])]


def _addresses(answers: Answers) -> tuple[str, ...]:
    """Return the addresses in ``<cid>,<address>[,<address>]``, of all contexts in their order.

    An IPv6 address stands there as 16 decimal numbers with dots, unless ``+CGPIAF`` was set (27.007, 10.1.23).
    """
    texts = [text for row in fields(answers, "AT+CGPADDR", "+CGPADDR") for text in row[1:]]
    return tuple(
        address for address in addresses(*map(_colons, texts)) if not ipaddress.ip_address(address).is_link_local
    )


def _colons(text: str) -> str:
    try:
        address = bytes(map(int, text.split(".")))
    except ValueError:
        return text
    return str(ipaddress.IPv6Address(address)) if len(address) == _IPV6_BYTES else text
