# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import typing as t

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.farsite.fleet.plugins.plugin_utils.report import reading
from ansible_collections.farsite.fleet.plugins.plugin_utils.report.data import Bearer, Hub, Service, Tunnel
from ansible_collections.farsite.fleet.plugins.plugin_utils.report.state import judge

NOW = 1795308732
MAC = "44:19:b6:00:00:01"
CAMERA = {"name": "gate", "mac": MAC.upper(), "address": "10.80.17.11", "vendor": "hikvision"}
INVENTORY: dict[str, t.Any] = {
    "site": {"state": "active", "router": {"model": "tplink_tl-mr3020-v3", "release": "24.10"}},
    "tunnel_address": "10.79.0.17",
    "site_prefix": "10.80.17.0/24",
    "uplinks": [{"name": "lte", "kind": "lte"}],
    "cameras": [CAMERA],
}
PEER = {
    "public_key": "x",
    "endpoint": "198.51.100.1:40112",
    "allowed_ips": ["10.79.0.17/32", "10.80.17.0/24"],
    "handshake_age": 41,
    "last_seen": NOW - 41,
}
WAITING = PEER | {"allowed_ips": [], "handshake_age": 1}
TUNNELS = {"item": "hub-1", "interfaces": [{"interface": "fleet", "peers": [WAITING, PEER]}]}
FACTS = {
    "model": "TP-Link TL-MR3020 v3",
    "release": {"version": "24.10.3"},
    "uptime": 90,
    "flash": {"free": 3788800},
    "memory": {"available": 17309696},
    "interfaces": [
        {"name": "lan", "up": True, "nat": "private"},
        {"name": "lte", "up": True, "nat": "private"},
    ],
    "camera_isolation": {MAC: {"beyond": "dropped", "router": "dropped", "refused": 42}},
}
MODEM = {
    "uplink": {"name": "lte"},
    "nat": "cgnat",
    "status": {
        "operator": "Telia",
        "signal": {"technology": "LTE", "rsrp": -97, "rssi": -70, "quality": "fair"},
    },
}
ANSWER = {
    "name": "quarry-north/gate",
    "rtsp": {"status": 200, "problem": None, "streams": [{"codec": "H264"}, {"codec": None}]},
    "http": {"status": None, "problem": "refuses connections"},
}


def read(variables: dict[str, t.Any], *, tunnels: t.Any = (TUNNELS,), answers: t.Any = (ANSWER,)) -> t.Any:
    by_name = {answer["name"]: answer for answer in answers}
    return reading.site("quarry-north", variables, reading.peers(tunnels), by_name)


def asked(**facts: t.Any) -> dict[str, t.Any]:
    return INVENTORY | {"report_router": {"ansible_facts": {"farsite_router": FACTS | facts}}}


def test_a_site_that_answered() -> None:
    found = read(asked() | {"report_modem": {"modems": [MODEM]}, "router_run": {"changed": True}})
    assert (found.name, found.reachable, found.error, found.planned) == ("quarry-north", True, None, False)
    assert found.tunnels == (Tunnel(hub="hub-1", handshake_age=41, last_seen=NOW - 41, endpoint="198.51.100.1:40112"),)
    assert found.bearers == (
        Bearer(
            interface="lte",
            up=True,
            nat="carrier-grade",
            technology="LTE",
            operator="Telia",
            signal=-97,
            quality="fair",
        ),
    )
    assert (found.router.model, found.router.release) == ("TP-Link TL-MR3020 v3", "24.10.3")
    assert (found.router.flash_free, found.router.memory_available, found.router.uptime) == (3788800, 17309696, 90)
    (camera,) = found.cameras
    assert (camera.rtsp, camera.http) == (Service(status=200), Service(problem="refuses connections"))
    assert (camera.codecs, camera.isolation, camera.refused) == (("H264",), "held", 42)
    assert (found.changed, found.failed) == (True, False)


NOT_ASKED = f"no device with its MAC address {MAC} has asked for an address"
FOUR = [f"3c:ef:8c:00:00:0{number} (192.168.1.11)" for number in range(4)]
LEASED = {"mac": MAC, "address": "192.168.1.11", "name": None}


@pytest.mark.parametrize(
    ("leases", "absence"),
    [
        (None, None),
        ([LEASED], None),
        (
            [LEASED | {"address": "192.168.1.133"}],
            "it still has the address 192.168.1.133, and gets 192.168.1.11 once it is restarted",
        ),
        ([], f"no device with its MAC address {MAC} has asked for an address"),
        (
            [LEASED | {"mac": f"3c:ef:8c:00:00:0{number}"} for number in range(6)],
            f"{NOT_ASKED}; others have that are no cameras of the site: {', '.join(FOUR)}, …",
        ),
    ],
)
def test_why_a_camera_is_not_at_its_address(leases: list[dict[str, t.Any]] | None, absence: str | None) -> None:
    camera = CAMERA | {"lan_address": "192.168.1.11"}
    assert read(asked(leases=leases) | {"cameras": [camera]}).cameras[0].absence == absence


