# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Uplinks that are just right, and what is only told, beside the table of bad ones."""

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.model.uplink import uplink_metric
from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.reading import read_fleet
from ansible_collections.farsite.fleet.tests.unit.plugins.plugin_utils.fleet.bad_fleets import DDNS, STATIC
from ansible_collections.farsite.fleet.tests.unit.plugins.plugin_utils.fleet.fleets import DEPOT, files, site_view

PPPOE = {"kind": "ethernet", "protocol": "pppoe", "username": "u", "password": "{{ p }}"}


def told(**site: object) -> list[tuple[str, str]]:
    problems = read_fleet(files({"depot": DEPOT | site}))[1]
    return [(str(problem), problem.severity) for problem in problems]


@pytest.mark.parametrize(
    "site",
    [
        {"uplink": PPPOE | {"name": "fibre_123"}},
        {"uplink": {"kind": "lte", "modem": "3g", "name": "mobile_link1"}},
        {"uplink": {"kind": "lte", "modem": "qmi", "name": "mobile_network1"}},
        {"uplink": STATIC, "ddns": DDNS},
        {"uplink": STATIC | {"address": "198.51.100.2/31", "gateway": "198.51.100.3"}},
        {
            "uplink": [
                STATIC,
                STATIC | {"name": "b", "device": "eth2", "address": "198.51.100.6/30", "gateway": "198.51.100.5"},
            ]
        },
        {"uplink": [{"kind": "lte"}, {"kind": "ethernet"}], "ddns": DDNS | {"uplink": "wan"}},
        {"uplink": {"kind": "lte", "public_address": True}, "ddns": DDNS},
        {"uplink": {"kind": "lte", "modem": "dhcp"}},
        {"lan": {"ports": ["lan1", "lan2"]}, "tunnel": {"interface": "wg0"}},
    ],
)
def test_these_are_good(site: dict[str, t.Any]) -> None:
    assert told(**site) == []


@pytest.mark.parametrize(
    ("site", "message"),
    [
        (
            {"uplink": {"kind": "lte", "modem": "dhcp"}, "lan": {"prefix": "192.168.8.0/24"}},
            (
                "sites/depot.yml: uplink.modem: many modems that speak DHCP are 192.168.8.1 themselves, which is in "
                "the LAN 192.168.8.0/24"
            ),
        ),
        (
            {"uplink": {"kind": "lte", "pin": "1234"}},
            (
                "sites/depot.yml: uplink.pin: is a secret in plain text; put it into Ansible Vault and refer to it by "
                "a template"
            ),
        ),
        (
            {"uplink": [{"kind": "ethernet"}, PPPOE | {"name": "dsl"}]},
            (
                "sites/depot.yml: uplink[1].device: wan is the device of uplink[0] too, so when one fails the other "
                "does too"
            ),
        ),
    ],
)
def test_what_may_be_right_is_a_warning(site: dict[str, t.Any], message: str) -> None:
    assert told(**site) == [(message, "warning")]


def test_uplinks_without_a_metric_are_preferred_in_their_order() -> None:
    open_network = {"kind": "wifi", "ssid": "x", "encryption": "none", "metric": 5}
    view = site_view({"id": 1, "uplink": [{"kind": "lte"}, {"kind": "ethernet"}, open_network]})
    assert [uplink_metric(uplink, index) for index, uplink in enumerate(view.site.uplink)] == [10, 20, 5]
