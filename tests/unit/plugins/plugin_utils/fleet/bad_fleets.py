# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How bad fleets are made out of the small valid one. The tables of them are ``bad_*.py`` beside this file."""

from __future__ import annotations

import copy
import typing as t

from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.files import FleetFiles
from ansible_collections.farsite.fleet.tests.unit.plugins.plugin_utils.fleet.fleets import AUTHORIZED_KEY, small_files

if t.TYPE_CHECKING:
    from collections.abc import Iterable

Change = tuple[str, tuple[str | int, ...], t.Any]
"""A file (``fleet``, a site, or those below), the path in it, and the value it gets; GONE takes it away."""

Bad = dict[str, tuple[list[Change], list[str]]]
"""By kind: what is changed, and exactly the problems that come of it."""

GONE = object()
Q, D, F, K = "quarry-north", "depot", "fleet", "keys"
P, PK, R = "operators", "operator_keys", "retired_keys"
CAMERA = ("cameras", 0)
KEY4 = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAQ="
STATIC = {
    "kind": "ethernet",
    "protocol": "static",
    "address": "198.51.100.2/30",
    "gateway": "198.51.100.1",
    "dns": "198.51.100.1",
}
DDNS = {"service": "duckdns.org", "domain": "q.duckdns.org", "password": "{{ p }}"}
ROUTER = {"model": "x86", "release": "24.10"}
SSH = {"authorized_keys": [AUTHORIZED_KEY]}


def changed(changes: Iterable[Change]) -> FleetFiles:
    """Return the small valid fleet with these changes."""
    good = small_files()
    documents: dict[str, t.Any] = {F: good.fleet, K: dict(good.keys), P: {}, PK: {}, R: "", **good.sites}
    for name, path, value in changes:
        if not path:
            documents[name] = copy.deepcopy(value)
            continue
        parent = documents[name]
        for step in path[:-1]:
            parent = parent[step]
        if value is GONE:
            del parent[path[-1]]
        else:
            parent[path[-1]] = copy.deepcopy(value)
    fleet, keys, people, people_keys, retired = (documents.pop(name) for name in (F, K, P, PK, R))
    return FleetFiles(fleet, documents, keys, operators=people, operator_keys=people_keys, retired_keys=retired)
