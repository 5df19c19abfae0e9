# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The guard of a tunnel, with this machine's shell and with busybox's (``FARSITE_BUSYBOX``, PATH)."""

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


@pytest.fixture(params=["system", "busybox"])
def run(request: pytest.FixtureRequest, tmp_path: pathlib.Path) -> t.Callable[..., list[str]]:
    if request.param == "busybox" and BUSYBOX is None:
        pytest.skip("no busybox on this machine")
    shell = [str(BUSYBOX), "ash"] if request.param == "busybox" else ["sh"]

    def command(name: str, body: str) -> None:
        path = tmp_path / name
        path.write_text(f"#!/bin/sh\n{body}\n")
        path.chmod(0o755)

    def hotplug(action: str, interface: str, peer: str, handshakes: str | None) -> list[str]:
        (tmp_path / "guard").write_text(source("tunnel_guard"))
        command("uci", f'[ "$*" = "-q get network.wireguard_hub_peer" ] && [ -n "{peer}" ] && echo {peer}')
        command(
            "wg",
            f'[ "$*" = "show fleet latest-handshakes" ] || exit 1; printf "{handshakes}"' if handshakes else "exit 1",
        )
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
        (f"KEY=\\t{NOW - 10}\\n", []),
        (f"KEY=\\t{NOW - 181}\\n", ["ifup fleet"]),
        ("KEY=\\t0\\n", ["ifup fleet"]),
        (f"A=\\t0\\nB=\\t{NOW - 1}\\n", []),
        (None, ["ifup fleet"]),
    ],
    ids=["fresh", "old", "never", "one of two", "no interface"],
)
def test_an_uplink_brings_up_a_tunnel_that_is_down(
    run: t.Callable[..., list[str]], handshakes: str | None, expected: list[str]
) -> None:
    assert run("ifup", "lte_4", "wireguard_fleet", handshakes) == expected


@pytest.mark.parametrize(
    ("action", "interface", "peer"),
    [
        ("ifdown", "lte", "wireguard_fleet"),
        ("ifup", "lan", "wireguard_fleet"),
        ("ifup", "loopback", "wireguard_fleet"),
        ("ifup", "fleet", "wireguard_fleet"),
        ("ifup", "lte", ""),
    ],
)
def test_other_events_do_nothing(run: t.Callable[..., list[str]], action: str, interface: str, peer: str) -> None:
    assert run(action, interface, peer, None) == []
