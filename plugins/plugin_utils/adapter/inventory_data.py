# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A fleet as the hosts, groups and variables of an Ansible inventory, in plain data that any cache can keep."""

from __future__ import annotations

import re
import typing as t
from collections.abc import Mapping

from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.addresses import domain, ula
from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.kinds import Encrypted
from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.model.uplink import uplink_metric
from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.reading import merged_site

if t.TYPE_CHECKING:
    from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.addresses import CameraAddresses
    from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.fleet import Fleet, SiteView
    from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.reading import FleetFiles

ENCRYPTED = "__ansible_vault"
"""The only key of a mapping that stands for an encrypted value; Ansible writes them to JSON in the same way."""

SITES = "sites"
PLANNED = "planned"
HUB = "hub"


class InventoryData(t.TypedDict):
    """``hosts`` has the variables of each host; ``groups`` the hosts of each group; ``variables`` those of groups."""

    hosts: dict[str, dict[str, t.Any]]
    groups: dict[str, list[str]]
    variables: dict[str, dict[str, t.Any]]


def inventory_data(fleet: Fleet, files: FleetFiles, folder: str) -> InventoryData:
    """Return the inventory of a *fleet* that was read from *files* in *folder*."""
    hub = fleet.settings.hub.name
    hosts = {name: _site_variables(view, merged_site(files, name)[0]) for name, view in fleet.sites.items()}
    groups: dict[str, list[str]] = {SITES: list(fleet.sites), HUB: [hub]}
    for name, view in fleet.sites.items():
        for group in _groups(view):
            groups.setdefault(group, []).append(name)
    hosts[hub] = {
        "ansible_host": str(fleet.settings.hub.address),
        "tunnel_address": str(fleet.hub.tunnel),
        "tunnel_address6": str(fleet.hub.tunnel6),
    }
    variables: dict[str, dict[str, t.Any]] = {
        "all": {"fleet": _fleet_variable(fleet, folder)},
        SITES: {
            "ansible_user": "root",
            # nothing of Ansible's own facts works without Python; an empty list makes gathering cost nothing
            "ansible_facts_modules": [],
            # one line in known_hosts serves every address that a router is reached by
            "ansible_ssh_common_args": "-o HostKeyAlias={{ inventory_hostname }}",
        },
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
        "site_prefix": str(addresses.prefix),
        "site_prefix6": str(addresses.prefix6),
        "lan_prefix": str(addresses.lan),
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


def _fleet_variable(fleet: Fleet, folder: str) -> dict[str, t.Any]:
    settings = fleet.settings
    return {
        "name": settings.name,
        "domain": domain(settings),
        "folder": folder,
        "hub": {
            "name": settings.hub.name,
            "address": str(settings.hub.address),
            "port": settings.hub.port,
            "public_key": fleet.keys[settings.hub.name],
            "tunnel_address": str(fleet.hub.tunnel),
            "tunnel_address6": str(fleet.hub.tunnel6),
            "dns_name": fleet.hub.dns_name,
        },
        "pools": {
            "tunnel": str(settings.pools.tunnel),
            "sites": str(settings.pools.sites),
            "operators": str(settings.pools.operators),
            "ula": str(ula(settings)),
        },
    }


def _plain(value: object) -> t.Any:
    if isinstance(value, Encrypted):
        return {ENCRYPTED: str(value)}
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return value
