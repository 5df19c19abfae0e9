# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The filter farsite.fleet.site_plans: from the results of a check to a document of plans."""

from __future__ import annotations

import time
import typing as t

from ansible_collections.farsite.fleet.plugins.plugin_utils.adapter.arguments import plain, site_variables
from ansible_collections.farsite.fleet.plugins.plugin_utils.report.drift_table import drift_table
from ansible_collections.farsite.fleet.plugins.plugin_utils.report.outcomes import RESULT
from ansible_collections.farsite.fleet.plugins.plugin_utils.report.plan_document import document, to_json

NEEDED = (RESULT, "tunnel_address")
"""The variables of a site that a document is made of."""
HUB_RESULT = "drift_hub"
"""The variable of a hub that the playbook drift notes what it has found in."""


def site_plans(
    sites: t.Iterable[t.Mapping[str, t.Any]],
    tunnels: t.Iterable[t.Mapping[str, t.Any]] = (),
    hubs: t.Iterable[t.Mapping[str, t.Any]] = (),
) -> dict[str, t.Any]:
    """Return the document of *sites* and *hubs*, each the variables of a host.

    Raises AnsibleFilterError for what is no host.
    """
    known = [
        (name, {key: plain(variables[key]) for key in NEEDED if key in variables})
        for name, variables in site_variables("site_plans", sites)
    ]
    compared = [
        (name, plain(variables[HUB_RESULT]))
        for name, variables in site_variables("site_plans", hubs)
        if HUB_RESULT in variables
    ]
    made = document(known, tunnels, int(time.time()), compared)
    states = {name: entry["state"] for name, entry in (*made["hubs"].items(), *made["sites"].items())}
    return {"json": to_json(made), "table": drift_table(made), "states": states}


class FilterModule:
    """What Ansible looks for in this file."""

    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        """Return the filter by its name."""
        return {"site_plans": site_plans}
