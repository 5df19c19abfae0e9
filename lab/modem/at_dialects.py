# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the modems of three makers answer to AT commands, in each scenario.

The texts follow 3GPP TS 27.007, Huawei's ME909s, Quectel's EC2x and SIMCom's SIM7500/SIM7600 AT command manuals.
"""

from __future__ import annotations

import dataclasses
import typing as t

DIALECTS = ("huawei", "quectel", "simcom")
SCENARIOS = ("home", "roaming-refused", "no-sim", "pin", "pin-2-tries", "no-signal", "hang", "mute")

PIN = "1234"
ADDRESS = "100.72.13.5"
NO_ADDRESS = "0.0.0.0"  # noqa: S104 # what modems say for a context that is not up
IMEI = "860000000000001"
IMSI = "262021234567890"
ICCID = "8949020000123456789"

SIM_ABSENT, SIM_PIN, SIM_PUK, WRONG_PIN, NOT_ALLOWED = 10, 11, 12, 16, 3
"""Codes of ``+CME ERROR`` (3GPP TS 27.007, 9.2)."""

_WORDS = {
    NOT_ALLOWED: "operation not allowed",
    SIM_ABSENT: "SIM not inserted",
    SIM_PIN: "SIM PIN required",
    SIM_PUK: "SIM PUK required",
    WRONG_PIN: "incorrect password",
}

Sim = t.Literal["ready", "pin", "puk", "absent"]


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """A modem at one moment. ``registration`` is <stat> of ``+CREG``, ``operator_format`` <format> of ``+COPS``."""

    sim: Sim = "ready"
    pin_tries: int = 3
    puk_tries: int = 10
    registration: int = 1
    hears: bool = True
    operator_format: int = 0


def start(scenario: str) -> State:
    """Return the state that a modem is plugged in with. Raises KeyError for an unknown scenario."""
    locked = State(sim="pin", registration=0, hears=False)
    return {
        "home": State(),
        "hang": State(),
        "mute": State(),
        "roaming-refused": State(registration=3),
        "no-sim": State(sim="absent", registration=0, hears=False),
        "pin": locked,
        "pin-2-tries": dataclasses.replace(locked, pin_tries=2),
        "no-signal": State(registration=2, hears=False),
    }[scenario]


def error(dialect: str, code: int) -> str:
    """Return the final result code of a failure: Quectel begins with ``+CMEE`` 1 (numbers), the others with words."""
    if dialect == "huawei" and code == SIM_ABSENT:
        return "+CME ERROR: SIM failure"  # Huawei does not tell a missing card from a broken one
    return f"+CME ERROR: {code if dialect == 'quectel' else _WORDS[code]}"


def unsupported(dialect: str) -> str:
    """Return the final result code for a command that the modem does not have."""
    return "COMMAND NOT SUPPORT" if dialect == "huawei" else "ERROR"


def answer(dialect: str, state: State, command: str) -> str:
    """Return the lines of the answer to a command such as ``AT+CSQ``, the final result code last.

    For commands that change nothing. Raises KeyError for an unknown dialect.
    """
    lines = {**_common(dialect, state), **_TABLES[dialect](state)}.get(command)
    if lines is None:
        return f"{unsupported(dialect)}\n"
    code = _card_error(state, command)
    if code is not None:
        return f"{error(dialect, code)}\n"
    return "".join(f"{line}\n" for line in (*lines, "OK"))


def unsolicited(dialect: str, state: State) -> tuple[str, ...]:
    """Return lines that the modem says unasked, in turn. Raises KeyError for an unknown dialect."""
    csq = 23 if state.hears else 99
    return {
        "huawei": (f"^RSSI:{csq}", "^SIMST:1" if state.sim == "ready" else "^SIMST:255"),
        "quectel": (f'+QIND: "csq",{csq},99', f"+QUSIM: {int(state.sim == 'ready')}"),
        "simcom": ('*PSUTTZ: 26,5,7,10,11,12,"+8",0', "DST: 1", "SMS DONE"),
    }[dialect]


_Lines = t.Mapping[str, tuple[str, ...]]

_OF_CARD = frozenset(
    {"AT+CPIN?", "AT+CIMI", "AT^CPIN?", "AT^ICCID?", "AT+QCCID", "AT+QPINC?", "AT+CICCID", "AT+CCID", "AT+SPIC"}
)
"""Without a card they fail; of them one with a PIN not entered refuses the IMSI only (3GPP TS 31.102, 4.2.2)."""


def _card_error(state: State, command: str) -> int | None:
    if state.sim == "absent" and command in _OF_CARD:
        return SIM_ABSENT
    if command == "AT+CIMI" and state.sim in ("pin", "puk"):
        return SIM_PIN if state.sim == "pin" else SIM_PUK
    return None


def _common(dialect: str, state: State) -> _Lines:
    registered = state.registration in (1, 5)
    name = '"26202"' if state.operator_format == 2 else '"Vodafone.de"'  # noqa: PLR2004 # <format> numeric
    csq = "23,99" if state.hears else "99,99"
    return {
        "AT": (),
        "AT+CGSN": (IMEI,),
        "AT+CIMI": (IMSI,),
        "AT+CPIN?": (f"+CPIN: {_lock(state)}",),
        "AT+COPS?": (f"+COPS: 0,{state.operator_format},{name},7" if registered else "+COPS: 0",),
        "AT+CREG?": (f"+CREG: 0,{state.registration}",),
        "AT+CEREG?": (f"+CEREG: 0,{state.registration}",),
        "AT+CSQ": (f"+CSQ: {csq}" if dialect != "huawei" else f"+CSQ:{csq}",),
        "AT+CESQ": ("+CESQ: 99,99,255,255,22,46" if state.hears else "+CESQ: 99,99,255,255,255,255",),
    }


def _lock(state: State) -> str:
    return {"ready": "READY", "pin": "SIM PIN", "puk": "SIM PUK", "absent": ""}[state.sim]


def _huawei(state: State) -> _Lines:
    times = {"pin": state.pin_tries, "puk": state.puk_tries}.get(state.sim, "")
    swapped = "".join(pair[::-1] for pair in (f"{ICCID}F"[i : i + 2] for i in range(0, 20, 2)))
    return {
        "ATI": (
            "Manufacturer: huawei",
            "Model: E3372",
            "Revision: 21.200.07.00.00",
            f"IMEI: {IMEI}",
            "+GCAP: +CGSM,+DS,+ES",
        ),
        "AT+CGMI": ("huawei",),
        "AT+CGMM": ("E3372",),
        "AT+CGMR": ("21.200.07.00.00",),
        "AT^CPIN?": (f"^CPIN: {_lock(state)},{times},{state.puk_tries},{state.pin_tries},10,3",),
        "AT^ICCID?": (f"^ICCID: {swapped}",),
        "AT^HCSQ?": ('^HCSQ: "LTE",54,46,161,22' if state.hears else '^HCSQ: "NOSERVICE"',),
        "AT+CGPADDR": (f'+CGPADDR: 1,"{ADDRESS}"',) if state.registration == 1 else (),
    }


def _quectel(state: State) -> _Lines:
    # "LIMSRV": camps on a cell that lets it make emergency calls only.
    serving = "CONNECT" if state.registration == 1 else "LIMSRV"
    cell = f'"servingcell","{serving}","LTE","FDD",262,02,1A2B3C4,186,1300,3,5,5,D6E7,-95,-9,-67,12,34'
    return {
        "ATI": ("Quectel", "EC25", "Revision: EC25EFAR06A01M4G"),
        "AT+CGMI": ("Quectel",),
        "AT+CGMM": ("EC25",),
        "AT+CGMR": ("EC25EFAR06A01M4G",),
        "AT+QCCID": (f"+QCCID: {ICCID}F",),
        "AT+QPINC?": (f'+QPINC: "SC",{state.pin_tries},{state.puk_tries}', '+QPINC: "P2",3,10'),
        "AT+QCSQ": ('+QCSQ: "LTE",-67,-95,160,-9' if state.hears else '+QCSQ: "NOSERVICE"',),
        'AT+QENG="servingcell"': (f"+QENG: {cell}" if state.hears else '+QENG: "servingcell","SEARCH"',),
        "AT+CGPADDR": (
            f"+CGPADDR: 1,{ADDRESS if state.registration == 1 else NO_ADDRESS}",
            f"+CGPADDR: 2,{NO_ADDRESS}",
        ),
    }


def _simcom(state: State) -> _Lines:
    cell = "262-02,0xD6E7,27447236,186,EUTRAN-BAND3,1300,5,5,-90,-950,-670,12"
    serving = "Online" if state.registration == 1 else "Limited Service"
    return {
        "ATI": (
            "Manufacturer: SIMCOM INCORPORATED",
            "Model: SIMCOM_SIM7600E-H",
            "Revision: SIM7600M22_V1.1",
            f"IMEI: {IMEI}",
            "+GCAP: +CGSM",
        ),
        "AT+CGMI": ("SIMCOM INCORPORATED",),
        "AT+CGMM": ("SIMCOM_SIM7600E-H",),
        "AT+CGMR": ("+CGMR: LE20B04SIM7600M22",),
        "AT+CICCID": (f"+ICCID: {ICCID}",),
        "AT+SPIC": (f"+SPIC: {state.pin_tries},{state.puk_tries},0,10",),
        "AT+CPSI?": (f"+CPSI: LTE,{serving},{cell}" if state.hears else "+CPSI: NO SERVICE,Online",),
        "AT+CGPADDR": (f"+CGPADDR: 1,{ADDRESS if state.registration == 1 else NO_ADDRESS}",),
    }


_TABLES: t.Mapping[str, t.Callable[[State], _Lines]] = {"huawei": _huawei, "quectel": _quectel, "simcom": _simcom}
