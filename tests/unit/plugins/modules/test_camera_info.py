# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.farsite.fleet.plugins.modules.camera_info import problems

CAMERA = {
    "name": "gate",
    "address": "10.80.17.11",
    "rtsp_port": 554,
    "rtsp_path": None,
    "http_port": 80,
    "http_path": "/",
    "username": None,
    "password": None,
}


def test_nothing_is_wrong() -> None:
    assert problems({"cameras": [CAMERA, CAMERA | {"address": "fd00::1", "rtsp_path": "/a"}], "timeout": 0.5}) == []


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"address": "gate.example"}, "cameras[1].address: 'gate.example', expected an IP address such as 10.80.17.11"),
        ({"http_port": 0}, "cameras[1].http_port: 0, expected a port of 1 to 65535"),
        ({"rtsp_port": 65536}, "cameras[1].rtsp_port: 65536, expected a port of 1 to 65535"),
        ({"http_path": "x"}, "cameras[1].http_path: 'x', expected a path that begins with /"),
        ({"password": "hunter2"}, "cameras[1].username: is missing, but there is a password"),
    ],
)
def test_what_is_wrong(changes: dict[str, t.Any], message: str) -> None:
    assert problems({"cameras": [CAMERA, CAMERA | changes], "timeout": 5}) == [message]


@pytest.mark.parametrize("timeout", [0, -1, float("nan")])
def test_a_time_is_more_than_none(timeout: float) -> None:
    (found,) = problems({"cameras": [], "timeout": timeout})
    assert found.startswith("timeout: ")
