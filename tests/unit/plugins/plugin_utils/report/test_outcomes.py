# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import typing as t

from ansible_collections.farsite.fleet.plugins.plugin_utils.report.outcomes import outcomes

NOW = 1_800_000_000
TIMEOUT = "Failed to connect to the host via ssh: Connection timed out during banner exchange\r\nmore"


def peer(address: str, last_seen: int | None) -> dict[str, t.Any]:
    return {"allowed_ips": [f"{address}/32"], "handshake_age": None, "last_seen": last_seen, "endpoint": None}


def tunnels(*hubs: list[dict[str, t.Any]]) -> list[dict[str, t.Any]]:
    return [
        {"item": f"hub-{number}", "interfaces": [{"interface": "fleet", "peers": peers}]}
        for number, peers in enumerate(hubs, 1)
    ]


def test_each_site_is_in_one_list() -> None:
    sites: list[tuple[str, dict[str, t.Any]]] = [
        ("one", {"router_run": {"changed": True}}),
        ("two", {"router_run": {"changed": False}}),
        ("three", {"router_run": {"failed": True, "changed": False, "msg": "- first\n- second"}}),
        ("four", {"router_run": {"unreachable": True, "msg": TIMEOUT}, "tunnel_address": "10.79.0.4"}),
        ("five", {}),
        ("six", {"router_run": {"failed": True}}),
    ]
    found = outcomes(sites, tunnels([peer("10.79.0.4", NOW - 7300)]), NOW)
    assert found == {
        "changed": ["one"],
        "right": ["two"],
        "failed": {
            "three": "- first - second",
            "five": "the run ended before it",
            "six": "it gave no reason",
        },
        "off_line": {"four": "last seen 2 hours ago; Connection timed out during banner exchange"},
        "again": ["three", "five", "six", "four"],
    }


def test_when_it_was_seen_last() -> None:
    site = {"router_run": {"unreachable": True, "msg": "gone"}, "tunnel_address": "10.79.0.4"}

    def said(*hubs: list[dict[str, t.Any]]) -> str:
        return outcomes([("a", site)], tunnels(*hubs), NOW)["off_line"]["a"]

    assert said([peer("10.79.0.4", NOW - 100)], [peer("10.79.0.4", NOW - 5)]) == "last seen 5 seconds ago; gone"
    assert said([peer("10.79.0.4", None)], [peer("10.79.0.5", NOW)]) == "was never seen; gone"
    assert said() == "no hub tells when it was seen; gone"
    hidden = outcomes([("a", site)], [{"item": "hub-1", "unreachable": True}], NOW)["off_line"]["a"]
    assert hidden == "no hub tells when it was seen; gone"


def test_what_a_router_says_steers_no_terminal() -> None:
    evil = {"router_run": {"failed": True, "msg": "a\x1b[2Jb\nc"}}
    assert outcomes([("a", evil)], (), NOW)["failed"] == {"a": "a?[2Jb c"}


def test_a_reason_in_a_line_is_taken_before_a_long_message() -> None:
    refused = {"router_run": {"failed": True, "reason": "no longer holds", "msg": "no longer holds\n-a\n+b"}}
    assert outcomes([("a", refused)], (), NOW)["failed"] == {"a": "no longer holds"}
