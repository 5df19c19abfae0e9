# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""All that can be told of a site from its router, and what its old file says that no router knows."""

from __future__ import annotations

import typing as t
from collections.abc import Mapping

from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet import adoption_site, adoption_uplinks
from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.features.tunnel import MTU, MTU_LTE
from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.model.router import RELEASES

if t.TYPE_CHECKING:
    from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.adoption_router import FoundRouter, References
    from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.files import FleetFiles
    from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.fleet import Fleet

Data = dict[str, t.Any]

PLANNED = "planned"
"""The state of a site whose router has no key that the fleet knows."""
_OF_PEOPLE = ("state", "labels", "wave")
_OF_PEOPLE_CAMERA = ("vendor", "default_password", "forward")


def site_data(  # noqa: PLR0913, PLR0917 # each is a thing of its own
    found: FoundRouter, fleet: Fleet, files: FleetFiles, name: str, site_id: int, references: References
) -> tuple[Data, list[str]]:
    """Return the data of the site *name*, ``uplink`` as a list, and notes about what it could not say.

    A key that is there with None is not there on the router; one that is not there is not known.
    """
    router: Data = {"model": found.model} if found.model else {}
    cameras, notes = adoption_site.cameras(found)
    if found.release in RELEASES:
        router["release"] = found.release
    elif found.release:
        notes.append(f"OpenWrt {found.release} is none that a site can have: {', '.join(RELEASES)}")
    uplinks = adoption_uplinks.uplinks(found, references)
    mtu = MTU_LTE if any(uplink["kind"] == "lte" for uplink in uplinks) else MTU
    if not uplinks:
        notes.append("no interface of the router is an uplink that a site can have")
        uplinks = [{"kind": "ethernet"}]
    data: Data = {
        "id": site_id,
        "router": router,
        **adoption_site.system(found, name),
        "ssh": adoption_site.ssh(found),
        "uplink": uplinks,
        "tunnel": adoption_site.tunnel(found, fleet, references, mtu),
        "lan": adoption_site.lan(found, fleet.settings, site_id),
        "cameras": cameras,
        "wifi": adoption_uplinks.access_point(found, references),
        "ddns": adoption_uplinks.ddns(found, references),
    }
    if found.added is not None:
        data["packages"] = list(found.added)
    if data["ddns"] is not None:
        _follow(data["ddns"], uplinks)
    _keep(data, files.sites.get(name))
    if data.setdefault("state", None if name in files.keys else PLANNED) == PLANNED and _has_joined(found, fleet):
        data["state"] = None
    return data, notes


def _has_joined(found: FoundRouter, fleet: Fleet) -> bool:
    """Return whether the router has a tunnel to the fleet, and a key that may be stored."""
    if found.public_key is None or found.public_key in fleet.retired_keys:
        return False
    return adoption_site.id_of_tunnel(found, fleet.settings) is not None


def _follow(ddns: Data, uplinks: list[Data]) -> None:
    """Say that the uplink whose address is kept can be reached, which no router knows."""
    for uplink in uplinks:
        if uplink.get("name") == ddns["uplink"]:
            uplink["public_address"] = True
    if uplinks[0].get("name") == ddns["uplink"]:
        ddns["uplink"] = None


def _keep(data: Data, old: object) -> None:
    """Take over from the *old* file what no router knows."""
    if not isinstance(old, Mapping):
        return
    data |= {key: old[key] for key in _OF_PEOPLE if old.get(key) is not None}
    listed = old.get("cameras")
    cameras = [camera for camera in listed if isinstance(camera, Mapping)] if isinstance(listed, list) else []
    known = {str(camera.get("mac")).lower().replace("-", ":"): camera for camera in cameras}
    for camera in data["cameras"]:
        more = known.get(camera["mac"], {})
        camera |= {key: more[key] for key in _OF_PEOPLE_CAMERA if more.get(key) is not None}
