# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""WireGuard peers: what a task says of them, checked as a whole, as values. Pure; source: wg(8)."""

from __future__ import annotations

import base64
import binascii
import dataclasses
import ipaddress
import re
import typing as t

from ansible_collections.farsite.fleet.plugins.module_utils.wireguard.networks import (
    Network,
    in_order,
    inside,
    network,
    order,
)

Data = t.Mapping[str, t.Any]
Role = t.Literal["", "next", "other", "kept"]
"""What a peer is besides one of the fleet's: the announced next key of the peer with that name, another key that keeps
its addresses until the right one is seen, one of others that is kept."""

NO_KEY = base64.b64encode(bytes(32)).decode()
"""How WireGuard writes that there is no preshared key."""

_KEY_BYTES = 32
_KEEPALIVE = range(1, 65536)
_PORTS = range(1, 65536)
_MOST_NAME = 100
_ENDPOINT = re.compile(r"(?:\[([0-9A-Fa-f:.]+)\]|([0-9.]+)):([0-9]{1,5})", re.ASCII)


@dataclasses.dataclass(frozen=True)
class Peer:
    """One peer. ``allowed_ips`` are in order; ``endpoint`` is that of the configuration, not a learned one."""

    public_key: str
    allowed_ips: tuple[Network, ...]
    preshared_key: str | None = dataclasses.field(default=None, repr=False)
    endpoint: str | None = None
    keepalive: int | None = None
    """Seconds; None: off."""
    name: str | None = None
    """For people, and to know two keys of one site; None for those of others."""
    role: Role = ""


class PeersError(ValueError):
    """Peers that cannot be set; ``problems`` has every one of them as ``path: message``, at least one."""

    def __init__(self, problems: t.Sequence[str]) -> None:
        """Take all the problems that were found."""
        super().__init__("\n".join(problems))
        self.problems = tuple(problems)


def key_problem(text: object) -> str | None:
    """Return why *text* is no key of WireGuard (32 bytes in base64, not all zero); None if it is one.

    The text itself is never told, since it may be a secret.
    """
    if not isinstance(text, str):
        return "is no text, expected a key: 32 bytes in base64"
    try:
        content = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return "is no base64, expected a key: 32 bytes in base64, 44 characters"
    if len(content) != _KEY_BYTES:
        return f"has {len(content)} bytes, expected 32: the base64 text of a key has 44 characters"
    if base64.b64encode(content).decode() != text:
        return "is no key as wg writes it, since its last character has bits too many; copy it anew"
    return "is all zero, which WireGuard takes for no key" if text == NO_KEY else None


def name_problem(text: object) -> str | None:
    """Return why *text* cannot be the name of a peer, which becomes a comment line; None if it can."""
    if isinstance(text, str) and text.isprintable() and text == text.strip() and 0 < len(text) <= _MOST_NAME:
        return "begins with '(', which marks what is no name" if text.startswith("(") else None
    return f"found {text!r}, expected 1 to {_MOST_NAME} characters in one line, no space at either end"


def key_problems(keys: t.Sequence[str], path: str) -> list[str]:
    """Return what is wrong with a list of public keys, as ``path[0]: message``."""
    return [f"{path}[{index}]: {problem}" for index, key in enumerate(keys) if (problem := key_problem(key))]


def read_networks(texts: t.Sequence[str], path: str) -> tuple[Network, ...]:
    """Return the prefixes in *texts*. Raises PeersError with all problems."""
    found, problems = [], []
    for index, text in enumerate(texts):
        try:
            found.append(network(text))
        except ValueError:
            problems.append(f"{path}[{index}]: found {text!r}, expected a prefix such as 10.80.17.0/24")
    if problems:
        raise PeersError(problems)
    return tuple(found)


def read_peers(data: t.Sequence[Data], pools: t.Sequence[Network] = (), own: t.Sequence[str] = ()) -> tuple[Peer, ...]:
    """Return the peers in *data*, dicts as in the module's argument ``peers``.

    With *pools* each of the allowed IPs must be in one of them; none may have one of the interface's *own* addresses.
    Raises PeersError with all problems, such as ``peers[3].allowed_ips[0]: …``. No message has a preshared key.
    """
    if not data:
        raise PeersError(["peers: is empty, which would remove every peer; expected at least one"])
    reading = _Reading(pools, [ipaddress.ip_interface(text).ip for text in own])
    peers = [peer for index, entry in enumerate(data) if (peer := reading.peer(entry, f"peers[{index}]"))]
    reading.check_secrets()
    reading.check_overlaps()
    if reading.problems:
        raise PeersError(reading.problems)
    return tuple(peers)


