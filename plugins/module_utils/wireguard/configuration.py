# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The texts that wg and wg-quick read: the file on disk, and that of a sync. Pure; source: wg(8), wg-quick(8).

Everything is in one file, so one rename changes all of it. It has no private key: a hook sets that from its own file,
as the last thing, since a key that could answer a handshake before the endpoints are back would learn newer ones.
Routes are in comment lines that a hook hands to ``ip -batch``: wg-quick itself starts two processes for each route.
It needs 0.1 ms for each line, so there are few of them.
wg-quick evaluates hooks with bash, under ``set -e -o pipefail``; all behind ``#`` is cut off. ``! …; true``: what
cannot be restored does not keep the interface down.
"""

from __future__ import annotations

import dataclasses
import re
import typing as t

from ansible_collections.farsite.fleet.plugins.module_utils.wireguard.networks import (
    Network,
    collapsed,
    in_order,
    loose_network,
)
from ansible_collections.farsite.fleet.plugins.module_utils.wireguard.peers import NO_KEY, Peer, Role, key_problem
from ansible_collections.farsite.fleet.plugins.module_utils.wireguard.running import Running, same_in_wireguard

FOLDER = "/etc/wireguard"
PROTOCOL = 171
"""Marks our routes (``ip route show proto 171``): a number that /etc/iproute2/rt_protos gives to nobody."""

_HEADER = "# Written by farsite.fleet.wireguard_peers, which undoes what is changed here."
_ENDPOINTS_HOOK = (
    f"PostUp = ! wg show %i peers | grep -F -f - {FOLDER}/%i.seen"
    r" | sed -n 's/^\([^ ]*\) [0-9]* \([0-9[][^ ]*\)$/peer \1 endpoint \2/p' | xargs -r -L 200 wg set %i; true"
)
_ROUTES_HOOK = f"PostUp = ! sed -n 's/^. ip //p' {FOLDER}/%i.conf | ip -force -batch -; true"
_KEY_HOOK = "PostUp = wg set %i private-key "
# The file's own lines are read before it is written again: sort opens its output last.
_SEEN_HOOK = (
    f"PreDown = umask 077; ! touch {FOLDER}/%i.seen; ! wg show %i dump | awk '$5 > 0 {{print $1, $5, $3}}'"
    f" | sort -k 1,1 -k 2,2nr - {FOLDER}/%i.seen | sort -u -k 1,1 -o {FOLDER}/%i.seen; true"
)
_ROLES: dict[Role, str] = {"next": "(next key)", "other": "(other key)", "kept": "(not of the fleet)"}
_LINE = re.compile(r"\s*([A-Za-z]+)\s*=\s*(.*?)\s*")
_PATH = re.compile(r"/[A-Za-z0-9/._+-]+", re.ASCII)
_INTERFACE = re.compile(r"[A-Za-z0-9_=+.-]{1,15}", re.ASCII)


@dataclasses.dataclass(frozen=True)
class Configuration:
    """What the file says. ``addresses`` are with their prefix lengths, ``fwmark`` is hexadecimal."""

    addresses: tuple[str, ...]
    mtu: int
    listen_port: int
    private_key_file: str
    fwmark: str | None
    peers: tuple[Peer, ...]


@dataclasses.dataclass(frozen=True)
class OnDisk:
    """A file that was found: its text, its peers, and the rest of it if it is one of ours."""

    text: str = dataclasses.field(repr=False)
    peers: t.Mapping[str, Peer]
    ours: Configuration | None


class ConfigurationError(ValueError):
    """A file that cannot be read; the message has the number of the line, and no secret."""


def interface_problem(text: str) -> str | None:
    """Return why *text* cannot be the name of an interface."""
    if _INTERFACE.fullmatch(text) and text not in (".", ".."):
        return None
    return f"interface: found {text!r}, expected 1 to 15 letters, digits or _ = + . -"


def path_problem(text: str) -> str | None:
    """Return why *text* cannot be the private key's path, which a hook contains."""
    if _PATH.fullmatch(text):
        return None
    return f"private_key_file: found {text!r}, expected an absolute path of letters, digits and / . _ + -"


def routes(peers: t.Iterable[Peer]) -> tuple[Network, ...]:
    """Return the fewest routes that cover the peers' addresses."""
    return collapsed(prefix for peer in peers for prefix in peer.allowed_ips)


def render(configuration: Configuration, interface: str, own_routes: t.Sequence[Network]) -> str:
    """Return the text of ``/etc/wireguard/INTERFACE.conf``; *own_routes* are ``routes`` of its peers."""
    lines = [
        _HEADER,
        "[Interface]",
        *(f"Address = {address}" for address in configuration.addresses),
        f"MTU = {configuration.mtu}",
        f"ListenPort = {configuration.listen_port}",
        *([f"FwMark = {configuration.fwmark}"] if configuration.fwmark else []),
        "Table = off",
        _ENDPOINTS_HOOK,
        _ROUTES_HOOK,
        _KEY_HOOK + configuration.private_key_file,
        _SEEN_HOOK,
        *(f"# ip route add {route} dev {interface} proto {PROTOCOL}" for route in own_routes),
    ]
    for peer in configuration.peers:
        lines.append(f"[Peer] # {peer.name}" if peer.name else "[Peer]")
        lines += [f"# {_ROLES[peer.role]}"] if peer.role else []
        lines += _peer_lines(peer, peer.endpoint)
    return "\n".join(lines) + "\n"


