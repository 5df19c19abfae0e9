# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a router is and does, from the parts that ``shell/facts.sh`` prints. Pure; what is not told is None."""

from __future__ import annotations

import ipaddress
import json
import re
import typing as t

from ansible_collections.farsite.fleet.plugins.module_utils.nftables.listing import ListingError
from ansible_collections.farsite.fleet.plugins.plugin_utils.router.errors import NotUsableError
from ansible_collections.farsite.fleet.plugins.plugin_utils.router.installed import installed_packages
from ansible_collections.farsite.fleet.plugins.plugin_utils.router.isolation import isolation

if t.TYPE_CHECKING:
    from ansible_collections.farsite.fleet.plugins.plugin_utils.router.installed import Manager
    from ansible_collections.farsite.fleet.plugins.plugin_utils.router.observation import Observation

Parts = t.Mapping[str, tuple[tuple[str, ...], str]]
Facts = dict[str, t.Any]

_CARRIERS = ipaddress.IPv4Network("100.64.0.0/10")
"""The addresses that carriers give behind their own NAT (RFC 6598)."""
_LEASE_WORDS = 5
_MAC = re.compile(r"(?:[0-9A-Fa-f]{2}:){5}[0-9A-Fa-f]{2}")
_XLAT = ipaddress.IPv4Network("192.0.0.0/29")
"""What a link that has IPv6 only is given for IPv4 (RFC 7335)."""


def commands(subset: t.Collection[str]) -> list[str]:
    """Return the shell commands that print the parts for the names in *subset*."""
    return [f"facts_{name}" for name in SUBSETS if name in subset]


def router_facts(observation: Observation, subset: t.Collection[str]) -> Facts:
    """Return the facts of the names in *subset*, and what is always told: staged edits and transactions.

    Raises NotUsableError where what the router says makes no sense.
    """
    facts: Facts = {}
    for name, read in SUBSETS.items():
        if name in subset:
            facts |= read(observation.parts)
    pending = observation.pending
    return facts | {
        "staged_edits": list(observation.staged),
        "transaction": {"id": pending[1], "state": pending[0]} if pending else None,
        "last_transaction": _last_transaction(observation.last),
    }


def usual_facts(facts: Facts) -> Facts:
    """Return those *facts* for which Ansible has names of its own, by these; what is not known is left out."""
    usual: Facts = {}
    if "release" in facts:
        release = facts["release"]
        version = release["version"]
        usual |= {
            "ansible_system": "Linux",
            "ansible_os_family": release["distribution"],
            "ansible_distribution": release["distribution"],
            "ansible_distribution_version": version,
            "ansible_distribution_major_version": version.partition(".")[0] if version else None,
            "ansible_hostname": facts["hostname"],
            "ansible_nodename": facts["hostname"],
            "ansible_kernel": facts["kernel"],
            "ansible_architecture": facts["machine"],
            "ansible_machine": facts["machine"],
        }
    if "memory" in facts:
        usual["ansible_uptime_seconds"] = facts["uptime"]
        for name, key in (("ansible_memtotal_mb", "total"), ("ansible_memfree_mb", "free")):
            amount = facts["memory"][key]
            usual[name] = None if amount is None else amount // 2**20
    if "package_manager" in facts:
        usual["ansible_pkg_mgr"] = facts["package_manager"]
    return {name: value for name, value in usual.items() if value is not None}


def nat_kind(address: str | None) -> str:
    """Return how the IPv4 *address* stands to the internet.

    ``public``, or translated: ``cgnat``, ``464xlat``, ``private``; ``none`` without an address.
    """
    if address is None:
        return "none"
    parsed = ipaddress.IPv4Address(address)
    if parsed in _CARRIERS:
        return "cgnat"
    if parsed in _XLAT:
        return "464xlat"
    return "public" if parsed.is_global else "private"


def _last_transaction(lines: t.Sequence[str]) -> Facts | None:
    found: Facts | None = None
    kept = []
    for line in lines:
        word, _blank, rest = line.partition(" ")
        if word == "kept":
            kept.append(rest)
        elif word in ("confirmed", "undone"):
            identifier, _blank, reason = rest.partition(" ")
            found = {"id": identifier, "end": word, "reason": reason or None}
    return None if found is None else found | {"kept": kept}


def _system(parts: Parts) -> Facts:
    board = _json(parts, "board")
    # 18.06 does not say all of it by ubus
    file = dict(_assignment(line) for line in _text(parts, "release").splitlines() if "=" in line)
    (machine, kernel), _rest = parts["machine"]
    return {
        "board": board.get("board_name"),
        "model": board.get("model"),
        "hostname": _text(parts, "hostname").strip(),
        "kernel": kernel,
        "machine": machine,
        "release": {
            "distribution": file.get("DISTRIB_ID"),
            "version": file.get("DISTRIB_RELEASE"),
            "revision": file.get("DISTRIB_REVISION"),
            "target": file.get("DISTRIB_TARGET"),
            "architecture": file.get("DISTRIB_ARCH"),
            "description": file.get("DISTRIB_DESCRIPTION"),
        },
    }


def _assignment(line: str) -> tuple[str, str]:
    name, _sign, value = line.partition("=")
    return name, value.strip("'\"")


def _resources(parts: Parts) -> Facts:
    memory = {words[0]: int(words[1]) * 1024 for words in _table(parts, "memory")}
    return {
        "uptime": int(float(_text(parts, "uptime").split()[0])),
        "load": [float(word) for word in _text(parts, "load").split()[:3]],
        "memory": {
            "total": memory.get("MemTotal:"),
            "free": memory.get("MemFree:"),
            "available": memory.get("MemAvailable:"),
        },
    }


