# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A fleet as the hosts, groups and variables of an Ansible inventory, in plain data that any cache can keep."""

from __future__ import annotations

import re
import typing as t
from collections.abc import Mapping

from ansible_collections.farsite.fleet.plugins.plugin_utils.adapter.jump_host import jump_variables
from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.addresses import domain, ula
from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.hub import intended_hub
from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.kinds import Encrypted
from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.model.uplink import uplink_metric
from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.reading import merged_site
from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.site_view import settings_for_sites
from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.zone import zone_records

if t.TYPE_CHECKING:
    from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.addresses import CameraAddresses
    from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.files import FleetFiles
    from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.fleet import Fleet, HubView, SiteView
    from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.hub import HubForward, Peer
    from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.zone import ZoneRecord

ENCRYPTED = "__ansible_vault"
"""The only key of a mapping that stands for an encrypted value; Ansible writes them to JSON in the same way."""

SITES = "sites"
PLANNED = "planned"
HUB = "hub"

HUB_INTERFACE = "fleet"
"""Name of the WireGuard interface on every hub."""
ANYWHERE = "anywhere"


class InventoryData(t.TypedDict):
    """``hosts`` has the variables of each host; ``groups`` the hosts of each group; ``variables`` those of groups."""

    hosts: dict[str, dict[str, t.Any]]
    groups: dict[str, list[str]]
    variables: dict[str, dict[str, t.Any]]


def inventory_data(fleet: Fleet, files: FleetFiles, folder: str) -> InventoryData:
    """Return the inventory of a *fleet* that was read from *files* in *folder*."""
    hosts = {
        name: _site_variables(view, merged_site(files, name)[0]) | {"public_key": fleet.keys.get(name)}
        for name, view in fleet.sites.items()
    }
    # the group of planned sites is there without any, since plays leave it out by its name
    groups: dict[str, list[str]] = {SITES: list(fleet.sites), HUB: [hub.name for hub in fleet.hubs], PLANNED: []}
    for name, view in fleet.sites.items():
        for group in _groups(view):
            groups.setdefault(group, []).append(name)
    hosts |= {hub.name: _hub_variables(fleet, hub) for hub in fleet.hubs}
    hosts[fleet.active_hubs[0].name]["hub_dns_records"] = [_record(record) for record in zone_records(fleet)]
    variables: dict[str, dict[str, t.Any]] = {
        "all": {"fleet": _fleet_variable(fleet, files, folder)},
        SITES: {
            "ansible_user": "root",
            # nothing of Ansible's own facts works without Python; an empty list makes gathering cost nothing
            "ansible_facts_modules": [],
            **jump_variables(fleet.active_hubs[0].name),
            # whose router one is, by its key
            "fleet_site_keys": {name: fleet.keys[name] for name in fleet.sites if name in fleet.keys},
        },
        # so that a module is one exec: Debian and Ubuntu have their Python there, and sudo needs no terminal
        HUB: {"ansible_pipelining": True, "ansible_python_interpreter": "/usr/bin/python3"},
    }
    return {"hosts": hosts, "groups": dict(sorted(groups.items())), "variables": variables}


def _groups(view: SiteView) -> t.Iterator[str]:
    site = view.site
    if site.state == "planned":
        yield PLANNED
    yield _group("model", site.router.model)
    yield _group("release", site.router.release)
    yield _group("wave", str(site.wave))
    for kind in sorted({uplink.kind for uplink in site.uplink}):
        yield _group("uplink", kind)
    for label in site.labels:
        yield _group("label", label)


def _group(prefix: str, word: str) -> str:
    return re.sub(r"[^A-Za-z0-9_]", "_", f"{prefix}_{word}")


def _site_variables(view: SiteView, data: object) -> dict[str, t.Any]:
    addresses = view.addresses
    cameras = [_camera(camera) for camera in addresses.cameras]
    return {
        "ansible_host": str(addresses.tunnel),
        "site": _plain(data),
        "uplinks": _uplinks(view, data),
        "tunnel_address": str(addresses.tunnel),
        "tunnel_address6": str(addresses.tunnel6),
        "tunnel_interfaces": list(view.tunnels),
        "site_prefix": str(addresses.prefix),
        "site_prefix6": str(addresses.prefix6),
        "lan_prefix": str(addresses.lan),
        "lan_address": str(addresses.router),
        "dns_name": addresses.dns_name,
        "cameras": cameras,
        "forwards": [
            {"camera": camera["name"], "address": camera["address"], **forward}
            for camera in cameras
            for forward in camera["forwards"]
        ],
    }


def _uplinks(view: SiteView, data: object) -> list[dict[str, t.Any]]:
    """Return the uplinks as the site's file has them, each with its name and metric, also where it is the only one."""
    given = t.cast("dict[str, t.Any]", _plain(data))["uplink"]
    return [
        {**entry, "name": uplink.name, "metric": uplink_metric(uplink, index)}
        for index, (entry, uplink) in enumerate(
            zip(given if isinstance(given, list) else [given], view.site.uplink, strict=True)
        )
    ]


