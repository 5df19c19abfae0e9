# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What every router has: name, description, time, log."""

from __future__ import annotations

import typing as t

from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet import time_zones
from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.fragment import Fragment, section
from ansible_collections.farsite.fleet.plugins.plugin_utils.uci.data import SectionData

if t.TYPE_CHECKING:
    from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.fleet import SiteView


def base(view: SiteView) -> Fragment:
    """Return the sections ``system`` and ``ntp``.

    The router knows the time zone by its POSIX form; ``zonename`` is what people see, and what is used where a
    package with zone files is there (base-files, ``/etc/init.d/system``).
    """
    system = view.site.system
    log = system.log
    remote = log.remote is not None
    description = view.site.description
    absent = (() if description else ("description",)) + (() if remote else ("log_ip", "log_port", "log_proto"))
    shared = section(
        "system",
        None,
        hostname=system.hostname or view.name,
        description=description,
        timezone=time_zones.posix(system.time_zone),
        zonename=system.time_zone,
        log_size=log.size,
        log_ip=log.remote,
        log_port=log.port if remote else None,
        log_proto=log.protocol if remote else None,
    )
    ntp = section(
        "timeserver",
        "ntp",
        enabled=True,
        enable_server=system.ntp.serve_lan,
        # Without an interface the server answers wherever the firewall lets a question through.
        interface="lan" if system.ntp.serve_lan else None,
        server=system.ntp.servers,
    )
    return Fragment(
        owned={"system": (ntp,)},
        shared={"system": (SectionData(shared, absent),)},
    )
