# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import contextlib
import typing as t

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.farsite.fleet.plugins.plugin_utils.modem.device_data import (
    DeviceError,
    device_from_data,
    device_to_data,
)

STICK: dict[str, t.Any] = {
    "vid": "12D1",
    "pid": "1506",
    "interfaces": [
        {"if": 2, "class": "ff", "subclass": "03", "protocol": "16", "driver": "huawei_cdc_ncm", "net": ["wwan0"]},
        {"if": 0, "class": "ff", "subclass": "03", "protocol": "10", "driver": None},
    ],
}


def test_there_and_back() -> None:
    device = device_from_data(STICK)
    assert [interface.number for interface in device.interfaces or ()] == [0, 2]
    assert device.identity == "12d1:1506"
    assert device_from_data(device_to_data(device)) == device


def test_interfaces_that_nobody_knows() -> None:
    device = device_from_data({"vid": "2357", "pid": "9000", "interfaces": None})
    assert device.interfaces is None
    assert device_from_data(device_to_data(device)) == device


@pytest.mark.parametrize(
    ("change", "problems"),
    [
        ({"vid": 4817}, ["vid: found 4817, expected four hexadecimal digits"]),
        ({"vid": "12d", "pid": "xyz1"}, [
            "vid: found '12d', expected four hexadecimal digits",
            "pid: found 'xyz1', expected four hexadecimal digits",
        ]),
        ({"configured": "yes"}, ["configured: found 'yes', expected true or false"]),
        ({"interfaces": "none"}, ["interfaces: found a value of type str, expected a list of dicts"]),
        ({"interfaces": ["x"]}, [
            "interfaces[0]: found a value of type str, expected a dict with if, class, subclass, protocol and driver"
        ]),
        ({"interfaces": [{"if": 300, "class": 2, "subclass": "6", "driver": 3}]}, [
            "interfaces[0].if: found 300, expected the number of the interface, 0 to 255",
            "interfaces[0].class: found 2, expected two hexadecimal digits in quotes",
            "interfaces[0].subclass: found '6', expected two hexadecimal digits in quotes",
            "interfaces[0].protocol: is missing; expected two hexadecimal digits in quotes",
            "interfaces[0].driver: found 3, expected the name of a driver, or null for none",
        ]),
        ({"interfaces": [STICK["interfaces"][0]] * 2}, [
            "interfaces: several of them have the number 2; each has one of its own"
        ]),
    ],
)  # fmt: skip
def test_every_problem_is_told(change: dict[str, t.Any], problems: list[str]) -> None:
    with pytest.raises(DeviceError) as caught:
        device_from_data(STICK | change)
    assert list(caught.value.problems) == problems


@pytest.mark.parametrize("data", [None, [], "12d1:1506", 5])
def test_no_dict(data: object) -> None:
    with pytest.raises(DeviceError, match="expected a dict with vid, pid and interfaces"):
        device_from_data(data)


def test_missing_interfaces() -> None:
    with pytest.raises(DeviceError, match="interfaces: is missing"):
        device_from_data({"vid": "12d1", "pid": "1506"})


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=4),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["vid", "pid", "interfaces", "if", "class", "driver", "net"]), inner)
    ),
    max_leaves=10,
)


@given(anything)
def test_nothing_else_is_raised(data: object) -> None:
    with contextlib.suppress(DeviceError):
        assert device_from_data(data).vendor
