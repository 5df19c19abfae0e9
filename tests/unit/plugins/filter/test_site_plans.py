# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import json
import typing as t

import pytest
from ansible.errors import AnsibleFilterError

from ansible_collections.farsite.fleet.plugins.filter.site_plans import FilterModule, site_plans
from ansible_collections.farsite.fleet.tests.unit.plugins.plugin_utils.report.plans import PLAN


def test_the_name() -> None:
    assert FilterModule().filters() == {"site_plans": site_plans}


def test_variables_of_hosts() -> None:
    found = site_plans([{"inventory_hostname": "quarry", "router_run": {"changed": True, "plan": PLAN}, "other": 1}])
    assert found["states"] == {"quarry": "differs"}
    assert json.loads(found["json"])["sites"]["quarry"]["running"] == "r1"
    assert found["table"][1].startswith("differs  quarry")


def test_hubs_that_were_compared() -> None:
    hubs: list[dict[str, t.Any]] = [
        {"inventory_hostname": "hub-1", "drift_hub": {"parts": ["firewall"]}},
        {"inventory_hostname": "hub-2"},
    ]
    assert site_plans([], [], hubs)["states"] == {"hub-1": "differs"}


def test_what_is_no_host() -> None:
    with pytest.raises(AnsibleFilterError, match=r"^site_plans: expected variables of hosts"):
        site_plans([{"name": "quarry"}])
