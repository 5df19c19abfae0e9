# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""LANs and cameras at the edges of what fits, beside the table of bad ones."""

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.lan_checks import check_camera_list
from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.problems import Place, Report
from ansible_collections.farsite.fleet.plugins.plugin_utils.fleet.reading import read_fleet
from ansible_collections.farsite.fleet.tests.unit.plugins.plugin_utils.fleet.fleets import DEPOT, FLEET, files


def problems_of(site: dict[str, t.Any], **fleet: object) -> list[str]:
    return [str(problem) for problem in read_fleet(files({"depot": DEPOT | site}, FLEET | fleet))[1]]


def camera(number: int, **more: object) -> dict[str, t.Any]:
    return {"name": f"camera-{number}", "mac": f"44:19:b6:00:00:{number:02x}", "number": number, **more}


@pytest.mark.parametrize(
    ("first", "count", "fits"), [(245, 10, True), (245, 11, False), (254, 1, True), (2, 253, True)]
)
def test_leases_end_before_the_address_of_broadcast(first: int, count: int, *, fits: bool) -> None:
    assert (problems_of({"lan": {"dhcp": {"first": first, "count": count}}}) == []) is fits


@pytest.mark.parametrize(("host", "free"), [(99, True), (100, False), (199, False), (200, True)])
def test_a_camera_may_be_just_beside_the_leases(host: int, *, free: bool) -> None:
    lan = {"prefix": "192.168.7.0/24"}
    cameras = [camera(1, address=f"192.168.7.{host}")]
    assert (problems_of({"lan": lan, "cameras": cameras}) == []) is free
    assert problems_of({"lan": lan | {"dhcp": {"enabled": False}}, "cameras": cameras}) == []


@pytest.mark.parametrize(("number", "fits"), [(20, True), (21, False)])
def test_a_small_lan_has_room_for_small_numbers(number: int, *, fits: bool) -> None:
    lan = {"prefix": "192.168.7.32/27", "dhcp": {"enabled": False}}
    assert (problems_of({"lan": lan, "cameras": [camera(number)]}) == []) is fits


def test_two_sites_may_have_the_same_lan() -> None:
    lan = {"prefix": "192.168.7.0/24"}
    wanted = files({"a": DEPOT | {"id": 1, "lan": lan}, "b": DEPOT | {"id": 2, "lan": lan}})
    assert read_fleet(wanted)[1] == ()


def test_a_lan_may_be_its_own_site_s_prefix() -> None:
    assert problems_of({"lan": {"prefix": "10.81.44.0/24"}}) == []


@pytest.mark.parametrize(("length", "fits"), [(31, True), (32, False)])
def test_a_dns_name_has_253_characters(length: int, *, fits: bool) -> None:
    domain = ".".join(["a" * 53] * 4)
    told = problems_of({"cameras": [camera(1) | {"name": "b" * length}]}, domain=domain)
    name = f"{'b' * length}.depot.{domain}"
    assert told == (
        []
        if fits
        else [
            (
                f"sites/depot.yml: cameras[0].name: {name} has 254 characters, DNS has names of at most 253; shorten "
                "the camera's, the site's or the domain"
            )
        ]
    )


@pytest.mark.parametrize(
    ("cameras", "paths"),
    [
        (None, []),
        ("gate", []),
        ([None, 5, {}], []),
        ([{"name": "a"}, {"name": ["a"]}, {"name": "a"}], ["cameras[2].name"]),
        ([{"number": 2}, {}], ["cameras[1].number"]),
        ([{"number": True}, {"number": 1}], []),
        # Python refuses to write it.
        pytest.param([{"number": 1 << 20000}, {"number": 1 << 20000}], [], id="a number of 6021 digits"),
        ([{"number": 7}, {"number": 7}, {"number": 7}], ["cameras[1].number", "cameras[2].number"]),
    ],
)
def test_cameras_are_compared_whatever_else_is_wrong_with_them(cameras: object, paths: list[str]) -> None:
    report = Report()
    check_camera_list(cameras, Place(report, "sites/x.yml", ("cameras",)))
    assert [problem.path for problem in report] == paths
