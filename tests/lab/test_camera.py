# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A camera behind a router: it gets its address by DHCP, and is asked, watched and held as in the field."""

from __future__ import annotations

import json
import pathlib
import sys
import typing as t

import pytest
from lab_camera import PASSWORD, SNAPSHOT, STREAM, USER, grab_frame
from lab_picture import likeness
from lab_podman import LAB, run
from watched import ADDRESS, MAC, camera_behind

from ansible_collections.farsite.fleet.plugins.module_utils.camera import look
from ansible_collections.farsite.fleet.plugins.plugin_utils.router.isolation import isolation

sys.path.insert(0, str(LAB / "camera"))

import camera_picture

if t.TYPE_CHECKING:
    from collections.abc import Iterator

    from lab_camera import LabCamera
    from lab_router import LabRouter

INTENDED = pathlib.Path(__file__).parents[2] / "inventories/example/intended/quarry-north/etc"
LOOK = """
import json, sys
from ansible_collections.farsite.fleet.plugins.module_utils.camera import look
print(json.dumps(look.look_at(json.load(sys.stdin), 10)))
"""


@pytest.fixture(scope="module")
def camera(shared_router: LabRouter) -> Iterator[LabCamera]:
    with camera_behind(shared_router) as camera:
        yield camera


def asked(router: LabRouter, **login: str) -> dict[str, t.Any]:
    """Return what the camera says to the code of camera_info, run with this machine's Python in the router's net."""
    question = {"name": "gate", "address": ADDRESS, "rtsp_port": 554, "http_port": 80, "vendor": "hikvision", **login}
    root = str(pathlib.Path(look.__file__).parents[6])
    command = ["nsenter", f"--target={router.process_id()}", "--net", sys.executable, "-c", LOOK]
    data = json.dumps([question]).encode()
    found: list[dict[str, t.Any]] = json.loads(run(["env", f"PYTHONPATH={root}", *command], input_data=data))
    return found[0]


def test_it_has_the_address_of_its_mac(camera: LabCamera) -> None:
    assert camera.addresses() == [ADDRESS]


def test_it_answers_its_own_user(camera: LabCamera, shared_router: LabRouter) -> None:
    """The server is GStreamer's, so this is the client's test against another's Digest."""
    assert camera.addresses()
    found = asked(shared_router, username=USER, password=PASSWORD)
    assert (found["rtsp"]["status"], found["rtsp"]["problem"]) == (200, None)
    assert found["rtsp"]["streams"] == [{"media": "video", "codec": "H264", "clock_rate": 90000}]
    assert "DESCRIBE" in found["rtsp"]["methods"]
    assert (found["http"]["status"], found["http"]["server"], found["http"]["problem"]) == (200, "LabCamera", None)


def test_it_refuses_others(camera: LabCamera, shared_router: LabRouter) -> None:
    assert camera.addresses()
    nobody, wrong = asked(shared_router), asked(shared_router, username=USER, password="12345")  # noqa: S106
    assert [found[kind]["status"] for found in (nobody, wrong) for kind in ("rtsp", "http")] == [401] * 4
    assert [found["rtsp"]["problem"] for found in (nobody, wrong)] == [None, "refuses the user or the password"]
    assert nobody["rtsp"]["streams"] == []


def test_a_frame_of_it_is_decoded(camera: LabCamera, shared_router: LabRouter) -> None:
    url = f"rtsp://{ADDRESS}{STREAM}"
    grabbed = grab_frame(url, network=f"container:{shared_router.container}")
    assert grabbed.reason == ""
    strip = camera_picture.name_strip(camera.name)
    assert likeness(grabbed.png, strip, camera_picture.SCALE, camera_picture.WIDTH) > 0.98
    other = camera_picture.name_strip("yard-0000")
    assert likeness(grabbed.png, other, camera_picture.SCALE, camera_picture.WIDTH) < 0.98
    refused = grab_frame(url, network=f"container:{shared_router.container}", password="12345")  # noqa: S106
    assert (refused.png, refused.reason.splitlines()[0]) == (b"", "Unauthorized")


def test_its_snapshot_is_a_jpeg(camera: LabCamera, shared_router: LabRouter) -> None:
    assert camera.addresses()
    inside = ["nsenter", f"--target={shared_router.process_id()}", "--net"]
    data = run([*inside, "curl", "-sf", "--digest", "-u", f"{USER}:{PASSWORD}", f"http://{ADDRESS}{SNAPSHOT}"])
    assert data.startswith(b"\xff\xd8\xff")
    assert data.endswith(b"\xff\xd9")


def test_the_fleets_firewall_holds_it(camera: LabCamera, shared_router: LabRouter) -> None:
    """What the ruleset says is what the camera finds, before and after; a router without the fleet's rules lets it."""

    def knocks() -> bool:
        return camera.execute("nc -w 2 192.168.1.1 22 </dev/null").stdout.startswith("SSH-")

    def verdicts() -> dict[str, dict[str, t.Any]]:
        return isolation(shared_router.execute("nft -j list ruleset").stdout)

    assert knocks()
    assert MAC not in verdicts()
    for file in ("config/firewall", *(f"nftables.d/{path.name}" for path in (INTENDED / "nftables.d").iterdir())):
        shared_router.write(f"/etc/{file}", (INTENDED / file).read_bytes())
    shared_router.execute("/etc/init.d/firewall reload")
    assert verdicts()[MAC] == {"beyond": "dropped", "router": "dropped", "refused": 0}
    assert not knocks()
    assert verdicts()[MAC]["refused"] > 0
    assert asked(shared_router, username=USER, password=PASSWORD)["rtsp"]["status"] == 200
