# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What concerns a site as a whole, beside the table of bad ones."""

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.reading import read_fleet
from ansible_collections.farsite.fleet.tests.unit.plugins.plugin_utils.fleet.fleets import FLEET, QUARRY, files

REACHABLE = "changes what keeps the router reachable; if it is wrong, only the router's own undoing helps"


@pytest.mark.parametrize(
    ("uci", "paths"),
    [
        ({"network": [{"type": "interface", "name": "fleet", "options": {"mtu": 1300}}]}, ["router_uci.network[0]"]),
        (
            {"network": [{"type": "route", "options": {}}, {"type": "wireguard_fleet", "options": {}}]},
            ["router_uci.network[1]"],
        ),
        ({"dropbear": [{"type": "dropbear", "options": {"Port": 2022}}]}, ["router_uci.dropbear[0]"]),
        ({"firewall": [{"type": "zone", "options": {"name": "lan"}}]}, ["router_uci.firewall[0]"]),
        ({"firewall": [{"type": "rule", "options": {"name": "x"}}]}, []),
        ({"network": [{"type": "interface", "name": "wan", "options": {"mtu": 1300}}]}, []),
        ({"system": [{"type": "led", "options": {"sysfs": "x"}}]}, []),
    ],
)
def test_raw_uci_of_what_keeps_the_router_reachable_is_a_warning(uci: dict[str, t.Any], paths: list[str]) -> None:
    fleet, problems = read_fleet(files({"quarry-north": QUARRY | {"router_uci": uci}}))
    assert fleet is not None
    assert [(problem.path, problem.message, problem.severity) for problem in problems] == [
        (path, REACHABLE, "warning") for path in paths
    ]


@pytest.mark.parametrize(
    ("unmanaged", "expected"),
    [
        (["firewall"], [("unmanaged", "has firewall, so nothing here keeps the cameras from the internet", "warning")]),
        (["ssh", "cameras"], []),
        (["fire"], [("unmanaged[0]", "found 'fire', expected one of", "error")]),
    ],
)
def test_what_is_unmanaged(unmanaged: list[str], expected: list[tuple[str, str, str]]) -> None:
    data = QUARRY | {"unmanaged": unmanaged}
    found = [(problem.path, problem.message, problem.severity) for problem in read_fleet(files({"quarry": data}))[1]]
    assert [(path, severity) for path, _message, severity in found] == [(path, word) for path, _text, word in expected]
    assert all(
        message.startswith(text) for (_p, message, _s), (_path, text, _word) in zip(found, expected, strict=True)
    )


def test_a_site_whose_log_in_is_unmanaged_needs_no_key() -> None:
    bare = FLEET | {"defaults": {"router": FLEET["defaults"]["router"]}}
    assert read_fleet(files({"quarry": QUARRY}, bare))[0] is None
    assert read_fleet(files({"quarry": QUARRY | {"unmanaged": ["ssh"]}}, bare))[0] is not None


def test_a_default_s_problem_is_told_once_for_all_sites() -> None:
    defaults = FLEET["defaults"] | {"wave": 0, "system": {"time_zone": "Mars/Base"}, "ssh": {"port": 53}}
    sites = {name: QUARRY | {"id": number, "cameras": []} for number, name in enumerate("abc", 1)}
    told = [str(problem) for problem in read_fleet(files(sites, FLEET | {"defaults": defaults}))[1]]
    assert told == ["fleet.yml: defaults.wave: found 0, expected a whole number from 1 to 99"]
    del defaults["wave"]
    told = [str(problem) for problem in read_fleet(files(sites, FLEET | {"defaults": defaults}))[1]]
    assert told == [
        (
            "fleet.yml: defaults.ssh.authorized_keys: is empty, so nobody could log in; give one, best in the fleet's "
            "defaults"
        ),
        "fleet.yml: defaults.ssh.port: 53 is the port of the router's DNS server; expected another, such as 22",
        "fleet.yml: defaults.system.time_zone: Mars/Base is no time zone of the IANA database",
    ]