def test_a_site_that_was_not_asked_is_what_the_fleet_says() -> None:
    found = read(INVENTORY, tunnels=(), answers=())
    assert (found.reachable, found.tunnels, found.bearers, found.changed, found.failed) == (None, (), (), None, None)
    assert (found.router.model, found.router.release) == ("tplink_tl-mr3020-v3", "24.10")
    assert (found.cameras[0].rtsp, found.cameras[0].isolation) == (None, None)


@pytest.mark.parametrize(
    ("result", "reachable", "error"),
    [
        ({"unreachable": True, "msg": "Failed to connect:\nline 2"}, False, "Failed to connect:"),
        ({"failed": True, "msg": "no OpenWrt"}, True, "no OpenWrt"),
        ({"failed": True, "msg": " \n"}, True, "it gave no reason"),
        ({"failed": True, "msg": "Task failed: "}, True, "Task failed:"),
        (
            {
                "unreachable": True,
                "msg": 'Task failed: Data could not be sent to remote host "10.79.0.1". Make sure this host can be '
                "reached over ssh: ssh: connect to host 10.79.0.1 port 22: No route to host",
            },
            False,
            "ssh: connect to host 10.79.0.1 port 22: No route to host",
        ),
        ({"skipped": True}, None, None),
        ({"changed": False}, True, None),
    ],
)
def test_how_the_question_ended(result: dict[str, t.Any], reachable: bool | None, error: str | None) -> None:  # noqa: FBT001
    found = read(INVENTORY | {"report_router": result})
    assert (found.reachable, found.error) == (reachable, error)


@pytest.mark.parametrize(
    ("facts", "warning"),
    [
        ({"root_password_empty": True}, "root has no password"),
        ({"overlay_on_tmpfs": True}, "its changes are in memory and are lost with the power"),
        ({"transaction": {"id": "9a", "state": "armed"}}, "a change is under way: 9a, armed"),
        ({"last_transaction": {"end": "undone", "reason": "too late"}}, "its last change was undone: too late"),
    ],
)
def test_what_a_router_warns_of(facts: dict[str, t.Any], warning: str) -> None:
    assert read(asked(**facts)).warnings == (warning,)


@pytest.mark.parametrize(
    ("held", "isolation"),
    [
        ({MAC: {"beyond": "dropped", "router": "dropped"}}, "held"),
        ({MAC: {"beyond": "accepted", "router": "cannot tell"}}, "open"),
        ({MAC: {"beyond": "dropped", "router": "cannot tell"}}, "cannot tell"),
        ({}, "open"),
        (None, None),
    ],
)
def test_what_the_verdicts_come_to(held: dict[str, t.Any] | None, isolation: str | None) -> None:
    assert read(asked(camera_isolation=held)).cameras[0].isolation == isolation


def test_the_address_of_the_router_counts_where_the_modem_tells_none() -> None:
    for modem in ({}, MODEM | {"nat": "none"}, MODEM | {"uplink": None}):
        found = read(asked() | {"report_modem": {"modems": [modem]}})
        assert found.bearers[0].nat == "private"


def test_a_hub_without_the_site_and_one_that_is_silent() -> None:
    nobody = {"item": "hub-2", "interfaces": []}
    silent = {"item": "hub-3", "unreachable": True, "msg": "timed out"}
    assert [tunnel.hub for tunnel in read(INVENTORY, tunnels=(nobody, silent)).tunnels] == ["hub-2"]
    known = [{"name": "hub-2", "address": "203.0.113.5"}, {"name": "hub-3"}, {"name": "hub-4"}]
    assert reading.hubs(known, (nobody, silent)) == (
        Hub(name="hub-2", address="203.0.113.5", reachable=True),
        Hub(name="hub-3", reachable=False, error="timed out"),
        Hub(name="hub-4"),
    )


def test_the_questions_of_a_fleet() -> None:
    cameras = [CAMERA, CAMERA | {"name": "yard", "vendor": None}]
    logins = {"camera_login": {"username": "a", "password": "b"}, "camera_logins": {"yard": {"username": "c"}}}
    assert reading.questions([("north", INVENTORY | {"cameras": cameras} | logins), ("south", {})]) == [
        {"name": "north/gate", "address": "10.80.17.11", "vendor": "hikvision", "username": "a", "password": "b"},
        {"name": "north/yard", "address": "10.80.17.11", "username": "c"},
    ]


@given(
    st.dictionaries(
        st.sampled_from(["report_router", "report_modem", "router_run", "site", "tunnel_address"]),
        st.none() | st.text() | st.dictionaries(st.sampled_from(["failed", "msg", "unreachable", "modems"]), st.none()),
    )
)
def test_whatever_is_missing_the_site_is_judged(variables: dict[str, t.Any]) -> None:
    assert judge(read(variables), NOW).name == "quarry-north"
