# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import json
import pathlib
import typing as t

import pytest

from ansible_collections.farsite.fleet.plugins.module_utils.argument_spec.router_facts import ARGUMENT_SPEC
from ansible_collections.farsite.fleet.plugins.plugin_utils.router.errors import NotUsableError
from ansible_collections.farsite.fleet.plugins.plugin_utils.router.facts import (
    SUBSETS,
    commands,
    nat_kind,
    overlay_on_tmpfs,
    router_facts,
    usual_facts,
)
from ansible_collections.farsite.fleet.plugins.plugin_utils.router.observation import Observation

RELEASE = """\
DISTRIB_ID='OpenWrt'
DISTRIB_RELEASE='24.10.3'
DISTRIB_REVISION='r28872-daca7c049b'
DISTRIB_TARGET='ramips/mt76x8'
DISTRIB_ARCH='mipsel_24kc'
DISTRIB_DESCRIPTION='OpenWrt 24.10.3 r28872-daca7c049b'
"""
WAN = {
    "interface": "wan",
    "up": True,
    "uptime": 12,
    "l3_device": "pppoe-wan",
    "device": "eth1",
    "proto": "pppoe",
    "ipv4-address": [{"address": "100.71.3.9", "mask": 30}],
    "ipv6-address": [{"address": "2001:db8::1", "mask": 64}],
    "ipv6-prefix-assignment": [{"address": "fd00::", "mask": 60, "local-address": {"address": "fd00::1", "mask": 60}}],
    "route": [{"target": "0.0.0.0", "mask": 0, "nexthop": "100.71.3.10"}],  # noqa: S104
}
DOWN = {"interface": "lan", "up": False, "proto": "static", "device": "br-lan"}
OLD_RELEASE = {"system": "MIPS", "release": {"distribution": "OpenWrt"}}


def observed(parts: dict[str, tuple[tuple[str, ...], str]], **more: t.Any) -> Observation:
    return Observation({}, more.get("staged", ()), more.get("pending"), more.get("last", ()), parts)


def facts(name: str, **parts: tuple[tuple[str, ...], str]) -> dict[str, t.Any]:
    return router_facts(observed(parts), [name])


def test_how_the_firewall_holds_the_cameras() -> None:
    listing = (pathlib.Path(__file__).parents[3] / "data/fw4-cameras.json").read_text("utf-8")
    held = {"beyond": "dropped", "router": "dropped", "refused": 0}
    assert facts("isolation", ruleset=((), listing))["camera_isolation"] == {
        "44:19:b6:00:00:01": held,
        "44:19:b6:00:00:02": held,
    }
    assert facts("isolation")["camera_isolation"] is None
    assert facts("isolation", ruleset=((), "\n"))["camera_isolation"] is None
    with pytest.raises(NotUsableError, match="ruleset: nft -j list printed no listing"):
        facts("isolation", ruleset=((), "Error: syntax error"))


def test_who_has_asked_for_an_address() -> None:
    text = (
        "1795308732 44:19:B6:00:00:01 192.168.1.11 * 01:44:19\n0 3c:ef:8c:00:00:01 10.0.0.7 printer *\nduid 00:01:00\n"
    )
    assert facts("leases", leases=((), text))["leases"] == [
        {"mac": "44:19:b6:00:00:01", "address": "192.168.1.11", "name": None},
        {"mac": "3c:ef:8c:00:00:01", "address": "10.0.0.7", "name": "printer"},
    ]
    assert facts("leases", leases=((), ""))["leases"] == []
    assert facts("leases")["leases"] is None


def system(board: str) -> dict[str, t.Any]:
    return facts(
        "system",
        board=((), board),
        release=((), RELEASE),
        machine=(("mips", "6.6.104"), ""),
        hostname=((), "quarry\n"),
    )


def test_the_subsets_are_those_of_the_argument() -> None:
    assert ["all", *SUBSETS] == ARGUMENT_SPEC["subset"]["choices"]


@pytest.mark.parametrize("name", SUBSETS)
def test_a_subset_asks_for_itself_only(name: str) -> None:
    assert commands([name]) == [f"facts_{name}"]