def _storage(parts: Parts) -> Facts:
    # a long device name takes a line of its own, so the words are counted from the end
    total, _used, free, _share, place = _text(parts, "flash").split()[-5:]
    return {
        "flash": {"total": int(total) * 1024, "free": int(free) * 1024, "mounted_on": place},
        "overlay_on_tmpfs": overlay_on_tmpfs(_text(parts, "mounts")),
    }


def overlay_on_tmpfs(mounts: str) -> bool:
    """Return whether what is written now is lost at the next boot, from lines of ``/proc/mounts``.

    So it is on the first boots after a flash, until the flash's file system is ready.
    """
    return any(
        (place == "/overlay" and kind == "tmpfs") or (place == "/" and (kind == "tmpfs" or "upperdir=/tmp/" in options))
        for _device, place, kind, options, *_rest in (line.split() for line in mounts.splitlines() if line.strip())
    )


def _packages(parts: Parts) -> Facts:
    if "packages" not in parts:
        return {"package_manager": None, "packages": None}
    (manager,), text = parts["packages"]
    return {
        "package_manager": manager,
        "packages": {
            name: package.version for name, package in installed_packages(t.cast("Manager", manager), text).items()
        },
    }


def _interfaces(parts: Parts) -> Facts:
    return {"interfaces": [_interface(entry) for entry in _json(parts, "interfaces").get("interface", [])]}


def _interface(entry: Facts) -> Facts:
    ipv4 = entry.get("ipv4-address", [])
    ipv6 = [
        *entry.get("ipv6-address", []),
        *(part["local-address"] for part in entry.get("ipv6-prefix-assignment", []) if part.get("local-address")),
    ]
    return {
        "name": entry["interface"],
        "up": entry.get("up", False),
        "proto": entry.get("proto"),
        "device": entry.get("l3_device") or entry.get("device"),
        "uptime": entry.get("uptime"),
        "ipv4": [_with_prefix(address) for address in ipv4],
        "ipv6": [_with_prefix(address) for address in ipv6],
        "errors": [error["code"] for error in entry.get("errors", []) if error.get("code")],
        "default_route": any(route.get("mask") == 0 for route in entry.get("route", [])),
        "nat": nat_kind(ipv4[0]["address"] if ipv4 else None),
    }


def _with_prefix(address: Facts) -> str:
    return f"{address['address']}/{address['mask']}"


def _tunnels(parts: Parts) -> Facts:
    if "tunnels" not in parts:
        return {"tunnels": []}
    (now,), _text_of_part = parts["tunnels"]
    tunnels: dict[str, Facts] = {}
    for interface, kind, *words in _table(parts, "tunnels"):
        tunnel = tunnels.setdefault(
            interface, {"interface": interface, "public_key": None, "listen_port": None, "peers": {}}
        )
        match kind, words:
            case "public-key", (key,):
                tunnel["public_key"] = _or_none(key)
            case "listen-port", (port,):
                tunnel["listen_port"] = int(port) or None
            case "endpoints", (key, endpoint):
                _peer(tunnel, key)["endpoint"] = _or_none(endpoint)
            case "latest-handshakes", (key, moment):
                _peer(tunnel, key)["handshake_age"] = max(int(now) - int(moment), 0) if int(moment) else None
            case "transfer", (key, received, sent):
                _peer(tunnel, key).update(received=int(received), sent=int(sent))
    return {"tunnels": [tunnel | {"peers": list(tunnel["peers"].values())} for tunnel in tunnels.values()]}


def _peer(tunnel: Facts, key: str) -> Facts:
    # the answers are moments apart, so a peer may be in some of them only
    unknown = {"public_key": key, "endpoint": None, "handshake_age": None, "received": None, "sent": None}
    return t.cast("Facts", tunnel["peers"].setdefault(key, unknown))


def _or_none(word: str) -> str | None:
    return None if word == "(none)" else word


def _access(parts: Parts) -> Facts:
    state = parts["access"][0] if "access" in parts else ()
    return {"root_password_empty": state == ("empty",) if state in (("empty",), ("set",)) else None}


def _isolation(parts: Parts) -> Facts:
    text = _text(parts, "ruleset") if "ruleset" in parts else ""
    try:
        return {"camera_isolation": isolation(text) if text.strip() else None}
    except ListingError as error:
        raise NotUsableError((f"ruleset: {error}",)) from None


def _leases(parts: Parts) -> Facts:
    if "leases" not in parts:
        return {"leases": None}
    # dnsmasq(8), --dhcp-leasefile: moment, MAC and IPv4 address, name or *, client's id; lines of IPv6 have others
    known = [words for words in _table(parts, "leases") if len(words) == _LEASE_WORDS and _MAC.fullmatch(words[1])]
    return {
        "leases": [
            {"mac": mac.lower(), "address": address, "name": None if name == "*" else name}
            for _moment, mac, address, name, _id in known
        ]
    }


def _text(parts: Parts, name: str) -> str:
    return parts[name][1]


def _table(parts: Parts, name: str) -> list[list[str]]:
    return [line.split() for line in _text(parts, name).splitlines() if line.strip()]


def _json(parts: Parts, name: str) -> Facts:
    text = _text(parts, name)
    try:
        return json.loads(text) if text.strip() else {}
    except json.JSONDecodeError as error:
        raise NotUsableError((f"{name}: the answer of the router's ubus is no JSON: {error}",)) from None


SUBSETS: dict[str, t.Callable[[Parts], Facts]] = {
    "system": _system,
    "resources": _resources,
    "storage": _storage,
    "packages": _packages,
    "interfaces": _interfaces,
    "tunnels": _tunnels,
    "access": _access,
    "isolation": _isolation,
    "leases": _leases,
}
"""The names that a task can ask for, and what reads their parts."""