def render_sync(
    configuration: Configuration,
    private_key: str | None,
    running: Running,
    endpoints: t.Mapping[str, str | None],
) -> str:
    """Return the text of a ``wg addconf`` that makes what is *running* the configuration; peers that go are not in it.

    What is as it should be is not named: of each peer that is, wg takes the addresses away and gives them back, and
    wireguard-go opens its socket again for a port, so a tunnel could lose a packet. Preshared keys and keepalives that
    go are, since addconf leaves them as they were. *endpoints* are those to be set: for the other peers the learned
    ones stay.
    """
    lines = []
    if private_key != running.private_key:
        lines.append(f"PrivateKey = {private_key or NO_KEY}")
    if configuration.listen_port != running.listen_port:
        lines.append(f"ListenPort = {configuration.listen_port}")
    if configuration.fwmark != running.fwmark:
        lines.append(f"FwMark = {configuration.fwmark or 'off'}")
    if lines:
        lines.insert(0, "[Interface]")
    for peer in configuration.peers:
        before = running.peers.get(peer.public_key)
        if before and same_in_wireguard(before, peer) and peer.public_key not in endpoints:
            continue
        lines += ["[Peer]", *_peer_lines(peer, endpoints.get(peer.public_key))]
        if before and before.preshared_key and not peer.preshared_key:
            lines.append(f"PresharedKey = {NO_KEY}")
        if before and before.keepalive and not peer.keepalive:
            lines.append("PersistentKeepalive = off")
    return "".join(f"{line}\n" for line in lines)


def _peer_lines(peer: Peer, endpoint: str | None) -> list[str]:
    lines = [f"PublicKey = {peer.public_key}"]
    if peer.preshared_key:
        lines.append(f"PresharedKey = {peer.preshared_key}")
    if peer.allowed_ips:
        lines.append(f"AllowedIPs = {', '.join(map(str, peer.allowed_ips))}")
    if endpoint:
        lines.append(f"Endpoint = {endpoint}")
    if peer.keepalive:
        lines.append(f"PersistentKeepalive = {peer.keepalive}")
    return lines


def parse(text: str) -> OnDisk:
    """Return what a file of wg-quick says: all of it if it is one that ``render`` made, else its peers.

    Raises ConfigurationError.
    """
    interface: dict[str, list[str]] = {}
    sections: list[tuple[int, list[str], dict[str, list[str]]]] = []
    values: dict[str, list[str]] | None = None
    for number, line in enumerate(text.splitlines(), 1):
        content, hash_sign, comment = line.partition("#")
        header = content.strip().lower()
        if header == "[interface]":
            values = interface
        elif header == "[peer]":
            values = {}
            sections.append((number, [comment.strip()] if hash_sign else [], values))
        elif found := _LINE.fullmatch(content):
            if values is None:
                raise ConfigurationError(f"line {number}: a setting stands before [Interface]")
            values.setdefault(found[1].lower(), []).append(found[2])
        elif content.strip():
            raise ConfigurationError(f"line {number}: expected a section or NAME = VALUE")
        elif hash_sign and sections:
            sections[-1][1].append(comment.strip())
    peers: dict[str, Peer] = {}
    for number, comments, settings in sections:
        peer = _peer(number, comments, settings)
        peers[peer.public_key] = peer
    return OnDisk(text, peers, _ours(text, interface, peers))


def _peer(number: int, comments: t.Sequence[str], settings: t.Mapping[str, list[str]]) -> Peer:
    role: Role = next((role for role, mark in _ROLES.items() if mark in comments), "")
    name = comments[0] if comments and comments[0] not in _ROLES.values() else None
    (key,) = settings.get("publickey", [""])[-1:]
    (secret,) = settings.get("presharedkey", [None])[-1:]
    (endpoint,) = settings.get("endpoint", [None])[-1:]
    (keepalive,) = settings.get("persistentkeepalive", ["off"])[-1:]
    if problem := key_problem(key):
        raise ConfigurationError(f"the [Peer] of line {number}: PublicKey {problem}")
    allowed = [item.strip() for text in settings.get("allowedips", []) for item in text.split(",") if item.strip()]
    try:
        prefixes = in_order({loose_network(item) for item in allowed})
        seconds = int(keepalive) if keepalive not in ("off", "0") else None
    except ValueError as error:
        raise ConfigurationError(f"the [Peer] of line {number}: {error}") from error
    return Peer(key, prefixes, secret if secret != NO_KEY else None, endpoint, seconds, name, role)


def _ours(text: str, interface: t.Mapping[str, list[str]], peers: t.Mapping[str, Peer]) -> Configuration | None:
    if not text.startswith(_HEADER):
        return None
    key_hook = _KEY_HOOK.partition(" = ")[2]
    key_files = [hook.removeprefix(key_hook) for hook in interface.get("postup", []) if hook.startswith(key_hook)]
    try:
        return Configuration(
            tuple(interface.get("address", [])),
            int(interface["mtu"][0]),
            int(interface["listenport"][0]),
            key_files[0],
            interface.get("fwmark", [None])[0],
            tuple(peers.values()),
        )
    except (KeyError, IndexError, ValueError):
        # changed by hand beyond recognition: its peers still count
        return None
