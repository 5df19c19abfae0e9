# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a modem says of itself, its SIM card and its network, whatever it was asked through."""

from __future__ import annotations

import dataclasses
import typing as t

Registration = t.Literal["home", "roaming", "searching", "denied", "none", "unknown"]
"""With a network: its own, another one, looking for one, refused by it, neither (the radio is off), not told."""

SimState = t.Literal["ready", "pin", "puk", "blocked", "absent", "unknown"]
"""Usable, asks for its PIN, for its PUK, dead for ever, not there, not told."""

Source = t.Literal["qmi", "mbim", "at", "hilink", "zte", "modemmanager"]

_RSRP_WORDS = ((-80, "excellent"), (-90, "good"), (-100, "fair"), (-115, "poor"))
_RSSI_WORDS = ((-65, "excellent"), (-75, "good"), (-85, "fair"), (-100, "poor"))
"""From these dBm on; below the last: none. As usual among those who align antennas."""


@dataclasses.dataclass(frozen=True, slots=True)
class Answer:
    """What one question brought: the exit status of the program (0 for a port or HTTP that answered) and the text."""

    status: int
    text: str


Answers = t.Mapping[str, Answer]
"""By the question, as in the ``QUERIES`` of who reads them. One that was not answered in time has the status 124."""

TIMED_OUT = 124


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Sim:
    """The SIM card. Tries are those left before the card locks itself."""

    state: SimState = "unknown"
    pin_tries: int | None = None
    puk_tries: int | None = None
    imsi: str | None = None
    iccid: str | None = None


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Signal:
    """How well the modem hears the network: RSSI and RSRP in dBm, RSRQ and SINR in dB (3GPP TS 36.214)."""

    technology: str | None = None
    """``gsm``, ``umts``, ``lte``, ``nr``, …"""
    rssi: float | None = None
    rsrp: float | None = None
    rsrq: float | None = None
    sinr: float | None = None

    @property
    def quality(self) -> str | None:
        """A word for it: ``excellent``, ``good``, ``fair``, ``poor`` or ``none``; None where nothing is told."""
        for value, words in ((self.rsrp, _RSRP_WORDS), (self.rssi, _RSSI_WORDS)):
            if value is not None:
                return next((word for limit, word in words if value >= limit), "none")
        return None


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class ModemStatus:
    """One modem. What it did not tell is None, empty or ``unknown``; ``silent`` are questions that timed out."""

    source: Source
    manufacturer: str | None = None
    model: str | None = None
    firmware: str | None = None
    imei: str | None = None
    sim: Sim = Sim()
    registration: Registration = "unknown"
    operator: str | None = None
    operator_code: str | None = None
    """MCC and MNC of the network that it is registered with, such as ``26201``."""
    signal: Signal = Signal()
    addresses: tuple[str, ...] = ()
    """Of the bearer, IPv4 and IPv6, without a prefix."""
    silent: tuple[str, ...] = ()


def silent(answers: Answers) -> tuple[str, ...]:
    """Return the questions that were not answered in time."""
    return tuple(question for question, answer in answers.items() if answer.status == TIMED_OUT)


def combined(first: ModemStatus, second: ModemStatus) -> ModemStatus:
    """Return *first*, with what it does not tell from *second*, which was asked another way."""
    return dataclasses.replace(
        _filled(first, second),
        sim=_filled(first.sim, second.sim),
        signal=first.signal if first.signal.quality else second.signal,
        silent=(*first.silent, *second.silent),
    )


_R = t.TypeVar("_R", ModemStatus, Sim)


def _filled(first: _R, second: _R) -> _R:
    missing = {
        field.name: getattr(second, field.name)
        for field in dataclasses.fields(first)
        if getattr(first, field.name) in (None, "unknown", ())
    }
    return dataclasses.replace(first, **missing)
