# Copyright (c) 2026, Farsite Fleet Team
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest
from ansible.errors import AnsibleFilterError

from ansible_collections.farsite.fleet.plugins.filter.lte_profile import FilterModule

INTERFACES = [
    {"if": 0, "class": "02", "subclass": "0e", "protocol": "00", "driver": "cdc_mbim"},
    {"if": 1, "class": "0a", "subclass": "00", "protocol": "02", "driver": "cdc_mbim"},
]

lte_profile = FilterModule().filters()["lte_profile"]


def test_it_tells_how_a_modem_is_driven() -> None:
    assert lte_profile({"vid": "1199", "pid": "90d3", "interfaces": INTERFACES}) == {
        "state": "ok",
        "proto": "mbim",
        "device": "cdc-wdm",
        "packages": ["kmod-usb-net-cdc-mbim", "umbim"],
        "reason": "Sierra 1199:90d3: has an MBIM function (02/0e)",
    }


def test_where_there_is_no_way() -> None:
    found = lte_profile({"vid": "abcd", "pid": "0001", "interfaces": []})
    assert (found["state"], found["proto"], found["device"]) == ("unknown", None, None)


def test_all_that_is_wrong_is_told() -> None:
    with pytest.raises(AnsibleFilterError, match=r"lte_profile: vid: found .*; pid: is missing"):
        lte_profile({"vid": 1199, "interfaces": INTERFACES})