class _Reading:
    def __init__(
        self, pools: t.Sequence[Network], own: t.Sequence[ipaddress.IPv4Address | ipaddress.IPv6Address]
    ) -> None:
        self.pools = pools
        self.own = own
        self.problems: list[str] = []
        self.keys: dict[str, str] = {}
        self.names: dict[str, str] = {}
        self.secrets: list[tuple[str, str]] = []
        self.networks: list[tuple[Network, str]] = []

    def peer(self, entry: Data, path: str) -> Peer | None:
        before = len(self.problems)
        self._check_identity(entry["public_key"], entry["name"], path)
        secret = entry.get("preshared_key")
        if secret is not None:
            self.secrets.append((secret, f"{path}.preshared_key"))
            if problem := key_problem(secret):
                self.problems.append(f"{path}.preshared_key: {problem}")
        keepalive = entry.get("persistent_keepalive")
        if keepalive is not None and keepalive not in _KEEPALIVE:
            self.problems.append(
                f"{path}.persistent_keepalive: found {keepalive}, expected seconds, 1 to 65535; leave it out for none"
            )
        endpoint = self._endpoint(entry.get("endpoint"), path)
        networks = self._networks(entry["allowed_ips"], path)
        if len(self.problems) > before:
            return None
        return Peer(entry["public_key"], networks, secret, endpoint, keepalive, entry["name"])

    def _check_identity(self, key: str, name: str, path: str) -> None:
        if problem := key_problem(key):
            self.problems.append(f"{path}.public_key: {problem}")
        elif self.keys.setdefault(key, path) != path:
            self.problems.append(f"{path}.public_key: is that of {self.keys[key]} too; every peer has one of its own")
        if problem := name_problem(name):
            self.problems.append(f"{path}.name: {problem}")
        elif self.names.setdefault(name, path) != path:
            self.problems.append(f"{path}.name: {name!r} is that of {self.names[name]} too; every peer has its own")

    def _endpoint(self, text: str | None, path: str) -> str | None:
        if text is None:
            return None
        found = _ENDPOINT.fullmatch(text)
        try:
            if found and int(found[3]) in _PORTS:
                # as wg writes it
                return f"[{ipaddress.IPv6Address(found[1])}]:{int(found[3])}" if found[1] else _endpoint_4(found)
        except ValueError:
            pass
        self.problems.append(
            f"{path}.endpoint: found {text!r}, expected ADDRESS:PORT, with [ ] around IPv6; no name, since one that "
            "cannot be resolved keeps the interface down"
        )
        return None

    def _networks(self, texts: t.Sequence[str], path: str) -> tuple[Network, ...]:
        if not texts:
            self.problems.append(f"{path}.allowed_ips: is empty; a peer without an address gets and sends nothing")
        networks: list[Network] = []
        for index, text in enumerate(texts):
            where = f"{path}.allowed_ips[{index}]"
            try:
                found = network(text)
            except ValueError:
                self.problems.append(f"{where}: found {text!r}, expected a prefix such as 10.80.17.0/24")
                continue
            if problem := self._network_problem(found):
                self.problems.append(f"{where}: {problem}")
            networks.append(found)
            self.networks.append((found, where))
        return in_order(networks)

    def _network_problem(self, found: Network) -> str | None:
        if found.prefixlen == 0:
            return f"{found} would send all that the hub sends to this peer"
        if self.pools and not any(inside(found, pool) for pool in self.pools):
            return f"{found} is in none of the pools {', '.join(map(str, self.pools))}"
        mine = [str(address) for address in self.own if address in found]
        return f"{found} has the interface's own address {mine[0]}" if mine else None

    def check_secrets(self) -> None:
        self.problems += [
            f"{where}: is the public key of {self.keys[secret]}, which everybody knows; make one with wg genpsk"
            for secret, where in self.secrets
            if secret in self.keys
        ]

    def check_overlaps(self) -> None:
        """WireGuard gives a prefix that a second peer claims to that one, and takes it from the first."""
        widest: tuple[Network, str] | None = None
        for found, where in sorted(self.networks, key=lambda item: order(item[0])):
            if widest and widest[0].version == found.version and inside(found, widest[0]):
                self.problems.append(f"{where}: {found} overlaps {widest[0]} of {widest[1]}")
            else:
                widest = (found, where)


def _endpoint_4(found: re.Match[str]) -> str:
    return f"{ipaddress.IPv4Address(found[2])}:{int(found[3])}"
