# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A site: one file, ``sites/<name>.yml``."""

from __future__ import annotations

import dataclasses

from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.kinds import (
    Anything,
    Choice,
    Integer,
    ListOf,
    Text,
)
from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.model.camera import Camera
from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.model.ddns import Ddns
from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.model.lan import Lan
from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.model.raw_uci import (
    RAW_UCI_SCHEMA,
    RawUci,
    read_raw_uci,
)
from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.model.router import Router
from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.model.ssh import Ssh
from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.model.system import System
from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.model.tunnel import Tunnel
from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.model.uplink import UPLINK, Uplink
from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.model.wifi import AccessPoint
from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.record import Record, setting

HIGHEST_ID = 65535
UNMANAGED = ("system", "lan", "uplink", "tunnel", "firewall", "cameras", "wifi", "ssh", "ddns")
"""What of a router the fleet may leave alone; each is a feature (``intended.FEATURES``)."""
WORD = Text("a word of lower-case letters, digits and _", r"[a-z][a-z0-9_]*")


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """A place with a router."""

    id: int = setting(
        Integer(1, HIGHEST_ID),
        "The site's number: unique, and never used again for another one. All its addresses follow from it.",
    )
    state: str = setting(
        Choice(("active", "planned")),
        "`planned`: its files are checked and rendered, but it needs no key yet and the hubs do not know it.",
        default="active",
    )
    description: str = setting(
        Text(),
        "What people want to know about it, in one line: `description` of the router's section `system`, which LuCI "
        "shows.",
        default="",
    )
    labels: tuple[str, ...] = setting(ListOf(WORD), "Groups `label_<word>` of the inventory that it is in.", default=())
    wave: int = setting(
        Integer(1, 99), "In which wave of a roll-out it gets changes. A group of the inventory.", default=1
    )
    router: Router = setting(Record(Router), "The device.")
    system: System = setting(Record(System), "Name, time and log.", default=System())
    ssh: Ssh = setting(Record(Ssh), "Log-in.", default=Ssh())
    uplink: tuple[Uplink, ...] = setting(
        ListOf(UPLINK, or_one=True, least=1, unique=False), "The uplink, or several in the order of preference."
    )
    tunnel: Tunnel = setting(Record(Tunnel), "WireGuard tunnel to the hub, or to each of several.", default=Tunnel())
    lan: Lan = setting(Record(Lan), "The network behind the router.", default=Lan())
    cameras: tuple[Camera, ...] = setting(ListOf(Record(Camera), unique=False), "Cameras.", default=())
    wifi: AccessPoint | None = setting(
        Record(AccessPoint, off=True), "Access point of the LAN.", default=None, derived="off: nothing is sent"
    )
    ddns: Ddns | None = setting(Record(Ddns, off=True), "DNS name of an uplink.", default=None, derived="off")
    packages: tuple[str, ...] = setting(
        ListOf(Text("the name of an OpenWrt package", r"[a-z0-9][a-z0-9+._-]*")),
        "Packages that are installed besides.",
        default=(),
    )
    unmanaged: tuple[str, ...] = setting(
        ListOf(Choice(UNMANAGED)),
        "Features of which the fleet gives the router nothing, while one that was set up by hand is taken over "
        "(`farsite.fleet.adopt`). Sections that have the names of what it would give stay as they are. What the router "
        "has under other names has to stand in `router_uci`: of a package of which the fleet gives anything else, such "
        "as `network`, the rest goes. `firewall` is also what isolates cameras.",
        default=(),
    )
    router_uci: tuple[RawUci, ...] = setting(
        Anything("a mapping of UCI packages to lists of sections", read_raw_uci, RAW_UCI_SCHEMA),
        "UCI sections that are merged last, over all that the features give: by package, each a list of sections with "
        "type, name and options. An option that is null is removed.",
        default=(),
    )