def _camera(camera: CameraAddresses) -> dict[str, t.Any]:
    return {
        "name": camera.camera.name,
        "number": camera.number,
        "address": str(camera.address),
        "address6": str(camera.address6),
        "lan_address": str(camera.lan_address),
        "dns_name": camera.dns_name,
        "mac": camera.camera.mac,
        "vendor": camera.camera.vendor,
        "forwards": [
            {"hub_port": forward.hub_port, "port": forward.port, "from": [str(source) for source in forward.sources]}
            for forward in camera.forwards
        ],
    }


def _hub_variables(fleet: Fleet, hub: HubView) -> dict[str, t.Any]:
    wanted = intended_hub(fleet, hub)
    pools = fleet.settings.pools
    site_networks = [str(pools.tunnel), str(pools.sites), str(ula(fleet.settings))]
    descriptions = {name: view.operator for name, view in fleet.operators.items()}
    return {
        "ansible_host": str(hub.settings.address),
        "tunnel_address": str(wanted.address),
        "tunnel_address6": str(wanted.address6),
        "dns_name": hub.addresses.dns_name,
        "hub_interface": HUB_INTERFACE,
        "hub_port": wanted.port,
        "hub_addresses": [f"{wanted.address}/32", f"{wanted.address6}/128"],
        "hub_pools": [str(pools.tunnel), str(pools.sites), str(wanted.operators), str(ula(fleet.settings))],
        "hub_site_networks": site_networks,
        "hub_peers": [_peer(peer) for peer in wanted.peers],
        "hub_retired_keys": list(fleet.retired_keys),
        "hub_forwards": [_hub_forward(forward) for forward in wanted.forwards],
        "hub_operators": [
            {
                "name": person.name,
                "addresses": [str(person.address)],
                "reaches": [str(network) for network in person.reaches],
                "hub": person.hub,
            }
            for person in wanted.people
        ],
        "operators": [
            {
                "name": person.name,
                "id": descriptions[person.name].id,
                "description": descriptions[person.name].description,
                "groups": list(descriptions[person.name].groups),
                "address": str(person.address),
                "public_key": person.public_key,
            }
            for person in wanted.people
        ],
    }


def _record(record: ZoneRecord) -> dict[str, t.Any]:
    return {"name": record.name, "type": record.type, "values": list(record.values), "ttl": record.ttl}


def _peer(peer: Peer) -> dict[str, t.Any]:
    shown: dict[str, t.Any] = {
        "name": peer.name,
        "public_key": peer.public_key,
        "allowed_ips": [str(network) for network in peer.allowed_ips],
    }
    if peer.preshared_key:
        shown["preshared_key"] = f"{{{{ hostvars['{peer.site}'].site.tunnel.preshared_key }}}}"
    return shown


def _hub_forward(forward: HubForward) -> dict[str, t.Any]:
    to_all = any(source.prefixlen == 0 for source in forward.sources)
    return {
        "name": f"{forward.site}/{forward.camera}",
        "port": forward.port,
        "address": str(forward.address),
        "target_port": forward.target_port,
        "from": ANYWHERE if to_all else [str(source) for source in forward.sources],
        "default_password": forward.default_password,
    }


def _fleet_variable(fleet: Fleet, files: FleetFiles, folder: str) -> dict[str, t.Any]:
    settings = fleet.settings
    hubs = {hub.name: _shown(hub) for hub in fleet.hubs}
    return {
        "name": settings.name,
        "domain": domain(settings),
        "folder": folder,
        "report_folder": f"{folder}/report",
        "hub": hubs[fleet.active_hubs[0].name],
        "hubs": list(hubs.values()),
        "pools": {
            "tunnel": str(settings.pools.tunnel),
            "sites": str(settings.pools.sites),
            "operators": str(settings.pools.operators),
            "ula": str(ula(settings)),
        },
        # from which a router's action makes the site's configuration by itself
        "settings": _plain(settings_for_sites(files.fleet)),
    }


def _shown(hub: HubView) -> dict[str, t.Any]:
    return {
        "name": hub.name,
        "number": hub.addresses.number,
        "state": hub.settings.state,
        "address": str(hub.settings.address),
        "port": hub.settings.port,
        "public_key": hub.public_key,
        "tunnel_address": str(hub.addresses.tunnel),
        "tunnel_address6": str(hub.addresses.tunnel6),
        "operators": str(hub.addresses.operators),
        "dns_name": hub.addresses.dns_name,
    }


def _plain(value: object) -> t.Any:
    if isinstance(value, Encrypted):
        return {ENCRYPTED: str(value)}
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return value
