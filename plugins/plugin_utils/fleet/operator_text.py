# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The configuration file of a person's WireGuard app or of wg-quick (see wg-quick(8)), for one hub."""

from __future__ import annotations

import re
import typing as t

if t.TYPE_CHECKING:
    from collections.abc import Sequence

    from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.operator_access import OperatorHub

KEEPALIVE = 25
"""Seconds. Phones are behind NAT too."""

LONGEST_NAME = 15
"""Of a tunnel in the apps and of an interface on Linux; both take it from the file's name."""

HIDDEN = "(hidden)"
OTHER = "(hidden, another one)"

# wg(8) takes a comment behind a value, too.
_PRIVATE = re.compile(r"^[ \t]*PrivateKey[ \t]*=[ \t]*([^\s#]+)[ \t\r]*(?:#.*)?$", re.MULTILINE | re.IGNORECASE)


def tunnel_name(person: str, hub: str, hubs: int) -> str:
    """Return the name of the file less its ending: the *person*'s, with the *hub*'s where the fleet has several."""
    return person if hubs == 1 else f"{person}-{hub}"


def operator_text(  # noqa: PLR0913 # each is a line of the file
    fleet: str,
    person: str,
    hub: OperatorHub,
    *,
    public_key: str | None,
    private_key: str | None,
    dns: Sequence[str] = (),
    mtu: int | None = None,
) -> str:
    """Return the file of *person* for a *hub* that has a key.

    Without a *private_key* a comment says which one is to stand there. *dns* are addresses of servers, and domains that
    are searched.
    """
    lines = [
        f"# {person} at {hub.hub} of the fleet {fleet}, by farsite.fleet.operator_config",
        "[Interface]",
        f"PrivateKey = {private_key}" if private_key else f"# PrivateKey = {_missing(person, public_key)}",
        f"Address = {hub.address}",
    ]
    if dns:
        lines.append(f"DNS = {', '.join(dns)}")
    if mtu is not None:
        lines.append(f"MTU = {mtu}")
    lines += [
        "",
        "[Peer]",
        f"PublicKey = {hub.public_key}",
        f"Endpoint = {hub.endpoint}",
        f"AllowedIPs = {', '.join(map(str, hub.allowed))}",
        f"PersistentKeepalive = {KEEPALIVE}",
    ]
    return "".join(f"{line}\n" for line in lines)


def private_key_in(text: str) -> str | None:
    """Return the private key that stands in a file, whatever it is; None if there is none."""
    found = _PRIVATE.search(text)
    return found[1] if found else None


def masked(text: str, known: str | None = None) -> str:
    """Return a file's text as it may be shown; a private key that is not the *known* one is said to be another."""
    if known is None:
        known = private_key_in(text)
    return _PRIVATE.sub(lambda found: f"PrivateKey = {HIDDEN if found[1] == known else OTHER}", text)


def _missing(person: str, public_key: str | None) -> str:
    if public_key:
        return f"(put the private key here that belongs to the public key {public_key})"
    return f"(make a key pair, put the private key here, and send the public key for operators/{person}.pub)"
