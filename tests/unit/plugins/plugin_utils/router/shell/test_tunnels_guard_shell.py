# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The guard of several tunnels, with this machine's shell and with busybox's (``FARSITE_BUSYBOX``, PATH)."""

from __future__ import annotations

import os
import shutil
import subprocess
import typing as t

import pytest

from ansible_collections.farsite.fleet.plugins.plugin_utils.router.script import source

if t.TYPE_CHECKING:
    import pathlib

BUSYBOX = os.environ.get("FARSITE_BUSYBOX") or shutil.which("busybox")
NOW = 10_000
# Sourced as /sbin/hotplug-call does it: in a shell of its own, after which the next script runs.
HOTPLUG_CALL = "( . ./guard )\necho next\n"


PEERS = {"wireguard_hub_peer": ("wireguard_fleet", "hub.example.net"), "wireguard_hub_peer2": ("wireguard_fleet2", "b")}


class Hotplug(t.Protocol):
    def __call__(
        self, action: str, interface: str, handshakes: dict[str, int], peers: dict[str, tuple[str, str]] | None = None
    ) -> list[str]: ...


@pytest.fixture(name="hotplug", params=["system", "busybox"])
def _hotplug(request: pytest.FixtureRequest, tmp_path: pathlib.Path) -> Hotplug:
    if request.param == "busybox" and BUSYBOX is None:
        pytest.skip("no busybox on this machine")
    shell = [str(BUSYBOX), "ash"] if request.param == "busybox" else ["sh"]

    def command(name: str, body: str) -> None:
        path = tmp_path / name
        path.write_text(f"#!/bin/sh\n{body}\n")
        path.chmod(0o755)

    def hotplug(
        action: str, interface: str, handshakes: dict[str, int], peers: dict[str, tuple[str, str]] | None = None
    ) -> list[str]:
        (tmp_path / "guard").write_text(source("tunnels_guard"))
        values: dict[str, str] = {}
        for peer, (kind, host) in (PEERS if peers is None else peers).items():
            values |= {f"network.{peer}": kind, f"network.{peer}.endpoint_host": host}
        cases = " ".join(f'"-q get {path}") echo {value} ;;' for path, value in values.items())
        command("uci", f'case "$*" in {cases} *) exit 1 ;; esac')
        cases = " ".join(f'"show {name} latest-handshakes") echo "K= {at}" ;;' for name, at in handshakes.items())
        command("wg", f'case "$*" in {cases} *) exit 1 ;; esac')
        command("date", f"echo {NOW}")
        command("ifup", 'echo "ifup $*"')
        environment = {
            **os.environ,
            "PATH": f"{tmp_path}:{os.environ['PATH']}",
            "ACTION": action,
            "INTERFACE": interface,
        }
        done = subprocess.run(
            [*shell, "-c", HOTPLUG_CALL], cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
        )
        assert done.stderr == ""
        *lines, last = done.stdout.splitlines()
        assert last == "next"
        return lines

    return hotplug


@pytest.mark.parametrize(
    ("handshakes", "expected"),
    [
        ({"fleet": NOW - 10, "fleet2": NOW - 179}, []),
        ({"fleet": NOW - 10, "fleet2": NOW - 181}, ["ifup fleet2"]),
        ({"fleet": 0, "fleet2": NOW - 1}, ["ifup fleet"]),
        ({}, ["ifup fleet", "ifup fleet2"]),
    ],
    ids=["fresh", "the second is old", "the first is new", "no interface"],
)
def test_each_tunnel_that_is_down_is_brought_up(
    hotplug: Hotplug, handshakes: dict[str, int], expected: list[str]
) -> None:
    assert hotplug("ifup", "lte_4", handshakes) == expected


def test_a_hub_that_has_no_name_needs_no_guard(hotplug: Hotplug) -> None:
    peers = {**PEERS, "wireguard_hub_peer": ("wireguard_fleet", "203.0.113.10")}
    assert hotplug("ifup", "lte", {}, peers) == ["ifup fleet2"]


def test_a_hub_with_a_number_of_its_own_is_found(hotplug: Hotplug) -> None:
    assert hotplug("ifup", "lte", {}, {"wireguard_hub_peer4": ("wireguard_hq4", "hub.example.net")}) == ["ifup hq4"]


@pytest.mark.parametrize(
    ("action", "interface"),
    [("ifdown", "lte"), ("ifup", "lan"), ("ifup", "loopback"), ("ifup", "fleet"), ("ifup", "fleet2")],
)
def test_other_events_do_nothing(hotplug: Hotplug, action: str, interface: str) -> None:
    assert hotplug(action, interface, {}) == []


def test_without_a_tunnel_nothing_is_done(hotplug: Hotplug) -> None:
    assert hotplug("ifup", "lte", {}, {}) == []
