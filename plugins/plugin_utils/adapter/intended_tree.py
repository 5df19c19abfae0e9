# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The files below ``intended/`` of a fleet: rendered by the fleet package, with the shell of the router package."""

from __future__ import annotations

import functools
import typing as t

from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet import zone
from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.hub import intended_hub
from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.intended import intended
from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.rendering import render_hub, render_site
from ansible_collections.farsite.fleet.plugins.plugin_utils.router.script import source

if t.TYPE_CHECKING:
    from collections.abc import Collection

    from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.fleet import Fleet, SiteView
    from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.rendering import Tree


def host_names(fleet: Fleet) -> list[str]:
    """Return the names of all hosts of a fleet: the hubs and the sites, sorted."""
    return sorted([*(hub.name for hub in fleet.hubs), *fleet.sites])


def render_hosts(fleet: Fleet, hosts: Collection[str]) -> dict[str, Tree]:
    """Return the files of each of *hosts*, which are hosts of the fleet."""
    trees = {name: _site(fleet.sites[name]) for name in hosts if name in fleet.sites}
    trees |= {hub.name: render_hub(intended_hub(fleet, hub)) for hub in fleet.hubs if hub.name in hosts}
    first = fleet.active_hubs[0].name
    # without a domain of its own the fleet has no zone that anybody serves
    if fleet.settings.domain and first in hosts:
        trees[first][zone.FILE] = zone.zone_text(fleet)
    return dict(sorted(trees.items()))


def _site(view: SiteView) -> Tree:
    wanted = intended(view)
    return render_site(view, wanted, {file.script: _script(file.script) for file in wanted.files if file.script})


@functools.cache
def _script(name: str) -> str:
    return source(name)
