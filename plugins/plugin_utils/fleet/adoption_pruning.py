# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A site's data as its file has them: only what is not so anyway, by the fleet's defaults or those of the model."""

from __future__ import annotations

import typing as t
from collections.abc import Mapping

from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.model.camera import Camera
from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.model.site import Site
from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.model.uplink import UPLINK
from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.record import Record, default_value, settings

Data = dict[str, t.Any]


def own_data(data: Data, defaults: object) -> Data:
    """Return what a site's file has to say for the site to have *data*, where the fleet has these *defaults*.

    *data* says None for what is not there; keys that it does not have are those of the defaults. ``uplink`` is a list.
    Of ``router_uci`` nothing is inherited, package by package, unless it is None.
    """
    inherited = defaults if isinstance(defaults, Mapping) else {}
    plain = {key: value for key, value in data.items() if key not in ("uplink", "cameras", "router_uci")}
    own = _own(Site, plain, inherited)
    own["uplink"] = _uplinks(data["uplink"], inherited.get("uplink"))
    listed = [_camera(camera, place) for place, camera in enumerate(data.get("cameras", ()), 1)]
    if listed:
        own["cameras"] = listed
    raw = raw_data(data.get("router_uci", {}), inherited.get("router_uci") or {})
    if raw:
        own["router_uci"] = raw
    return {key: own[key] for key in settings(Site) if key in own}


def raw_data(raw: Data | None, inherited: Data) -> Data:
    """Return what ``router_uci`` of the file has to say for the site to have *raw* where the fleet has *inherited*."""
    if raw is None:
        return {}
    wanted: Data = {name: [] for name in inherited} | raw
    return {name: sections for name, sections in wanted.items() if sections != inherited.get(name)}


def _own(model: type, data: Data, inherited: object) -> Data:
    known = inherited if isinstance(inherited, Mapping) else {}
    own: Data = {}
    for key, value in data.items():
        field, meta = settings(model)[key]
        default = known.get(key)
        if isinstance(value, dict) and isinstance(meta.kind, Record):
            below = _own(meta.kind.model, value, default)
            if below:
                own[key] = below
        elif value is None:
            if default is not None:
                own[key] = None
        elif value != (default_value(field.default) if default is None else default):
            own[key] = value
    return own


def _uplinks(uplinks: list[Data], inherited: object) -> Data | list[Data]:
    if len(uplinks) > 1:
        return [_uplink(uplink, {}) for uplink in uplinks]
    (uplink,) = uplinks
    same = isinstance(inherited, Mapping) and inherited.get("kind") == uplink["kind"]
    return _uplink(uplink, inherited if same else {})


def _uplink(uplink: Data, inherited: object) -> Data:
    given = {key: value for key, value in uplink.items() if key != "kind"}
    return {"kind": uplink["kind"], **_own(UPLINK.models[uplink["kind"]], given, inherited)}


def _camera(camera: Data, place: int) -> Data:
    own = _own(Camera, camera, {})
    if own.get("number") == place:
        del own["number"]
    return own