def test_system() -> None:
    found = system(json.dumps({"board_name": "tplink,tl-mr3020-v3", "model": "TP-Link TL-MR3020 v3"}))
    assert (found["board"], found["model"]) == ("tplink,tl-mr3020-v3", "TP-Link TL-MR3020 v3")
    assert (found["hostname"], found["kernel"], found["machine"]) == ("quarry", "6.6.104", "mips")
    assert found["release"] == {
        "distribution": "OpenWrt",
        "version": "24.10.3",
        "revision": "r28872-daca7c049b",
        "target": "ramips/mt76x8",
        "architecture": "mipsel_24kc",
        "description": "OpenWrt 24.10.3 r28872-daca7c049b",
    }
    usual = usual_facts(found)
    assert usual["ansible_distribution_version"] == "24.10.3"
    assert usual["ansible_distribution_major_version"] == "24"
    assert usual["ansible_architecture"] == "mips"


@pytest.mark.parametrize("board", ["", json.dumps(OLD_RELEASE)])
def test_what_a_container_or_an_old_release_lacks_is_null(board: str) -> None:
    found = system(board)
    assert (found["board"], found["model"]) == (None, None)


def test_an_answer_that_is_no_json_is_an_error_that_names_it() -> None:
    with pytest.raises(NotUsableError, match=r"^board: "):
        system("{")


@pytest.mark.parametrize(
    ("memory", "expected"),
    [
        ("MemTotal: 100 kB\nMemFree: 50 kB\nMemAvailable: 60 kB\n", (102400, 51200, 61440)),
        ("MemTotal: 100 kB\nMemFree: 50 kB\n", (102400, 51200, None)),
    ],
)
def test_resources(memory: str, expected: tuple[int | None, ...]) -> None:
    parts = {"uptime": ((), "86512.33 1.0\n"), "load": ((), "0.12 0.08 0.01 1/50 99\n"), "memory": ((), memory)}
    found = facts("resources", **parts)
    assert (found["uptime"], found["load"]) == (86512, [0.12, 0.08, 0.01])
    assert tuple(found["memory"][key] for key in ("total", "free", "available")) == expected
    assert usual_facts(found)["ansible_memtotal_mb"] == 0


@pytest.mark.parametrize(
    ("table", "expected"),
    [
        (
            "Filesystem 1K-blocks Used Available Use% Mounted on\n/dev/mtdblock6 3804 23 3700 1% /overlay\n",
            (3804, 3700, "/overlay"),
        ),
        ("Filesystem 1K-blocks Used Available Use% Mounted on\n/dev/a-very-long-name\n 9 1 8 11% /\n", (9, 8, "/")),
    ],
)
def test_storage(table: str, expected: tuple[int, int, str]) -> None:
    found = facts("storage", flash=((), table), mounts=((), "/dev/mtdblock6 /overlay jffs2 rw 0 0\n"))
    total, free, place = expected
    assert found["flash"] == {"total": total * 1024, "free": free * 1024, "mounted_on": place}
    assert found["overlay_on_tmpfs"] is False


@pytest.mark.parametrize(
    ("mounts", "expected"),
    [
        ("/dev/mtdblock6 /overlay jffs2 rw 0 0\noverlayfs:/overlay / overlay rw,upperdir=/overlay/upper 0 0\n", False),
        ("tmpfs /overlay tmpfs rw 0 0\n", True),
        ("tmpfs / tmpfs rw 0 0\n", True),
        ("overlayfs:/tmp/root / overlay rw,upperdir=/tmp/root/upper,workdir=/tmp/root/work 0 0\n", True),
        ("/dev/root / ext4 rw 0 0\n", False),
    ],
)
def test_overlay_on_tmpfs(mounts: str, expected: bool) -> None:  # noqa: FBT001
    assert overlay_on_tmpfs(mounts) is expected


def test_packages() -> None:
    text = "Package: uci\nVersion: 1-r1\nStatus: install user installed\n"
    found = facts("packages", packages=(("opkg",), text))
    assert (found["package_manager"], found["packages"]) == ("opkg", {"uci": "1-r1"})
    assert usual_facts(found) == {"ansible_pkg_mgr": "opkg"}


def test_a_router_without_a_package_manager() -> None:
    found = facts("packages")
    assert (found["package_manager"], found["packages"]) == (None, None)
    assert usual_facts(found) == {}


