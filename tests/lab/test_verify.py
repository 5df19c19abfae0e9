# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The playbook verify: a hub, a router with a camera, and a site that is off-line, asked as a user would."""

from __future__ import annotations

import json
import os
import pathlib
import subprocess
import sys
import typing as t

import pytest
from lab_camera import PASSWORD, USER
from watched import ADDRESS, MAC, camera_behind

from playbooks import COLLECTIONS

if t.TYPE_CHECKING:
    from collections.abc import Iterator

    from lab_camera import LabCamera
    from lab_hub import LabHub
    from lab_router import LabRouter

SITE = {"state": "active", "router": {"model": "x86-64", "release": "24.10"}}
CAMERA = {"name": "gate", "mac": MAC, "address": ADDRESS, "vendor": "hikvision"}


@pytest.fixture(scope="module")
def camera(shared_router: LabRouter, hub: LabHub) -> Iterator[LabCamera]:
    """A camera that the hub reaches through its router, by a route that stands for the tunnel."""
    with camera_behind(shared_router) as camera:
        shared_router.execute("nft flush ruleset; sysctl -q -w net.ipv4.ip_forward=1")
        done = hub.execute(f"ip route replace {ADDRESS}/32 via {shared_router.address}")
        assert done.returncode == 0, done.stderr
        yield camera


def verify(folder: pathlib.Path, router: LabRouter, hub: LabHub, **login: str) -> tuple[dict[str, t.Any], str]:
    """Return the report's JSON, and what the run printed."""
    there = {"ansible_ssh_common_args": " ".join(router.ssh_options()), "ansible_user": "root", "ansible_timeout": 3}
    common = {"site": SITE, "uplinks": [], "ansible_facts_modules": []}
    hosts = {
        "north": common | there | {"ansible_host": router.address, "tunnel_address": "10.79.0.17", "cameras": [CAMERA]},
        # nobody has the last address of the lab's network
        "south": common
        | there
        | {"ansible_host": router.address.rpartition(".")[0] + ".254", "tunnel_address": "10.79.0.18", "cameras": []},
    }
    if login:
        hosts["north"]["camera_login"] = login
    at_hub = {"ansible_host": hub.address, "ansible_user": "root", "ansible_python_interpreter": "/usr/bin/python3"}
    at_hub["ansible_ssh_common_args"] = " ".join(hub.ssh_options())
    known = {"name": "hub", "address": hub.address}
    fleet = {"name": "lab", "report_folder": str(folder / "report"), "hub": known, "hubs": [known]}
    children = {"sites": {"hosts": hosts}, "hub": {"hosts": {"hub": at_hub}}}
    folder.joinpath("inventory.json").write_text(json.dumps({"all": {"vars": {"fleet": fleet}, "children": children}}))
    environment = os.environ | {
        "ANSIBLE_COLLECTIONS_PATH": str(COLLECTIONS),
        "ANSIBLE_NOCOLOR": "1",
        "PYTHONPATH": str(COLLECTIONS),
    }
    program = pathlib.Path(sys.executable).with_name("ansible-playbook")
    done = subprocess.run(
        [str(program), "-vvv", "-i", str(folder / "inventory.json"), "farsite.fleet.verify"],
        capture_output=True,
        text=True,
        check=False,
        env=environment,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    found = json.loads((folder / "report" / "report.json").read_text("utf-8"))
    return {site["name"]: site for site in found["sites"]} | {"hub": found["hubs"][0]}, done.stdout + done.stderr


def test_a_fleet_is_verified(shared_router: LabRouter, hub: LabHub, camera: LabCamera, tmp_path: pathlib.Path) -> None:
    assert camera.addresses() == [ADDRESS]
    found, printed = verify(tmp_path, shared_router, hub, username=USER, password=PASSWORD)
    assert (found["hub"]["reachable"], found["hub"]["error"]) == (True, None)
    north, south = found["north"], found["south"]
    assert (north["reachable"], north["router"]["release"], north["error"]) == (True, "24.10.3", None)
    (gate,) = north["cameras"]
    assert (gate["state"], gate["rtsp"], gate["http"], gate["codecs"]) == (
        "ok",
        {"status": 200, "problem": None},
        {"status": 200, "problem": None},
        ["H264"],
    )
    # no router of this test has a tunnel, and the report says so
    assert (north["state"], north["reasons"][0]) == ("degraded", "answers, but no hub has its tunnel")
    assert (south["state"], south["reasons"]) == ("off-line", ["was never seen"])
    assert PASSWORD not in printed + (tmp_path / "report" / "report.html").read_text("utf-8")


def test_a_wrong_password_is_told(
    shared_router: LabRouter, hub: LabHub, camera: LabCamera, tmp_path: pathlib.Path
) -> None:
    assert camera.addresses() == [ADDRESS]
    found, _printed = verify(tmp_path, shared_router, hub, username=USER, password="12345")  # noqa: S106
    assert "camera gate: RTSP: refuses the user or the password" in found["north"]["reasons"]
