# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""People with a VPN of their own: one file, ``operators/<name>.yml``; and what they may reach."""

from __future__ import annotations

import dataclasses
import typing as t

from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.kinds import (
    Boolean,
    Choice,
    Integer,
    Invalid,
    ListOf,
    Schema,
    Text,
)
from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.model.site import HIGHEST_ID, WORD
from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.network_kinds import HOST_NAME
from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.record import Record, setting

if t.TYPE_CHECKING:
    from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.problems import Place

ALL = "all"
CAMERA = Text("a camera such as quarry-north/gate", f"{HOST_NAME.pattern}/{HOST_NAME.pattern}")


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class SiteNames:
    """Names of sites, or all of them by the word for it."""

    def read(self, value: object, place: Place) -> tuple[str, ...] | Invalid:
        """Return the names; the word alone for ``all``, which no site can be called."""
        if value == ALL:
            return (ALL,)
        names = ListOf(HOST_NAME, or_one=True).read(value, place)
        if not isinstance(names, Invalid) and ALL in names:
            place.at(names.index(ALL)).problem(f"is no site; for all of them write {ALL} instead of the list")
            return Invalid.INVALID
        return names

    def schema(self) -> Schema:
        """Return the JSON Schema."""
        return {"anyOf": [{"const": ALL}, ListOf(HOST_NAME, or_one=True).schema()]}

    def describe(self) -> str:
        """Return what is expected."""
        return f"{ALL}, or names of sites"


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """What people may reach: of the sites by name or by label what `reach` says; single cameras besides."""

    sites: tuple[str, ...] = setting(SiteNames(), "Sites by name, or `all`.", default=())
    labels: tuple[str, ...] = setting(ListOf(WORD, or_one=True), "Sites that have one of these labels.", default=())
    reach: str = setting(
        Choice(("cameras", "everything")),
        "What of these sites: their cameras, or everything, which is the whole LAN and the router itself.",
        default="cameras",
    )
    cameras: tuple[str, ...] = setting(
        ListOf(CAMERA, or_one=True), "Single cameras, as `<site>/<camera>`, whatever `reach` says.", default=()
    )
    hub: bool = setting(Boolean(), "Whether they may log in to the hubs by SSH, through the tunnel.", default=False)

    def check(self, place: Place) -> bool:
        """Report what does not fit together."""
        if self.reach == "everything" and not (self.sites or self.labels):
            place.at("reach").problem("found everything, but neither sites nor labels that it could be of; give some")
            return False
        return True


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Operator:
    """A person, or a device of one: a WireGuard peer of every hub. The key is in `operators/<name>.pub`."""

    id: int = setting(
        Integer(1, HIGHEST_ID),
        "The person's number, unique among people. The tunnel address at each hub follows from it.",
    )
    description: str = setting(Text(), "What people want to know, in one line.", default="")
    groups: tuple[str, ...] = setting(
        ListOf(HOST_NAME, or_one=True),
        "Groups of `operator_groups` in `fleet.yml`; what they reach is added up.",
        default=(),
    )
    access: Access | None = setting(
        Record(Access), "What this person may reach besides.", default=None, derived="nothing besides"
    )
