# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The access point name (APN) that a SIM card's operator has for the internet, by the card's IMSI. Pure.

``data/apn.json`` is the table, made by ``tools/apn.py``; it says which release of which database it is from. The key is
who issued the card, as its IMSI begins (3GPP TS 23.003, 2.2), never the network that it happens to be in.
"""

from __future__ import annotations

import dataclasses
import functools
import json
import pathlib
import re
import types
import typing as t

_DATA = pathlib.Path(__file__).with_name("data") / "apn.json"

_IMSI = re.compile(r"[0-9]{6,15}")
_NO_COUNTRY = "901"
"""The MCC that ITU-T E.212 has for networks of no country: machines, ships, satellites."""


@dataclasses.dataclass(frozen=True, slots=True)
class Access:
    """An access point for the internet, and what it wants to be told; ``operator`` has all who use it, by commas."""

    operator: str
    apn: str
    username: str | None = None
    password: str | None = None

    def __str__(self) -> str:
        """Return it as people read it. Nothing in it is a secret: the operators publish it."""
        credentials = (("username", self.username), ("password", self.password))
        words = [self.apn, *(f"{name} {value}" for name, value in credentials if value is not None)]
        return f"{', '.join(words)} ({self.operator})"


class ApnError(ValueError):
    """No APN follows from the IMSI: ``problems`` says why and what to write, ``candidates`` has those to choose."""

    def __init__(self, problem: str, candidates: tuple[Access, ...] = ()) -> None:
        """Take the message, and the access points to choose from if there are any."""
        super().__init__(problem)
        self.problems = (problem,)
        self.candidates = candidates


@functools.cache
def table() -> t.Mapping[str, tuple[Access, ...]]:
    """Return the access points by MCC and MNC (5 or 6 digits), each once, with all operators that have it."""
    networks: dict[str, list[dict[str, str]]] = json.loads(_DATA.read_text("utf-8"))["apn"]
    return types.MappingProxyType({code: _accesses(entries) for code, entries in networks.items()})


def lookup(imsi: str) -> Access:
    """Return the access point of the card with *imsi* (6 to 15 digits), if there is just one.

    The first 6 digits come before the first 5: an MNC has 3 or 2 digits, and the IMSI does not say how many. Two access
    points are two even if only user name or password differ. Raises ApnError otherwise. No message shows more of the
    IMSI than its first 6 digits: the rest says who the subscriber is.
    """
    if not _IMSI.fullmatch(imsi):
        raise ApnError(f"the modem gave no IMSI of 6 to 15 digits, so the operator is not known; {_write('NAME')}")
    code, accesses = _accesses_of(imsi)
    if len(accesses) == 1:
        return accesses[0]
    if accesses:
        raise ApnError(_ambiguous(code, accesses), accesses)
    if imsi.startswith(_NO_COUNTRY):
        raise ApnError(
            f"the SIM card is of no country (its IMSI begins with {_NO_COUNTRY}), such cards are not in the table of "
            f"APNs; {_write('NAME')}"
        )
    raise ApnError(
        f"the SIM card's operator is not in the table of APNs (its IMSI begins with {imsi[:6]}); {_write('NAME')}"
    )


def _accesses_of(imsi: str) -> tuple[str, tuple[Access, ...]]:
    code = next((imsi[:digits] for digits in (6, 5) if imsi[:digits] in table()), "")
    return code, table().get(code, ())


def _accesses(entries: t.Iterable[t.Mapping[str, str]]) -> tuple[Access, ...]:
    operators: dict[tuple[str, str | None, str | None], list[str]] = {}
    for entry in entries:
        names = operators.setdefault((entry["a"], entry.get("u"), entry.get("p")), [])
        if entry["n"] not in names:
            names.append(entry["n"])
    return tuple(Access(", ".join(names), *key) for key, names in operators.items())


def _ambiguous(code: str, accesses: tuple[Access, ...]) -> str:
    listed = "; ".join(map(str, accesses))
    if len({access.apn for access in accesses}) == 1:
        what = "the SIM card's operator has one APN with more than one user name or password"
        return (
            f"{what} (its IMSI begins with {code}): {listed}; {_write(accesses[0].apn)}, with its username and password"
        )
    return f"the SIM card's operator has more than one APN (its IMSI begins with {code}): {listed}; {_write('NAME')}"


def _write(apn: str) -> str:
    return f"write the APN of your contract in the site file: apn: {apn}"
