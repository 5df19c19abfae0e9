# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Sites and reports for the tests."""

from __future__ import annotations

import typing as t

from hypothesis import settings
from hypothesis import strategies as st

from ansible_collections.farsite.fleet.plugins.plugin_utils.report.data import (
    Bearer,
    Camera,
    Hub,
    Report,
    Router,
    Service,
    Site,
    Tunnel,
)
from ansible_collections.farsite.fleet.plugins.plugin_utils.report.state import report

NOW = 1795308732
ANSWERS = Service(status=200)


def camera(name: str = "gate", **changes: t.Any) -> Camera:
    """Return a camera in order."""
    usual: dict[str, t.Any] = {"rtsp": ANSWERS, "http": Service(status=401), "isolation": "held", "refused": 42}
    return Camera(name=name, **{"address": "10.80.17.11", "codecs": ("H264",), **usual, **changes})


def site(name: str = "quarry-north", age: int | None = 41, **changes: t.Any) -> Site:
    """Return a site in order; *age* is that of the handshake at the only hub."""
    tunnel = Tunnel(hub="hub-1", handshake_age=age, last_seen=None if age is None else NOW - age)
    usual: dict[str, t.Any] = {
        "tunnel_address": "10.79.0.17",
        "prefix": "10.80.17.0/24",
        "reachable": True,
        "tunnels": (tunnel,),
        "bearers": (Bearer(interface="lte", up=True, nat="carrier-grade", technology="LTE", signal=-97),),
        "router": Router(model="TP-Link TL-MR3020 v3", release="24.10.3", uptime=90, flash_free=3788800),
        "cameras": (camera(),),
    }
    return Site(name=name, **{**usual, **changes})


def fleet(*sites: Site, hubs: tuple[Hub, ...] = (Hub(name="hub-1", address="203.0.113.5", reachable=True),)) -> Report:
    """Return the report of *sites*."""
    return report("quarries", NOW, hubs, sites)


NASTY = (
    "<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "&lt;", "'", "\x1b[31m", "\u202eevil", "]]>", "--"
)  # fmt: skip


texts = st.one_of(st.sampled_from(NASTY), st.text(max_size=12))
services = st.none() | st.builds(Service, status=st.none() | st.integers(100, 599), problem=st.none() | texts)
numbers = st.none() | st.integers(0, 10**10)
cameras = st.builds(
    Camera,
    name=texts,
    address=st.none() | texts,
    rtsp=services,
    http=services,
    codecs=st.lists(texts, max_size=2).map(tuple),
    isolation=st.sampled_from([None, "held", "open", "cannot tell"]),
    refused=numbers,
)
tunnels = st.builds(Tunnel, hub=texts, handshake_age=numbers, last_seen=numbers, endpoint=st.none() | texts)
bearers = st.builds(
    Bearer,
    interface=texts,
    up=st.booleans(),
    nat=texts,
    technology=st.none() | texts,
    operator=st.none() | texts,
    signal=st.none() | st.integers(-200, 0),
    quality=st.none() | texts,
)
sites = st.builds(
    Site,
    name=texts,
    planned=st.booleans(),
    tunnel_address=st.none() | texts,
    prefix=st.none() | texts,
    reachable=st.none() | st.booleans(),
    error=st.none() | texts,
    warnings=st.lists(texts, max_size=2).map(tuple),
    tunnels=st.lists(tunnels, max_size=1).map(tuple),
    bearers=st.lists(bearers, max_size=1).map(tuple),
    router=st.builds(Router, model=st.none() | texts, release=st.none() | texts, uptime=numbers, flash_free=numbers),
    cameras=st.lists(cameras, max_size=2).map(tuple),
    changed=st.none() | st.booleans(),
    failed=st.none() | st.booleans(),
)
hubs = st.builds(
    Hub, name=texts, address=st.none() | texts, reachable=st.none() | st.booleans(), error=st.none() | texts
)
reports = st.builds(
    report, texts, st.integers(0, 2 * 10**9), st.lists(hubs, min_size=1, max_size=2), st.lists(sites, max_size=2)
)
"""Reports in which every text is a stranger's."""

few = settings(max_examples=20)
"""For properties of whole reports, of which one takes long to make."""