def test_interfaces() -> None:
    wan, lan = facts("interfaces", interfaces=((), json.dumps({"interface": [WAN, DOWN]})))["interfaces"]
    assert wan == {
        "name": "wan",
        "up": True,
        "proto": "pppoe",
        "device": "pppoe-wan",
        "uptime": 12,
        "ipv4": ["100.71.3.9/30"],
        "ipv6": ["2001:db8::1/64", "fd00::1/60"],
        "default_route": True,
        "nat": "cgnat",
        "errors": [],
    }
    assert (lan["device"], lan["uptime"], lan["ipv4"], lan["default_route"], lan["nat"]) == (
        "br-lan", None, [], False, "none",
    )  # fmt: skip


def test_a_router_without_netifd_has_no_interfaces() -> None:
    assert facts("interfaces", interfaces=((), ""))["interfaces"] == []


@pytest.mark.parametrize(
    ("address", "kind"),
    [
        (None, "none"),
        ("9.9.9.9", "public"),
        ("100.63.255.255", "public"),
        ("100.64.0.0", "cgnat"),
        ("100.127.255.255", "cgnat"),
        ("100.128.0.0", "public"),
        ("192.0.0.4", "464xlat"),
        ("10.1.2.3", "private"),
        ("172.16.0.1", "private"),
        ("172.32.0.1", "public"),
        ("192.168.1.1", "private"),
        ("169.254.1.1", "private"),
        ("127.0.0.1", "private"),
    ],
)
def test_nat_kind(address: str | None, kind: str) -> None:
    assert nat_kind(address) == kind


def test_tunnels() -> None:
    text = (
        "wg0 public-key OWN=\nwg0 listen-port 51820\n"
        "wg0 endpoints ONE=\t198.51.100.1:51820\nwg0 endpoints TWO=\t(none)\n"
        "wg0 latest-handshakes ONE=\t1000\nwg0 latest-handshakes TWO=\t0\n"
        "wg0 transfer ONE=\t12\t34\nwg0 transfer TWO=\t0\t0\nwg0 transfer LATE=\t1\t2\n"
        "wg1 public-key (none)\nwg1 listen-port 0\n"
    )
    first, second = facts("tunnels", tunnels=(("1041",), text))["tunnels"]
    assert (first["interface"], first["public_key"], first["listen_port"]) == ("wg0", "OWN=", 51820)
    assert first["peers"] == [
        {"public_key": "ONE=", "endpoint": "198.51.100.1:51820", "handshake_age": 41, "received": 12, "sent": 34},
        {"public_key": "TWO=", "endpoint": None, "handshake_age": None, "received": 0, "sent": 0},
        {"public_key": "LATE=", "endpoint": None, "handshake_age": None, "received": 1, "sent": 2},
    ]
    assert second == {"interface": "wg1", "public_key": None, "listen_port": None, "peers": []}


def test_a_clock_that_was_set_back_gives_no_negative_age() -> None:
    found = facts("tunnels", tunnels=(("10",), "wg0 latest-handshakes ONE=\t1000\n"))
    assert found["tunnels"][0]["peers"][0]["handshake_age"] == 0


def test_a_router_without_wireguard_has_no_tunnels() -> None:
    assert facts("tunnels")["tunnels"] == []


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        ({"access": (("empty",), "")}, True),
        ({"access": (("set",), "")}, False),
        ({"access": (("",), "")}, None),
        ({}, None),
    ],
)
def test_root_password(parts: dict[str, tuple[tuple[str, ...], str]], expected: bool | None) -> None:  # noqa: FBT001
    assert facts("access", **parts)["root_password_empty"] is expected


def test_changes_are_always_told() -> None:
    last = ("undone 12ab no confirmation within 120 seconds", "kept /tmp/farsite.kept/12ab/network")
    found = router_facts(observed({}, staged=("network",), pending=("armed", "34cd"), last=last), [])
    assert found == {
        "staged_edits": ["network"],
        "transaction": {"id": "34cd", "state": "armed"},
        "last_transaction": {
            "id": "12ab",
            "end": "undone",
            "reason": "no confirmation within 120 seconds",
            "kept": ["/tmp/farsite.kept/12ab/network"],
        },
    }
    assert router_facts(observed({}), []) == {"staged_edits": [], "transaction": None, "last_transaction": None}
