# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How well a modem hears the network, from what it says on its AT port. Pure.

The makers' own commands tell more than those of 3GPP TS 27.007: they come first, the others fill what they leave open.
"""

from __future__ import annotations

import re
import typing as t

from ansible_collections.farsite.fleet.plugins.plugin_utils.modem.at_text import fields
from ansible_collections.farsite.fleet.plugins.plugin_utils.modem.status import Signal
from ansible_collections.farsite.fleet.plugins.plugin_utils.modem.values import level

if t.TYPE_CHECKING:
    from ansible_collections.farsite.fleet.plugins.plugin_utils.modem.status import Answers

SIGNAL_QUERIES = ("AT^HCSQ?", "AT+QCSQ", 'AT+QENG="servingcell"', "AT+CPSI?", "AT+CESQ")
"""Beside ``AT+CSQ``, which every modem knows."""

_TECHNOLOGIES: t.Mapping[str, str] = {
    "GSM": "gsm",
    "CDMA": "cdma",
    "WCDMA": "umts",
    "TDSCDMA": "umts",
    "TD-SCDMA": "umts",
    "LTE": "lte",
    "CAT-M": "lte",
    "CAT-M1": "lte",
    "EMTC": "lte",
    "LTE CAT-M1": "lte",
    "LTE CAT-M": "lte",
    "NR": "nr",
    "NR5G": "nr",
    "NR5G-SA": "nr",
    "NR5G_SA": "nr",
}


class _Scale(t.NamedTuple):
    """What an index n means: ``lowest + n * step``; the last n that means a level is ``last``."""

    lowest: float
    step: float
    last: int

    def level(self, text: str) -> float | None:
        """Return the level of an index, None for one that says "not known" or for no index."""
        if not re.fullmatch(r"[0-9]{1,3}", text) or int(text) > self.last:
            return None
        return round(self.lowest + int(text) * self.step, 1)


# The lower end of the step that an index stands for; 0 is all that lies below the step of 1.
_CSQ = _Scale(-113, 2, 31)  # 27.007, 8.5
_CESQ_RXLEV = _Scale(-111, 1, 63)  # 27.007, 8.69
_CESQ_RSRQ = _Scale(-20, 0.5, 34)
_CESQ_RSRP = _Scale(-141, 1, 97)
_HCSQ_RSSI = _Scale(-121, 1, 96)  # Huawei ME909s AT command guide, AT^HCSQ
_HCSQ_RSRP = _Scale(-141, 1, 97)
_HCSQ_SINR = _Scale(-20.2, 0.2, 251)
_HCSQ_RSRQ = _Scale(-20, 0.5, 34)
_QCSQ_SINR = _Scale(-20, 0.2, 250)  # Quectel EC2x AT commands manual, AT+QCSQ


def signal(answers: Answers, technology: str | None) -> Signal:
    """Return the levels that the answers tell; *technology* is that of the operator, for answers that tell none."""
    told = (_hcsq(answers), _qcsq(answers), _qeng(answers), _cpsi(answers), _cesq(answers), _csq(answers))
    known = next((each.technology for each in told if each.technology), technology)
    # One moment, one cell: levels of another technology than the first are not mixed in.
    fitting = [each for each in told if each.technology in (known, None)]

    def first(quantity: t.Literal["rssi", "rsrp", "rsrq", "sinr"]) -> float | None:
        return next((value for each in fitting if (value := getattr(each, quantity)) is not None), None)

    return Signal(technology=known, rssi=first("rssi"), rsrp=first("rsrp"), rsrq=first("rsrq"), sinr=first("sinr"))


def _best(rows: t.Iterable[list[str]]) -> tuple[str | None, list[str]]:
    """Return the technology that the rows name, and what follows it; LTE where there are several (EN-DC)."""
    found = [
        (_TECHNOLOGIES[row[place].upper()], row[place + 1 :])
        for row in rows
        for place in range(min(len(row), 3))
        if row[place].upper() in _TECHNOLOGIES
    ]
    return next((each for each in found if each[0] == "lte"), found[0] if found else (None, []))


def _hcsq(answers: Answers) -> Signal:
    """``^HCSQ: "LTE",<rssi>,<rsrp>,<sinr>,<rsrq>``, ``"WCDMA",<rssi>,…``, ``"GSM",<rssi>``; all indices."""
    match _best(fields(answers, "AT^HCSQ?", "^HCSQ")):
        case "lte", [rssi, rsrp, sinr, rsrq, *_]:
            return Signal(
                technology="lte",
                rssi=_HCSQ_RSSI.level(rssi),
                rsrp=_HCSQ_RSRP.level(rsrp),
                rsrq=_HCSQ_RSRQ.level(rsrq),
                sinr=_HCSQ_SINR.level(sinr),
            )
        case ("gsm" | "umts") as technology, [rssi, *_]:
            return Signal(technology=technology, rssi=_HCSQ_RSSI.level(rssi))
        case technology, _:
            return Signal(technology=technology)


def _qcsq(answers: Answers) -> Signal:
    """``+QCSQ: "LTE",<rssi>,<rsrp>,<sinr>,<rsrq>``, ``"GSM",<rssi>``; SINR in fifths of a dB from -20 on."""
    match _best(fields(answers, "AT+QCSQ", "+QCSQ")):
        case "lte", [rssi, rsrp, sinr, rsrq, *_]:
            return Signal(
                technology="lte",
                rssi=level("rssi", rssi),
                rsrp=level("rsrp", rsrp),
                rsrq=level("rsrq", rsrq),
                sinr=_QCSQ_SINR.level(sinr),
            )
        case ("gsm" | "umts") as technology, [rssi, *_]:
            return Signal(technology=technology, rssi=level("rssi", rssi))
        case technology, _:
            return Signal(technology=technology)


def _qeng(answers: Answers) -> Signal:
    """``+QENG: "servingcell",<state>,"LTE",<is_tdd>,<mcc>,<mnc>,<cell>,<pcid>,<earfcn>,<band>,<ul>,<dl>,<tac>,…``.

    RSRP, RSRQ, RSSI and SINR follow. Its SINR is left out: firmware means dB, or steps of 2 or 0.2 dB from -20 on. With
    NR alone: ``<duplex>,<mcc>,<mnc>,<cell>,<pcid>,<tac>,<arfcn>,<band>,<dl>,<rsrp>,<rsrq>,<sinr>,…``, SINR in dB.
    """
    match _best(fields(answers, 'AT+QENG="servingcell"', "+QENG")):
        case "lte", [_, _, _, _, _, _, _, _, _, _, rsrp, rsrq, rssi, *_]:
            return Signal(
                technology="lte", rssi=level("rssi", rssi), rsrp=level("rsrp", rsrp), rsrq=level("rsrq", rsrq)
            )
        case "nr", [_, _, _, _, _, _, _, _, _, rsrp, rsrq, sinr, *_]:
            return Signal(technology="nr", rsrp=level("rsrp", rsrp), rsrq=level("rsrq", rsrq), sinr=level("sinr", sinr))
        case technology, _:
            return Signal(technology=technology)


def _cpsi(answers: Answers) -> Signal:
    """``+CPSI: LTE,<mode>,<mcc>-<mnc>,<tac>,<cell>,<pcid>,<band>,<earfcn>,<dl>,<ul>,<rsrq>,<rsrp>,<rssi>,<rssnr>``.

    SIM7500/SIM7600 tell the first three levels in tenths, SIM7000/SIM7070 in whole dB. A76xx tell indices there, which
    no manual explains; they are not read.
    """
    match _best(fields(answers, "AT+CPSI?", "+CPSI")):
        case "lte", [_, _, _, _, _, _, _, _, _, rsrq, rsrp, rssi, sinr, *_]:
            if level("rsrp", rsrp) is None:
                rsrq, rsrp, rssi = _tenth(rsrq), _tenth(rsrp), _tenth(rssi)
            if level("rsrp", rsrp) is None:
                return Signal(technology="lte")
            return Signal(
                technology="lte",
                rssi=level("rssi", rssi),
                rsrp=level("rsrp", rsrp),
                rsrq=level("rsrq", rsrq),
                sinr=level("sinr", sinr),
            )
        case technology, _:
            return Signal(technology=technology)


def _tenth(text: str) -> str:
    return f"{int(text) / 10:.1f}" if re.fullmatch(r"-[0-9]{1,4}", text) else ""


def _cesq(answers: Answers) -> Signal:
    """``+CESQ: <rxlev>,<ber>,<rscp>,<ecno>,<rsrq>,<rsrp>``, indices; 99 or 255 for what the technology has not."""
    for row in fields(answers, "AT+CESQ", "+CESQ"):
        match row:
            case [_, _, _, _, rsrq, rsrp, *_] if _CESQ_RSRP.level(rsrp) is not None:
                return Signal(technology="lte", rsrp=_CESQ_RSRP.level(rsrp), rsrq=_CESQ_RSRQ.level(rsrq))
            case [rxlev, *_] if _CESQ_RXLEV.level(rxlev) is not None:
                return Signal(technology="gsm", rssi=_CESQ_RXLEV.level(rxlev))
    return Signal()


def _csq(answers: Answers) -> Signal:
    """``+CSQ: <rssi>,<ber>``, an index and a bit error rate that is not used."""
    levels = (_CSQ.level(row[0]) for row in fields(answers, "AT+CSQ", "+CSQ"))
    return Signal(rssi=next((each for each in levels if each is not None), None))
