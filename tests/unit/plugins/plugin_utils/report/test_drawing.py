# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import re
import xml.etree.ElementTree as ET

import pytest
from hypothesis import given

from ansible_collections.farsite.fleet.plugins.plugin_utils.report.data import Hub, Report, Tunnel
from ansible_collections.farsite.fleet.plugins.plugin_utils.report.drawing import MOST_AROUND, WIDTH, drawing
from ansible_collections.farsite.fleet.tests.unit.plugins.plugin_utils.report.reports import (
    camera,
    few,
    fleet,
    reports,
    site,
)

HUBS = tuple(Hub(name=f"hub-{number}", reachable=True) for number in range(1, 4))
Box = tuple[float, float, float, float]


def boxes(made: Report) -> list[Box]:
    """Return left, top, right, bottom of the boxes of hubs and sites."""
    found = []
    for rect in ET.fromstring(drawing(made)).iter("rect"):  # noqa: S314
        x, y, width, height = (float(rect.attrib[name]) for name in ("x", "y", "width", "height"))
        found.append((x, y, x + width, y + height))
    return found


@pytest.mark.parametrize("hubs", [1, 2, 3])
@pytest.mark.parametrize("count", [*range(1, MOST_AROUND + 3), 57])
def test_no_box_lies_on_another_or_beside_the_paper(count: int, hubs: int) -> None:
    made = fleet(*(site(f"site-{number}") for number in range(count)), hubs=HUBS[:hubs])
    found = boxes(made)
    height = float(re.findall('viewBox="0 0 [0-9.]+ ([0-9.]+)"', drawing(made))[0])
    assert len(found) == count + hubs
    for index, (left, top, right, bottom) in enumerate(found):
        assert 0 <= left < right <= WIDTH
        assert 0 <= top < bottom <= height
        for other in found[:index]:
            assert right <= other[0] or other[2] <= left or bottom <= other[1] or other[3] <= top


def test_every_site_is_a_link_to_its_details() -> None:
    made = fleet(*(site(f"site-{number}") for number in range(40)))
    assert re.findall('<a href="(.*?)"', drawing(made)) == [f"#site-{number}" for number in range(40)]


def test_a_site_says_its_state_in_words() -> None:
    text = drawing(fleet(site("harbour", reachable=False, age=200000)))
    assert ">off-line, 2 days ago<" in text
    assert "<title>harbour: last seen 2 days ago</title>" in text


def test_a_tunnel_that_is_down_is_drawn_so() -> None:
    one = site(tunnels=(Tunnel(hub="hub-1", handshake_age=5), Tunnel(hub="hub-2")))
    lines = re.findall('<line [^>]*class="([^"]*)"', drawing(fleet(one, hubs=HUBS[:2])))
    assert lines == ["link degraded", "link off-line"]


def test_more_cameras_than_fit() -> None:
    text = drawing(fleet(site(cameras=tuple(camera(f"c{number}") for number in range(30)))))
    assert text.count('class="camera ok"') == 11
    assert ">+19<" in text


@few
@given(reports)
def test_it_is_svg_whatever_strangers_say(made: Report) -> None:
    if made.sites:
        ET.fromstring(drawing(made))  # noqa: S314
