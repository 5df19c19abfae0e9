# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The password of root on a router: what to ask, what came back, and which hashes there are (crypt(5))."""

from __future__ import annotations

import re
import typing as t

from ansible_collections.farsite.fleet.plugins.plugin_utils.router.errors import NotUsableError
from ansible_collections.farsite.fleet.plugins.plugin_utils.router.script import words

if t.TYPE_CHECKING:
    from ansible_collections.farsite.fleet.plugins.plugin_utils.router.observation import Observation

SOURCES = ("folders", "password")
"""The shell files that ``commands`` needs."""

State = t.Literal["same", "other", "empty"]
"""What root had: the password that it is to have, another one, or none at all."""

# musl, which OpenWrt has, knows these of crypt(5): MD5, Blowfish, SHA-256, SHA-512.
_HASH = re.compile(r"\*|\$(1|2[abxy]|5|6)\$[A-Za-z0-9./=,$-]{10,}")


def problem(password_hash: str | None) -> str | None:
    """Return what is wrong with what is to be root's field, without showing it; None if nothing is."""
    if password_hash is None or _HASH.fullmatch(password_hash):
        return None
    return (
        "password_hash: is no hash that OpenWrt knows; expected the output of openssl passwd -6, or * for no password "
        "that could be typed"
    )


def commands(password_hash: str | None, *, change: bool) -> list[str]:
    """Return what to ask with ``observe``; with *change* the router may write."""
    return [words("password", "set" if change else "look", password_hash or "")]


def read_state(observation: Observation) -> State:
    """Return what root had before. Raises NotUsableError where the router did not say."""
    told = observation.parts.get("password", ((), ""))[0]
    if told not in (("same",), ("other",), ("empty",)):
        raise NotUsableError(("the router did not tell whether root has a password",))
    return told[0]
