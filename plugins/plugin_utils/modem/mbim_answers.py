# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What umbim prints of a modem on an MBIM port, read. Pure.

The questions are umbim's subcommands. The forms are those of github.com/openwrt/umbim (cli.c, mbim-enum.c), the same
since 2019: lines ``  name: value`` on stdout, but those of ``pinstate`` on stderr and without the spaces. The numbers
are those of MBIM 1.0 (USB-IF), in hexadecimal. The exit status is the state that was asked for, so it is also 0 for the
registration "unknown"; for an error N of the modem (MBIM 1.0, 9.4.5) it is 256 - N, and there is no text.
"""

from __future__ import annotations

import re
import typing as t

from ansible_collections.farsite.fleet.plugins.plugin_utils.modem.status import (
    TIMED_OUT,
    ModemStatus,
    Signal,
    Sim,
    silent,
)
from ansible_collections.farsite.fleet.plugins.plugin_utils.modem.values import addresses, identity, tries, words

if t.TYPE_CHECKING:
    from ansible_collections.farsite.fleet.plugins.plugin_utils.modem.status import Answers, Registration, SimState

CAPS = "caps"
SUBSCRIBER = "subscriber"
PIN_STATE = "pinstate"
RADIO = "radio"
REGISTRATION = "registration"
CONFIG = "config"
QUERIES = (CAPS, SUBSCRIBER, PIN_STATE, RADIO, REGISTRATION, CONFIG)
"""umbim cannot ask for the signal, and ``home`` is the card's network, not the one that serves."""

_FIELD = re.compile(r"\s*([A-Za-z][A-Za-z0-9_ ]*): ?(.*)")
_NUMBER = re.compile(r"([0-9A-F]{4,8})(?: - .*)?")
_PIN_TYPE = re.compile(r"([0-9]{1,2}) - .*")
_ABSENT_STRING = "(null)"
_UNLOCKED = "Pin Unlocked"
_TIMEOUT = "ERROR: mbim message timeout"

_SIM_NOT_INSERTED = 256 - 3

_READY_STATES: t.Mapping[int, SimState] = {1: "ready", 2: "absent"}
"""Not those that may mend themselves (0, 4), that have several reasons (3), or where the PIN tells more (6)."""
_PIN1, _PUK1 = 2, 11
_PIN_TYPES: t.Mapping[int, SimState] = {
    _PIN1: "pin",
    3: "ready",  # PIN 2 guards the card's own settings: Qualcomm modems ask for it when PIN 1 is done
    _PUK1: "puk",
    12: "ready",
}
_REGISTER_STATES: t.Mapping[int, Registration] = {
    1: "none",
    2: "searching",
    3: "home",
    4: "roaming",
    5: "roaming",  # a partner of the home network
    6: "denied",
}
_DATA_CLASSES: tuple[tuple[int, str], ...] = (
    (0x00000003, "gsm"),
    (0x0000001C, "umts"),
    (0x00000020, "lte"),
    (0x000000C0, "nr"),
    (0x00190000, "cdma"),
    (0x00260000, "evdo"),
)
"""MBIM_DATA_CLASS; 5G, beside LTE and alone, is from Microsoft's MBIM extensions 2.0."""


def read(answers: Answers) -> ModemStatus:
    """Return what the answers say, by the subcommands in QUERIES; one may be missing, or have failed.

    The text is stdout, for ``pinstate`` with stderr: without that the PIN's tries are not known.
    """
    caps, registration = _fields(answers, CAPS), _registration(answers)
    network = _fields(answers, REGISTRATION) if registration in ("home", "roaming") else {}
    config = _fields(answers, CONFIG)
    return ModemStatus(
        source="mbim",
        model=words(caps.get("hardwareinfo", [""])[0]),
        firmware=words(caps.get("firmwareinfo", [""])[0]),
        imei=identity("imei", caps.get("deviceid", [""])[0]),
        sim=_sim(answers),
        registration=registration,
        operator=words(network.get("provider_name", [""])[0]),
        operator_code=identity("plmn", network.get("provider_id", [""])[0]),
        signal=Signal(technology=_technology(network)),
        addresses=addresses(
            *(value.partition("/")[0] for name in ("ipv4address", "ipv6address") for value in config.get(name, []))
        ),
        silent=_silent(answers),
    )


def _silent(answers: Answers) -> tuple[str, ...]:
    hung = silent(answers)
    return tuple(query for query, answer in answers.items() if query in hung or _TIMEOUT in answer.text)


def _fields(answers: Answers, query: str) -> dict[str, list[str]]:
    """Return the values by name, of which ``ipv4address`` and some others may come more than once."""
    found: dict[str, list[str]] = {}
    answer = answers.get(query)
    if answer is None or answer.status == TIMED_OUT:  # its last line may be cut
        return found
    for line in answer.text.splitlines():
        match = _FIELD.fullmatch(line)
        if match and match[2] != _ABSENT_STRING:
            found.setdefault(match[1], []).append(match[2].strip())
    return found


def _number(fields: dict[str, list[str]], name: str) -> int | None:
    match = _NUMBER.fullmatch(fields.get(name, [""])[0])
    return int(match[1], 16) if match else None


def _sim(answers: Answers) -> Sim:
    subscriber, pin = _fields(answers, SUBSCRIBER), _fields(answers, PIN_STATE)
    match = _PIN_TYPE.fullmatch(pin.get("required pin", [""])[0])
    pin_type = int(match[1]) if match else None
    left = tries(pin.get("remaining attempts", [""])[0])  # -1 where the modem does not know
    puk_tries = left if pin_type == _PUK1 else None
    return Sim(
        state="blocked" if puk_tries == 0 else _sim_state(answers, subscriber, pin_type),
        pin_tries=left if pin_type == _PIN1 else None,
        puk_tries=puk_tries,
        imsi=identity("imsi", subscriber.get("subscriberid", [""])[0]),
        iccid=identity("iccid", subscriber.get("simiccid", [""])[0]),
    )


def _sim_state(answers: Answers, subscriber: dict[str, list[str]], pin_type: int | None) -> SimState:
    ready_state = _number(subscriber, "readystate")
    ready = None if ready_state is None else _READY_STATES.get(ready_state)
    if ready == "absent" or any(answer.status == _SIM_NOT_INSERTED for answer in answers.values()):
        return "absent"
    pin = answers.get(PIN_STATE)
    if pin_type is None and pin is not None and not pin.text.strip():
        pin_type = pin.status  # without stderr; 0 would be an unlocked card, or a lock of an unknown kind
    locked = None if pin_type is None else _PIN_TYPES.get(pin_type)
    if locked in ("pin", "puk"):
        return locked
    if ready_state is not None:
        return ready or "unknown"
    return "ready" if locked or (pin is not None and _UNLOCKED in pin.text) else "unknown"


def _registration(answers: Answers) -> Registration:
    state = _number(_fields(answers, REGISTRATION), "registerstate")
    registration = _REGISTER_STATES.get(state if state is not None else -1, "unknown")
    radio = _fields(answers, RADIO)
    off = any(radio.get(switch) == ["off"] for switch in ("hwradiostate", "swradiostate"))
    return "none" if registration == "unknown" and off else registration


def _technology(network: dict[str, list[str]]) -> str | None:
    """Return the only technology that the network offers here; which of several is in use is not told."""
    classes = _number(network, "availabledataclasses") or 0
    offered = [technology for bits, technology in _DATA_CLASSES if classes & bits]
    return offered[0] if len(offered) == 1 else None
