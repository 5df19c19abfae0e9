# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One site from its own data and the fleet's settings, without the files of other sites."""

from __future__ import annotations

import typing as t
from collections.abc import Mapping, Sequence

from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.addresses import site_addresses
from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.checks import check_site
from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.files import FLEET_FILE, site_file
from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.fleet import SiteView
from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.lan_checks import check_id
from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.model.fleet import FleetSettings
from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.model.site import Site
from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.problems import (
    FleetError,
    Place,
    Report,
    errors,
    path_text,
)
from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.reading import hub_views
from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.record import Record

if t.TYPE_CHECKING:
    from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.problems import Path

FOR_SITES = ("plugin", "name", "domain", "hub", "pools", "forward_ports")
"""The keys of ``fleet.yml`` that a site's configuration depends on; defaults are in its data already."""


def settings_for_sites(settings: object) -> dict[str, object]:
    """Return of the data of ``fleet.yml`` what ``site_view`` needs."""
    given = settings if isinstance(settings, Mapping) else {}
    return {key: given[key] for key in FOR_SITES if given.get(key) is not None}


def site_view(settings: object, keys: Mapping[str, str], name: str, data: object) -> SiteView:
    """Return the site *name*, the same as ``read_fleet`` does.

    *settings* is from ``settings_for_sites``, *keys* has the public keys of the hubs by their names, *data* is the
    site's with the defaults; secrets in it may be the values themselves. Raises FleetError with all that is wrong.
    """
    report = Report()
    fleet = Record(FleetSettings).read(settings, Place(report, FLEET_FILE))
    place = Place(report, site_file(name))
    site = Record(Site).read(data, place)
    if isinstance(fleet, FleetSettings) and isinstance(site, Site) and check_id(fleet, site, place):
        addresses = site_addresses(fleet, name, site)
        check_site(fleet, site, addresses, place)
        if not errors(report):
            hubs = tuple(hub for hub in hub_views(fleet, keys) if hub.settings.state == "active")
            return SiteView(name, site, addresses, fleet, hubs)
    raise FleetError(errors(report))


def values(data: object) -> dict[str, str]:
    """Return the text of every value in a site's data, by its path as people write it, such as ``uplink.pin``."""
    return {path_text(path): value if isinstance(value, str) else str(value) for path, value in _leaves(data, ())}


def _leaves(data: object, path: Path) -> t.Iterator[tuple[Path, object]]:
    if isinstance(data, Mapping):
        for key, value in data.items():
            yield from _leaves(value, (*path, str(key)))
    elif isinstance(data, Sequence) and not isinstance(data, str):
        for index, value in enumerate(data):
            yield from _leaves(value, (*path, index))
    elif data is not None:
        yield path, data
