# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Name, time and log of a router."""

from __future__ import annotations

import dataclasses

from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.kinds import Boolean, Choice, Integer, ListOf, Text
from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.network_kinds import DOMAIN_NAME, PORT, IpAddress
from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.record import Record, setting


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class TimeServers:
    """Where the router gets the time, and whether it gives it on."""

    servers: tuple[str, ...] = setting(
        ListOf(DOMAIN_NAME, least=1),
        "NTP servers.",
        default=(
            "0.openwrt.pool.ntp.org",
            "1.openwrt.pool.ntp.org",
            "2.openwrt.pool.ntp.org",
            "3.openwrt.pool.ntp.org",
        ),
    )
    serve_lan: bool = setting(
        Boolean(),
        "Whether the router answers NTP from its LAN, cameras included: the one service besides DHCP they then reach.",
        default=False,
    )


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Log:
    """Where the system log goes."""

    size: int = setting(Integer(16, 4096), "Size of the log in memory, in KiB.", default=64)
    remote: object = setting(
        IpAddress(0), "Syslog server that gets a copy.", default=None, derived="none: the log stays on the router"
    )
    port: int = setting(PORT, "Port of that server.", default=514)
    protocol: str = setting(Choice(("udp", "tcp")), "Protocol of that server.", default="udp")


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class System:
    """Name, time and log."""

    hostname: str | None = setting(
        Text("a host name of letters, digits and hyphens", r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"),
        "Host name.",
        default=None,
        derived="the site's name",
    )
    time_zone: str = setting(
        Text("the name of a time zone such as Europe/Berlin", r"[A-Za-z0-9_+-]+(?:/[A-Za-z0-9_+-]+)*"),
        "Time zone by its name in the IANA database.",
        default="UTC",
    )
    ntp: TimeServers = setting(Record(TimeServers), "Time servers.", default=TimeServers())
    log: Log = setting(Record(Log), "System log.", default=Log())
