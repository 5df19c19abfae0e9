# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How the uses of a site's radios fit together: its access point, and uplinks that are clients."""

from __future__ import annotations

import typing as t

from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.model.uplink import WifiUplink

if t.TYPE_CHECKING:
    from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.model.site import Site
    from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.problems import Place


def check_radios(site: Site, place: Place) -> None:
    """Report what two users of one radio say differently, and what may not work where there are two."""
    users: dict[str, str] = {}
    countries: dict[str, tuple[str, str]] = {}
    for index, uplink in enumerate(site.uplink):
        if not isinstance(uplink, WifiUplink):
            continue
        where = place.at("uplink", index) if len(site.uplink) > 1 else place.at("uplink")
        shown = f"the uplink {uplink.name}"
        if users.setdefault(uplink.radio, shown) != shown:
            where.at("radio").problem(
                f"{users[uplink.radio]} uses {uplink.radio} too; most radios are the client of one network at a time",
                "warning",
            )
        _check_country(countries, uplink.radio, uplink.country, shown, where)
    access_point = site.wifi
    if access_point is None:
        return
    where = place.at("wifi")
    _check_country(countries, access_point.radio, access_point.country, "the access point", where)
    client = users.get(access_point.radio)
    if client is None:
        return
    if access_point.channel != "auto":
        where.at("channel").problem(
            f"found {access_point.channel}, but {client} uses {access_point.radio} too, on the channel of its network; "
            "say auto"
        )
    where.at("radio").problem(
        f"{client} uses {access_point.radio} too: while its network is out of reach the access point is off; take "
        "another radio if the router has one",
        "warning",
    )


def _check_country(
    countries: dict[str, tuple[str, str]], radio: str, country: str | None, user: str, place: Place
) -> None:
    if country is None:
        return
    first, first_user = countries.setdefault(radio, (country, user))
    if first != country:
        place.at("country").problem(
            f"found {country}, but {first_user} uses {radio} with {first}; a radio has one country"
        )
