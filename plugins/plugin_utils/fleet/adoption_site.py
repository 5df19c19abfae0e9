# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a router's own network, name, log-in, tunnel and cameras are, in the words of a site's file.

Only as far as the model has words for it: what is not said here, or differs, ``adoption_rest`` finds.
"""

from __future__ import annotations

import ipaddress
import re
import typing as t

from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet import time_zones
from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.addresses import (
    FIRST_CAMERA_HOST,
    ROUTER_HOST,
    SITE_LENGTH,
    numbered,
)
from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.adoption_router import flag, number, text, words
from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.features.firewall import LAN
from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.features.lan import INTERFACE
from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.features.ssh import AUTHORIZED_KEYS
from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.features.tunnel import HUB_PEER
from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.model.camera import MOST_CAMERAS
from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.network_kinds import HOST_NAME

if t.TYPE_CHECKING:
    from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.adoption_router import FoundRouter, References
    from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.fleet import Fleet
    from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.model.fleet import FleetSettings
    from ansible_collections.farsite.fleet.plugins.plugin_utils.uci.document import Section

Data = dict[str, t.Any]

UTC = "UTC"
_ENDED_NAME = re.compile(r"camera_\w+")
_PEER_TYPE = "wireguard_"


def id_of_tunnel(found: FoundRouter, settings: FleetSettings) -> int | None:
    """Return the id that the address of the router's tunnel says, None without such a tunnel."""
    pool = settings.pools.tunnel
    for section in found.sections("network", "interface"):
        if text(section, "proto") == "wireguard":
            for word in words("network", section, "addresses"):
                address = _interface(word)
                if address is not None and address.ip in pool:
                    return int(address.ip) - int(pool.network_address)
    return None


def system(found: FoundRouter, name: str) -> Data:
    """Return ``system`` of the site *name*, with ``description``."""
    section = next(iter(found.sections("system", "system")), None)
    data: Data = {}
    if section is not None:
        hostname = text(section, "hostname")
        remote = text(section, "log_ip")
        log: Data = {"size": number(section, "log_size"), "remote": remote}
        if remote is not None:
            log |= {"port": number(section, "log_port"), "protocol": text(section, "log_proto")}
        data = {
            "description": text(section, "description") or "",
            "system": {
                "hostname": None if hostname == name else hostname,
                "time_zone": _time_zone(section),
                "log": log,
            },
        }
    servers = found.section("system", "timeserver", "ntp")
    if servers is not None:
        ntp = {"servers": list(words("system", servers, "server")), "serve_lan": flag(servers, "enable_server")}
        data.setdefault("system", {})["ntp"] = ntp
    return data


def _time_zone(section: Section) -> str:
    """Return a name for the time zone: LuCI writes blanks into it, and an old one may have the POSIX form only."""
    name, posix = (text(section, "zonename") or "").replace(" ", "_"), text(section, "timezone")
    table = time_zones.table()
    if name in table:
        return name
    return next((zone for zone in (UTC, *sorted(table)) if table[zone] == posix), UTC)


def ssh(found: FoundRouter) -> Data:
    """Return ``ssh``."""
    server = found.section("dropbear", "dropbear", "main") or next(iter(found.sections("dropbear", "dropbear")), None)
    data: Data = {"from_lan": _lan_may_log_in(found)}
    if server is not None and number(server, "Port") is not None:
        data["port"] = number(server, "Port")
    if AUTHORIZED_KEYS in found.files:
        lines = (line.strip() for line in found.files[AUTHORIZED_KEYS].text.splitlines())
        data["authorized_keys"] = list(dict.fromkeys(line for line in lines if line and not line.startswith("#")))
    return data


def _lan_may_log_in(found: FoundRouter) -> bool:
    zone = next((zone for zone in found.sections("firewall", "zone") if text(zone, "name") == LAN), None)
    if zone is None or text(zone, "input") == "ACCEPT":
        return True
    return found.section("firewall", "rule", "lan_ssh") is not None


def lan(found: FoundRouter, settings: FleetSettings, site_id: int) -> Data:
    """Return ``lan``: of the site's own prefix nothing is said, of another one its prefix."""
    section = found.section("network", "interface", INTERFACE)
    dhcp = found.section("dhcp", "dhcp", INTERFACE)
    data: Data = {"internet": _has_internet(found)}
    if dhcp is not None:
        enabled = flag(dhcp, "dynamicdhcp", default=True) and not flag(dhcp, "ignore")
        data["dhcp"] = {"enabled": enabled}
        given = {"first": number(dhcp, "start"), "count": number(dhcp, "limit"), "lease": text(dhcp, "leasetime")}
        data["dhcp"] |= {key: value for key, value in given.items() if value is not None}
    if section is None:
        return data
    address = address_of(section)
    if address is not None:
        own = ipaddress.IPv4Network((int(settings.pools.sites.network_address) + (site_id << 8), SITE_LENGTH))
        first = address.network.network_address + ROUTER_HOST
        data |= {
            "prefix": None if address.network == own else str(address.network),
            "address": None if address.ip == first else str(address.ip),
        }
    device = text(section, "device")
    return data | ({"device": device} if device else {})


