# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Cameras and their forwards."""

from __future__ import annotations

import ipaddress
import typing as t

import pytest

from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.model.camera import Camera, Forward, Sources
from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.record import Record
from ansible_collections.farsite.fleet.tests.unit.plugins.plugin_utils.fleet.readings import reading, refusal

CAMERA: dict[str, t.Any] = {"name": "gate", "mac": "44:19:b6:00:00:01"}


@pytest.mark.parametrize(
    ("value", "prefixes"),
    [
        ("anywhere", ["0.0.0.0/0", "::/0"]),
        ("198.51.100.0/24", ["198.51.100.0/24"]),
        (["198.51.100.0/24", "2001:db8::/32"], ["198.51.100.0/24", "2001:db8::/32"]),
    ],
)
def test_sources(value: object, prefixes: list[str]) -> None:
    assert reading(Sources(), value) == (tuple(map(ipaddress.ip_network, prefixes)), [])


@pytest.mark.parametrize("value", [None, []])
def test_there_must_be_sources(value: object) -> None:
    assert refusal(Sources(), value) == "has no sources; expected prefixes such as 198.51.100.0/24, or anywhere"


@pytest.mark.parametrize("value", ["0.0.0.0/0", ["::/0"], ["0.0.0.0/1", "192.0.2.1/32", "128.0.0.0/1"]])
def test_everybody_is_asked_for_by_a_word(value: object) -> None:
    assert refusal(Sources(), value) == "opens the forward to everybody; if that is meant, write anywhere"


def test_a_forward_has_one_port_or_several() -> None:
    forward, problems = reading(Record(Forward), {"from": "anywhere", "port": [80, 554], "hub_port": [8080, 8554]})
    assert (forward.port, forward.hub_port, problems) == ((80, 554), (8080, 8554), [])
    assert refusal(Record(Forward), {"from": "anywhere", "port": 80, "hub_port": [1, 2]}) == (
        ".hub_port: has 2 ports for 1 of the camera; give one for each"
    )


def test_a_camera_with_its_factory_password_is_not_for_everybody() -> None:
    forward = {"from": "anywhere", "port": 80}
    assert reading(Record(Camera), {**CAMERA, "forward": forward})[1] == []
    assert refusal(Record(Camera), {**CAMERA, "forward": forward, "default_password": True}) == (
        ".forward.from: is anywhere, of a camera with its factory password; change the password, then default_password"
    )
    few = {"from": "198.51.100.0/24", "port": 80}
    assert reading(Record(Camera), {**CAMERA, "forward": few, "default_password": True})[1] == []