def address_of(section: Section) -> ipaddress.IPv4Interface | None:
    """Return the first IPv4 address of an interface with its prefix length."""
    for word in words("network", section, "ipaddr"):
        netmask = text(section, "netmask")
        return _interface(word if "/" in word or netmask is None else f"{word}/{netmask}")
    return None


def _interface(word: str) -> ipaddress.IPv4Interface | None:
    try:
        return ipaddress.IPv4Interface(word)
    except ValueError:
        return None


def _has_internet(found: FoundRouter) -> bool:
    zones = {
        text(zone, "name")
        for zone in found.sections("firewall", "zone")
        if flag(zone, "masq") and text(zone, "name") != LAN
    }
    ways = found.sections("firewall", "forwarding")
    return any(text(way, "src") == LAN and text(way, "dest") in zones for way in ways)


def tunnel(found: FoundRouter, fleet: Fleet, references: References, usual_mtu: int) -> Data:
    """Return ``tunnel``, of the first hub that the router dials; nothing where it dials none."""
    peers = [section for section in found.package("network").sections if section.type.startswith(_PEER_TYPE)]
    for hub in fleet.active_hubs:
        suffix = numbered(hub.addresses.number)
        for peer in peers:
            name = peer.type.removeprefix(_PEER_TYPE)
            known = peer.name == HUB_PEER + suffix or (hub.public_key and text(peer, "public_key") == hub.public_key)
            if known and name.endswith(suffix):
                mtu = number(found.section("network", "interface", name), "mtu")
                data: Data = {
                    "interface": name.removesuffix(suffix),
                    "mtu": None if mtu == usual_mtu else mtu,
                    "preshared_key": references.option("network", peer, "preshared_key"),
                }
                keepalive = number(peer, "persistent_keepalive")
                return data | ({"keepalive": keepalive} if keepalive else {})
    return {}


def cameras(found: FoundRouter) -> tuple[list[Data], list[str]]:
    """Return ``cameras``, each with its number, and notes about leases that are none.

    Those that the fleet has set up, in the order of their rules. Without any, static leases of hand, of one device each
    in the LAN. What they are besides (vendor, forwards) no router knows.
    """
    rules = {section.name: place for place, section in enumerate(found.package("firewall").sections)}
    hosts = found.sections("dhcp", "host")
    hosts.sort(key=lambda host: rules.get(f"{host.name}_to_router", len(rules)))
    interface = found.section("network", "interface", INTERFACE)
    router = address_of(interface) if interface else None
    given: list[tuple[Data, int | None]] = []
    notes = []
    of_fleet = any(_number_of(host) is not None for host in hosts)
    for host in hosts:
        if of_fleet and _number_of(host) is None:
            notes.append(
                f"the static lease of {_called(host)} is no camera: the fleet has not made it, as it has others"
            )
            continue
        camera, problem = _camera(host, router, [data["name"] for data, _number in given])
        if camera is not None:
            given.append((camera, _number_of(host)))
        else:
            notes.append(f"the static lease of {_called(host)} is no camera: {problem}")
    taken = {wanted for _camera_data, wanted in given if wanted is not None}
    free = iter(wanted for wanted in range(1, MOST_CAMERAS + 1) if wanted not in taken)
    numbered_cameras = []
    for camera, wanted in given:
        own = wanted if wanted is not None else next(free, None)
        if own is None:
            notes.append(f"the static lease of {camera['name']} is no camera: a site has {MOST_CAMERAS} at most")
            continue
        usual = router.network.network_address + FIRST_CAMERA_HOST + own if router else None
        address = None if camera["address"] == str(usual) else camera["address"]
        numbered_cameras.append({**camera, "number": own, "address": address})
    return numbered_cameras, notes


def _called(host: Section) -> str:
    return text(host, "name") or host.name or "no name"


def _camera(host: Section, router: ipaddress.IPv4Interface | None, names: t.Collection[str]) -> tuple[Data | None, str]:
    name = (text(host, "name") or "").lower().replace("_", "-").partition(".")[0]
    macs, address = words("dhcp", host, "mac"), text(host, "ip")
    if not re.fullmatch(HOST_NAME.pattern, name) or name in names:
        return None, "it has no name of its own that a camera can have"
    if len(macs) != 1 or address is None:
        return None, "a camera has one MAC address and one IPv4 address"
    found = _interface(address)
    if router is None or found is None or found.ip not in router.network:
        return None, f"{address} is not in the LAN"
    return {"name": name, "mac": macs[0].lower(), "address": str(found.ip)}, ""


def _number_of(host: Section) -> int | None:
    """Return the number from which the fleet has made the camera's IPv6 address."""
    identifier = text(host, "hostid")
    if not _ENDED_NAME.fullmatch(host.name or "") or not identifier or not re.fullmatch(r"[0-9a-f]{1,4}", identifier):
        return None
    found = int(identifier, 16) - FIRST_CAMERA_HOST
    return found if 1 <= found <= MOST_CAMERAS else None
